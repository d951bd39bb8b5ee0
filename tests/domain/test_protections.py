"""Protections: what is covered, from when until when, and which steps there are (§35)."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import OrderInvalid, TextInvalid, TrustwrightError
from domain.exchange_rates import Rate, euro
from domain.payments import PaymentType
from domain.policies import ORDERS
from domain.protection_tiers import PLUS, terms_of
from domain.protections import (
    RUNNING,
    TRANSITIONS,
    CurrencyUnknown,
    OrderInFuture,
    ProtectedOrder,
    ProtectionAmountInvalid,
    ProtectionState,
    ProtectionStepForbidden,
    ProtectionTooLate,
    Term,
    check_ordered,
    checked,
    cover,
    started,
)

NOON: Final = datetime(2026, 1, 1, 15, 20, tzinfo=UTC)
END: Final = datetime(2026, 1, 31, tzinfo=UTC)
BASIC: Final = terms_of("DE", has_plus=False)
ORDER: Final = ProtectedOrder(
    "P-1", NOON, 250_00, "EUR", "Rechnung", "dario@example.org", "en", "DE"
)
MOMENTS: Final = st.integers(0, 20 * 365 * 86_400).map(lambda at: NOON + timedelta(seconds=at))


def rate(currency: str, units: str) -> Rate:
    return Rate(currency, date(2026, 1, 1), Decimal(units))


EURO: Final = euro(date(2026, 1, 1))


def test_an_order_of_250_under_a_maximum_of_100_leaves_150_open() -> None:
    found = cover(250_00, EURO, BASIC, EURO)
    assert (found.minor, found.uncovered_minor, found.eur_minor) == (100_00, 150_00, 100_00)


def test_a_maximum_of_another_currency_counts_in_that_of_the_order() -> None:
    guarantee = terms_of("GB", has_plus=False)
    found = cover(4_000_00, EURO, guarantee, rate("GBP", "0.80"))
    assert (found.minor, found.uncovered_minor, found.eur_minor) == (3_125_00, 875_00, 3_125_00)


@given(
    st.integers(1, ORDERS.minor_units),
    st.sampled_from(["DE", "GB", "CH", "FR"]),
    st.booleans(),
    st.decimals(Decimal("0.01"), Decimal(1_000), places=3),
)
def test_cover_and_what_it_leaves_open_are_the_order(
    amount: int, country: str, has_plus: bool, units: Decimal
) -> None:
    terms = terms_of(country, has_plus=has_plus)
    tier_rate = EURO if terms.currency == "EUR" else rate(terms.currency, "0.9")
    own = rate("USD", str(units))
    found = cover(amount, own, terms, tier_rate)
    assert found.minor + found.uncovered_minor == amount
    assert 0 <= found.minor <= tier_rate.into(terms.max_minor, own)
    assert found.uncovered_minor == 0 or found.minor == tier_rate.into(terms.max_minor, own)
    assert found.eur_minor == own.to_euro(found.minor)


def test_thirty_days_include_the_one_on_which_it_starts() -> None:
    term = started(NOON)
    assert (term.starts_at, term.ends_at, term.state) == (NOON, END, ProtectionState.ACTIVE)
    assert term.runs(NOON)
    assert term.runs(END - timedelta(microseconds=1))
    assert not term.runs(END)
    assert not term.runs(NOON - timedelta(seconds=1))


@given(MOMENTS)
def test_every_protection_covers_thirty_days_of_utc(moment: datetime) -> None:
    term = started(moment)
    assert term.ends_at.time() == datetime.min.time()
    days = {(moment + timedelta(days=each)).date() for each in range(40)}
    assert sum(day < term.ends_at.date() for day in days) == 30


def test_a_claim_extends_by_thirty_days_and_once() -> None:
    reported = datetime(2026, 1, 25, tzinfo=UTC)
    term = started(NOON).extend(30, reported)
    assert (term.state, term.ends_at) == (
        ProtectionState.EXTENDED,
        datetime(2026, 3, 2, tzinfo=UTC),
    )
    assert term.extended_at == reported
    with pytest.raises(ProtectionStepForbidden):
        term.extend(30, reported)


@pytest.mark.parametrize("days", [-1, 0, 31])
def test_nothing_is_extended_by_other_than_one_to_thirty_days(days: int) -> None:
    with pytest.raises(ProtectionStepForbidden):
        started(NOON).extend(days, NOON)


def test_plus_is_prolonged_once_and_a_claim_may_follow() -> None:
    term = started(NOON).prolong(PLUS, NOON)
    assert term.ends_at == END + timedelta(days=30)
    with pytest.raises(ProtectionStepForbidden):
        term.prolong(PLUS, NOON)
    assert term.extend(30, NOON).ends_at == END + timedelta(days=60)
    with pytest.raises(ProtectionStepForbidden):
        started(NOON).prolong(BASIC, NOON)


def test_what_is_over_is_neither_extended_nor_cancelled_and_ends_with_the_night() -> None:
    term = started(NOON)
    with pytest.raises(ProtectionStepForbidden):
        term.extend(30, END)
    with pytest.raises(ProtectionStepForbidden):
        term.cancel(END)
    assert term.end(END - timedelta(seconds=1)) == term
    ended = term.end(END)
    assert ended.state is ProtectionState.ENDED
    assert ended.end(END) == ended
    assert ended.claim().state is ProtectionState.CLAIMED


def test_a_cancelled_protection_is_never_claimed() -> None:
    term = started(NOON).cancel(NOON)
    assert term.state is ProtectionState.CANCELLED
    with pytest.raises(ProtectionStepForbidden):
        term.claim()


def test_the_table_names_every_state_and_running_ones_have_an_end() -> None:
    assert set(TRANSITIONS) == set(ProtectionState)
    assert {state for state in ProtectionState if state.runs} == RUNNING
    for state in RUNNING:
        assert ProtectionState.ENDED in TRANSITIONS[state]


def _step(term: Term, name: str, now: datetime) -> Term:
    steps: Mapping[str, Callable[[], Term]] = {
        "extend": lambda: term.extend(30, now),
        "prolong": lambda: term.prolong(PLUS, now),
        "cancel": lambda: term.cancel(now),
        "claim": term.claim,
        "end": lambda: term.end(now),
    }
    return steps[name]()


@given(
    MOMENTS,
    st.lists(
        st.tuples(
            st.sampled_from(["extend", "prolong", "cancel", "claim", "end"]), st.integers(0, 70)
        ),
        max_size=12,
    ),
)
def test_no_way_leads_out_of_the_table_or_beyond_ninety_days(
    moment: datetime, steps: list[tuple[str, int]]
) -> None:
    terms = [started(moment)]
    for name, days in sorted(steps, key=lambda step: step[1]):
        try:
            terms.append(_step(terms[-1], name, moment + timedelta(days=days)))
        except ProtectionStepForbidden:
            continue
    for before, after in pairwise(terms):
        assert after.state == before.state or after.state in TRANSITIONS[before.state]
        assert after.ends_at >= before.ends_at
        assert after.ends_at == before.ends_at or before.state.runs
    longest = started(moment).ends_at + timedelta(days=60)
    assert terms[-1].ends_at <= longest


def test_a_tidy_order_is_what_will_be_protected() -> None:
    given_order = replace(ORDER, currency=" eur", residence="uk", payment=" Rechnung ")
    tidy = checked(given_order)
    assert (tidy.currency, tidy.residence, tidy.payment) == ("EUR", "GB", "Rechnung")
    assert tidy.payment_type is PaymentType.INVOICE
    assert replace(ORDER, payment="beads").payment_type is PaymentType.OTHER


@pytest.mark.parametrize(
    ("order", "refusal"),
    [
        (replace(ORDER, amount_minor=0), ProtectionAmountInvalid),
        (replace(ORDER, amount_minor=-5), ProtectionAmountInvalid),
        (replace(ORDER, amount_minor=True), ProtectionAmountInvalid),
        (replace(ORDER, amount_minor=ORDERS.minor_units + 1), ProtectionAmountInvalid),
        (replace(ORDER, currency="XXX"), CurrencyUnknown),
        (replace(ORDER, currency=""), CurrencyUnknown),
        (replace(ORDER, reference=" "), OrderInvalid),
        (replace(ORDER, email="dario"), OrderInvalid),
        (replace(ORDER, payment="x" * 101), TextInvalid),
    ],
)
def test_an_order_that_cannot_be_protected_is_refused(
    order: ProtectedOrder, refusal: type[TrustwrightError]
) -> None:
    with pytest.raises(refusal):
        checked(order)


def test_an_order_is_protected_up_to_three_days_later() -> None:
    check_ordered(NOON, NOON + timedelta(days=3))
    check_ordered(NOON + timedelta(minutes=5), NOON)
    with pytest.raises(ProtectionTooLate):
        check_ordered(NOON, NOON + timedelta(days=3, microseconds=1))
    with pytest.raises(OrderInFuture):
        check_ordered(NOON + timedelta(minutes=6), NOON)
    with pytest.raises(OrderInFuture):
        check_ordered(NOON.replace(tzinfo=None), NOON)
