"""Quality indicators of a shop: seven measures, each in a zone (systems.md §32).

They tell a shop and the operator's staff where to look. Nothing here decides about a mark: an
indicator that stays red opens a task, and a person looks. They are never public.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from statistics import median
from typing import Final

from domain import grades
from domain.frames import Zone
from domain.grades import Tally

MILLION: Final = 1_000_000
"""Values are stored as millionths, and measured as exact fractions."""


class Indicator(StrEnum):
    """What is measured, in the order in which it is shown."""

    GRADE = "GRADE"
    CASE_RATE = "CASE_RATE"
    PAYOUT_RATE = "PAYOUT_RATE"
    REACTION_TIME = "REACTION_TIME"
    UNANSWERED = "UNANSWERED"
    FRAME_USE = "FRAME_USE"
    TEST_ORDERS = "TEST_ORDERS"


class AlertKind(StrEnum):
    """What somebody is told of an indicator, at most once in a while."""

    JUMP = "JUMP"
    REVIEW = "REVIEW"


@dataclass(frozen=True, slots=True)
class IndicatorPolicy:
    """Days that are counted, shown and kept, and when somebody is told.

    ``jump_percent`` against ``week_days`` before is a jump, told at most once in those days; red
    for ``red_days`` running is a task for an auditor, at most one in those days. The grade has
    its own window of 12 months.
    """

    short_days: int = 90
    long_days: int = 365
    chart_days: tuple[int, ...] = (30, 90, 365)
    jump_percent: int = 20
    week_days: int = 7
    red_days: int = 30
    kept_days: int = 400


INDICATORS: Final = IndicatorPolicy()


@dataclass(frozen=True, slots=True)
class Limits:
    """The last value that is green, and the last one that is yellow; what is beyond is red.

    With fewer than ``least`` of what is counted nothing is measured.
    """

    green: Fraction
    yellow: Fraction
    least: int = 1


_EVERY_MARKET: Final = "*"
_LIMITS: Final[Mapping[str, Mapping[Indicator, Limits]]] = {
    _EVERY_MARKET: {
        Indicator.GRADE: Limits(Fraction(7, 2), Fraction(3), least=10),
        Indicator.CASE_RATE: Limits(Fraction(2, 100), Fraction(5, 100), least=20),
        Indicator.PAYOUT_RATE: Limits(Fraction(1, 1_000), Fraction(5, 1_000), least=20),
        Indicator.REACTION_TIME: Limits(Fraction(2), Fraction(5)),
        Indicator.UNANSWERED: Limits(Fraction(0), Fraction(10, 100)),
        Indicator.FRAME_USE: Limits(Fraction(80, 100), Fraction(1)),
        Indicator.TEST_ORDERS: Limits(Fraction(0), Fraction(1)),
    },
}
HIGH_IS_GOOD: Final = frozenset({Indicator.GRADE})
"""Indicators of which more is better; of all others less is."""


_NOTHING: Final = Tally()


@dataclass(frozen=True, slots=True)
class Facts:
    """What the indicators of one shop are computed from, at one moment.

    ``*_short`` are of the last 90 days, ``*_long`` of the last 365. ``year`` is what the grade's
    window of 12 months adds up to. ``reactions`` are the working days until each first answer. Late
    claims are open, and the shop has not answered in time. Frame and use are EUR cents of the
    whole member; a frame of 0 is none.
    """

    year: Tally = _NOTHING
    protections_short: int = 0
    claims_short: int = 0
    protections_long: int = 0
    paid_long: int = 0
    reactions: tuple[int, ...] = ()
    open_claims: int = 0
    late_claims: int = 0
    frame_use_minor: int = 0
    frame_minor: int = 0
    test_orders: int = 0
    test_orders_failed: int = 0


@dataclass(frozen=True, slots=True)
class Measure:
    """One indicator at one moment: its value, out of how many ``n``, and its zone.

    The value is a share, a grade, working days, or a number of test orders; None, with GREY,
    where there is too little to measure.
    """

    indicator: Indicator
    value: Fraction | None
    n: int
    zone: Zone

    @property
    def millionths(self) -> int | None:
        """The value as it is stored and drawn."""
        return None if self.value is None else round(self.value * MILLION)


def limits_of(market: str, indicator: Indicator) -> Limits:
    """The limits in this market: its own, or those of all markets (systems.md §0.3)."""
    own = _LIMITS.get(market, {})
    return own.get(indicator) or _LIMITS[_EVERY_MARKET][indicator]


def measure(facts: Facts, market: str) -> tuple[Measure, ...]:
    """All seven indicators of a shop in this market, in their order."""
    return tuple(_measured(each, facts, market) for each in Indicator)


def _measured(indicator: Indicator, facts: Facts, market: str) -> Measure:
    value, n = _value(indicator, facts)
    if value is None or n < limits_of(market, indicator).least:
        return Measure(indicator, None, n, Zone.GREY)
    return Measure(indicator, value, n, zone_of(indicator, value, market))


def _value(indicator: Indicator, facts: Facts) -> tuple[Fraction | None, int]:
    """The exact value, and out of how many it is."""
    match indicator:
        case Indicator.GRADE:
            return _grade(facts.year), facts.year.reviews
        case Indicator.CASE_RATE:
            return _share(facts.claims_short, facts.protections_short)
        case Indicator.PAYOUT_RATE:
            return _share(facts.paid_long, facts.protections_long)
        case Indicator.REACTION_TIME:
            days = [Fraction(each) for each in facts.reactions]
            return (median(days) if days else None), len(days)
        case Indicator.UNANSWERED:
            return _share(facts.late_claims, facts.open_claims)
        case Indicator.FRAME_USE:
            return _share(facts.frame_use_minor, facts.frame_minor)
    return Fraction(facts.test_orders_failed), facts.test_orders


def _grade(year: Tally) -> Fraction | None:
    """The grade as it is shown, rounded to two decimals."""
    return Fraction(grades.mean(year.mark_sum, year.mark_count)) if year.mark_count else None


def _share(part: int, whole: int) -> tuple[Fraction | None, int]:
    return (Fraction(part, whole) if whole > 0 else None), whole


def zone_of(indicator: Indicator, value: Fraction, market: str) -> Zone:
    """The zone of a measured, unrounded value; of the grade it is the rounded one (§32)."""
    limits = limits_of(market, indicator)
    sign = -1 if indicator in HIGH_IS_GOOD else 1
    if sign * value <= sign * limits.green:
        return Zone.GREEN
    return Zone.YELLOW if sign * value <= sign * limits.yellow else Zone.RED


_RANKS: Final = {Zone.GREY: 0, Zone.GREEN: 0, Zone.YELLOW: 1, Zone.RED: 2}


def is_worse(before: Zone, now: Zone) -> bool:
    """Whether a zone is worse than the one before; one that was not measured was not bad."""
    return _RANKS[now] > _RANKS[before]


def is_jump(before: int | None, now: int | None) -> bool:
    """Whether a value, in millionths, has moved by 20 % or more; from 0 any move is one."""
    if before is None or now is None or before == now:
        return False
    return abs(now - before) * 100 >= abs(before) * INDICATORS.jump_percent


def may_tell(kind: AlertKind, told_on: date | None, today: date) -> bool:
    """Whether so long has passed since somebody was told that they may be told again."""
    pause = INDICATORS.week_days if kind is AlertKind.JUMP else INDICATORS.red_days
    return told_on is None or today - told_on >= timedelta(days=pause)


def first_red_day(today: date) -> date:
    """The day since which an indicator is red that has been so for 30 days running."""
    return today - timedelta(days=INDICATORS.red_days - 1)
