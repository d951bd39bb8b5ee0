"""What can be wrong with our own markup, one thing each, with the rule that has to find it."""

from datetime import date
from decimal import Decimal
from typing import Any

from rich_snippets.nodes import Link
from tests.rich_snippets.linting.nodes import GONE, at, of

Breach = tuple[str, tuple[str | int, ...], Any]

FIRST = ("review", 0)
RATING = (*FIRST, "reviewRating")
MEAN = ("aggregateRating",)
NOTES = of("ItemList", itemListElement=of("ListItem", name="warm"))
REVIEWED = of("Product", name="Mug")
ISSUED = of("Certification", name="Seal", issuedBy=of("Organization", name="Us"))
LISTED = of("UnitPriceSpecification", price=25, priceType=Link("https://schema.org/ListPrice"))


def twice(value: Any) -> Any:
    return (value, value)


def without(*names: str) -> Any:
    def change(node: Any) -> Any:
        kept = tuple(pair for pair in node.properties if pair[0] not in names)
        return of(node.type, **dict(kept))

    return change


def in_dollars(offer: Any) -> Any:
    properties = dict(offer.properties)
    return (offer, of("Offer", **properties | {"priceCurrency": "USD"}))


def on_several_pages(group: Any) -> Any:
    """The group and its variants, each with an address of its own."""
    for number in (0, 1):
        page = Link(f"https://buecher.example/hemd/{number}")
        group = at(group, ("hasVariant", number, "url"), page)
    return at(group, ("url",), Link("https://buecher.example/hemd"))


def as_a_place(shop: Any) -> Any:
    return at(at(shop, ("address",), GONE), ("@type",), "Store")


RATINGS: list[Breach] = [
    ("R1", (*FIRST, "author"), GONE),
    ("R1", (*FIRST, "author"), "Ada"),
    ("R1", (*FIRST, "author", "name"), " "),
    ("R1", (*FIRST, "author", "@type"), "Thing"),
    ("R2", (*FIRST, "author", "name"), "A" * 100),
    ("R2", (*FIRST, "author", "name"), "50% off until Saturday"),
    ("R3", RATING, GONE),
    ("R3", RATING, twice),
    ("R3", (*RATING, "ratingValue"), GONE),
    ("R4", (*RATING, "ratingValue"), "4,4"),
    ("R4", (*MEAN, "ratingValue"), "good"),
    ("R5", (*RATING, "ratingValue"), 6),
    ("R5", (*MEAN, "ratingValue"), 0),
    ("R5", (*RATING, "bestRating"), GONE),
    ("R5", (*MEAN, "worstRating"), GONE),
    ("R5", (*MEAN, "bestRating"), "five"),
    ("R6", (*MEAN, "ratingCount"), 0),
    ("R6", (*MEAN, "reviewCount"), "89 reviews"),
    ("R6", MEAN, without("ratingCount", "reviewCount")),
    ("R7", (*MEAN, "reviewCount"), 4),
    ("R8", (*FIRST, "itemReviewed"), REVIEWED),
    ("R10", MEAN, GONE),
    ("R11", MEAN, twice),
    ("R12", (*FIRST, "datePublished"), GONE),
    ("R12", (*FIRST, "datePublished"), "1 Oct"),
    ("R16", (*MEAN, "url"), Link("https://www.trustpilot.com/review/shop.example")),
    ("X4", (*MEAN, "ratingValue"), Decimal("4.333333333")),
    ("X5", (*FIRST, "reviewBody"), "A\x0bB"),
]
"""These hold for everything that is rated."""

PRODUCTS: list[Breach] = [
    ("R9", ("@type",), "Service"),
    ("R18", (*FIRST, "author", "name"), "Klangwerk"),
    ("O4", ("offers", "seller"), of("OnlineStore", name="Shop", aggregateRating=REVIEWED)),
    ("P1", ("name",), GONE),
    ("P1", ("image",), GONE),
    ("P1", ("offers", "price"), "12,90 €"),
    ("P1", ("offers", "price"), 0),
    ("P1", ("offers", "priceCurrency"), "€"),
    ("P2", ("offers",), of("AggregateOffer", offers=(of("Offer", sku="A"), of("Offer", sku="B")))),
    ("P3", ("sku",), "SKU 4711"),
    ("P3", ("sku",), ("A", "B")),
    ("P3", ("brand",), lambda brand: (brand, of("Brand", name="Other"))),
    ("P3", ("gtin13",), "4006381333932"),
    ("P3", ("isbn",), "9783161484100"),
    ("P4", ("offers", "availability"), "in stock"),
    ("P4", ("offers", "priceValidUntil"), date(2026, 11, 20)),
    ("P4", ("offers",), in_dollars),
    ("P5", ("offers", "priceSpecification"), LISTED),
    ("P6", ("hasCertification",), ISSUED),
    ("P7", (*FIRST, "positiveNotes"), NOTES),
    ("P8", ("@type",), "Car"),
    ("P9", ("category",), "Home > Tobacco"),
]

GROUPS: list[Breach] = [
    ("V1", ("name",), GONE),
    ("V1", ("productGroupID",), GONE),
    ("V2", ("hasVariant", 0, "sku"), GONE),
    ("V2", ("hasVariant", 0, "sku"), "H-B"),
    ("V3", ("variesBy",), "color"),
    ("V3", ("variesBy",), Link("https://schema.org/weight")),
    ("V4", (), on_several_pages),
    ("V5", ("hasVariant", 0, "aggregateRating"), of("AggregateRating", ratingValue=4)),
]

SHOPS: list[Breach] = [
    ("R8", ("name",), GONE),
    ("O2", ("sameAs",), "profile/1"),
    ("O3", ("hasMerchantReturnPolicy", "merchantReturnDays"), GONE),
    ("O3", ("hasMerchantReturnPolicy", "applicableCountry"), tuple(f"{n:02}" for n in range(51))),
    ("O5", (), as_a_place),
]
