"""Rates of exchange through their use cases: whole files, and the rate that counts on a day."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Final

import pytest

from domain.actors import OPERATOR
from domain.exchange_rates import Rate, RateMissing, RatesInvalid, euro
from services import exchange_rates
from services.exchange_rates import Imported
from services.installation import Installation
from tests.services.steps import NOON

DAY: Final = NOON.date()


def take(installation: Installation, *lines: str, source: str = "bank") -> Imported:
    text = "\n".join(["date,currency,rate", *lines])
    with installation.database.write() as work:
        return exchange_rates.take(work, text, source, actor=OPERATOR, now=NOON)


def on(installation: Installation, currency: str, day: date) -> Rate:
    with installation.database.read() as session:
        return exchange_rates.on(session, currency, day)


def test_the_rate_of_a_day_counts_or_the_latest_of_seven_days_before(
    installation: Installation,
) -> None:
    taken = take(installation, f"{DAY},GBP,0.85", f"{DAY - timedelta(days=2)},GBP,0.8654321")
    assert taken == Imported(2, DAY)
    assert on(installation, "GBP", DAY) == Rate("GBP", DAY, Decimal("0.85"))
    before = DAY - timedelta(days=1)
    assert on(installation, "GBP", before).units == Decimal("0.8654321")
    assert on(installation, "GBP", DAY + timedelta(days=7)).day == DAY
    for day in (DAY + timedelta(days=8), DAY - timedelta(days=3)):
        with pytest.raises(RateMissing):
            on(installation, "GBP", day)


def test_the_euro_needs_no_rate_and_other_currencies_do(installation: Installation) -> None:
    assert on(installation, "EUR", DAY) == euro(DAY)
    with pytest.raises(RateMissing):
        on(installation, "CHF", DAY)


def test_what_is_told_again_takes_the_place_of_what_was(installation: Installation) -> None:
    take(installation, f"{DAY},GBP,0.85")
    take(installation, f"{DAY},GBP,0.86", source="another bank")
    assert on(installation, "GBP", DAY).units == Decimal("0.86")
    with installation.database.read() as session:
        (row,) = exchange_rates.latest(session)
    assert (row.source, row.rate) == ("another bank", "0.86")


def test_a_file_with_a_bad_line_leaves_nothing(installation: Installation) -> None:
    with pytest.raises(RatesInvalid):
        take(installation, f"{DAY},GBP,0.85", f"{DAY},GBP,-1")
    with pytest.raises(RatesInvalid):
        take(installation, f"{DAY},GBP,0.85", source=" ")
    with pytest.raises(RateMissing):
        on(installation, "GBP", DAY)


def test_a_file_without_rates_is_a_file(installation: Installation) -> None:
    assert take(installation) == Imported(0, None)


def test_years_of_rates_are_taken_at_once(installation: Installation) -> None:
    days = [DAY - timedelta(days=back) for back in range(1_500)]
    taken = take(installation, *(f"{day},CHF,0.9{day.day:02}" for day in days))
    assert taken.rates == 1_500
    with installation.database.read() as session:
        assert len(exchange_rates.latest(session)) == 100
