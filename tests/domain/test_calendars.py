"""Deadlines end with a day in the market's zone, and never on a day on which nobody works."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from domain.calendars import Calendar

BERLIN = ZoneInfo("Europe/Berlin")
CHRISTMAS = frozenset({date(2026, 12, 25), date(2026, 12, 26), date(2027, 1, 1)})
GERMAN = Calendar(BERLIN, CHRISTMAS)
MOMENTS = st.integers(0, 730 * 24).map(
    lambda hours: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
)


def test_one_working_day_after_a_friday_ends_with_monday() -> None:
    friday = datetime(2026, 11, 20, 14, tzinfo=UTC)
    assert Calendar().after_working_days(friday, 1) == datetime(2026, 11, 24, tzinfo=UTC)


def test_working_days_step_over_christmas_in_the_markets_own_zone() -> None:
    christmas_eve = datetime(2026, 12, 24, 9, tzinfo=UTC)
    ends = GERMAN.after_working_days(christmas_eve, 1)
    # The 25th is a holiday, then comes a weekend: Monday the 28th, until midnight in Berlin.
    assert ends == datetime(2026, 12, 28, 23, tzinfo=UTC)


def test_a_deadline_in_days_moves_on_from_a_holiday() -> None:
    ends = GERMAN.after_days(datetime(2026, 12, 18, 12, tzinfo=UTC), 7)
    assert ends == datetime(2026, 12, 28, 23, tzinfo=UTC)


def test_the_day_begins_where_the_market_is() -> None:
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)  # Tuesday already in Berlin
    assert Calendar(BERLIN).after_working_days(late, 1) == datetime(2026, 11, 25, 23, tzinfo=UTC)


@given(MOMENTS, st.integers(0, 30))
def test_no_deadline_is_shorter_than_its_days_and_all_end_after_a_working_day(
    moment: datetime, days: int
) -> None:
    for ends in (GERMAN.after_days(moment, days), GERMAN.after_working_days(moment, max(days, 1))):
        last = (ends - timedelta(seconds=1)).astimezone(BERLIN).date()
        assert GERMAN.is_working_day(last)
        assert last >= moment.astimezone(BERLIN).date() + timedelta(days=min(days, 1))
    assert GERMAN.after_days(moment, days) - moment >= timedelta(days=days)


@given(MOMENTS)
def test_no_holiday_and_no_weekend_is_a_working_day(moment: datetime) -> None:
    day = moment.date()
    assert GERMAN.is_working_day(day) is (day.weekday() < 5 and day not in CHRISTMAS)


def test_working_days_are_counted_from_the_day_after_without_weekends_and_holidays() -> None:
    friday = datetime(2026, 12, 18, 9, tzinfo=UTC)
    assert GERMAN.working_days_between(friday, friday + timedelta(hours=3)) == 0
    assert GERMAN.working_days_between(friday, friday + timedelta(days=3)) == 1
    assert GERMAN.working_days_between(friday, friday + timedelta(days=10)) == 5
    assert GERMAN.working_days_between(friday, friday - timedelta(days=10)) == 0


@given(MOMENTS, st.integers(1, 30))
def test_a_deadline_in_working_days_ends_after_as_many_as_are_counted(
    moment: datetime, days: int
) -> None:
    last = GERMAN.after_working_days(moment, days) - timedelta(microseconds=1)
    assert GERMAN.working_days_between(moment, last) == days
