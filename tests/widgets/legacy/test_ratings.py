"""Ratings show one grade with its count, and opinions by the day of the shop's market."""

from dataclasses import replace
from datetime import UTC, date, datetime

from tests.widgets.examples import REVIEW, SHOP, figures_of
from widgets.legacy import ratings


def test_amount_and_average_belong_together() -> None:
    found = ratings.ratings(SHOP, figures_of(5, 4, 5).grade, [])
    assert (found.amount, found.average, found.best) == (3, "4.67", "5.00")


def test_without_a_grade_both_are_zero() -> None:
    for grade in (figures_of().grade, figures_of(5, min_reviews=2).grade):
        found = ratings.ratings(SHOP, grade, [])
        assert (found.amount, found.average) == (0, "0.00")


def test_an_opinion_is_dated_in_the_shops_market() -> None:
    late = replace(REVIEW, submitted_at=datetime(2026, 3, 1, 23, 30, tzinfo=UTC), stars=3)
    (opinion,) = ratings.ratings(SHOP, figures_of(5).grade, [late]).opinions
    assert opinion.day == date(2026, 3, 2)
    assert (opinion.stars, opinion.description) == (3, "FAIR")
    assert opinion.reply == "Danke zurück!"
    (silent,) = ratings.ratings(SHOP, figures_of(5).grade, [replace(late, reply=None)]).opinions
    assert silent.reply is None
