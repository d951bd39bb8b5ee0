"""What can be wrong with a product, its offers and its block, one thing each."""

from tests.rich_snippets.linting import documents
from tests.rich_snippets.linting.changes import Change, drop, put

PRODUCT_BREACHES: dict[str, tuple[str, str, Change]] = {
    "no name": ("P1", 'Missing field "name"', drop("name")),
    "no image": ("P1", 'Missing field "image"', drop("image")),
    "no price": ("P1", 'Missing field "price"', drop("offers", "price")),
    "a price with its currency": (
        "P1",
        "Invalid price format",
        put("offers", "price", to="12,90 €"),
    ),
    "a price of nothing": ("P1", "Value in field must be positive", put("offers", "price", to=0)),
    "no currency": ("P1", 'Missing field "priceCurrency"', drop("offers", "priceCurrency")),
    "a currency's sign": ("P1", "Invalid enum value", put("offers", "priceCurrency", to="€")),
    "an aggregate offer": (
        "P1",
        'Invalid object type for field "offers"',
        put("offers", to={"@type": "AggregateOffer", "lowPrice": 5, "priceCurrency": "EUR"}),
    ),
    "variants in one offer": (
        "P2",
        "An AggregateOffer describes variants",
        put(
            "offers",
            to={
                "@type": "AggregateOffer",
                "offers": [{"@type": "Offer", "sku": sku, "price": 5} for sku in "AB"],
            },
        ),
    ),
    "a sku with a space": (
        "P3",
        "The sku holds white space or other letters than ASCII",
        put("sku", to="MUG 1"),
    ),
    "two skus": ("P3", "A product has one sku", put("sku", to=["A", "B"])),
    "two brands": (
        "P3",
        "A product has one brand",
        put("brand", to=[{"@type": "Brand", "name": name} for name in ("Clay", "Loam")]),
    ),
    "a wrong check digit": (
        "P3",
        "The gtin13 is not a valid number",
        put("gtin13", to="4006381333932"),
    ),
    "a number in another's property": (
        "P3",
        "The gtin14 is not a valid number",
        put("gtin14", to="4006381333931"),
    ),
    "an isbn of a mug": (
        "P3",
        "isbn is read on books only",
        put("isbn", to="9783161484100"),
    ),
    "in stock, in words": (
        "P4",
        "Invalid enum value",
        put("offers", "availability", to="in stock"),
    ),
    "two conditions": (
        "P4",
        "Invalid enum value",
        put("offers", "itemCondition", to=["NewCondition", "UsedCondition"]),
    ),
    "a price of yesterday": (
        "P4",
        "priceValidUntil is in the past",
        put("offers", "priceValidUntil", to="2026-11-20"),
    ),
    "two currencies": (
        "P4",
        "One page offers in several currencies",
        put("offers", to=[documents.offer(), documents.offer() | {"priceCurrency": "USD"}]),
    ),
    "a list price": (
        "P5",
        "Invalid enum value",
        put(
            "offers",
            "priceSpecification",
            to={
                "@type": "UnitPriceSpecification",
                "price": 15,
                "priceType": "https://schema.org/ListPrice",
            },
        ),
    ),
    "a certificate that is not read": (
        "P6",
        "The certification's issuer is not one that is read",
        put(
            "hasCertification",
            to={"@type": "Certification", "issuedBy": {"@type": "Organization", "name": "Us"}},
        ),
    ),
    "eleven certificates": (
        "P6",
        "More than ten certifications",
        put(
            "hasCertification",
            to=[
                {"@type": "Certification", "issuedBy": {"@type": "Organization", "name": "EC"}}
                for _ in range(11)
            ],
        ),
    ),
    "pros of customers": (
        "P7",
        "Pros and cons are marked up on a product page",
        put(
            "review",
            0,
            "positiveNotes",
            to={"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "name": "warm"}]},
        ),
    ),
    "a car alone": (
        "P8",
        'Invalid object type for field "<parent_node>"',
        put("@type", to="Car"),
    ),
    "tobacco": (
        "P9",
        "The category may be prohibited: Tobacco",
        put("category", to="Home > Tobacco"),
    ),
    "a rated seller": (
        "O4",
        "aggregateRating and review are not supported here",
        put(
            "offers",
            "seller",
            to={"@type": "OnlineStore", "name": "Shop", "aggregateRating": documents.aggregate()},
        ),
    ),
    "an incomplete return policy": (
        "O3",
        'Missing field "returnPolicyCategory"',
        put(
            "offers",
            "hasMerchantReturnPolicy",
            to={"@type": "MerchantReturnPolicy", "applicableCountry": "DE"},
        ),
    ),
    "html in a text": (
        "X1",
        "The block holds unsafe or twice escaped text: <b",
        put("description", to="<b>Mug</b>"),
    ),
    "a text escaped twice": (
        "X1",
        "The block holds unsafe or twice escaped text: &amp;",
        put("description", to="Cup &amp; saucer"),
    ),
    "a number as text": (
        "X3",
        "A number is written as text",
        put("aggregateRating", "ratingValue", to="4.56"),
    ),
    "a control character": (
        "X5",
        "A value holds a control character",
        put("description", to="A\x0bB"),
    ),
}
