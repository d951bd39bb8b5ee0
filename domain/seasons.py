"""Seasons in which a frame is raised in advance, such as Black Friday and Christmas (§39).

TrustwrightError
├── NotFound                       there is no such thing
│   └── SeasonNotFound             SEASON_NOT_FOUND
└── Invalid                        a value breaks a rule
    └── SeasonInvalid              SEASON_INVALID
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from domain.errors import Invalid, NotFound
from domain.markets import MARKETS

ANYWHERE: Final = "*"
_LEAP_YEAR: Final = 2024
_PERCENT: Final = range(100, 1_001)
_PLAIN: Final = 100


class SeasonNotFound(NotFound):
    code = "SEASON_NOT_FOUND"
    title = "There is no such season."


class SeasonInvalid(Invalid):
    code = "SEASON_INVALID"
    title = "A season has a market, two days of the year and a factor from 1.00 to 10.00."


@dataclass(frozen=True, slots=True)
class Season:
    """Days of every year, both included, on which frames of a market are multiplied.

    ``begins`` and ``ends`` are ``MM-DD``; a season may run over the turn of the year. ``market``
    is ``*`` for markets without seasons of their own.
    """

    market: str
    begins: str
    ends: str
    factor_percent: int

    def __contains__(self, day: date) -> bool:
        at = day.strftime("%m-%d")
        if self.begins <= self.ends:
            return self.begins <= at <= self.ends
        return at >= self.begins or at <= self.ends


DEFAULT: Final = (Season(ANYWHERE, "11-15", "01-10", 150),)
"""What holds while the operator has named no season (§39: 1.5 from 15 Nov to 10 Jan)."""


def factor_on(day: date, markets: Collection[str], seasons: Sequence[Season]) -> int:
    """By how many per cent the frame of a member with shops in ``markets`` counts on a day.

    The highest factor of any of its markets; a market that has seasons of its own follows them
    alone. Without any season anywhere the default holds.
    """
    seasons = seasons or DEFAULT
    named = {each.market for each in seasons}
    wanted = {market if market in named else ANYWHERE for market in markets}
    held = (each.factor_percent for each in seasons if each.market in wanted and day in each)
    return max(held, default=_PLAIN)


def checked(market: str, begins: str, ends: str, factor: str) -> Season:
    """A season as a form sends it, the factor such as ``1.5``; raises SeasonInvalid."""
    if market != ANYWHERE and market not in MARKETS:
        raise SeasonInvalid(field="market")
    return Season(market, _day(begins, "begins"), _day(ends, "ends"), _factor(factor))


def _day(text: str, field: str) -> str:
    try:
        return date.fromisoformat(f"{_LEAP_YEAR}-{text.strip()}").strftime("%m-%d")
    except ValueError:
        raise SeasonInvalid(field=field) from None


def _factor(text: str) -> int:
    whole, _, part = text.strip().replace(",", ".").partition(".")
    digits = whole + part
    if not digits.isascii() or not digits.isdecimal() or not whole or len(whole + part) > 4:
        raise SeasonInvalid(field="factor")
    percent = int(whole) * 100 + int(part[:2].ljust(2, "0"))
    if len(part) > 2 or percent not in _PERCENT:
        raise SeasonInvalid(field="factor")
    return percent
