"""Grades as payloads: the value of one snapshot, the same in every widget (AGG-6)."""

from datetime import date
from decimal import Decimal
from typing import Final

from domain import grades as rules
from domain import policies, rankings
from domain.grades import GradeState
from domain.windows import Period
from schemas import grades
from schemas.shapes import moment
from widgets import shops, texts
from widgets.views import Figures, PeriodFigures, ShopView

CONFIDENCE: Final = 95
FORMULA: Final = "COUNT_WEIGHTED_MEAN_OF_CRITERION_MARKS"


def build(shop: ShopView, figures: Figures) -> grades.GradeAnswer:
    """A shop's grade in detail; its method is told in the shop's language (ISO-11, EU-4)."""
    grade = figures.grade
    rated = grade.state is GradeState.RATED
    return grades.GradeAnswer(
        shop=shops.shape(shop),
        operated_by_seller=shop.operator_is_shop,
        grade=shape(shop, grade, since=shop.counting_since),
        uncertainty=_uncertainty(figures.distribution) if rated else None,
        criteria=tuple(_criterion(shop, grade, figure) for figure in figures.criteria),
        distribution=_distribution(figures.distribution) if rated else None,
        trend=figures.trend if rated else None,
        periods=tuple(_period(shop, figure) for figure in figures.periods),
        method=_method(shop.language),
        generation=shop.generation,
        calculated_at=moment(shop.calculated_at),
    )


def shape(shop: ShopView, grade: rules.Grade, *, since: date | None = None) -> grades.Grade:
    """A grade with everything that must stand beside it (AGG-3).

    ``since`` is the first day that the all-time count covers, where it is known.
    """
    return grades.Grade(
        state=grade.state,
        rating=_number(grade.rating),
        label=grade.label,
        count=grade.count,
        mark_count=grade.mark_count,
        period=_window(grade.period),
        all_time_count=grade.all_time_count,
        all_time_since=since,
        min_reviews=shop.min_reviews,
    )


def _window(period: Period) -> grades.Period:
    return grades.Period(start=period.start, end=period.end, months=policies.GRADES.window_months)


def _criterion(
    shop: ShopView, grade: rules.Grade, figure: rules.CriterionGrade
) -> grades.CriterionGrade:
    shown = grade.state is GradeState.RATED and _is_enough(shop, figure.count)
    return grades.CriterionGrade(
        criterion=figure.criterion,
        count=figure.count,
        rating=_number(figure.rating) if shown else None,
        label=figure.label if shown else None,
        period=_window(grade.period),
    )


def _period(shop: ShopView, figure: PeriodFigures) -> grades.PeriodGrade:
    shown = _is_enough(shop, figure.count)
    return grades.PeriodGrade(
        name=figure.name,
        start=figure.period.start,
        end=figure.period.end,
        count=figure.count,
        rating=_number(figure.rating) if shown else None,
        distribution=_distribution(figure.distribution) if shown else None,
        trend=figure.trend if shown else None,
    )


def _is_enough(shop: ShopView, count: int) -> bool:
    """Whether a mean of ``count`` reviews may be shown (AGG-7), also where it is only a part."""
    return count >= max(shop.min_reviews, 1)


def _distribution(reviews: tuple[int, int, int, int, int]) -> grades.Distribution:
    one, two, three, four, five = reviews
    return grades.Distribution(
        one_star=one, two_stars=two, three_stars=three, four_stars=four, five_stars=five
    )


def _uncertainty(reviews: tuple[int, int, int, int, int]) -> grades.Uncertainty:
    half_width = rankings.uncertainty(reviews).half_width
    return grades.Uncertainty(confidence=CONFIDENCE, half_width=round(half_width, 2))


def _method(language: str) -> grades.Method:
    words = texts.of(language)
    return grades.Method(formula=FORMULA, language=words.language, statement=words.say("method"))


def _number(rating: Decimal | None) -> float | None:
    # Two decimals survive the way through a binary float: 4.01 is written as 4.01 again.
    return None if rating is None else float(rating)
