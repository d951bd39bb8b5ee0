"""The badge's answer: state, finished words, and nothing that is not true."""

from dataclasses import replace

import pytest

from domain.badges import BadgeSettings, Colours, Position, Transmit, Variant
from domain.grades import GradeState
from domain.marks import MarkStatus
from domain.orders import LegalBasis, LegalBasisKind
from schemas import encoding
from schemas.badges import BadgeColors, BadgeConfig
from tests.widgets import examples
from tests.widgets.examples import SHOP, SUBMITTED_AT, figures_of
from widgets import badges


def test_a_rated_badge_says_it_in_words() -> None:
    badge = badges.build(SHOP, figures_of(5, 5, 4), language="en")
    words = badge.texts
    assert badge.grade.rating == 4.67
    assert words.name == "4.67 of 5, 3 reviews, last 12 months, open details"
    assert words.summary == "4.67 of 5, 3 reviews, last 12 months"
    assert words.rating == "4.67 of 5"
    assert words.label == "Excellent"
    assert words.period == "21 November 2025 to 21 November 2026"
    assert words.all_time == "5 reviews in total since 31 January 2024"
    assert words.title == "Reviews of Bücher & Töne"


def test_agg_14_a_badge_without_reviews_has_no_stars() -> None:
    badge = badges.build(SHOP, figures_of(), language="en")
    assert badge.grade.state is GradeState.NONE
    assert (badge.grade.rating, badge.texts.rating, badge.texts.label) == (None, None, None)
    assert badge.texts.name == "No rating yet, open details"
    assert badge.texts.count == "0 reviews, last 12 months"


def test_agg_7_a_badge_with_too_few_reviews_has_their_number_and_no_stars() -> None:
    badge = badges.build(SHOP, figures_of(5, 5, min_reviews=3), language="de")
    assert badge.grade.state is GradeState.TOO_FEW
    assert (badge.grade.rating, badge.texts.rating, badge.texts.label) == (None, None, None)
    assert badge.texts.summary == "Zu wenige Bewertungen: 2 Bewertungen, letzte 12 Monate"


@pytest.mark.parametrize(
    ("asked", "given", "close"), [("nl", "nl", "Sluiten"), ("de-CH", "de", "Schließen")]
)
def test_the_words_are_in_the_language_asked_for(asked: str, given: str, close: str) -> None:
    badge = badges.build(SHOP, figures_of(5), language=asked)
    assert (badge.language, badge.texts.close) == (given, close)
    assert badge.shop.language == "de"


def test_never_16_no_mark_is_shown_without_a_certificate() -> None:
    mark = badges.build(SHOP, figures_of(5), language="de").mark
    assert (mark.status, mark.valid_from, mark.valid_to) == (MarkStatus.INVALID, None, None)


def test_buyer_protection_is_off() -> None:
    assert badges.build(SHOP, figures_of(5), language="de").guarantee is None


def test_the_looks_are_the_defaults_of_the_element() -> None:
    assert badges.build(SHOP, figures_of(5), language="de").config == BadgeConfig(
        variant="reviews",
        position="right",
        mobile_position="right",
        offset=0,
        mobile_offset=0,
        open_on="hover",
        color_scheme="auto",
    )


def test_a_shops_choices_are_the_looks_and_nothing_else_of_them_is_told() -> None:
    chosen = BadgeSettings(
        variant=Variant.MARK,
        position=Position.LEFT,
        mobile_offset=84,
        colours=Colours(accent="#123456"),
        hosts=("pay.example",),
        transmit=Transmit.ORDER_PAGE,
        legal_basis=LegalBasis(LegalBasisKind.CONSENT, "a version", SUBMITTED_AT),
        product_reviews=False,
    )
    badge = badges.build(replace(SHOP, badge=chosen), figures_of(5), language="de")
    assert badge.config == BadgeConfig(
        variant="mark",
        position="left",
        mobile_offset=84,
        colors=BadgeColors(accent="#123456"),
        transmit="order_page",
        product_reviews=False,
    )
    told = encoding.to_json(badge)
    assert b"pay.example" not in told
    assert b"a version" not in told


def test_us_4_operated_by_seller_printed() -> None:
    own = replace(SHOP, operator_is_shop=True)
    badge = badges.build(own, figures_of(5), language="en")
    assert badge.operated_by_seller
    assert badge.texts.operated_by_seller == "Operated by the seller"
    assert badges.build(SHOP, figures_of(5), language="en").texts.operated_by_seller is None


def test_the_badge_says_when_it_was_calculated() -> None:
    badge = badges.build(SHOP, figures_of(5), language="de")
    assert badge.generation == examples.SHOP.generation
    assert badge.calculated_at.isoformat() == "2026-11-21T00:00:05+00:00"
