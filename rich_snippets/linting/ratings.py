"""Rules of ratings and aggregate ratings: R3 to R7, R10, R11, X3 and X4."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from rich_snippets.linting import amounts, messages, vocabulary
from rich_snippets.linting.items import Item, Literal, Reference, Syntax
from rich_snippets.linting.pages import REVIEWS, Page, is_variant
from rich_snippets.linting.rules import Breach, breach, first_literal

_DEFAULT_BEST: Final = Decimal(5)
_DEFAULT_WORST: Final = Decimal(1)
_COUNTS: Final = ("ratingCount", "reviewCount")
_NUMBERS: Final = ("ratingValue", "bestRating", "worstRating", *_COUNTS)
_DECIMALS: Final = 2
_IDENTITIES: Final = ("sku", "gtin13", "gtin", "gtin8", "gtin12", "gtin14", "url", "name")


def _ratings(page: Page) -> list[Item]:
    return page.of("Rating")


def missing_rating(page: Page) -> Iterator[Breach]:
    """R3: each review has exactly one rating, an object, with a value."""
    for review in page.reviews:
        given = review.values("reviewRating")
        if not given:
            yield breach(messages.missing("reviewRating"), review)
        if len(given) > 1:
            yield breach("Review has several ratings", review, given[1])
        for each in given[:1]:
            yield from _about_rating(page, review, each)


def _about_rating(page: Page, review: Item, given: Literal | Reference | Item) -> Iterator[Breach]:
    rating = page.by_id.get(given.id) if isinstance(given, Reference) else given
    if not isinstance(rating, Item) or not vocabulary.is_a(rating.types, "Rating"):
        yield breach(messages.object_type("reviewRating"), review, given)
    elif not rating.text("ratingValue") and "AggregateRating" not in rating.types:
        yield breach(messages.missing("ratingValue"), rating)


def unreadable_value(page: Page) -> Iterator[Breach]:
    """R4: a value is a number with a point, a fraction or a percentage."""
    for rating in _ratings(page):
        value = first_literal(rating, "ratingValue")
        if value is not None and value.text:
            if amounts.score(value) is None:
                yield breach(messages.FLOATING_POINT, rating, value)
        elif "AggregateRating" in rating.types:
            yield breach(messages.missing("ratingValue"), rating)


def out_of_range(page: Page) -> Iterator[Breach]:
    """R5: worst ≤ value ≤ best, where the scale is known."""
    for rating in _ratings(page):
        value = first_literal(rating, "ratingValue")
        score = None if value is None else amounts.score(value)
        scale = _scale(rating)
        if score is None or scale is None:
            continue
        best = scale[1] if score.best is None else score.best
        worst = scale[0] if score.best is None else Decimal(0)
        if not worst <= score.value <= best:
            yield breach(messages.OUT_OF_RANGE, rating, value)


def _scale(rating: Item) -> tuple[Decimal, Decimal] | None:
    """Worst and best, with Google's defaults; None where they make no scale."""
    found = []
    for name, default in (("worstRating", _DEFAULT_WORST), ("bestRating", _DEFAULT_BEST)):
        given = first_literal(rating, name)
        found.append(default if given is None or not given.text else amounts.number(given))
    worst, best = found
    return None if worst is None or best is None or worst >= best else (worst, best)


def no_scale(page: Page) -> Iterator[Breach]:
    """R5: best and worst are numbers, and the best is the greater."""
    for rating in _ratings(page):
        if _scale(rating) is None:
            yield breach(messages.NO_SCALE, rating)


def missing_scale(page: Page) -> Iterator[Breach]:
    """R5: both ends of the scale are always said."""
    for rating in _ratings(page):
        value = first_literal(rating, "ratingValue")
        score = None if value is None else amounts.score(value)
        names_itself = score is not None and score.best is not None
        if not names_itself and not (rating.text("bestRating") and rating.text("worstRating")):
            yield breach(messages.NO_BEST_OR_WORST, rating)


def missing_count(page: Page) -> Iterator[Breach]:
    """R6: an aggregate is an object and says how many ratings it is made of."""
    for item in page.items:
        for value in item.literals("aggregateRating"):
            yield breach(messages.object_type("aggregateRating"), item, value)
    for rating in page.aggregates:
        if not any(rating.text(name) for name in _COUNTS):
            yield breach(messages.missing("ratingCount"), rating)


def impossible_count(page: Page) -> Iterator[Breach]:
    """R6: a count is a whole number above zero."""
    for rating, literal in _counts(page):
        count = amounts.number(literal)
        if count is None or not amounts.is_whole(count):
            yield breach(messages.FLOATING_POINT, rating, literal)
        elif count <= 0:
            yield breach(messages.NOT_POSITIVE, rating, literal)


def _counts(page: Page) -> Iterator[tuple[Item, Literal]]:
    for rating in page.aggregates:
        for name in _COUNTS:
            yield from ((rating, literal) for literal in rating.literals(name) if literal.text)


def contradicting_counts(page: Page) -> Iterator[Breach]:
    """R7: no more reviews than ratings, and at least as many as are marked up."""
    for rating in page.aggregates:
        ratings, reviews = (amounts.number(first_literal(rating, name)) for name in _COUNTS)
        if ratings is not None and reviews is not None and reviews > ratings > 0:
            yield breach("reviewCount is greater than ratingCount", rating)
        marked = 0 if rating.parent is None else len(page.below(rating.parent, *REVIEWS))
        if 0 < (ratings or reviews or Decimal(0)) < marked:
            yield breach("More reviews are marked up than the aggregate counts", rating)


def missing_aggregate(page: Page) -> Iterator[Breach]:
    """R10: from two reviews on there is an aggregate."""
    for item in page.items:
        if len(item.values(*REVIEWS)) > 1 and not item.values("aggregateRating"):
            yield breach(messages.NO_AGGREGATE, item)


def multiple_aggregates(page: Page) -> Iterator[Breach]:
    """R11: one aggregate for each item, also where the item stands twice on the page."""
    known: set[tuple[Syntax, str, str]] = set()
    for item in page.items:
        given = item.values("aggregateRating")
        if len(given) > 1:
            yield breach(messages.MULTIPLE_AGGREGATES, item, given[1])
        if given and not is_variant(item):
            keys = {
                (item.syntax, name, text.casefold())
                for name in _IDENTITIES
                if (text := item.text(name))
            }
            if not keys.isdisjoint(known):
                yield breach(messages.MULTIPLE_AGGREGATES, item, given[0])
            known |= keys


def numbers_as_text(page: Page) -> Iterator[Breach]:
    """X3: in JSON-LD, numbers are numbers."""
    for rating in _ratings(page):
        for literal in rating.literals(*_NUMBERS):
            is_text = isinstance(literal.value, str) and amounts.number(literal) is not None
            if rating.syntax is Syntax.JSON_LD and is_text:
                yield breach("A number is written as text", rating, literal)
                break


def too_exact(page: Page) -> Iterator[Breach]:
    """X4: a mean is rounded once, to two decimals at most."""
    for rating in page.aggregates:
        literal = first_literal(rating, "ratingValue")
        value = amounts.number(literal)
        if value is not None and value != _rounded(value):
            yield breach("The mean has more than two decimals", rating, literal)


def _rounded(value: Decimal) -> Decimal:
    return round(value, _DECIMALS) if abs(value) < 10**6 else value
