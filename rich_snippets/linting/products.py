"""Rules of products: P1 to P3, and P6 to P9."""

import re
from collections.abc import Iterator
from typing import Final

from rich_snippets import gtins
from rich_snippets.linting import messages, vocabulary
from rich_snippets.linting.items import Item, Literal, excerpt
from rich_snippets.linting.pages import Page, PageKind, is_variant
from rich_snippets.linting.rules import Breach, breach, first_literal

_ONE_OF: Final = ("offers", "review", "reviews", "aggregateRating")
_GTINS: Final = ("gtin", "gtin8", "gtin12", "gtin13", "gtin14")
_NOTES: Final = ("positiveNotes", "negativeNotes")
_MOST_CERTIFICATIONS: Final = 10
_ISSUERS: Final = frozenset({"EC", "European_Commission", "ADEME", "BMWK"})
_PROHIBITED: Final = re.compile(
    r"\b(?:ammunition|casinos?|cigarettes?|explosives|firearms?|gambling|tobacco|weapons?)\b",
    re.IGNORECASE,
)


def single(page: Page) -> list[Item]:
    """Products that are sold as such, not groups of variants."""
    return [item for item in page.of("Product") if "ProductGroup" not in item.types]


def _described(page: Page) -> Iterator[Item]:
    """Products that say more than which one is meant."""
    yield from (item for item in single(page) if item.via != "itemReviewed")


def nameless(page: Page) -> Iterator[Breach]:
    """P1: a product has a name."""
    for item in _described(page):
        if not item.text("name"):
            yield breach(messages.missing("name"), item)


def nothing_to_show(page: Page) -> Iterator[Breach]:
    """P1: a product has an offer, a review or an aggregate."""
    for item in _described(page):
        if not (item.values(*_ONE_OF) or is_variant(item)):
            yield breach(messages.EITHER, item)


def pictureless(page: Page) -> Iterator[Breach]:
    """P1: a product that is offered has an image."""
    for item in _described(page):
        pictures = [
            each for each in item.values("image") if not isinstance(each, Literal) or each.text
        ]
        if item.values("offers") and not pictures:
            yield breach(messages.missing("image"), item)


def untidy_sku(page: Page) -> Iterator[Breach]:
    """P3: one SKU, ASCII, without white space."""
    for item in single(page):
        given = item.literals("sku")
        if len({each.text for each in given}) > 1:
            yield breach("A product has one sku", item, given[1])
        elif given and (not given[0].text.isascii() or len(given[0].text.split()) > 1):
            yield breach("The sku holds white space or other letters than ASCII", item, given[0])


def several_brands(page: Page) -> Iterator[Breach]:
    """P3: at most one brand."""
    for item in single(page):
        given = item.values("brand")
        if len(given) > 1:
            yield breach("A product has one brand", item, given[1])


def wrong_gtin(page: Page) -> Iterator[Breach]:
    """P3: a GTIN has digits, the right length for its property, and the right check digit."""
    for item in single(page):
        for name in _GTINS:
            for literal in item.literals(name):
                digits = literal.text.replace(" ", "").replace("-", "")
                is_long_enough = name == "gtin" or name == f"gtin{len(digits)}"
                if literal.text and not (is_long_enough and gtins.is_valid(digits)):
                    yield breach(f"The {name} is not a valid number", item, literal)


def stray_isbn(page: Page) -> Iterator[Breach]:
    """P3: an ISBN needs Book beside Product."""
    for item in single(page):
        if item.values("isbn") and not vocabulary.is_a(item.types, "Book"):
            yield breach("isbn is read on books only", item, first_literal(item, "isbn"))


def certifications(page: Page) -> Iterator[Breach]:
    """P6: at most ten certifications, and only of issuers that are read."""
    for item in page.of("Product"):
        given = page.below(item, "hasCertification")
        if len(given) > _MOST_CERTIFICATIONS:
            yield breach("More than ten certifications", item, given[_MOST_CERTIFICATIONS])
        for each in given:
            issuers = {issuer.text("name") for issuer in page.below(each, "issuedBy")}
            if not issuers & _ISSUERS:
                yield breach("The certification's issuer is not one that is read", each)


def customers_notes(page: Page) -> Iterator[Breach]:
    """P7: pros and cons are for editorial reviews, not for what is sold or what customers say."""
    for item in page.items:
        if any(item.values(name) for name in _NOTES) and _is_for_sale(page, item):
            yield breach("Pros and cons are marked up on a product page", item)


def _is_for_sale(page: Page, item: Item) -> bool:
    product = item.parent if vocabulary.is_a(item.types, "Review") else item
    if page.circumstances.kind is PageKind.PRODUCT:
        return True
    return product is not None and bool(product.values("offers", "aggregateRating"))


def few_notes(page: Page) -> Iterator[Breach]:
    """P7: an editorial review has at least two notes in all."""
    for item in page.items:
        given = [each for name in _NOTES for each in _notes(page, item, name)]
        has_notes = any(item.values(name) for name in _NOTES)
        if has_notes and len(given) < 2 and not _is_for_sale(page, item):
            yield breach("Less than two pros and cons", item)


def _notes(page: Page, item: Item, name: str) -> list[object]:
    found: list[object] = list(item.literals(name))
    for each in page.below(item, name):
        found.extend(each.values("itemListElement"))
    return found


def lonely_car(page: Page) -> Iterator[Breach]:
    """P8: a car is a Product by a second type."""
    for item in page.of("Car"):
        is_stated = {"Product", "ProductGroup"} & set(item.types)
        if not is_stated and item.values(*_ONE_OF):
            yield breach(messages.object_type(messages.PARENT_NODE), item)


def prohibited(page: Page) -> Iterator[Breach]:
    """P9: goods of some categories have no rich results, as far as the category tells."""
    for item in single(page):
        for literal in item.literals("category"):
            word = _PROHIBITED.search(literal.text)
            if word is not None:
                yield breach(f"The category may be prohibited: {excerpt(word[0])}", item, literal)
