"""Grades as legacy payloads (legacy-api.md 4.2).

Where nothing counts, or fewer reviews than the installation's minimum, marks and counts are 0
and the descriptions of marks are left out; the rows stay.
"""

from decimal import Decimal
from typing import Final

from domain.criteria import Criterion
from domain.grades import CriterionGrade, Grade, GradeState, Label
from domain.windows import Period
from schemas.legacy.envelopes import Body
from schemas.legacy.quality import (
    ComplaintIndicator,
    CriterionRow,
    MarkSummary,
    PeriodRow,
    QualityIndicators,
    ReviewIndicator,
)
from schemas.legacy.shapes import present
from widgets import texts
from widgets.legacy import shops
from widgets.legacy.views import PeriodQuality, QualityView
from widgets.views import ShopView

_YEAR_DAYS: Final = 365


def body(view: QualityView, language: str | None) -> Body:
    """The shop's grade and one period (P3, P4, C2); ``language`` adds words of that language."""
    return _body(view, {"reviewIndicator": _indicator(view, language)})


def restricted(view: QualityView, total: int, active: int, language: str | None) -> Body:
    """The same for the shop itself, with its complaints (R2)."""
    return _body(
        view,
        {
            "complaintIndicator": _complaints(total, active),
            "reviewIndicator": _indicator(view, language),
        },
    )


def complaints(shop: ShopView, total: int, active: int) -> Body:
    """Complaints alone: of all times, and of the active period (R2)."""
    indicators: QualityIndicators = {"complaintIndicator": _complaints(total, active)}
    return Body({"shop": {**shops.shape(shop), "qualityIndicators": indicators}})


def _body(view: QualityView, indicators: QualityIndicators) -> Body:
    period = view.shown.period
    return Body(
        {"shop": {**shops.shape(view.shop), "qualityIndicators": indicators}},
        parameters={
            "startDate": period.start.isoformat(),
            "endDate": period.end.isoformat(),
            "timeDimension": "YEAR",
        },
    )


def _complaints(total: int, active: int) -> ComplaintIndicator:
    return {"totalComplaintCount": total, "activeComplaintCount": active}


def _indicator(view: QualityView, language: str | None) -> ReviewIndicator:
    active = view.active
    indicator: ReviewIndicator = {
        "activePeriodInDays": _days(active.period),
        "activeReviewCount": _count(active),
        "reviewsCountedSince": view.shop.counting_since.isoformat(),
        "totalReviewCount": active.all_time_count,
        "overallMark": _mark(active.rating),
        "overallMarkDescription": active.label,
        "overallMarkDescriptionGUILang": _word(active.label, language),
        "reviewIndicatorPeriodSummary": {"reviewIndicatorPeriods": [_period(view, language)]},
    }
    return present(indicator)


def _period(view: QualityView, language: str | None) -> PeriodRow:
    shown = view.shown
    row: PeriodRow = {
        "startDate": shown.period.start.isoformat(),
        "endDate": shown.period.end.isoformat(),
        "periodReviewCount": _count(shown.grade),
        "activeReviewCount": _count(view.active),
        "overallMark": _mark(shown.grade.rating),
        "overallMarkDescription": shown.grade.label,
        "overallMarkDescriptionGUILang": _word(shown.grade.label, language),
        "reviewIndicatorCriteria": [
            _criterion(view, criterion, language) for criterion in view.shop.system.criteria
        ],
        "reviewIndicatorMarkSummaries": _summaries(shown, language),
    }
    return present(row)


def _criterion(view: QualityView, criterion: Criterion, language: str | None) -> CriterionRow:
    figure = _shown_figure(view, criterion)
    row: CriterionRow = {
        "criterionDescription": criterion,
        "criterionDescriptionGUILanguage": _word(criterion, language),
        "periodCriterionCount": figure.count,
        "mark": _mark(figure.rating),
        "markDescription": figure.label,
        "markDescriptionGUILanguage": _word(figure.label, language),
    }
    return present(row)


def _shown_figure(view: QualityView, criterion: Criterion) -> CriterionGrade:
    """The criterion's mean, or an empty one where so few marks may not be told (AGG-7)."""
    if view.shown.grade.state is GradeState.RATED:
        for figure in view.shown.criteria:
            if figure.criterion is criterion and figure.count >= view.shop.min_reviews:
                return figure
    return CriterionGrade(criterion, 0, None, None)


def _summaries(shown: PeriodQuality, language: str | None) -> list[MarkSummary]:
    """One row for each label, the best first; a review's own stars give its label."""
    rated = shown.grade.state is GradeState.RATED
    counts = reversed(shown.distribution) if rated else (0,) * len(Label)
    return [_summary(label, count, language) for label, count in zip(Label, counts, strict=True)]


def _summary(label: Label, count: int, language: str | None) -> MarkSummary:
    summary: MarkSummary = {
        "markDescription": label,
        "markDescriptionGUILanguage": _word(label, language),
        "periodMarkCount": count,
    }
    return present(summary)


def _days(period: Period) -> int:
    return min((period.end - period.start).days, _YEAR_DAYS)


def _count(grade: Grade) -> int:
    return grade.count if grade.state is GradeState.RATED else 0


def _mark(rating: Decimal | None) -> Decimal | int:
    return 0 if rating is None else rating


def _word(word: Label | Criterion | None, language: str | None) -> str | None:
    """A description in the reader's language, in capitals as the contract has it."""
    return texts.of(language).say(f"gui.{word}") if word and language else None
