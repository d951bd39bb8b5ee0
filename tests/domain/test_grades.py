"""The grade equals the specification's vectors and an independent, exact computation."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import astuple
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import grades, windows
from domain.criteria import Criterion, own_stars
from domain.grades import Grade, GradeState, Label, Tally, Trend, tally_of
from domain.reviews import Review, contribution
from domain.windows import Period
from tests.domain.examples import (
    EMAIL,
    THIS_YEAR,
    a_review,
    counted,
    half_up,
    stars,
    three_marks,
)

Marks = dict[Criterion, int]
SERVICE, DELIVERY, GOODS, TOTAL = (
    Criterion.SERVICE,
    Criterion.DELIVERY,
    Criterion.GOODS,
    Criterion.TOTAL,
)
SIX_REVIEWS: list[Marks] = [
    {DELIVERY: 5, GOODS: 5, SERVICE: 3},
    {DELIVERY: 4, GOODS: 5},
    {DELIVERY: 5},
    {SERVICE: 2},
    {DELIVERY: 5, GOODS: 4, SERVICE: 5},
    {DELIVERY: 3},
]
tallies = st.builds(Tally, *[st.integers(-(10**9), 10**9)] * len(grades.TALLY_FIELDS))


def tally(all_marks: Sequence[Marks]) -> Tally:
    return sum(map(tally_of, all_marks), Tally())


def one_criterion(count: int, total: int) -> Tally:
    """``count`` reviews of one mark each, whose marks add up to ``total``."""
    low, rest = divmod(total, count)
    return tally([{SERVICE: low + 1}] * rest + [{SERVICE: low}] * (count - rest))


def grade_of(tally: Tally, *, min_reviews: int = 1) -> Grade:
    return grades.summarise(tally, THIS_YEAR, all_time_count=tally.reviews, min_reviews=min_reviews)


SYSTEMS_VECTORS = {
    "official_fixture": (
        tally(
            [{DELIVERY: 5, GOODS: 5, SERVICE: 5}] * 3 + [{DELIVERY: 5, GOODS: 4, SERVICE: 5}] * 2
        ),
        "4.87",
        Label.EXCELLENT,
    ),
    "not_the_mean_of_criterion_means": (
        tally([{SERVICE: 5, DELIVERY: 2, GOODS: 5}, {SERVICE: 4, GOODS: 3}, {SERVICE: 4}]),
        "3.83",
        Label.GOOD,
    ),
    "899/200": (one_criterion(200, 899), "4.50", Label.EXCELLENT),
    "2247/500": (one_criterion(500, 2247), "4.49", Label.GOOD),
    "801/200": (one_criterion(200, 801), "4.01", Label.GOOD),
    "699/200": (one_criterion(200, 699), "3.50", Label.GOOD),
    "499/200": (one_criterion(200, 499), "2.50", Label.FAIR),
    "299/200": (one_criterion(200, 299), "1.50", Label.POOR),
    "one_mark_of_1": (one_criterion(1, 1), "1.00", Label.VERY_POOR),
    "aggregate_object": (tally([{SERVICE: 2}] + [{SERVICE: 5}] * 4), "4.40", Label.GOOD),
    "4.496_is_excellent": (one_criterion(1000, 4496), "4.50", Label.EXCELLENT),
}


@pytest.mark.parametrize(
    ("window", "rating", "label"), SYSTEMS_VECTORS.values(), ids=SYSTEMS_VECTORS.keys()
)
def test_the_vectors_of_the_review_profile(window: Tally, rating: str, label: Label) -> None:
    grade = grade_of(window)
    assert (str(grade.rating), grade.label) == (rating, label)


def test_the_vectors_have_the_sums_that_the_specification_names() -> None:
    official, uneven = (SYSTEMS_VECTORS[name][0] for name in list(SYSTEMS_VECTORS)[:2])
    assert (official.mark_sum, official.mark_count) == (73, 15)
    assert [official.of(criterion) for criterion in (DELIVERY, GOODS, SERVICE)] == [
        (5, 25),
        (5, 23),
        (5, 25),
    ]
    assert (uneven.mark_sum, uneven.mark_count) == (23, 6)


def test_agg_1_headline_population() -> None:
    counting = [a_review(marks) for marks in SIX_REVIEWS]
    five = {DELIVERY: 5, GOODS: 5, SERVICE: 5}
    others = [
        a_review(five, incentivised=True),
        a_review(five, imported_from="Other platform"),
        a_review(five, evidence=(EMAIL,)),
        a_review(five, submitted_at=windows.midnight(date(2025, 10, 20))),
    ]
    grade = grade_of(counted(counting + others, window=THIS_YEAR))
    assert (grade.rating, grade.label, grade.count) == (Decimal("4.18"), Label.GOOD, 6)


def test_agg_2_headline_formula() -> None:
    six = tally(SIX_REVIEWS)
    means = [Fraction(total, count) for count, total in map(six.of, (DELIVERY, GOODS, SERVICE))]
    weighted = sum(
        six.of(c)[0] * mean for c, mean in zip((DELIVERY, GOODS, SERVICE), means, strict=True)
    )
    assert (six.mark_sum, six.mark_count, six.reviews) == (46, 11, 6)
    assert grade_of(six).rating == half_up(Fraction(weighted, 11)) == Decimal("4.18")
    assert half_up(sum(means, Fraction()) / 3) == Decimal("4.13")
    own_means = [Fraction(sum(marks.values()), len(marks)) for marks in SIX_REVIEWS]
    assert half_up(sum(own_means, Fraction()) / 6) == Decimal("3.92")


def test_agg_2_a_missing_criterion_is_absent_not_zero() -> None:
    window = tally([{DELIVERY: 5}, {SERVICE: 5}])
    assert grade_of(window).rating == Decimal("5.00")
    goods = grades.criterion_grade(window, GOODS)
    assert (goods.count, goods.rating, goods.label) == (0, None, None)


def test_agg_3_n_period_alltime_shown() -> None:
    grade = grades.summarise(tally(SIX_REVIEWS), THIS_YEAR, all_time_count=90)
    assert (grade.count, grade.mark_count, grade.all_time_count) == (6, 11, 90)
    assert grade.period == THIS_YEAR


@pytest.mark.parametrize(
    ("count", "total", "rating", "label"),
    [
        (8, 37, "4.63", Label.EXCELLENT),
        (200, 897, "4.49", Label.GOOD),
        (200, 899, "4.50", Label.EXCELLENT),
        (1000, 4494, "4.49", Label.GOOD),
        (1, 1, "1.00", Label.VERY_POOR),
    ],
)
def test_agg_4_round_once_half_up(count: int, total: int, rating: str, label: Label) -> None:
    grade = grade_of(one_criterion(count, total))
    assert (str(grade.rating), grade.label, grade.count) == (rating, label, count)


def test_agg_4_another_decimal_context_does_not_change_the_rounding() -> None:
    with localcontext() as context:
        context.rounding = ROUND_HALF_EVEN
        assert grades.mean(897, 200) == Decimal("4.49")


@pytest.mark.parametrize(
    ("rating", "label"),
    [
        ("5.00", Label.EXCELLENT),
        ("4.50", Label.EXCELLENT),
        ("4.49", Label.GOOD),
        ("3.50", Label.GOOD),
        ("3.49", Label.FAIR),
        ("2.50", Label.FAIR),
        ("2.49", Label.POOR),
        ("1.50", Label.POOR),
        ("1.49", Label.VERY_POOR),
        ("1.00", Label.VERY_POOR),
    ],
)
def test_agg_5_label_from_published_value(rating: str, label: Label) -> None:
    assert grades.label_of(Decimal(rating)) is label


def test_agg_7_one_review_is_enough_where_the_operator_sets_no_minimum() -> None:
    grade = grades.summarise(one_criterion(1, 1), THIS_YEAR, all_time_count=1)
    assert (grade.state, grade.count) == (GradeState.RATED, 1)
    assert (str(grade.rating), grade.label) == ("1.00", Label.VERY_POOR)


def test_agg_7_too_few_below_minimum() -> None:
    grade = grade_of(one_criterion(4, 20), min_reviews=5)
    assert (grade.state, grade.count) == (GradeState.TOO_FEW, 4)
    assert (grade.rating, grade.label) == (None, None)
    assert grade_of(one_criterion(5, 25), min_reviews=5).state is GradeState.RATED


@pytest.mark.parametrize("min_reviews", [1, 5])
def test_agg_14_no_rating_yet(min_reviews: int) -> None:
    grade = grade_of(Tally(), min_reviews=min_reviews)
    assert (grade.state, grade.count) == (GradeState.NONE, 0)
    assert (grade.rating, grade.label) == (None, None)


@given(st.lists(three_marks, max_size=30), st.integers(1, 10))
def test_the_grade_equals_an_independent_computation_over_the_raw_marks(
    all_marks: list[Marks], min_reviews: int
) -> None:
    grade = grade_of(tally(all_marks), min_reviews=min_reviews)
    raw = [mark for marks in all_marks for mark in marks.values()]
    assert (grade.count, grade.mark_count) == (len(all_marks), len(raw))
    if len(all_marks) >= min_reviews:
        assert grade.rating == half_up(Fraction(sum(raw), len(raw)))
        assert grade.state is GradeState.RATED
        assert grade.label is grades.label_of(grade.rating)
    else:
        assert (grade.rating, grade.label) == (None, None)
        assert grade.state is (GradeState.TOO_FEW if all_marks else GradeState.NONE)


@given(st.integers(1, 10**9).flatmap(lambda n: st.tuples(st.integers(n, 5 * n), st.just(n))))
def test_the_mean_of_millions_of_marks_is_exact(case: tuple[int, int]) -> None:
    total, count = case
    mean = grades.mean(total, count)
    assert mean == half_up(Fraction(total, count))
    assert mean.as_tuple().exponent == -2


@given(st.lists(three_marks, max_size=30), st.sampled_from((SERVICE, DELIVERY, GOODS)))
def test_a_criterion_has_the_mean_of_its_own_marks(
    all_marks: list[Marks], criterion: Criterion
) -> None:
    own = [marks[criterion] for marks in all_marks if criterion in marks]
    grade = grades.criterion_grade(tally(all_marks), criterion)
    assert (grade.criterion, grade.count) == (criterion, len(own))
    if own:
        assert grade.rating == half_up(Fraction(sum(own), len(own)))
        assert grade.label is grades.label_of(grade.rating)
    else:
        assert (grade.rating, grade.label) == (None, None)


@given(st.lists(stars, max_size=30))
def test_a_product_is_graded_by_its_one_criterion(marks: list[int]) -> None:
    window = tally([{TOTAL: mark} for mark in marks])
    total = grades.criterion_grade(window, TOTAL)
    assert (window.of(TOTAL), window.mark_count) == ((len(marks), sum(marks)), len(marks))
    assert total.rating == grade_of(window).rating


@given(st.lists(three_marks, max_size=30))
def test_the_distribution_counts_reviews_by_their_own_stars(all_marks: list[Marks]) -> None:
    own = [own_stars(marks) for marks in all_marks]
    window = tally(all_marks)
    assert window.distribution == tuple(own.count(star) for star in range(1, 6))
    assert sum(window.distribution) == window.reviews


@given(tallies, tallies, tallies)
def test_tallies_form_a_commutative_group(a: Tally, b: Tally, c: Tally) -> None:
    assert (a + b) + c == a + (b + c)
    assert a + b == b + a
    assert a + Tally() == a
    assert a - a == Tally()
    assert (a + b) - b == a
    assert a - b == a + (Tally() - b)


@given(st.lists(three_marks, max_size=20), st.integers(0, 20))
def test_a_tally_does_not_depend_on_how_reviews_are_bundled(
    all_marks: list[Marks], cut: int
) -> None:
    assert tally(all_marks[:cut]) + tally(all_marks[cut:]) == tally(all_marks)


@given(three_marks)
def test_one_review_adds_itself_once_and_each_of_its_marks(marks: Marks) -> None:
    one = tally_of(marks)
    assert (one.reviews, one.mark_count, one.mark_sum) == (1, len(marks), sum(marks.values()))
    assert one.distribution.index(1) + 1 == own_stars(marks)
    assert min(astuple(one)) >= 0


# From before one 29 February to after the day on which it leaves the window.
FIRST, LAST = date(2024, 1, 15), date(2025, 3, 15)
ONE_DAY = timedelta(days=1)
reviews_of_years = st.lists(
    st.builds(
        lambda marks, day, second: a_review(
            marks, submitted_at=windows.midnight(day) + timedelta(seconds=second)
        ),
        three_marks,
        st.dates(FIRST - timedelta(days=800), LAST),
        st.integers(0, 86_399),
    ),
    max_size=25,
)


def days_from(first: date, end: date) -> list[date]:
    """The days from ``first`` to the one before ``end``."""
    return [first + n * ONE_DAY for n in range((end - first).days)]


@cache
def windows_at(day: date) -> tuple[Period, Period]:
    """The window of a day and the twelve months before it."""
    start = windows.window_start(day)
    return windows.window(day), Period(windows.trend_start(start), start - ONE_DAY)


@given(reviews_of_years)
def test_sliding_day_buckets_equal_a_recount_on_each_of_many_nights(
    all_reviews: list[Review],
) -> None:
    buckets: defaultdict[date, Tally] = defaultdict(Tally)
    for review in all_reviews:
        buckets[windows.day_of(review.submitted_at)] += contribution(review)
    now, before = (counted(all_reviews, window=window) for window in windows_at(FIRST))
    for day in days_from(FIRST + ONE_DAY, LAST + ONE_DAY):
        (old_now, old_before), (new_now, new_before) = windows_at(day - ONE_DAY), windows_at(day)
        leaving = [d for d in days_from(old_now.start, new_now.start) if d in buckets]
        expiring = [d for d in days_from(old_before.start, new_before.start) if d in buckets]
        if day in buckets:
            now += buckets[day]
        for gone in leaving:
            now, before = now - buckets[gone], before + buckets[gone]
        for gone in expiring:
            before -= buckets[gone]
        if day in buckets or leaving or expiring:
            assert (now, before) == tuple(
                counted(all_reviews, window=window) for window in (new_now, new_before)
            )
    assert [now, before] == [counted(all_reviews, window=window) for window in windows_at(LAST)]


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        ((100, 405), (100, 400), Trend.NEUTRAL),
        ((1000, 4051), (100, 400), Trend.POSITIVE),
        ((100, 395), (100, 400), Trend.NEUTRAL),
        ((1000, 3949), (100, 400), Trend.NEGATIVE),
        ((100, 400), (100, 400), Trend.NEUTRAL),
        ((1, 5), (1, 1), Trend.POSITIVE),
        ((1, 1), (1, 5), Trend.NEGATIVE),
    ],
)
def test_the_trend_compares_exact_means_and_tolerates_five_hundredths(
    now: tuple[int, int], before: tuple[int, int], expected: Trend
) -> None:
    assert grades.trend(one_criterion(*now), one_criterion(*before)) is expected


@pytest.mark.parametrize(
    ("now", "before"),
    [(Tally(), Tally()), (one_criterion(1, 5), Tally()), (Tally(), one_criterion(1, 5))],
)
def test_an_empty_window_has_no_trend(now: Tally, before: Tally) -> None:
    assert grades.trend(now, before) is Trend.NEUTRAL


@given(st.lists(three_marks, min_size=1, max_size=9), st.lists(three_marks, min_size=1, max_size=9))
def test_the_trend_equals_an_exact_comparison_and_turns_with_its_windows(
    now: list[Marks], before: list[Marks]
) -> None:
    a, b = tally(now), tally(before)
    difference = Fraction(a.mark_sum, a.mark_count) - Fraction(b.mark_sum, b.mark_count)
    expected = (
        Trend.NEUTRAL
        if abs(difference) <= Fraction(5, 100)
        else (Trend.POSITIVE if difference > 0 else Trend.NEGATIVE)
    )
    opposite = {Trend.POSITIVE: Trend.NEGATIVE, Trend.NEGATIVE: Trend.POSITIVE}
    assert grades.trend(a, b) is expected
    assert grades.trend(b, a) is opposite.get(expected, Trend.NEUTRAL)
