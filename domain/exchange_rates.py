"""Rates of exchange: one euro is so many units of a currency on a day (systems.md §35).

TrustwrightError
├── Conflict
│   └── RateMissing                EXCHANGE_RATE_MISSING
└── Invalid
    └── RatesInvalid               EXCHANGE_RATES_INVALID
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

from domain import currencies
from domain.currencies import EURO
from domain.errors import Conflict, Invalid

_HEADING: Final = ["date", "currency", "rate"]
_ONE: Final = Decimal(1)


@dataclass(frozen=True, slots=True)
class RatePolicy:
    """How old a rate may be, in days, and limits of a file: bytes, lines, digits of a rate."""

    days: int = 7
    bytes: int = 4_000_000
    lines: int = 100_000
    least: Decimal = Decimal("0.000001")
    most: Decimal = Decimal(1_000_000_000)
    decimals: int = 10
    source_characters: int = 200


RATES: Final = RatePolicy()


class RateMissing(Conflict):
    code = "EXCHANGE_RATE_MISSING"
    title = "There is no rate of exchange for this currency from the last seven days."


class RatesInvalid(Invalid):
    code = "EXCHANGE_RATES_INVALID"
    title = "A file of rates has the columns date, currency and rate."


@dataclass(frozen=True, slots=True)
class Rate:
    """One EUR is ``units`` of ``currency`` on ``day``; both are exact."""

    currency: str
    day: date
    units: Decimal

    def to_euro(self, minor: int) -> int:
        """An amount in minor units of the currency in EUR cents, half up."""
        return self.into(minor, euro(self.day))

    def into(self, minor: int, other: "Rate") -> int:
        """An amount in minor units of this currency in those of another, half up to whole ones."""
        if self.currency == other.currency:
            return minor
        scale = currencies.decimals(other.currency) - currencies.decimals(self.currency)
        value = Decimal(minor) * other.units * Decimal(10) ** scale / self.units
        return int(value.quantize(_ONE, ROUND_HALF_UP))


def euro(day: date) -> Rate:
    """The euro itself, which needs no rate."""
    return Rate(EURO, day, _ONE)


def earliest(day: date) -> date:
    """The oldest day whose rate may stand for that of ``day``: seven days before it."""
    return day - timedelta(days=RATES.days)


def read(text: str, *, today: date) -> list[Rate]:
    """The rates in a CSV file with the heading ``date,currency,rate``.

    ``1 EUR = rate units``, with a point as the decimal sign; a rate of the euro is left out.
    Raises RatesInvalid with the line, for the whole file: half a file is worse than none.
    """
    if len(text.encode()) > RATES.bytes:
        raise RatesInvalid(f"A file has {RATES.bytes // 1_000_000} MB at most.")
    lines = csv.reader(text.removeprefix("\ufeff").splitlines())
    try:
        return _read(lines, today)
    except csv.Error as error:
        raise RatesInvalid("This is no CSV file.") from error


def _read(lines: Iterator[list[str]], today: date) -> list[Rate]:
    found: dict[tuple[str, date], Rate] = {}
    if [cell.strip().lower() for cell in next(lines, [])] != _HEADING:
        raise RatesInvalid("The first line is date,currency,rate.")
    for number, cells in enumerate(lines, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if number > RATES.lines:
            raise RatesInvalid(f"A file has {RATES.lines:,} lines at most.")
        rate = _rate(cells, number, today)
        if rate.currency == EURO:
            continue
        if found.setdefault((rate.currency, rate.day), rate) != rate:
            raise RatesInvalid(f"Line {number} says something else than an earlier one.")
    return list(found.values())


def _rate(cells: list[str], number: int, today: date) -> Rate:
    if len(cells) != len(_HEADING):
        raise RatesInvalid(f"Line {number} has not exactly three columns.")
    day, currency, units = (cell.strip() for cell in cells)
    try:
        parsed = Rate(currency.upper(), date.fromisoformat(day), Decimal(units))
    except (ValueError, InvalidOperation) as error:
        raise RatesInvalid(f"Line {number} has no day or no number.") from error
    if not currencies.is_known(parsed.currency):
        raise RatesInvalid(f"Line {number} names a currency that is not known.")
    if not date(2000, 1, 1) <= parsed.day <= today:
        raise RatesInvalid(f"Line {number} has a day to come, or one of another century.")
    if not _is_sound(parsed.units):
        raise RatesInvalid(f"Line {number} has a rate that cannot be one.")
    return parsed


def _is_sound(units: Decimal) -> bool:
    """Whether this can be a rate: positive, neither tiny nor huge, and with a few decimals."""
    if not units.is_finite() or not RATES.least <= units <= RATES.most:
        return False
    exponent = units.as_tuple().exponent
    return isinstance(exponent, int) and -RATES.decimals <= exponent <= RATES.decimals
