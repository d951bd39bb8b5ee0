"""Stickers say which reviews they show, and of how many."""

from dataclasses import replace

import pytest

from domain import languages
from tests.widgets.examples import REVIEW, SHOP, figures_of
from widgets import stickers


def test_a_sticker_states_its_selection() -> None:
    sticker = stickers.build(SHOP, figures_of(5, 4, 1).grade, [REVIEW], limit=2, language="de")
    assert sticker.selection.rule == "LATEST_COUNTED_WITH_TEXT"
    assert sticker.selection.limit == 2
    assert sticker.selection.statement == (
        "Auswahl: die neuesten gezählten Bewertungen mit Text, höchstens 2. "
        "Insgesamt: 3 Bewertungen, letzte 12 Monate."
    )
    assert [review.id for review in sticker.reviews] == [REVIEW.id]


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_the_statement_has_the_number_of_all_reviews_in_every_language(language: str) -> None:
    grade = figures_of(*[5] * 23).grade
    sticker = stickers.build(SHOP, grade, [], limit=10, language=language)
    assert "10" in sticker.selection.statement
    assert "23" in sticker.selection.statement
    assert sticker.shop.language == "de"


def test_the_statement_is_in_the_language_asked_for_not_in_the_shops() -> None:
    sticker = stickers.build(SHOP, figures_of(5, 4, 1).grade, [], limit=2, language="en")
    assert sticker.selection.statement == (
        "Selection: the latest reviews that count and have a text, at most 2. "
        "In all: 3 reviews, last 12 months."
    )


def test_the_grade_is_that_of_all_reviews() -> None:
    sticker = stickers.build(SHOP, figures_of(5, 4, 1).grade, [REVIEW], limit=1, language="de")
    assert (sticker.grade.rating, sticker.grade.count) == (3.33, 3)


def test_a_shop_that_runs_its_own_platform_says_so() -> None:
    shop = replace(SHOP, operator_is_shop=True)
    sticker = stickers.build(shop, figures_of().grade, [], limit=1, language="de")
    assert sticker.operated_by_seller
