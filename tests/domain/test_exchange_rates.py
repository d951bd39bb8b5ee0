"""Rates of exchange: exact conversions, and files that are taken whole or not at all."""

from contextlib import suppress
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import exchange_rates
from domain.exchange_rates import RATES, Rate, RatesInvalid, euro

DAY: Final = date(2026, 1, 1)
HEADING: Final = "date,currency,rate\n"


def rate(currency: str, units: str) -> Rate:
    return Rate(currency, DAY, Decimal(units))


@pytest.mark.parametrize(
    ("minor", "given_rate", "cents"),
    [
        (2_500_00, rate("GBP", "0.80"), 3_125_00),
        (1, rate("GBP", "0.80"), 1),
        (1, rate("CHF", "2.00"), 1),
        (1, rate("CHF", "2.01"), 0),
        (16_000, rate("JPY", "160"), 100_00),
        (100_00, euro(DAY), 100_00),
    ],
)
def test_an_amount_is_worth_so_many_euro_cents_half_up(
    minor: int, given_rate: Rate, cents: int
) -> None:
    assert given_rate.to_euro(minor) == cents


def test_an_amount_goes_into_a_currency_without_decimals() -> None:
    assert rate("GBP", "0.80").into(2_500_00, rate("JPY", "160")) == 500_000
    assert rate("JPY", "160").into(500_000, rate("GBP", "0.80")) == 2_500_00


@given(
    st.integers(1, 10**15),
    st.decimals(Decimal("0.01"), Decimal(10_000), places=4),
)
def test_the_value_is_that_of_exact_arithmetic(minor: int, units: Decimal) -> None:
    exact = (Decimal(minor) / units).quantize(Decimal(1), ROUND_HALF_UP)
    assert rate("GBP", str(units)).to_euro(minor) == exact


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_more_money_is_never_worth_less(one: int, other: int) -> None:
    pounds = rate("GBP", "0.8371")
    low, high = sorted((one, other))
    assert pounds.to_euro(low) <= pounds.to_euro(high)


def test_a_rate_stands_for_the_seven_days_after_it() -> None:
    assert exchange_rates.earliest(date(2026, 1, 8)) == DAY


def test_a_file_is_read_with_a_mark_at_its_beginning_and_empty_lines() -> None:
    text = "\ufeffDate, Currency,RATE\r\n2026-01-01,gbp,0.8\r\n\r\n2026-01-01,EUR,1\n"
    assert exchange_rates.read(text, today=DAY) == [rate("GBP", "0.8")]


def test_a_line_that_is_told_twice_counts_once() -> None:
    text = f"{HEADING}2026-01-01,GBP,0.8\n2026-01-01,GBP,0.8\n"
    assert exchange_rates.read(text, today=DAY) == [rate("GBP", "0.8")]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("2026-01-01,GBP", "three columns"),
        ("2026-01-01,GBP,0.8,more", "three columns"),
        ("yesterday,GBP,0.8", "no day"),
        ("2026-01-01,GBP,much", "no number"),
        ("2026-01-01,XXX,0.8", "not known"),
        ("2026-01-02,GBP,0.8", "a day to come"),
        ("1999-12-31,GBP,0.8", "another century"),
        ("2026-01-01,GBP,0", "cannot be one"),
        ("2026-01-01,GBP,-1", "cannot be one"),
        ("2026-01-01,GBP,NaN", "cannot be one"),
        ("2026-01-01,GBP,Infinity", "cannot be one"),
        ("2026-01-01,GBP,1e30", "cannot be one"),
        ("2026-01-01,GBP,0.12345678901", "cannot be one"),
        ("2026-01-01,GBP,0.8\n2026-01-01,GBP,0.9", "an earlier one"),
    ],
)
def test_a_file_with_one_bad_line_is_refused_whole(line: str, why: str) -> None:
    text = f"{HEADING}2026-01-01,CHF,0.95\n{line}\n"
    with pytest.raises(RatesInvalid, match=why):
        exchange_rates.read(text, today=DAY)


@pytest.mark.parametrize("text", ["", "2026-01-01,GBP,0.8\n", "<html>"])
def test_what_does_not_begin_with_the_heading_is_refused(text: str) -> None:
    with pytest.raises(RatesInvalid):
        exchange_rates.read(text, today=DAY)


def test_what_is_no_csv_is_refused() -> None:
    with pytest.raises(RatesInvalid, match="no CSV"):
        exchange_rates.read(f"{HEADING}{'x' * 200_000},GBP,1\n", today=DAY)


def test_files_have_an_end() -> None:
    with pytest.raises(RatesInvalid, match="MB"):
        exchange_rates.read(" " * (RATES.bytes + 1), today=DAY)
    with pytest.raises(RatesInvalid, match="lines at most"):
        exchange_rates.read(HEADING + "2026-01-01,GBP,1\n" * RATES.lines, today=DAY)


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    for whole in (text, HEADING + text):
        with suppress(RatesInvalid):
            exchange_rates.read(whole, today=DAY)
