"""The rule of the mark: every condition is needed, and the public learns none of them."""

from datetime import UTC, date, datetime
from itertools import product

import pytest

from domain import marks
from domain.certificates import CertificateState
from domain.markets import MARKETS
from domain.marks import NO_MARK, Condition, MarkStatus, Standing

FIRST, LAST = date(2026, 11, 22), date(2027, 11, 21)
NAMES = ("is_certified", "is_in_time", "has_frame", "has_guarantor", "has_pack")


@pytest.mark.parametrize(("operator_is_shop", "is_demo"), list(product((False, True), repeat=2)))
def test_the_mark_is_valid_with_all_conditions_and_with_no_fewer(
    operator_is_shop: bool, is_demo: bool
) -> None:
    for held in product((False, True), repeat=len(NAMES)):
        given = dict(zip(NAMES, held, strict=True))
        lacking = marks.missing(**given, operator_is_shop=operator_is_shop, is_demo=is_demo)
        mark = marks.mark(lacking, valid_from=FIRST, valid_to=LAST, market="DE")
        is_neutral = is_demo or not operator_is_shop
        assert mark.is_valid == (all(held) and is_neutral) == (not lacking)
        assert (mark.guarantee is not None) == mark.is_valid
        assert (mark.valid_from, mark.valid_to) == (FIRST, LAST)
        assert (Condition.NEUTRALITY in lacking) == (not is_neutral)
        assert len(lacking) == held.count(False) + (not is_neutral)


@pytest.mark.parametrize(
    ("market", "currency", "most"),
    [
        ("DE", "EUR", 2_000_000),
        ("NL", "EUR", 2_000_000),
        ("UK", "GBP", 250_000),
        ("CH", "CHF", 400_000),
        ("FR", "EUR", 250_000),
        ("EUO", "EUR", 250_000),
    ],
)
def test_the_guarantee_is_the_most_of_the_markets_residents(
    market: str, currency: str, most: int
) -> None:
    found = marks.guarantee_of(market)
    assert (found.currency, found.amount_minor) == (currency, most)
    assert found.days == 30


def test_every_market_has_a_guarantee() -> None:
    assert all(marks.guarantee_of(market).amount_minor > 0 for market in MARKETS)


def test_nobody_has_looked_means_no_mark() -> None:
    assert (NO_MARK.status, NO_MARK.guarantee) == (MarkStatus.INVALID, None)


def test_a_valid_mark_ends_with_the_midnight_after_its_last_day_and_no_other_has_an_end() -> None:
    valid = marks.mark((), valid_from=FIRST, valid_to=LAST, market="DE")
    assert valid.ends_at == datetime(2027, 11, 22, tzinfo=UTC)
    assert valid.expires == int(datetime(2027, 11, 22, tzinfo=UTC).timestamp())
    lacking = marks.mark((Condition.FRAME,), valid_from=FIRST, valid_to=LAST, market="DE")
    for mark in (lacking, NO_MARK):
        assert (mark.ends_at, mark.expires) == (None, None)


@pytest.mark.parametrize("state", CertificateState)
def test_the_public_is_told_the_state_and_never_a_condition(state: CertificateState) -> None:
    valid = marks.mark((), valid_from=FIRST, valid_to=LAST, market="DE")
    assert marks.standing(state, valid).value == state.value
    for condition in Condition:
        lacking = marks.mark((condition,), valid_from=FIRST, valid_to=LAST, market="DE")
        found = marks.standing(state, lacking)
        if state is not CertificateState.VALID:
            assert found.value == state.value
        elif condition is Condition.TIME:
            assert found is Standing.EXPIRED
        else:
            assert found is Standing.SUSPENDED


def test_without_a_certificate_there_is_none() -> None:
    assert marks.standing(None, NO_MARK) is Standing.NONE
