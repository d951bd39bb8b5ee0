"""Ranking and uncertainty give the values of trust-rules.md §5 and keep to their bounds."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import grades, rankings
from domain.criteria import Criterion
from domain.grades import tally_of

counts = st.tuples(*[st.integers(0, 10_000)] * 5)


@pytest.mark.parametrize(
    ("mark_sum", "count", "expected"),
    [
        (5, 1, "3.688"),
        (50, 10, "4.382"),
        (50 * 4.8, 50, "4.640"),
        (1000 * 4.8, 1000, "4.791"),
        (1, 1, "3.188"),
    ],
)
def test_agg_9_ranking_bayesian(mark_sum: float, count: int, expected: str) -> None:
    assert f"{rankings.bayesian_mean(mark_sum, count):.3f}" == expected


@pytest.mark.parametrize(
    ("favourable", "count", "expected"),
    [(1, 1, "0.2065"), (9, 10, "0.5958"), (95, 100, "0.8882"), (480, 500, "0.9390")],
)
def test_agg_10_ranking_wilson(favourable: int, count: int, expected: str) -> None:
    assert f"{rankings.wilson_lower_bound(favourable, count):.4f}" == expected


@pytest.mark.parametrize(
    ("distribution", "mean", "half_width"),
    [((1, 0, 1, 2, 6), "3.80", "0.70"), ((10, 5, 10, 50, 425), "4.73", "0.07")],
)
def test_agg_11_uncertainty_interval(
    distribution: tuple[int, ...], mean: str, half_width: str
) -> None:
    interval = rankings.uncertainty(distribution)
    assert (f"{interval.mean:.2f}", f"{interval.half_width:.2f}") == (mean, half_width)


def test_agg_9_the_ranking_value_is_not_the_grade() -> None:
    five_stars = tally_of({Criterion.TOTAL: 5})
    grade = grades.mean(five_stars.mark_sum, five_stars.mark_count)
    assert grade == Decimal("5.00")
    assert rankings.bayesian_mean(five_stars.mark_sum, five_stars.mark_count) < grade


@given(counts)
def test_the_bayesian_mean_lies_between_the_mean_and_the_prior(
    distribution: tuple[int, ...],
) -> None:
    total, mark_sum = sum(distribution), sum(n * s for s, n in enumerate(distribution, 1))
    mean = mark_sum / total if total else rankings.PRIOR_MEAN
    low, high = sorted((mean, rankings.PRIOR_MEAN))
    assert low - 1e-9 <= rankings.bayesian_mean(mark_sum, total) <= high + 1e-9


def test_without_reviews_nothing_is_known() -> None:
    assert rankings.wilson_lower_bound(0, 0) == 0.0
    assert rankings.bayesian_mean(0, 0) == rankings.PRIOR_MEAN


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_wilson_bound_stays_below_the_share_and_rises_with_evidence(
    case: tuple[int, int],
) -> None:
    favourable, count = case
    bound = rankings.wilson_lower_bound(favourable, count)
    assert -1e-9 <= bound <= favourable / count + 1e-9
    assert rankings.wilson_lower_bound(2 * favourable, 2 * count) >= bound - 1e-9
    assert rankings.wilson_lower_bound(favourable + 1, count + 1) > bound


@given(counts)
def test_the_interval_narrows_as_reviews_arrive_and_stays_on_the_scale(
    distribution: tuple[int, ...],
) -> None:
    interval = rankings.uncertainty(distribution)
    more = rankings.uncertainty([4 * (n + 1) - 1 for n in distribution])
    assert 1 <= interval.mean <= 5
    assert 0 < more.half_width < interval.half_width
    assert more.mean == pytest.approx(interval.mean)
