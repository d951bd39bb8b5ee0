"""Grades on the legacy wire; marks are numbers, written with two decimals (legacy-api.md 4.2).

Where nothing counts, marks and counts are 0 and the descriptions of marks are absent. The keys
in the reader's language are there when the request names one.
"""

from decimal import Decimal
from typing import NotRequired, TypedDict


class CriterionRow(TypedDict):
    """The mean of one criterion; ``periodCriterionCount`` is marks."""

    criterionDescription: str
    criterionDescriptionGUILanguage: NotRequired[str | None]
    periodCriterionCount: int
    mark: Decimal | int
    markDescription: NotRequired[str | None]
    markDescriptionGUILanguage: NotRequired[str | None]


class MarkSummary(TypedDict):
    """How many reviews of the period have these own stars, from EXCELLENT to VERY_POOR."""

    markDescription: str
    markDescriptionGUILanguage: NotRequired[str | None]
    periodMarkCount: int


class PeriodRow(TypedDict):
    """One period, both days inclusive; there is always exactly one."""

    startDate: str
    endDate: str
    periodReviewCount: int
    activeReviewCount: int
    overallMark: Decimal | int
    overallMarkDescription: NotRequired[str | None]
    overallMarkDescriptionGUILang: NotRequired[str | None]
    reviewIndicatorCriteria: list[CriterionRow]
    reviewIndicatorMarkSummaries: list[MarkSummary]


class PeriodSummary(TypedDict):
    """What stands around the period."""

    reviewIndicatorPeriods: list[PeriodRow]


class ReviewIndicator(TypedDict):
    """The published grade; ``activePeriodInDays`` is at most 365, the 12-month window."""

    activePeriodInDays: int
    activeReviewCount: int
    reviewsCountedSince: str
    totalReviewCount: int
    overallMark: Decimal | int
    overallMarkDescription: NotRequired[str | None]
    overallMarkDescriptionGUILang: NotRequired[str | None]
    reviewIndicatorPeriodSummary: PeriodSummary


class ComplaintIndicator(TypedDict):
    """Complaints of all times and of the active period; in restricted answers only."""

    totalComplaintCount: int
    activeComplaintCount: int


class QualityIndicators(TypedDict):
    """One or both, as the path asks."""

    complaintIndicator: NotRequired[ComplaintIndicator]
    reviewIndicator: NotRequired[ReviewIndicator]
