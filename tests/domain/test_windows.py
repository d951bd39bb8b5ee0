"""Windows are whole UTC days, a month is a calendar month, and edges belong where they should."""

import importlib
import inspect
import pkgutil
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import domain
from domain import markets, windows
from domain.windows import Period
from tests.domain.examples import TODAY, days, moments

ONE_DAY = timedelta(days=1)


def days_of(period: Period) -> set[date]:
    return {period.start + timedelta(days=n) for n in range((period.end - period.start).days + 1)}


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("submitted_at", "is_inside"),
    [
        ("2025-11-21T00:00:00Z", True),
        ("2025-11-20T23:59:59.999999Z", False),
        ("2026-11-21T23:59:59.999999Z", True),
        ("2026-11-22T00:00:00Z", False),
        ("2025-11-21T00:30:00+01:00", False),
        ("2025-11-20T23:30:00-01:00", True),
        ("2025-11-21T14:00:00+14:00", True),
        ("2025-11-21T13:59:59+14:00", False),
        ("2025-11-20T12:00:00-12:00", True),
        ("2026-11-22T00:30:00+01:00", True),
        ("2026-11-21T23:30:00-01:00", False),
    ],
)
def test_the_window_runs_from_midnight_utc_twelve_months_ago(
    submitted_at: str, is_inside: bool
) -> None:
    assert (moment(submitted_at) in windows.window(TODAY)) is is_inside


@pytest.mark.parametrize(
    ("day", "start"),
    [
        (date(2026, 11, 21), date(2025, 11, 21)),
        (date(2024, 2, 29), date(2023, 2, 28)),
        (date(2024, 2, 28), date(2023, 2, 28)),
        (date(2025, 2, 28), date(2024, 2, 28)),
        (date(2025, 3, 1), date(2024, 3, 1)),
        (date(2000, 2, 29), date(1999, 2, 28)),
        (date(2026, 1, 1), date(2025, 1, 1)),
        (date(2026, 12, 31), date(2025, 12, 31)),
    ],
)
def test_twelve_months_before_a_day_is_the_same_day_of_the_month_or_its_last(
    day: date, start: date
) -> None:
    assert windows.window_start(day) == start


@pytest.mark.parametrize(
    ("day", "leaving"),
    [
        (date(2026, 11, 21), {date(2025, 11, 20)}),
        (date(2024, 2, 28), {date(2023, 2, 27)}),
        (date(2024, 2, 29), set()),
        (date(2024, 3, 1), {date(2023, 2, 28)}),
        (date(2025, 2, 28), {date(2024, 2, 27)}),
        (date(2025, 3, 1), {date(2024, 2, 28), date(2024, 2, 29)}),
    ],
)
def test_one_day_leaves_the_window_a_night_and_none_or_two_around_29_february(
    day: date, leaving: set[date]
) -> None:
    yesterday, today = windows.window(day - ONE_DAY), windows.window(day)
    assert days_of(yesterday) - days_of(today) == leaving
    assert days_of(today) - days_of(yesterday) == {day}


@given(days)
def test_the_window_only_ever_moves_forward(day: date) -> None:
    before, after = windows.window_start(day - ONE_DAY), windows.window_start(day)
    assert before <= after <= before + 2 * ONE_DAY
    assert 365 <= (day - after).days <= 366


@given(days, st.integers(0, 240))
def test_months_keep_the_day_of_the_month_or_take_its_last(day: date, months: int) -> None:
    later = windows.months_after(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later + ONE_DAY).day == 1
    assert later.day <= day.day


@given(days, st.integers(0, 240))
def test_months_back_and_forth_lose_at_most_the_end_of_a_long_month(day: date, months: int) -> None:
    there = windows.months_before(day, months)
    back = windows.months_after(there, months)
    assert back <= day <= back + 3 * ONE_DAY
    assert back == day or there.day < day.day


@given(moments, days)
def test_a_moment_is_in_a_period_exactly_when_its_utc_day_is(moment: datetime, day: date) -> None:
    utc_day = moment.astimezone(UTC).date()
    assert windows.day_of(moment) == utc_day
    assert moment in Period(utc_day, utc_day)
    assert moment not in Period(utc_day + ONE_DAY, day)
    assert (moment in Period(day, day)) is (day == utc_day)


@given(moments, st.sampled_from([market.zone for market in markets.MARKETS.values()]), days)
def test_the_zone_in_which_a_moment_is_written_changes_nothing(
    moment: datetime, zone: str, day: date
) -> None:
    elsewhere = moment.astimezone(ZoneInfo(zone))
    assert windows.day_of(elsewhere) == windows.day_of(moment)
    assert (elsewhere in windows.window(day)) is (moment in windows.window(day))


@given(days)
def test_midnight_is_the_first_moment_of_its_utc_day(day: date) -> None:
    midnight = windows.midnight(day)
    assert midnight.utcoffset() == timedelta(0)
    assert windows.day_of(midnight) == day
    assert windows.day_of(midnight - timedelta(microseconds=1)) == day - ONE_DAY


@given(days, days)
def test_a_later_epoch_opens_the_window_later_and_never_earlier(day: date, since: date) -> None:
    window = windows.window(day, since=since)
    assert window.start == max(since, windows.window_start(day))
    assert window.end == day


def test_an_epoch_that_begins_tomorrow_leaves_an_empty_window() -> None:
    window = windows.window(TODAY, since=TODAY + ONE_DAY)
    assert windows.midnight(TODAY) not in window
    assert windows.midnight(TODAY + ONE_DAY) not in window


def test_the_periods_start_at_midnight_that_many_days_ago() -> None:
    week = windows.last_days(TODAY, 7)
    assert week == Period(date(2026, 11, 14), TODAY)
    assert moment("2026-11-14T00:00:00Z") in week
    assert moment("2026-11-13T23:59:59Z") not in week
    assert moment("2026-11-21T23:59:59.999Z") in week


@given(days, st.sampled_from((7, 30, 90)))
def test_the_preceding_period_is_as_long_and_ends_where_the_period_starts(
    day: date, length: int
) -> None:
    period = windows.last_days(day, length)
    preceding = windows.before(period)
    assert preceding.end == period.start - ONE_DAY
    assert preceding.end - preceding.start == period.end - period.start


@given(days)
def test_the_preceding_window_holds_the_twelve_months_before_the_window(day: date) -> None:
    start = windows.window_start(day)
    first = windows.trend_start(start)
    assert 365 <= (start - first).days <= 366
    assert (first.year + 1, first.month) == (start.year, start.month)


@pytest.mark.parametrize(
    ("ordered_at", "last_day"),
    [
        ("2026-03-02T08:00:00Z", date(2026, 9, 2)),
        ("2026-08-31T12:00:00Z", date(2027, 2, 28)),
        ("2027-08-31T12:00:00Z", date(2028, 2, 29)),
        ("2025-12-31T23:30:00-01:00", date(2026, 7, 1)),
        ("2026-01-01T00:30:00+01:00", date(2026, 6, 30)),
    ],
)
def test_a_purchase_can_be_reviewed_for_six_months(ordered_at: str, last_day: date) -> None:
    bought = moment(ordered_at)
    last_moment = datetime.combine(last_day, time.max, UTC)
    assert windows.review_deadline(bought) == windows.midnight(last_day + ONE_DAY)
    assert last_moment < windows.review_deadline(bought)


@given(moments)
def test_the_deadline_does_not_depend_on_the_zone_of_the_order(bought: datetime) -> None:
    elsewhere = bought.astimezone(timezone(timedelta(hours=-11)))
    assert windows.review_deadline(elsewhere) == windows.review_deadline(bought)


def test_no_rule_reads_the_clock() -> None:
    words = ("datetime.now", "date.today", "utcnow", "time.time", "perf_counter")
    found = {
        (module.name, word)
        for module in pkgutil.iter_modules(domain.__path__, "domain.")
        for word in words
        if word in inspect.getsource(importlib.import_module(module.name))
    }
    assert found == set()
