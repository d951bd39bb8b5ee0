"""Products as snippets: what identifies them, their offer, their grade and reviews (P1 to P9)."""

from collections.abc import Sequence
from datetime import date

from rich_snippets import gtins, literals, offers, ratings, reviews, snippets
from rich_snippets.nodes import Node, Value, node
from rich_snippets.policy import Entity, Part
from rich_snippets.reasons import Code, Reason, Reasons
from rich_snippets.snippets import Placement, Snippet
from rich_snippets.views import GradeView, ProductView, ReviewView, ShopView

Told = tuple[GradeView, Sequence[ReviewView]]


def build(
    shop: ShopView,
    product: ProductView,
    grade: GradeView,
    views: Sequence[ReviewView],
    placement: Placement,
) -> Snippet:
    """The markup of a product's page: Product with offer, aggregate and the visible reviews.

    ``views`` are the page's reviews in its order. Without a name, or without all of offer,
    aggregate and reviews, there is no node (P1).
    """
    permission = placement.permission(Entity.PRODUCT, operator_is_shop=shop.operator_is_shop)
    if not permission.allows(Part.ITEM):
        return snippets.refused(permission, placement)
    reasons: Reasons = []
    found = _product(shop, product, (grade, views), placement, reasons)
    return snippets.finished(found, placement, reasons)


def _product(
    shop: ShopView, product: ProductView, told: Told, placement: Placement, reasons: Reasons
) -> Node | None:
    if not may_be_told(product.name, is_prohibited=product.is_prohibited, reasons=reasons):
        return None
    facts = properties(product, "", today=placement.today, reasons=reasons)
    rated = rating(shop, told, placement, reasons)
    if not (rated or facts["offers"]):
        reasons.append(Reason(Code.NOTHING_TO_TELL, "P1", "product"))
        return None
    return node("Product", id=fragment(product.url, "product"), **facts, **rated)


def may_be_told(name: str, *, is_prohibited: bool, reasons: Reasons) -> bool:
    """Whether an item has the name that it needs and is not kept out by its kind (P1, P9, V1)."""
    if is_prohibited:
        reasons.append(Reason(Code.PROHIBITED_GOODS, "P9", "product"))
    elif not literals.plain(name):
        reasons.append(Reason(Code.FIELD_MISSING, "P1", "name"))
    else:
        return True
    return False


def properties(
    product: ProductView, path: str, *, today: date, reasons: Reasons
) -> dict[str, Value | None]:
    """What is told of a product apart from ratings; ``path`` is where it stands, with a dot."""
    offer = product.offer
    return {
        "name": literals.plain(product.name),
        "url": literals.link(product.url),
        "image": literals.link(product.image_url),
        "sku": _sku(product.sku, path, reasons),
        **_gtin(product.gtin, path, reasons),
        "mpn": literals.plain(product.mpn),
        "brand": brand(product.brand),
        "offers": offers.build(offer, f"{path}offers", today=today, reasons=reasons)
        if offer
        else None,
    }


def brand(name: str) -> Node | None:
    """The one brand of a product (P3)."""
    name = literals.plain(name)
    return node("Brand", name=name) if name else None


def rating(
    shop: ShopView, told: Told, placement: Placement, reasons: Reasons
) -> dict[str, Value | None]:
    """The aggregate and the reviews that the page shows; no review without aggregate (R10)."""
    grade, views = told
    aggregate = ratings.aggregate(grade, reasons)
    if aggregate is None:
        if views and placement.reviews:
            reasons.append(Reason(Code.REVIEWS_WITHOUT_AGGREGATE, "R10", "review"))
        return {}
    shown = reviews.build(
        views, limit=placement.reviews, shop_name=literals.plain(shop.name), reasons=reasons
    )
    return {"aggregateRating": aggregate, "review": shown}


def fragment(url: str | None, name: str) -> str | None:
    """The id of a thing on its page: the page's address with a fragment."""
    address = literals.address(url)
    return f"{address.partition('#')[0]}#{name}" if address else None


def _sku(sku: str, path: str, reasons: Reasons) -> str:
    """One value without white space; another is left out, the product stays (P3)."""
    sku = literals.plain(sku)
    if len(sku.split()) > 1:
        reasons.append(Reason(Code.SKU_UNFIT, "P3", f"{path}sku"))
        return ""
    return sku


def _gtin(gtin: str, path: str, reasons: Reasons) -> dict[str, Value | None]:
    """The number under its most specific property; a wrong one is left out (P3)."""
    if not gtin:
        return {}
    if not gtins.is_valid(gtin):
        reasons.append(Reason(Code.GTIN_INVALID, "P3", f"{path}gtin"))
        return {}
    return {gtins.property_of(gtin): gtin}
