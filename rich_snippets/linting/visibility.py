"""Rules of what a reader must see of the markup: R13, R14, RX1 and RX4."""

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from rich_snippets.linting import amounts
from rich_snippets.linting.items import Item, Literal
from rich_snippets.linting.limits import LIMITS
from rich_snippets.linting.pages import Page, folded
from rich_snippets.linting.rules import Breach, breach, first_literal

_LARGEST: Final = Decimal(10**9)
_TENTH: Final = Decimal("0.1")
_BODY_CHARACTERS: Final = 60


def invisible_value(page: Page) -> Iterator[Breach]:
    """R13: the mean stands in the page's text; with fewer decimals, RX4 speaks of it."""
    for rating, literal, value in _means(page):
        if not (_is_shown(page, value) or _is_shown(page, _shortened(value))):
            yield breach("The rating is not in the visible text of the page", rating, literal)


def rounded_again(page: Page) -> Iterator[Breach]:
    """RX4: what is shown has the decimals of what is marked up."""
    for rating, literal, value in _means(page):
        if not _is_shown(page, value) and _is_shown(page, _shortened(value)):
            yield breach("The page shows the rating rounded once more", rating, literal)


def _means(page: Page) -> Iterator[tuple[Item, Literal, Decimal]]:
    for rating in page.aggregates if page.is_document else ():
        literal = first_literal(rating, "ratingValue")
        score = None if literal is None else amounts.score(literal)
        if literal is not None and score is not None and abs(score.value) < _LARGEST:
            yield rating, literal, score.value


def _is_shown(page: Page, value: Decimal) -> bool:
    whole, _, rest = f"{value.normalize():f}".partition(".")
    decimals = f"[.,]{rest}0*" if rest else "(?:[.,]0+)?"
    return _occurs(page, f"{whole}{decimals}")


def _occurs(page: Page, number: str) -> bool:
    pattern = rf"(?<![0-9])(?<![0-9][.,]){number}(?![0-9])(?![.,][0-9])"
    return re.search(pattern, page.shown) is not None


def _shortened(value: Decimal) -> Decimal:
    return value.quantize(_TENTH, rounding=ROUND_HALF_UP)


def invisible_review(page: Page) -> Iterator[Breach]:
    """R13: the text of a review that is marked up stands on the page."""
    if not page.is_document:
        return
    for review in page.reviews[: LIMITS.compared_reviews]:
        literal = first_literal(review, "reviewBody")
        # Shortened texts end in an ellipsis, and markup may carry what a click unfolds.
        beginning = "" if literal is None else folded(literal.text)[:_BODY_CHARACTERS]
        if beginning and beginning not in page.shown:
            yield breach("The review is not in the visible text of the page", review, literal)


def invisible_count(page: Page) -> Iterator[Breach]:
    """RX1: the mean is shown with its own count."""
    for rating in page.aggregates if page.is_document else ():
        given = [*rating.literals("ratingCount"), *rating.literals("reviewCount")]
        counts = {count for literal in given if (count := amounts.number(literal)) is not None}
        usable = [each for each in counts if 0 < each < _LARGEST and amounts.is_whole(each)]
        if usable and not any(_count_is_shown(page, int(each)) for each in usable):
            yield breach("The number of ratings is not in the visible text", rating, given[0])


def _count_is_shown(page: Page, count: int) -> bool:
    return _occurs(page, f"{count:,}".replace(",", "[.,'\\u2019 ]?"))


def left_out(page: Page) -> Iterator[Breach]:
    """R14: as many reviews are marked up as are shown."""
    shown, marked = page.circumstances.reviews_shown, len(page.reviews)
    if shown is not None and shown != marked and page.items:
        message = f"{shown} reviews are shown, {marked} are marked up"
        first = page.reviews[0] if page.reviews else page.items[0]
        yield breach(message, first)
