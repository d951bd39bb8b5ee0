"""Protection Plus: booked for a year at a time, and cancelled at any moment."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.protection_members import Plus, PlusNotBooked, PlusUnavailable, is_later

NOON: Final = datetime(2026, 3, 15, 12, tzinfo=UTC)


def test_plus_runs_from_its_booking_and_goes_on() -> None:
    plus = Plus().book("DE", NOON)
    assert plus == Plus(NOON)
    assert plus.runs(NOON)
    assert plus.runs(NOON + timedelta(days=5_000))
    assert not plus.runs(NOON - timedelta(seconds=1))
    assert not Plus().runs(NOON)


def test_plus_is_not_booked_where_it_is_not_offered() -> None:
    with pytest.raises(PlusUnavailable):
        Plus().book("FR", NOON)


def test_cancelled_it_runs_to_the_end_of_the_year_that_was_paid_for() -> None:
    plus = Plus().book("AT", NOON).cancel(NOON + timedelta(days=3))
    assert plus.ends_at == datetime(2027, 3, 15, tzinfo=UTC)
    assert plus.runs(datetime(2027, 3, 14, 23, 59, tzinfo=UTC))
    assert not plus.runs(datetime(2027, 3, 15, tzinfo=UTC))
    second = Plus(NOON).cancel(datetime(2027, 3, 15, tzinfo=UTC))
    assert second.ends_at == datetime(2028, 3, 15, tzinfo=UTC)


def test_a_cancellation_is_taken_back_while_it_runs_and_a_new_year_begins_after() -> None:
    cancelled = Plus(NOON).cancel(NOON)
    assert cancelled.book("NL", NOON) == Plus(NOON)
    later = NOON + timedelta(days=400)
    assert cancelled.book("NL", later) == Plus(later)


@pytest.mark.parametrize("plus", [Plus(), Plus(NOON).cancel(NOON), Plus(NOON + timedelta(days=1))])
def test_what_does_not_go_on_is_not_cancelled(plus: Plus) -> None:
    with pytest.raises(PlusNotBooked):
        plus.cancel(NOON)


@given(st.integers(0, 4_000))
def test_what_was_cancelled_ends_within_a_year(days: int) -> None:
    at = NOON + timedelta(days=days)
    ends_at = Plus(NOON).cancel(at).ends_at
    assert ends_at is not None
    assert at < ends_at <= at + timedelta(days=366)


@pytest.mark.parametrize(
    ("ordered_at", "is_meant"),
    [
        (NOON - timedelta(days=1), False),
        (NOON.replace(hour=0) - timedelta(microseconds=1), False),
        (NOON.replace(hour=0), True),
        (NOON, True),
        (NOON + timedelta(days=400), True),
        (datetime(2026, 3, 15, 0, 30, tzinfo=timezone(timedelta(hours=1))), False),
    ],
)
def test_later_orders_are_those_from_the_day_of_the_consent_on(
    ordered_at: datetime, is_meant: bool
) -> None:
    assert is_later(ordered_at, NOON) is is_meant
