"""The vectors of systems.md §32: zones by exact values, and what is told when."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.frames import FRAMES, Zone
from domain.frames import zone_of as frame_zone_of
from domain.grades import Tally
from domain.indicators import (
    HIGH_IS_GOOD,
    INDICATORS,
    MILLION,
    AlertKind,
    Facts,
    Indicator,
    Measure,
    first_red_day,
    is_jump,
    is_worse,
    limits_of,
    may_tell,
    measure,
    zone_of,
)
from domain.markets import MARKETS

TODAY = date(2026, 11, 22)
ZONES = st.sampled_from(Zone)


def one(indicator: Indicator, facts: Facts) -> Measure:
    (found,) = [each for each in measure(facts, "DE") if each.indicator is indicator]
    return found


@pytest.mark.parametrize(
    ("claims", "protections", "zone"),
    [
        (2, 100, Zone.GREEN),
        (201, 10_000, Zone.YELLOW),
        (1, 20, Zone.YELLOW),
        (501, 10_000, Zone.RED),
        (0, 20, Zone.GREEN),
        (19, 19, Zone.GREY),
        (1, 0, Zone.GREY),
    ],
)
def test_the_case_rate_is_judged_unrounded_and_from_20_protections_on(
    claims: int, protections: int, zone: Zone
) -> None:
    found = one(Indicator.CASE_RATE, Facts(claims_short=claims, protections_short=protections))
    assert (found.zone, found.n) == (zone, protections)
    assert (found.value is None) is (zone is Zone.GREY)


@pytest.mark.parametrize(
    ("paid", "protections", "zone"),
    [
        (1, 1_000, Zone.GREEN),
        (1_001, 1_000_000, Zone.YELLOW),
        (5, 1_000, Zone.YELLOW),
        (5_001, 1_000_000, Zone.RED),
        (0, 19, Zone.GREY),
    ],
)
def test_the_payout_rate_is_judged_unrounded(paid: int, protections: int, zone: Zone) -> None:
    facts = Facts(paid_long=paid, protections_long=protections)
    assert one(Indicator.PAYOUT_RATE, facts).zone is zone


@pytest.mark.parametrize(
    ("rating", "reviews", "zone"),
    [
        ("5.00", 10, Zone.GREEN),
        ("3.50", 10, Zone.GREEN),
        ("3.49", 10, Zone.YELLOW),
        ("3.00", 10, Zone.YELLOW),
        ("2.99", 10, Zone.RED),
        ("1.00", 9, Zone.GREY),
    ],
)
def test_the_grade_is_judged_as_it_is_shown_and_from_10_reviews_on(
    rating: str, reviews: int, zone: Zone
) -> None:
    year = Tally(reviews=reviews, total_count=100, total_sum=int(100 * Decimal(rating)))
    found = one(Indicator.GRADE, Facts(year))
    assert found.zone is zone


@pytest.mark.parametrize(
    ("days", "value", "zone"),
    [
        ((2, 3), Fraction(5, 2), Zone.YELLOW),
        ((2,), Fraction(2), Zone.GREEN),
        ((9, 0, 1), Fraction(1), Zone.GREEN),
        ((5, 5), Fraction(5), Zone.YELLOW),
        ((5, 6), Fraction(11, 2), Zone.RED),
        ((), None, Zone.GREY),
    ],
)
def test_the_reaction_time_is_the_median(
    days: tuple[int, ...], value: Fraction | None, zone: Zone
) -> None:
    found = one(Indicator.REACTION_TIME, Facts(reactions=days))
    assert (found.value, found.zone, found.n) == (value, zone, len(days))


@pytest.mark.parametrize(
    ("late", "open_claims", "zone"),
    [
        (0, 3, Zone.GREEN),
        (1, 10, Zone.YELLOW),
        (1, 9, Zone.RED),
        (1, 1_000_000, Zone.YELLOW),
        (0, 0, Zone.GREY),
    ],
)
def test_a_single_late_answer_is_not_green(late: int, open_claims: int, zone: Zone) -> None:
    facts = Facts(late_claims=late, open_claims=open_claims)
    assert one(Indicator.UNANSWERED, facts).zone is zone


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_the_use_of_the_frame_has_the_zone_that_the_frame_itself_has(use: int, frame: int) -> None:
    facts = Facts(frame_use_minor=use, frame_minor=frame)
    assert one(Indicator.FRAME_USE, facts).zone is frame_zone_of(use, frame)


def test_the_limits_of_the_frame_are_those_of_frames() -> None:
    green = limits_of("DE", Indicator.FRAME_USE).green
    assert green == Fraction(FRAMES.green_percent, 100)


@pytest.mark.parametrize(
    ("failed", "placed", "zone"),
    [
        (0, 1, Zone.GREEN),
        (1, 1, Zone.YELLOW),
        (2, 9, Zone.RED),
        (0, 0, Zone.GREY),
    ],
)
def test_failed_test_orders_are_counted(failed: int, placed: int, zone: Zone) -> None:
    facts = Facts(test_orders=placed, test_orders_failed=failed)
    found = one(Indicator.TEST_ORDERS, facts)
    assert (found.zone, found.n) == (zone, placed)


def test_a_shop_without_anything_has_all_seven_and_none_is_measured() -> None:
    found = measure(Facts(), "PL")
    assert tuple(each.indicator for each in found) == tuple(Indicator)
    assert {(each.value, each.n, each.zone) for each in found} == {(None, 0, Zone.GREY)}
    assert {each.millionths for each in found} == {None}


@pytest.mark.parametrize("market", MARKETS)
def test_every_market_has_limits_in_their_order_for_every_indicator(market: str) -> None:
    for indicator in Indicator:
        limits = limits_of(market, indicator)
        is_upwards = limits.green < limits.yellow
        assert is_upwards is (indicator not in HIGH_IS_GOOD)
        assert limits.least >= 1


@given(
    st.sampled_from([each for each in Indicator if each not in HIGH_IS_GOOD]),
    st.fractions(0, 20),
    st.fractions(0, 20),
)
def test_more_of_what_is_bad_is_never_in_a_better_zone(
    indicator: Indicator, value: Fraction, more: Fraction
) -> None:
    assert not is_worse(zone_of(indicator, value + more, "DE"), zone_of(indicator, value, "DE"))


@given(st.integers(0, 10**6), st.integers(20, 10**6))
def test_the_stored_value_is_rounded_and_the_zone_is_not(claims: int, protections: int) -> None:
    facts = Facts(claims_short=claims, protections_short=protections)
    found = one(Indicator.CASE_RATE, facts)
    assert found.value == Fraction(claims, protections)
    assert found.millionths == round(found.value * MILLION)
    # A share that is above the limit by less than is stored is yellow all the same.
    just = replace(facts, claims_short=20_000_001, protections_short=1_000_000_000)
    assert one(Indicator.CASE_RATE, just).zone is Zone.YELLOW
    assert one(Indicator.CASE_RATE, just).millionths == 20_000


@given(ZONES, ZONES)
def test_of_two_zones_at_most_one_is_worse(before: Zone, now: Zone) -> None:
    assert not (is_worse(before, now) and is_worse(now, before))
    assert not is_worse(now, Zone.GREY)
    assert is_worse(Zone.GREY, now) is (now in (Zone.YELLOW, Zone.RED))


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (100, 120, True),
        (100, 119, False),
        (100, 80, True),
        (100, 81, False),
        (0, 1, True),
        (0, 0, False),
        (None, 100, False),
        (100, None, False),
    ],
)
def test_a_jump_is_a_fifth_up_or_down_within_a_week(
    before: int | None, now: int | None, expected: bool
) -> None:
    assert is_jump(before, now) is expected


@pytest.mark.parametrize(("kind", "days"), [(AlertKind.JUMP, 7), (AlertKind.REVIEW, 30)])
def test_nobody_is_told_again_before_the_pause_is_over(kind: AlertKind, days: int) -> None:
    assert may_tell(kind, None, TODAY)
    assert may_tell(kind, TODAY - timedelta(days=days), TODAY)
    assert not may_tell(kind, TODAY - timedelta(days=days - 1), TODAY)


def test_thirty_days_running_are_counted_with_the_first_and_the_last() -> None:
    assert (TODAY - first_red_day(TODAY)).days + 1 == INDICATORS.red_days == 30


SMALL = st.integers(0, 60)
HUNDREDTHS: dict[Indicator, tuple[int, int, int]] = {
    Indicator.CASE_RATE: (200, 500, 20),
    Indicator.PAYOUT_RATE: (10, 50, 20),
    Indicator.UNANSWERED: (0, 1_000, 1),
    Indicator.FRAME_USE: (8_000, 10_000, 1),
}
"""Green and yellow in ten thousandths as §32 has them, and how many are needed."""


def by_hand(part: int, whole: int, limits: tuple[int, int, int]) -> Zone:
    green, yellow, least = limits
    if whole < least:
        return Zone.GREY
    if part * 10_000 <= green * whole:
        return Zone.GREEN
    return Zone.YELLOW if part * 10_000 <= yellow * whole else Zone.RED


@given(st.tuples(*[SMALL] * 10), st.lists(st.integers(0, 12), max_size=9))
def test_every_indicator_is_what_a_count_by_hand_gives(
    numbers: tuple[int, ...], reactions: list[int]
) -> None:
    opened, short, paid, long, late, waiting, used, frame, failed, placed = numbers
    facts = Facts(
        claims_short=opened,
        protections_short=short,
        paid_long=paid,
        protections_long=long,
        late_claims=late,
        open_claims=waiting,
        frame_use_minor=used,
        frame_minor=frame,
        reactions=tuple(reactions),
        test_orders_failed=failed,
        test_orders=placed,
    )
    found = {each.indicator: each.zone for each in measure(facts, "DE")}
    shares = {
        Indicator.CASE_RATE: (opened, short),
        Indicator.PAYOUT_RATE: (paid, long),
        Indicator.UNANSWERED: (late, waiting),
        Indicator.FRAME_USE: (used, frame),
    }
    for indicator, (part, whole) in shares.items():
        assert found[indicator] is by_hand(part, whole, HUNDREDTHS[indicator]), indicator
    ordered, half = sorted(reactions), len(reactions) // 2
    # Twice the median, so that it stays whole.
    middle = ordered[half] + ordered[-half - 1] if ordered else 0
    expected = Zone.GREEN if middle <= 4 else Zone.YELLOW if middle <= 10 else Zone.RED
    assert found[Indicator.REACTION_TIME] is (expected if ordered else Zone.GREY)
    expected = (Zone.GREEN, Zone.YELLOW, Zone.RED)[min(failed, 2)]
    assert found[Indicator.TEST_ORDERS] is (expected if placed else Zone.GREY)
    assert found[Indicator.GRADE] is Zone.GREY
