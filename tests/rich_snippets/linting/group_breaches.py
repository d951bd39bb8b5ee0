"""What can be wrong with a group of variants, and with a rated shop, one thing each."""

from tests.rich_snippets.linting import documents
from tests.rich_snippets.linting.changes import Change, drop, put

GROUP_BREACHES: dict[str, tuple[str, str, Change]] = {
    "no name": ("V1", 'Missing field "name"', drop("name")),
    "no id": ("V1", 'Missing field "productGroupID"', drop("productGroupID")),
    "another id": (
        "V1",
        "productGroupID and inProductGroupWithID differ",
        put("hasVariant", 0, "inProductGroupWithID", to="CUP"),
    ),
    "a variant without sku": ("V2", 'Missing field "sku"', drop("hasVariant", 0, "sku")),
    "one sku twice": (
        "V2",
        "Two variants share a sku or gtin",
        put("hasVariant", 0, "sku", to="MUG-B"),
    ),
    "a short name of what varies": ("V3", "Invalid enum value", put("variesBy", to="color")),
    "what cannot vary": (
        "V3",
        "Invalid enum value",
        put("variesBy", to="https://schema.org/weight"),
    ),
    "an address of the group": (
        "V4",
        "A group with pages for its variants has no url",
        lambda markup: [
            markup.update(url="https://shop.example/mug"),
            *(
                each.update(url=f"https://shop.example/{each['sku']}")
                for each in markup["hasVariant"]
            ),
        ],
    ),
    "a variant rated too": (
        "V5",
        "The group and its variant both carry ratings",
        put("hasVariant", 0, "aggregateRating", to=documents.aggregate()),
    ),
    "one offer for all": (
        "P2",
        "An AggregateOffer describes variants",
        put("offers", to={"@type": "AggregateOffer", "lowPrice": 5, "priceCurrency": "EUR"}),
    ),
}

COMPANY_BREACHES: dict[str, tuple[str, str, Change]] = {
    "a name of a profile": (
        "O2",
        "sameAs is not an absolute address",
        put("sameAs", to="profile/1"),
    ),
    "no days": (
        "O3",
        'Missing field "merchantReturnDays"',
        drop("hasMerchantReturnPolicy", "merchantReturnDays"),
    ),
    "too many countries": (
        "O3",
        "More than 50 countries",
        put("hasMerchantReturnPolicy", "applicableCountry", to=[f"{n:02}" for n in range(51)]),
    ),
    "a place without address": ("O5", 'Missing field "address"', put("@type", to="Store")),
    "no name": ("R8", 'Missing field "name"', drop("name")),
}
