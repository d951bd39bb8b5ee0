"""Pages for the linter: a correct one of each kind, to break one thing of."""

import json
from datetime import date
from typing import Any

from rich_snippets.linting import linter
from rich_snippets.linting.pages import Circumstances, PageKind
from rich_snippets.linting.reports import Report

TODAY = date(2026, 11, 21)
URL = "https://shop.example/mug"
TEXT = "<h1>Mug</h1><p>4.56 of 5 stars, 1,234 ratings</p><p>Holds coffee.</p><p>A fine mug.</p>"


def review(author: str, body: str) -> dict[str, Any]:
    return {
        "@type": "Review",
        "author": {"@type": "Person", "name": author},
        "datePublished": "2026-10-01",
        "reviewBody": body,
        "reviewRating": rating(5),
    }


def rating(value: float) -> dict[str, Any]:
    return {"@type": "Rating", "ratingValue": value, "bestRating": 5, "worstRating": 1}


def aggregate() -> dict[str, Any]:
    counts = {"ratingCount": 1234, "reviewCount": 1234}
    return rating(4.56) | {"@type": "AggregateRating"} | counts


def offer() -> dict[str, Any]:
    return {
        "@type": "Offer",
        "price": 12.9,
        "priceCurrency": "EUR",
        "availability": "https://schema.org/InStock",
        "itemCondition": "NewCondition",
        "priceValidUntil": "2026-12-31",
    }


def product() -> dict[str, Any]:
    """A product page's markup in which nothing is wrong."""
    return {
        "@context": "https://schema.org",
        "@type": "Product",
        "@id": f"{URL}#product",
        "name": "Mug",
        "sku": "MUG-1",
        "gtin13": "4006381333931",
        "image": "https://shop.example/mug.png",
        "brand": {"@type": "Brand", "name": "Clay"},
        "offers": offer(),
        "aggregateRating": aggregate(),
        "review": [review("Ada L.", "Holds coffee."), review("Ben", "A fine mug.")],
    }


def group() -> dict[str, Any]:
    """A product with two variants, rated as one, in which nothing is wrong."""
    shared = {"@type": "Product", "image": "https://shop.example/mug.png", "offers": offer()}
    return {
        "@context": "https://schema.org",
        "@type": "ProductGroup",
        "name": "Mug",
        "productGroupID": "MUG",
        "variesBy": ["https://schema.org/color"],
        "aggregateRating": aggregate(),
        "review": [review("Ada L.", "Holds coffee."), review("Ben", "A fine mug.")],
        "hasVariant": [
            shared | {"name": "Red mug", "sku": "MUG-R", "color": "red"},
            shared | {"name": "Blue mug", "sku": "MUG-B", "color": "blue"},
        ],
    }


def company() -> dict[str, Any]:
    """A rated shop; nothing is wrong with it on the page of a neutral operator."""
    return {
        "@context": "https://schema.org",
        "@type": "OnlineStore",
        "name": "Anna's shop",
        "url": "https://shop.example",
        "sameAs": ["https://reviews.example/profile/1"],
        "aggregateRating": aggregate(),
        "review": [review("Ada L.", "Holds coffee."), review("Ben", "A fine mug.")],
        "hasMerchantReturnPolicy": {
            "@type": "MerchantReturnPolicy",
            "applicableCountry": "DE",
            "returnPolicyCategory": "https://schema.org/MerchantReturnFiniteReturnWindow",
            "merchantReturnDays": 30,
        },
    }


def block(markup: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps(markup)}</script>'


def page(*markup: Any, head: str = "", text: str = TEXT) -> str:
    """A page that carries markup, each as a block of its own or as ready-made HTML."""
    blocks = [each if isinstance(each, str) else block(each) for each in markup]
    return f"<!doctype html><html><head>{head}{''.join(blocks)}</head><body>{text}</body></html>"


def linted(document: str | bytes, **circumstances: Any) -> Report:
    data = document.encode() if isinstance(document, str) else document
    given: dict[str, Any] = {"today": TODAY, "url": URL} | circumstances
    if "kind" in circumstances:
        given |= {"kind": PageKind(circumstances["kind"])}
    return linter.lint(data, "page", Circumstances(**given))


def found(document: str | bytes, **circumstances: Any) -> list[tuple[str, str]]:
    """Rule and message of every finding."""
    return [(each.rule, each.message) for each in linted(document, **circumstances).findings]
