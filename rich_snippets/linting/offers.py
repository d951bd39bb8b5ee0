"""Rules of offers: P1 for merchant listings, P2, P4 and P5."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from rich_snippets.linting import amounts, messages, vocabulary
from rich_snippets.linting.items import Item
from rich_snippets.linting.pages import Page
from rich_snippets.linting.rules import Breach, breach, first_literal

_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_ENUMERATIONS: Final = (
    ("availability", "ItemAvailability"),
    ("itemCondition", "OfferItemCondition"),
)
_PRICE_TYPE: Final = "StrikethroughPrice"


def _offers(page: Page) -> list[Item]:
    """Single offers that a product holds."""
    found = [offer for item in page.of("Product") for offer in page.below(item, "offers")]
    return [offer for offer in dict.fromkeys(found) if "AggregateOffer" not in offer.types]


def _aggregates(page: Page) -> Iterator[tuple[Item, Item]]:
    for item in page.of("Product"):
        for offer in page.below(item, "offers"):
            if "AggregateOffer" in offer.types:
                yield item, offer


def _is_group(item: Item) -> bool:
    return "ProductGroup" in item.types or bool(item.values("hasVariant"))


def _describes_variants(page: Page, item: Item, offer: Item) -> bool:
    skus = {each.text("sku") for each in page.below(offer, "offers")} - {""}
    return _is_group(item) or len(skus) > 1


def not_an_offer(page: Page) -> Iterator[Breach]:
    """P1: a merchant listing has an Offer; of variants in an AggregateOffer, P2 speaks."""
    for item, offer in _aggregates(page):
        if not _describes_variants(page, item, offer):
            yield breach(messages.object_type("offers"), item, offer)
    for item in page.of("Product"):
        for value in item.literals("offers"):
            yield breach(messages.object_type("offers"), item, value)


def variants_in_one_offer(page: Page) -> Iterator[Breach]:
    """P2: an AggregateOffer does not stand for variants."""
    for item, offer in _aggregates(page):
        if _describes_variants(page, item, offer):
            yield breach("An AggregateOffer describes variants", item, offer)


def _prices(page: Page, offer: Item) -> list[Item]:
    """The offer itself, or the specification that holds its price."""
    if offer.values("price"):
        return [offer]
    found = page.below(offer, "priceSpecification")
    return [each for each in found if each.values("price") and not each.values("priceType")]


def price(page: Page) -> Iterator[Breach]:
    """P1: a price above zero, in digits with a point."""
    for offer in _offers(page):
        priced = _prices(page, offer)
        literal = first_literal(priced[0], "price") if priced else None
        if literal is None or not literal.text:
            yield breach(messages.missing("price"), offer)
        elif (amount := amounts.number(literal)) is None:
            yield breach(messages.PRICE_FORMAT, offer, literal)
        elif amount <= 0:
            yield breach(messages.NOT_POSITIVE, offer, literal)


def currency(page: Page) -> Iterator[Breach]:
    """P1: the currency by its three letters."""
    for offer in _offers(page):
        holders = [*_prices(page, offer), offer]
        found = next(filter(None, (each.text("priceCurrency") for each in holders)), "")
        if not found:
            yield breach(messages.missing("priceCurrency"), offer)
        elif not _CURRENCY.fullmatch(found):
            yield breach(messages.ENUM_VALUE, offer, first_literal(offer, "priceCurrency"))


def enumerations(page: Page) -> Iterator[Breach]:
    """P4: availability and condition are one member each of their lists."""
    for offer in _offers(page):
        for name, enumeration in _ENUMERATIONS:
            given = offer.texts(name)
            known = {vocabulary.local(each) for each in given} & vocabulary.members(enumeration)
            if given and (len(given) > 1 or not known):
                yield breach(messages.ENUM_VALUE, offer, first_literal(offer, name))


def outdated_price(page: Page) -> Iterator[Breach]:
    """P4: a price that is no longer valid may hide the snippet."""
    for offer in _offers(page):
        literal = first_literal(offer, "priceValidUntil")
        if literal is None or not literal.text:
            continue
        until = amounts.moment(literal.text)
        if until is None:
            yield breach("priceValidUntil is not ISO 8601", offer, literal)
        elif (until.date() if isinstance(until, datetime) else until) < page.circumstances.today:
            yield breach("priceValidUntil is in the past", offer, literal)


def several_currencies(page: Page) -> Iterator[Breach]:
    """P4: one address for each currency."""
    for item in page.of("Product"):
        found = {offer.text("priceCurrency") for offer in page.below(item, "offers")} - {""}
        if len(found) > 1:
            yield breach("One page offers in several currencies", item)


def price_type(page: Page) -> Iterator[Breach]:
    """P5: the only type of price is the one that is struck through."""
    for offer in _offers(page):
        for specification in page.below(offer, "priceSpecification"):
            for text in specification.texts("priceType"):
                if vocabulary.local(text) != _PRICE_TYPE:
                    place = first_literal(specification, "priceType")
                    yield breach(messages.ENUM_VALUE, specification, place)
