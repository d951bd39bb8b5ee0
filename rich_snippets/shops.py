"""Shops as snippets: identity, grade, reviews, certifications, as the matrix allows (M3 to M5)."""

from collections.abc import Sequence

from rich_snippets import certifications, literals, organizations, products, ratings, snippets
from rich_snippets.nodes import Node, Value, node
from rich_snippets.policy import Entity, Part, Permission
from rich_snippets.products import Told
from rich_snippets.reasons import Code, Reason, Reasons
from rich_snippets.snippets import Placement, Snippet
from rich_snippets.views import CertificationView, GradeView, ReviewView, ShopView


def build(
    shop: ShopView,
    grade: GradeView,
    views: Sequence[ReviewView],
    placement: Placement,
    held: Sequence[CertificationView] = (),
) -> Snippet:
    """The markup of a page about the shop: OnlineStore with what may be told on that page.

    ``views`` are the page's reviews in its order, ``held`` the shop's certifications. Everything
    else that could be told is named with the reason why it is not.
    """
    permission = placement.permission(Entity.SHOP, operator_is_shop=shop.operator_is_shop)
    if not permission.allows(Part.ITEM):
        return snippets.refused(permission, placement)
    reasons: Reasons = list(permission.notes)
    found = _shop(shop, (grade, views), placement, permission, held, reasons)
    return snippets.finished(found, placement, reasons)


def _shop(
    shop: ShopView,
    told: Told,
    placement: Placement,
    permission: Permission,
    held: Sequence[CertificationView],
    reasons: Reasons,
) -> Node | None:
    if not literals.plain(shop.name):
        reasons.append(Reason(Code.FIELD_MISSING, "R8", "name"))
        return None
    return node(
        "OnlineStore",
        id=products.fragment(shop.profile_url, "shop"),
        **organizations.properties(shop, reasons),
        **_rating(shop, told, placement, permission, reasons),
        hasCertification=_certifications(held, placement, permission, reasons),
    )


def _rating(
    shop: ShopView, told: Told, placement: Placement, permission: Permission, reasons: Reasons
) -> dict[str, Value | None]:
    """The aggregate and the reviews, each as far as it is allowed (M3, M4, M5, R17)."""
    if permission.allows(Part.RATING) and permission.allows(Part.REVIEWS):
        return products.rating(shop, told, placement, reasons)
    reasons.extend(
        permission.refusals[part]
        for part in (Part.RATING, Part.REVIEWS)
        if not permission.allows(part)
    )
    if not permission.allows(Part.RATING):
        return {}
    return {"aggregateRating": ratings.aggregate(told[0], reasons)}


def _certifications(
    held: Sequence[CertificationView],
    placement: Placement,
    permission: Permission,
    reasons: Reasons,
) -> tuple[Node, ...]:
    if not held:
        return ()
    if not permission.allows(Part.CERTIFICATION):
        reasons.append(permission.refusals[Part.CERTIFICATION])
        return ()
    return certifications.build(held, today=placement.today, reasons=reasons)
