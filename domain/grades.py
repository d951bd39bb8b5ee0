"""The grade: count-weighted mean of all criterion marks of a window, rounded once, half-up.

Rules: systems.md §5; AGG-1 to AGG-7, AGG-14; NEVER-9, NEVER-10. No binary floats anywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Final

from domain import policies
from domain.criteria import Criterion, own_stars
from domain.windows import Period

_CENT: Final = Decimal("0.01")


class Label(StrEnum):
    """The five bands, from the rounded value that is shown (AGG-5)."""

    EXCELLENT = "EXCELLENT"
    GOOD = "GOOD"
    FAIR = "FAIR"
    POOR = "POOR"
    VERY_POOR = "VERY_POOR"


_BANDS: Final = (
    (Decimal("4.50"), Label.EXCELLENT),
    (Decimal("3.50"), Label.GOOD),
    (Decimal("2.50"), Label.FAIR),
    (Decimal("1.50"), Label.POOR),
)


class GradeState(StrEnum):
    """RATED has a value; TOO_FEW has a count below the minimum; NONE has no review (AGG-14)."""

    RATED = "RATED"
    TOO_FEW = "TOO_FEW"
    NONE = "NONE"


class Trend(StrEnum):
    """The mean against that of the preceding window of equal length, ±0.05."""

    POSITIVE = "POSITIVE"
    NEUTRAL = "NEUTRAL"
    NEGATIVE = "NEGATIVE"


@dataclass(frozen=True, slots=True)
class Tally:
    """What a set of countable reviews adds up to: numbers of reviews, stars, marks and sums.

    Tallies add and subtract, so that a window slides without reading reviews again.
    """

    reviews: int = 0
    one_star: int = 0
    two_stars: int = 0
    three_stars: int = 0
    four_stars: int = 0
    five_stars: int = 0
    service_count: int = 0
    service_sum: int = 0
    delivery_count: int = 0
    delivery_sum: int = 0
    goods_count: int = 0
    goods_sum: int = 0
    total_count: int = 0
    total_sum: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, f) + getattr(other, f) for f in TALLY_FIELDS))

    def __sub__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, f) - getattr(other, f) for f in TALLY_FIELDS))

    @property
    def mark_count(self) -> int:
        return self.service_count + self.delivery_count + self.goods_count + self.total_count

    @property
    def mark_sum(self) -> int:
        return self.service_sum + self.delivery_sum + self.goods_sum + self.total_sum

    def of(self, criterion: Criterion) -> tuple[int, int]:
        """Count and sum of the marks for one criterion."""
        name = criterion.lower()
        return getattr(self, f"{name}_count"), getattr(self, f"{name}_sum")

    @property
    def distribution(self) -> tuple[int, int, int, int, int]:
        """Reviews by their own stars, from one star to five."""
        return (
            self.one_star,
            self.two_stars,
            self.three_stars,
            self.four_stars,
            self.five_stars,
        )


TALLY_FIELDS: Final = tuple(field.name for field in fields(Tally))
_STAR_FIELDS: Final = TALLY_FIELDS[1:6]


def tally_of(marks: Mapping[Criterion, int]) -> Tally:
    """What one countable review adds: itself, its own stars, and each of its marks."""
    values = {"reviews": 1, _STAR_FIELDS[own_stars(marks) - 1]: 1}
    for criterion, mark in marks.items():
        values[f"{criterion.lower()}_count"] = 1
        values[f"{criterion.lower()}_sum"] = mark
    return Tally(**values)


# A page of reviews asks for the same few quotients again and again.
@lru_cache(maxsize=256)
def mean(total: int, count: int) -> Decimal:
    """``total / count`` to two decimals, half-up (AGG-4): 801/200 → 4.01."""
    return (Decimal(total) / count).quantize(_CENT, ROUND_HALF_UP)


def label_of(rating: Decimal) -> Label:
    """The band of a rounded value: 4.50 is Excellent, 4.49 Good (AGG-5)."""
    return next((label for bound, label in _BANDS if rating >= bound), Label.VERY_POOR)


@dataclass(frozen=True, slots=True)
class CriterionGrade:
    """The mean of one criterion's marks; no rating and label where there are none."""

    criterion: Criterion
    count: int
    rating: Decimal | None
    label: Label | None


@dataclass(frozen=True, slots=True)
class Grade:
    """A published grade with the count and period it belongs to (DE-1, NEVER-10).

    ``count`` and ``all_time_count`` are reviews, not marks (AGG-3). ``rating`` and ``label``
    are present exactly when ``state`` is RATED.
    """

    state: GradeState
    rating: Decimal | None
    label: Label | None
    count: int
    mark_count: int
    period: Period
    all_time_count: int


def summarise(tally: Tally, period: Period, *, all_time_count: int, min_reviews: int = 1) -> Grade:
    """The grade of a window's tally (AGG-2); ``min_reviews`` ≥ 1 is one per installation."""
    state = _state_of(tally.reviews, min_reviews)
    rated = state is GradeState.RATED
    rating = mean(tally.mark_sum, tally.mark_count) if rated else None
    label = label_of(rating) if rating is not None else None
    return Grade(state, rating, label, tally.reviews, tally.mark_count, period, all_time_count)


def _state_of(reviews: int, min_reviews: int) -> GradeState:
    if reviews == 0:
        return GradeState.NONE
    return GradeState.RATED if reviews >= min_reviews else GradeState.TOO_FEW


def criterion_grade(tally: Tally, criterion: Criterion) -> CriterionGrade:
    """The mean of one criterion's marks in a window; a missing mark is absent, not zero."""
    count, total = tally.of(criterion)
    if count == 0:
        return CriterionGrade(criterion, 0, None, None)
    rating = mean(total, count)
    return CriterionGrade(criterion, count, rating, label_of(rating))


def trend(current: Tally, preceding: Tally) -> Trend:
    """Exact means compared; NEUTRAL within ±0.05 and where either window is empty."""
    if current.mark_count == 0 or preceding.mark_count == 0:
        return Trend.NEUTRAL
    # 100·(a/n − b/m) against ±5, multiplied out so that no rounding enters.
    difference = 100 * (
        current.mark_sum * preceding.mark_count - preceding.mark_sum * current.mark_count
    )
    tolerance = policies.GRADES.trend_tolerance_percent * current.mark_count * preceding.mark_count
    if difference > tolerance:
        return Trend.POSITIVE
    return Trend.NEGATIVE if difference < -tolerance else Trend.NEUTRAL
