"""The parameters of the addresses in ``schemas.questions``, as OpenAPI describes them."""

from collections.abc import Mapping
from typing import Any, Final

from domain import languages, policies, skus
from domain.criteria import BEST, WORST
from schemas.questions import OF_PRODUCTS, PARAMETERS, Sort, Within
from schemas.snapshots import Kind
from schemas.syntaxes import Syntax

_TAG: Final = "^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$"
_REVIEW_ID: Final = "^rev-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
_GTINS: Final = "^[0-9]{8,14}(,[0-9]{8,14})*$"
_HEX_SKUS: Final = "^([0-9A-Fa-f]{2})+(,([0-9A-Fa-f]{2})+)*$"
_HAVE: Final = "^(jsonld|microdata|rdfa):[A-Z][A-Za-z0-9]{0,79}(#[A-Za-z0-9._~-]{1,80})?$"
_OFFERED: Final = ", ".join(languages.SUPPORTED)


def _query(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _path(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": description,
        "schema": {"type": "string", **schema},
    }


def _whole(least: int, most: int, default: int | None = None) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "integer", "minimum": least, "maximum": most}
    return schema if default is None else {**schema, "default": default}


COMPONENTS: Final[Mapping[str, dict[str, Any]]] = {
    "shopKey": _path(
        "shop_key",
        "The shop's key: X and 32 letters or digits, in either case.",
        {"pattern": "^[Xx][0-9A-Za-z]{32}$", "example": "X0123456789ABCDEF0123456789ABCDEF"},
    ),
    "sku": _path(
        "sku",
        "The product's SKU, percent-encoded UTF-8.",
        {"minLength": 1, "maxLength": skus.MAX_CHARACTERS, "example": "SKU-4711"},
    ),
    "after": _query(
        "after",
        "Id of a review of this list: the page that follows it in the chosen order. "
        "Not together with `before`.",
        {"type": "string", "pattern": _REVIEW_ID},
    ),
    "before": _query(
        "before",
        "Id of a review of this list: the page that precedes it in the chosen order.",
        {"type": "string", "pattern": _REVIEW_ID},
    ),
    "language": _query(
        "language",
        "Only reviews whose text is in this language (BCP 47; the primary subtag counts).",
        {"type": "string", "pattern": _TAG, "example": "de"},
    ),
    "limit": _query(
        "limit",
        "Reviews on a page.",
        _whole(1, policies.LISTS.page_maximum, policies.LISTS.page_default),
    ),
    "stickerLimit": _query(
        "limit",
        "Reviews at most.",
        _whole(1, policies.LISTS.sticker_maximum, policies.LISTS.sticker_default),
    ),
    "period": _query(
        "period",
        "Only reviews of the last twelve months: those of the window that the grade has.",
        {"type": "string", "enum": [str(each) for each in Within]},
    ),
    "sort": _query(
        "sort",
        "Order of the list; within equal stars the newest comes first.",
        {"type": "string", "enum": [str(order) for order in Sort], "default": str(Sort.NEWEST)},
    ),
    "stars": _query("stars", "Only reviews with these stars of their own.", _whole(WORST, BEST)),
    "text": _query("text", "Only reviews that say more than stars.", _whole(1, 1)),
    "verified": _query("verified", "Only reviews with a proven purchase.", _whole(1, 1)),
    "lang": _query(
        "lang",
        f"Language of the texts: {_OFFERED}; another one gives the shop's.",
        {"type": "string", "pattern": _TAG, "example": "de"},
    ),
    "syntax": _query(
        "syntax",
        "How the markup is written.",
        {"type": "string", "enum": [str(each) for each in Syntax], "default": str(Syntax.JSONLD)},
    ),
    "reviews": _query(
        "reviews",
        "How many reviews the page shows: as many are marked up, the newest first.",
        _whole(0, policies.SNIPPETS.reviews_maximum, policies.SNIPPETS.reviews_default),
    ),
    "have": _query(
        "have",
        "What the page is marked up with already: `syntax:Type`, or `syntax:Type#id`, which is "
        "added to. May be given several times.",
        {
            "type": "array",
            "items": {"type": "string", "pattern": _HAVE, "example": "jsonld:Product#product"},
            "maxItems": policies.SNIPPETS.haves,
        },
    ),
    "hex": _query(
        "hex",
        f"1 to {policies.LISTS.batch_maximum} SKUs, separated by commas, each as the "
        "hexadecimal digits of its UTF-8 bytes: SKU-4711 is `534b552d34373131`.",
        {"type": "string", "pattern": _HEX_SKUS, "example": "534b552d34373131"},
    ),
    "gtin": _query(
        "gtin",
        "GTINs, separated by commas, with or without leading zeros; together with the others "
        f"at most {policies.LISTS.batch_maximum} products.",
        {"type": "string", "pattern": _GTINS, "example": "4006381333931"},
    ),
    "mpn": _query(
        "mpn",
        "Manufacturers' part numbers, separated by commas.",
        {"type": "string", "example": "A-1"},
    ),
}


def of(kind: Kind) -> list[str]:
    """Names in ``COMPONENTS`` of what an address of this kind takes, the path's first."""
    path = ["shopKey", "sku"] if kind in OF_PRODUCTS else ["shopKey"]
    names = sorted(PARAMETERS[kind])
    is_short = kind in (Kind.STICKER, Kind.STICKER_FRAGMENT)
    return path + ["stickerLimit" if is_short and name == "limit" else name for name in names]
