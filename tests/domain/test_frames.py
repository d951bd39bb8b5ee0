"""Amounts, zones and states of protection frames, and when their use calls for a review (§39)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import frames
from domain.errors import TextInvalid
from domain.frame_use import Span, changes, is_permanent, is_regular
from domain.frames import (
    FRAMES,
    FrameForbidden,
    FrameInvalid,
    FrameReasonMissing,
    FrameState,
    FrameStep,
    Zone,
)

TODAY = date(2026, 3, 31)


@pytest.mark.parametrize(
    ("turnover", "frame"),
    [
        (None, 5_000_00),
        (0, 5_000_00),
        (90_000_00, 5_000_00),
        (180_000_00, 5_000_00),
        (180_000_01, 5_500_00),
        (200_000_00, 6_000_00),
        (360_000_00, 10_000_00),
    ],
)
def test_the_first_frame_is_a_third_of_a_months_turnover(turnover: int | None, frame: int) -> None:
    assert frames.base_of(turnover) == frame


@given(st.integers(0, 10**13))
def test_the_first_frame_is_never_too_small_and_at_most_a_step_too_large(turnover: int) -> None:
    frame = frames.base_of(turnover)
    assert frame % FRAMES.step == 0
    assert frame * 36 >= turnover
    assert frame == FRAMES.floor or (frame - FRAMES.step) * 36 < turnover


@pytest.mark.parametrize(
    ("turnover", "basket", "wanted"),
    [
        (4_999_999_99, 999_99, False),
        (5_000_000_00, None, True),
        (None, 1_000_00, True),
        (None, None, False),
    ],
)
def test_high_turnover_or_goods_of_high_value_are_set_by_hand(
    turnover: int | None, basket: int | None, wanted: bool
) -> None:
    assert frames.is_individual(turnover, basket) is wanted


@pytest.mark.parametrize(
    ("use", "frame", "zone"),
    [
        (0, 2_000_00, Zone.GREEN),
        (1_600_00, 2_000_00, Zone.GREEN),
        (1_600_01, 2_000_00, Zone.YELLOW),
        (2_000_00, 2_000_00, Zone.YELLOW),
        (2_000_01, 2_000_00, Zone.RED),
        (0, 0, Zone.GREY),
        (1, 0, Zone.GREY),
    ],
)
def test_zones_go_by_the_unrounded_ratio(use: int, frame: int, zone: Zone) -> None:
    assert frames.zone_of(use, frame) is zone


def test_a_share_is_rounded_up_so_that_100_per_cent_is_never_more_than_the_frame() -> None:
    assert frames.use_percent(2_000_01, 2_000_00) == 101
    assert frames.use_percent(2_000_00, 2_000_00) == 100
    assert frames.use_percent(1, 0) is None


def test_a_season_raises_ten_thousand_to_fifteen_thousand() -> None:
    assert frames.amount_of(10_000_00, 150) == 15_000_00
    assert frames.amount_of(5_000_01, 150) == 7_500_01


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        (100_000_00, 129_999_99, False),
        (100_000_00, 130_000_00, True),
        (100_000_00, 70_000_00, True),
        (100_000_00, 70_000_01, False),
        (0, 180_000_00, False),
        (0, 180_000_01, True),
        (None, 0, False),
        (None, 360_000_00, True),
        (100_000_00, None, False),
    ],
)
def test_a_turnover_changed_by_30_per_cent_calls_for_a_review(
    before: int | None, after: int | None, wanted: bool
) -> None:
    assert frames.is_turnover_changed(before, after) is wanted


def test_a_frame_goes_only_the_documented_way() -> None:
    allowed = {
        (state, to) for state in FrameState for to in FrameState if _may(frames.go, state, to)
    }
    assert allowed == {
        (FrameState.NONE, FrameState.ACTIVE),
        (FrameState.ACTIVE, FrameState.ACTIVE),
        (FrameState.ACTIVE, FrameState.SUSPENDED),
        (FrameState.ACTIVE, FrameState.ENDED),
        (FrameState.SUSPENDED, FrameState.ACTIVE),
        (FrameState.SUSPENDED, FrameState.ENDED),
        (FrameState.ENDED, FrameState.ACTIVE),
    }
    for state in FrameState:
        offered = set(frames.steps(state))
        assert offered == {each for each in FrameStep if _may(frames.step, state, each)}
    assert frames.step(FrameState.SUSPENDED, FrameStep.END) is FrameState.ENDED


def _may(go: object, *arguments: object) -> bool:
    try:
        go(*arguments)  # type: ignore[operator]  # two functions with different arguments
    except FrameForbidden:
        return False
    return True


@pytest.mark.parametrize(
    ("text", "cents"), [("12000", 12_000_00), (" 12000,5 ", 12_000_50), ("0.01", 1)]
)
def test_an_amount_is_read_as_people_write_it(text: str, cents: int) -> None:
    assert frames.checked_amount(text) == cents


@pytest.mark.parametrize("text", ["", "-1", "0", "1.234.5", "1e9", "\u0663", "12345678901", "a"])
def test_anything_else_is_no_amount(text: str) -> None:
    with pytest.raises(FrameInvalid) as refused:
        frames.checked_amount(text)
    assert refused.value.field == "amount"


def test_days_reasons_and_references_are_checked() -> None:
    assert frames.checked_day(" 2026-03-31 ") == TODAY
    with pytest.raises(FrameInvalid):
        frames.checked_day("31.3.2026")
    assert frames.checked_reason(" The insurer agrees. ") == "The insurer agrees."
    with pytest.raises(FrameReasonMissing):
        frames.checked_reason("ok")
    with pytest.raises(TextInvalid):
        frames.checked_reference("x" * 81)
    assert frames.checked_reference(" A  1 ") == "A 1"


def test_a_month_is_named_or_is_the_last_whole_one() -> None:
    assert str(frames.checked_month("", today=TODAY)) == "2026-02"
    month = frames.checked_month("2026-12", today=TODAY)
    assert (month.first, month.after) == (date(2026, 12, 1), date(2027, 1, 1))
    for text in ("2026-13", "2026", "26-01", "2026-1", "2026-01-01"):
        with pytest.raises(FrameInvalid):
            frames.checked_month(text, today=TODAY)


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 1, 1, hour, tzinfo=UTC) + timedelta(days=day - 1)


SPAN = Span(at(1, 15), at(31), 500_00)


def test_a_new_protection_is_an_interval_that_ends_at_midnight() -> None:
    (change,) = changes(None, SPAN, now=at(1, 15))
    assert (change.start, change.end_day, change.eur_minor) == (at(1, 15), at(31).date(), 500_00)
    assert change.is_move
    (change,) = changes(None, Span(at(1), at(31), 1), now=at(1))
    assert not change.is_move


def test_a_cancelled_one_keeps_what_it_has_used() -> None:
    (change,) = changes(SPAN, None, now=at(9, 12))
    assert (change.start, change.end_day, change.eur_minor) == (at(9, 12), at(31).date(), -500_00)
    told = Span(SPAN.start, at(9, 12), 500_00)
    assert changes(SPAN, told, now=at(9, 12)) == [change]


def test_one_cancelled_too_early_or_too_late_is_cut_at_its_bounds() -> None:
    (change,) = changes(SPAN, None, now=at(1, 3))
    assert change.start == SPAN.start
    assert changes(SPAN, None, now=at(40)) == []


def test_an_extension_adds_the_days_at_the_end() -> None:
    (change,) = changes(SPAN, Span(SPAN.start, at(61), 500_00), now=at(25))
    assert (change.start, change.end_day, change.eur_minor) == (at(31), at(61).date(), 500_00)
    assert not change.is_move


def test_nothing_changes_where_nothing_changes() -> None:
    assert changes(None, None, now=at(1)) == []
    assert changes(SPAN, SPAN, now=at(1)) == []
    assert changes(None, Span(at(1), at(31), 0), now=at(1)) == []


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="beginning"):
        changes(SPAN, Span(at(2), at(31), 500_00), now=at(2))
    with pytest.raises(ValueError, match="beginning"):
        changes(SPAN, Span(SPAN.start, at(31), 400_00), now=at(2))
    with pytest.raises(ValueError, match="00:00"):
        changes(None, Span(at(1), at(31, 5), 1), now=at(1))


def days(*back: int) -> list[date]:
    return [TODAY - timedelta(days=each) for each in back]


def test_five_of_thirty_days_are_regular() -> None:
    assert is_regular(days(0, 7, 14, 21, 29), TODAY)
    assert not is_regular(days(0, 7, 14, 21, 30), TODAY)
    assert not is_regular(days(0, 0, 0, 0, 0), TODAY)


def test_fourteen_days_running_are_permanent() -> None:
    assert is_permanent(days(*range(14)), TODAY)
    assert is_permanent(days(*range(1, 15)), TODAY)
    assert not is_permanent(days(*range(2, 16)), TODAY)
    assert not is_permanent(days(*range(13)), TODAY)
    assert not is_permanent(days(*range(6), *range(7, 15)), TODAY)
