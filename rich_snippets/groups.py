"""Groups of variants as snippets: ratings are pooled on the group, told there once (V1 to V5)."""

from collections.abc import Sequence
from datetime import date

from rich_snippets import literals, products, snippets
from rich_snippets.nodes import Node, Value, member, node
from rich_snippets.policy import Entity, Part
from rich_snippets.products import Told
from rich_snippets.reasons import Code, Reason, Reasons
from rich_snippets.snippets import Placement, Snippet
from rich_snippets.views import GradeView, GroupView, ReviewView, ShopView, VariantView


def build(
    shop: ShopView,
    group: GroupView,
    grade: GradeView,
    views: Sequence[ReviewView],
    placement: Placement,
) -> Snippet:
    """The markup of a page of variants: ProductGroup with aggregate, reviews and its variants.

    ``grade`` and ``views`` are those of all variants together. Where the log does not say why
    they are the same product (NEVER-11), no rating is told: on the group it would be a mixture,
    and on a variant it would be that of the others.
    """
    permission = placement.permission(Entity.PRODUCT, operator_is_shop=shop.operator_is_shop)
    if not permission.allows(Part.ITEM):
        return snippets.refused(permission, placement)
    reasons: Reasons = []
    found = _group(shop, group, (grade, views), placement, reasons)
    return snippets.finished(found, placement, reasons)


def _group(
    shop: ShopView, group: GroupView, told: Told, placement: Placement, reasons: Reasons
) -> Node | None:
    if not products.may_be_told(group.name, is_prohibited=group.is_prohibited, reasons=reasons):
        return None
    group_id = literals.plain(group.group_id)
    if not group_id:
        reasons.append(Reason(Code.FIELD_MISSING, "V1", "productGroupID"))
        return None
    rated = _pooled(shop, group, told, placement, reasons)
    variants = _variants(group.variants, today=placement.today, reasons=reasons)
    if not (rated or variants):
        reasons.append(Reason(Code.NOTHING_TO_TELL, "P1", "product"))
        return None
    return node(
        "ProductGroup",
        id=products.fragment(group.url, "group"),
        name=literals.plain(group.name),
        productGroupID=group_id,
        url=literals.link(group.url) if group.is_single_page else None,
        image=literals.link(group.image_url),
        brand=products.brand(group.brand),
        variesBy=tuple(map(member, group.varies_by)),
        **rated,
        hasVariant=variants,
    )


def _pooled(
    shop: ShopView, group: GroupView, told: Told, placement: Placement, reasons: Reasons
) -> dict[str, Value | None]:
    if not group.is_equivalence_logged:
        reasons.append(Reason(Code.POOLING_NOT_LOGGED, "V5", "aggregateRating"))
        return {}
    return products.rating(shop, told, placement, reasons)


def _variants(views: Sequence[VariantView], *, today: date, reasons: Reasons) -> tuple[Node, ...]:
    """The variants that have a price and a key of their own (P1, V2)."""
    found: list[Node] = []
    seen: set[Value] = set()
    for index, view in enumerate(views):
        variant = _variant(view, f"hasVariant[{index}].", seen, today=today, reasons=reasons)
        if variant is not None:
            found.append(variant)
    return tuple(found)


def _variant(
    view: VariantView, path: str, seen: set[Value], *, today: date, reasons: Reasons
) -> Node | None:
    facts = products.properties(view.product, path, today=today, reasons=reasons)
    refusal = _refusal(facts, path, seen)
    if refusal is not None:
        reasons.append(refusal)
        return None
    seen.update(_keys(facts))
    return node(
        "Product",
        id=None,  # Variants may share an address, and one id would make them one thing.
        **facts,
        color=literals.plain(view.color),
        size=literals.plain(view.size),
        material=literals.plain(view.material),
        pattern=literals.plain(view.pattern),
    )


def _refusal(facts: dict[str, Value | None], path: str, seen: set[Value]) -> Reason | None:
    keys = _keys(facts)
    if not facts["name"]:
        return Reason(Code.FIELD_MISSING, "P1", f"{path}name")
    if not keys:
        return Reason(Code.VARIANT_UNKEYED, "V2", f"{path}sku")
    if keys & seen:
        return Reason(Code.VARIANT_REPEATED, "V2", f"{path}sku")
    if facts["offers"] is None:
        return Reason(Code.NOTHING_TO_TELL, "P1", f"{path}offers")
    return None


def _keys(facts: dict[str, Value | None]) -> set[Value]:
    """The SKU and the GTIN, each told apart from the other by its name."""
    return {(name, value) for name, value in facts.items() if value and _is_key(name)}


def _is_key(name: str) -> bool:
    return name == "sku" or name.startswith("gtin")
