"""Each whole month with protections gets one document, on the second day of the next month."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import bordereaux
from domain.frames import Month

DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))


def months(first: date | None, made: set[str], today: date) -> list[str]:
    return [str(each) for each in bordereaux.due(first, made, today=today)]


def test_a_number_names_its_month() -> None:
    assert bordereaux.number(Month(date(2026, 9, 1))) == "BDX-2026-09"


@pytest.mark.parametrize(
    ("first", "made", "today", "due"),
    [
        (None, set(), date(2026, 11, 22), []),
        (date(2026, 9, 30), set(), date(2026, 10, 1), []),
        (date(2026, 9, 30), set(), date(2026, 10, 2), ["2026-09"]),
        (date(2026, 9, 1), {"2026-10"}, date(2026, 12, 31), ["2026-09", "2026-11"]),
        (date(2026, 12, 5), {"2026-12"}, date(2027, 1, 2), []),
        (date(2026, 12, 5), set(), date(2026, 12, 31), []),
        (date(2020, 1, 31), {"2025-12"}, date(2026, 1, 31), [f"2025-{n:02}" for n in range(1, 12)]),
    ],
)
def test_what_is_due(first: date | None, made: set[str], today: date, due: list[str]) -> None:
    assert months(first, made, today) == due


@given(DAYS, DAYS)
def test_who_asks_each_day_makes_every_month_once_and_only_whole_ones(
    first: date, today: date
) -> None:
    made: list[str] = []
    for day in range((today - first).days + 1):
        moment = first + timedelta(days=day)
        for month in bordereaux.due(first, made, today=moment):
            assert month.after + timedelta(days=1) == moment
            made.append(str(month))
    assert made == sorted(set(made))
    assert all(months(first, set(), today)) or not made
