"""What can be wrong with a page as a whole, and with where it carries ratings."""

from typing import Any

from tests.rich_snippets.linting import documents
from tests.rich_snippets.linting.documents import product, review

PRODUCT, LIST, SHOP, PROFILE = "product", "list", "shop", "profile"


def standing_alone(**reviewed: Any) -> dict[str, Any]:
    return review("Ada L.", "Holds coffee.") | {"@context": "https://schema.org"} | reviewed


WITHOUT_OFFER = {k: v for k, v in product().items() if k not in ("offers", "aggregateRating")}
SECOND = documents.product() | {"name": "Cup", "sku": "CUP-1", "@id": "#cup", "gtin13": ""}
SELF_SERVING = ("R17", "The company controls the reviews about itself")

PAGES: dict[str, tuple[list[Any], dict[str, Any], str, str]] = {
    "a review of nothing": (
        [standing_alone()],
        {},
        "R8",
        'Missing field "itemReviewed"',
    ),
    "a review of an address": (
        [standing_alone(itemReviewed={"@id": "#mug"})],
        {},
        "R8",
        'Invalid object type for field "itemReviewed"',
    ),
    "a review of something nameless": (
        [standing_alone(itemReviewed={"@type": "Book"})],
        {},
        "R8",
        'Missing field "name"',
    ),
    "a review of a service": (
        [standing_alone(itemReviewed={"@type": "Service", "name": "Repair"})],
        {},
        "R9",
        'Invalid object type for field "itemReviewed"',
    ),
    "a rated brand": (
        [
            product()
            | {
                "brand": documents.aggregate()
                | {"@type": "Brand", "name": "Clay", "aggregateRating": documents.aggregate()}
            }
        ],
        {},
        "R9",
        'Invalid object type for field "<parent_node>"',
    ),
    "one item twice": (
        [product(), product() | {"@id": "#again"}],
        {},
        "R11",
        "Review has multiple aggregate ratings",
    ),
    "less reviews than are shown": (
        [product()],
        {"reviews_shown": 3},
        "R14",
        "3 reviews are shown, 2 are marked up",
    ),
    "two products": (
        [product(), SECOND],
        {},
        "R15",
        "Ratings stand on a page that is about no single item",
    ),
    "a collection": (
        [product(), {"@context": "https://schema.org", "@type": "CollectionPage"}],
        {},
        "R15",
        "Ratings stand on a page that is about no single item",
    ),
    "the shop's own rating": ([documents.company()], {}, *SELF_SERVING),
    "the shop's own rating, on a file": ([documents.company()], {"url": None}, *SELF_SERVING),
    "the shop's own rating on a sub-domain": (
        [documents.company()],
        {"url": "https://stars.shop.example/"},
        *SELF_SERVING,
    ),
    "the shop's rating beside its product's": (
        [product(), documents.company() | {"review": []}],
        {"kind": PRODUCT},
        "M1",
        "The shop is rated on the page of a product",
    ),
    "stars in a category": (
        [product()],
        {"kind": LIST},
        "M2",
        "Ratings stand on a list or home page",
    ),
    "the page about the shop's ratings": (
        [documents.company()],
        {"kind": SHOP},
        "M3",
        SELF_SERVING[1],
    ),
    "the profile of an operator's own shop": (
        [documents.company()],
        {"kind": PROFILE},
        "M5",
        SELF_SERVING[1],
    ),
    "a hidden page, by header": (
        [product()],
        {"robots": "googlebot: noindex"},
        "R19",
        "The page is marked noindex",
    ),
    "a product with nothing": (
        [{"@context": "https://schema.org", "@type": "Product", "name": "Mug"}],
        {},
        "P1",
        'Either "offers", "review", or "aggregateRating" should be specified',
    ),
    "one note of an editor": (
        [WITHOUT_OFFER | {"review": review("Ada L.", "Holds coffee.") | {"positiveNotes": "warm"}}],
        {},
        "P7",
        "Less than two pros and cons",
    ),
    "markup without a context": (
        [{k: v for k, v in product().items() if k != "@context"}],
        {},
        "X7",
        "@context does not name schema.org",
    ),
}
