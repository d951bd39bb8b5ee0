"""Grades on the wire: no rating without its count, its period and the all-time count."""

from datetime import date
from typing import Self

from pydantic import Field, model_validator

from domain.criteria import BEST, WORST, Criterion
from domain.grades import GradeState, Label, Trend
from schemas.shapes import Count, Mean, Moment, Shape
from schemas.shops import Answer


class Period(Shape):
    """The window of a grade: whole UTC days, both inclusive.

    ``months`` is its nominal length; it opens later where the shop began later.
    """

    start: date
    end: date
    months: int = Field(ge=1)


class Grade(Shape):
    """A published grade (AGG-3, AGG-7, AGG-14, NEVER-10).

    ``rating`` and ``label`` are there exactly when ``state`` is RATED. ``count`` is reviews in
    the period, ``markCount`` their marks; ``allTimeSince`` is the first day that
    ``allTimeCount`` covers. Below ``minReviews`` reviews there is no rating.
    """

    state: GradeState
    rating: Mean | None = None
    label: Label | None = None
    best: int = BEST
    worst: int = WORST
    count: Count
    mark_count: Count
    period: Period
    all_time_count: Count
    all_time_since: date | None = None
    min_reviews: int = Field(ge=1)

    @model_validator(mode="after")
    def _rated_exactly_when_it_says_so(self) -> Self:
        rated = self.state is GradeState.RATED
        if (self.rating is not None) is not rated or (self.label is not None) is not rated:
            raise ValueError("rating and label are there exactly when state is RATED")
        return self


class Distribution(Shape):
    """Numbers of reviews by their own stars."""

    one_star: Count
    two_stars: Count
    three_stars: Count
    four_stars: Count
    five_stars: Count


class CriterionGrade(Shape):
    """The mean of one criterion's marks in the grade's period; ``count`` is marks."""

    criterion: Criterion
    count: Count
    rating: Mean | None = None
    label: Label | None = None
    period: Period


class PeriodGrade(Shape):
    """Count and mean of one named period: 7days, 30days, 90days, 365days or overall."""

    name: str
    start: date
    end: date
    count: Count
    rating: Mean | None = None
    distribution: Distribution | None = None
    trend: Trend | None = None


class Uncertainty(Shape):
    """How far the grade may be off: ± ``halfWidth`` stars at ``confidence`` percent (AGG-11)."""

    confidence: int
    half_width: float = Field(ge=0)


class Method(Shape):
    """How the grade is calculated (ISO-11, EU-4); ``statement`` is in ``language``."""

    formula: str
    language: str
    statement: str


class GradeAnswer(Answer):
    """A shop's grade in detail; what speaks of stars is there only when the state is RATED."""

    grade: Grade
    uncertainty: Uncertainty | None = None
    criteria: tuple[CriterionGrade, ...]
    distribution: Distribution | None = None
    trend: Trend | None = None
    periods: tuple[PeriodGrade, ...]
    method: Method
    generation: Count
    calculated_at: Moment
