"""The grade in detail: what it is made of, and how far it may be off."""

from dataclasses import replace

import pytest

from domain.criteria import Criterion
from domain.grades import Label, Trend
from tests.widgets.examples import SHOP, figures_of
from widgets import grades


def test_agg_3_n_period_alltime_shown() -> None:
    grade = grades.build(SHOP, figures_of(5, 4)).grade
    assert (grade.rating, grade.label) == (4.5, Label.EXCELLENT)
    assert (grade.best, grade.worst, grade.count, grade.mark_count) == (5, 1, 2, 2)
    assert grade.period.model_dump(mode="json") == {
        "start": "2025-11-21",
        "end": "2026-11-21",
        "months": 12,
    }
    assert grade.all_time_count == 4
    assert grade.all_time_since == SHOP.counting_since


def test_agg_11_uncertainty_interval() -> None:
    answer = grades.build(SHOP, figures_of(5, 4, 4))
    assert answer.uncertainty is not None
    assert answer.uncertainty.confidence == 95
    assert 0 < answer.uncertainty.half_width < 2
    assert answer.grade.rating == 4.33


def test_a_criterion_has_its_own_count_and_the_period() -> None:
    (service,) = grades.build(SHOP, figures_of(5, 4)).criteria
    assert (service.criterion, service.count) == (Criterion.SERVICE, 2)
    assert (service.rating, service.label) == (4.5, Label.EXCELLENT)
    assert service.period.start == figures_of().grade.period.start


def test_the_distribution_counts_reviews_by_their_stars() -> None:
    distribution = grades.build(SHOP, figures_of(5, 5, 2)).distribution
    assert distribution is not None
    assert distribution.model_dump() == {
        "oneStar": 0,
        "twoStars": 1,
        "threeStars": 0,
        "fourStars": 0,
        "fiveStars": 2,
    }


def test_periods_keep_their_own_count_and_trend() -> None:
    year, overall = grades.build(SHOP, figures_of(5, 2)).periods
    assert (year.name, year.count, year.rating, year.trend) == ("365days", 2, 3.5, Trend.NEUTRAL)
    assert (overall.name, overall.trend) == ("overall", None)


@pytest.mark.parametrize("marks", [(), (5, 5)])
def test_agg_7_below_the_minimum_nothing_speaks_of_stars(marks: tuple[int, ...]) -> None:
    shop = replace(SHOP, min_reviews=3)
    answer = grades.build(shop, figures_of(*marks, min_reviews=3))
    assert (answer.distribution, answer.uncertainty, answer.trend) == (None, None, None)
    assert (answer.grade.rating, answer.grade.count) == (None, len(marks))
    for part in (*answer.criteria, *answer.periods):
        assert part.model_dump(exclude_none=True).keys() & {"rating", "label", "trend"} == set()
        assert part.model_dump()["count"] == len(marks)


def test_a_criterion_with_too_few_marks_has_no_rating_of_its_own() -> None:
    figures = figures_of(5, 4, 4, min_reviews=3)
    rare = replace(figures.criteria[0], criterion=Criterion.GOODS, count=2)
    answer = grades.build(
        replace(SHOP, min_reviews=3), replace(figures, criteria=(figures.criteria[0], rare))
    )
    assert [criterion.rating for criterion in answer.criteria] == [4.33, None]


def test_iso_11_score_method_shown() -> None:
    method = grades.build(SHOP, figures_of(5)).method
    assert method.formula == "COUNT_WEIGHTED_MEAN_OF_CRITERION_MARKS"
    assert method.language == "de"
    assert "auf zwei Stellen gerundet" in method.statement
    assert "nach jeder Änderung sowie jede Nacht" in method.statement
