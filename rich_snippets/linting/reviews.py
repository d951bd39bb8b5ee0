"""Rules of single reviews: R1, R2, R8, R9, R12, R16 and R18."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from rich_snippets.linting import amounts, messages, vocabulary
from rich_snippets.linting.items import Item, Reference, excerpt
from rich_snippets.linting.pages import Page, folded, host_of
from rich_snippets.linting.rules import Breach, breach, first_literal

_NAME_CHARACTERS: Final = 100
_PROMOTION: Final = re.compile(
    r"https?:|www\.|@[a-z0-9-]+\.|[0-9]\s*%|\b(?:coupon|discount|free shipping|sale|voucher)\b",
    re.IGNORECASE,
)
_DATES: Final = ("datePublished", "dateCreated", "dateModified")
_NESTED_BY: Final = frozenset({"review", "reviews", "aggregateRating"})
# Other collectors of reviews, by the part of their hosts that all countries share.
_ELSEWHERE: Final = re.compile(
    r"(?:^|\.)(?:amazon|ebay|facebook|google|tripadvisor|trustpilot|yelp)\.[a-z.]{2,10}$"
)
_SOURCES: Final = ("url", "isBasedOn", "publisher", "provider", "sourceOrganization", "sdPublisher")


def author(page: Page) -> Iterator[Breach]:
    """R1: the author is a person or an organisation with a name."""
    for review in page.reviews:
        given = review.values("author")
        if not any(
            not hasattr(value, "text") or isinstance(value, Item) or value.text for value in given
        ):
            yield breach(messages.missing("author"), review)
            continue
        for value in given:
            person = page.by_id.get(value.id) if isinstance(value, Reference) else value
            if not isinstance(person, Item) or not vocabulary.is_a(
                person.types, "Person", "Organization"
            ):
                yield breach(messages.object_type("author"), review, value)
            elif not person.text("name"):
                yield breach(messages.missing("name"), person)


def _authors(page: Page) -> Iterator[Item]:
    for review in page.reviews:
        yield from page.below(review, "author")


def long_name(page: Page) -> Iterator[Breach]:
    """R2: a name has less than 100 characters."""
    for person in _authors(page):
        if len(person.text("name")) >= _NAME_CHARACTERS:
            yield breach(messages.STRING_LENGTH, person, first_literal(person, "name"))


def promoting_name(page: Page) -> Iterator[Breach]:
    """R2: a name is no address and no advertisement."""
    for person in _authors(page):
        if _PROMOTION.search(person.text("name")[:_NAME_CHARACTERS]):
            yield breach("The author's name is promotional text", person)


def _is_nested(rating: Item) -> bool:
    return rating.parent is not None and rating.via in _NESTED_BY


def _ratings(page: Page) -> Iterator[Item]:
    """Reviews and aggregates, but not the ones that are a review's own rating."""
    yield from page.reviews
    yield from (each for each in page.aggregates if each.via != "reviewRating")


def nested(page: Page) -> Iterator[Breach]:
    """R8: what is nested in its item does not name it again."""
    for rating in _ratings(page):
        if _is_nested(rating) and rating.values("itemReviewed"):
            yield breach(messages.NESTED_REVIEWED, rating)


def standalone(page: Page) -> Iterator[Breach]:
    """R8: what stands alone names its item inside of itself, with its type and name."""
    for rating in _ratings(page):
        if _is_nested(rating):
            continue
        given = rating.values("itemReviewed")
        if not given:
            yield breach(messages.missing("itemReviewed"), rating)
        for value in given:
            if not isinstance(value, Item) or not value.types:
                yield breach(messages.object_type("itemReviewed"), rating, value)
            elif not value.text("name"):
                yield breach(messages.missing("name"), value)


def nameless(page: Page) -> Iterator[Breach]:
    """R8: an item with ratings has a name; of products, P1 and V1 speak."""
    for item in page.items:
        is_rated = bool(item.values(*_NESTED_BY))
        is_product = vocabulary.is_a(item.types, "Product")
        if is_rated and not is_product and not item.text("name"):
            yield breach(messages.missing("name"), item)


def unrateable(page: Page) -> Iterator[Breach]:
    """R9: only some types of things may carry stars."""
    for item in page.items:
        if item.values(*_NESTED_BY) and not vocabulary.is_a(item.types, *vocabulary.RATED_TYPES):
            yield breach(messages.object_type(messages.PARENT_NODE), item)
    for rating in _ratings(page):
        for item in page.below(rating, "itemReviewed"):
            if item.types and not vocabulary.is_a(item.types, *vocabulary.RATED_TYPES):
                yield breach(messages.object_type("itemReviewed"), rating, item)


def date(page: Page) -> Iterator[Breach]:
    """R12: a review says in ISO 8601 when it was published."""
    for review in page.reviews:
        if not review.text("datePublished"):
            yield breach(messages.missing("datePublished"), review)
        for literal in review.literals(*_DATES):
            found = amounts.moment(literal.text) if literal.text else None
            if found is None and literal.text:
                yield breach("The date is not ISO 8601", review, literal)
            elif isinstance(found, datetime) and found.tzinfo is None:
                yield breach(messages.NO_TIME_ZONE, review, literal)


def from_elsewhere(page: Page) -> Iterator[Breach]:
    """R16: reviews of other sites are not counted or marked up here."""
    for rating in _ratings(page):
        for address in _sources(page, rating):
            host = host_of(address)
            if _ELSEWHERE.search(host) and host != page.host:
                yield breach(f"The rating comes from another website: {excerpt(host)}", rating)
                break


def _sources(page: Page, rating: Item) -> Iterator[str]:
    for name in _SOURCES:
        yield from rating.texts(name)
        for item in page.below(rating, name):
            yield from item.texts("url")
            yield item.id or ""


def editorial(page: Page) -> Iterator[Breach]:
    """R18: customers write the reviews, not the seller or the brand."""
    own = {
        folded(each.text("name"))
        for each in page.of("Organization", "Brand")
        if each.via != "author"
    } - {""}
    for review in page.reviews:
        for person in page.below(review, "author"):
            if folded(person.text("name")) in own:
                yield breach("The author is the shop or the brand itself", review)
