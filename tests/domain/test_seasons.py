"""Seasons in which frames are raised in advance (systems.md §39)."""

from datetime import date

import pytest

from domain import seasons
from domain.seasons import DEFAULT, Season, SeasonInvalid, factor_on


@pytest.mark.parametrize(
    ("day", "factor"),
    [
        (date(2026, 11, 14), 100),
        (date(2026, 11, 15), 150),
        (date(2026, 12, 31), 150),
        (date(2027, 1, 1), 150),
        (date(2027, 1, 10), 150),
        (date(2027, 1, 11), 100),
    ],
)
def test_by_default_black_friday_and_christmas_are_raised_by_half(day: date, factor: int) -> None:
    assert factor_on(day, {"DE"}, ()) == factor


def test_a_market_with_seasons_of_its_own_follows_them_alone() -> None:
    found = (*DEFAULT, Season("FR", "06-20", "07-20", 130))
    assert factor_on(date(2026, 12, 1), {"FR"}, found) == 100
    assert factor_on(date(2026, 7, 1), {"FR"}, found) == 130
    assert factor_on(date(2026, 7, 1), {"DE"}, found) == 100
    assert factor_on(date(2026, 12, 1), {"FR", "DE"}, found) == 150


def test_of_seasons_at_once_the_highest_counts() -> None:
    found = (Season("*", "11-01", "12-31", 120), Season("*", "11-20", "11-30", 200))
    assert factor_on(date(2026, 11, 25), {"DE"}, found) == 200
    assert factor_on(date(2026, 11, 25), set(), found) == 100


@pytest.mark.parametrize(
    ("factor", "percent"), [("1", 100), ("1.5", 150), ("1,25", 125), ("10.00", 1000)]
)
def test_a_season_is_read_from_a_form(factor: str, percent: int) -> None:
    wanted = Season("*", "02-29", "01-10", percent)
    assert seasons.checked("*", " 02-29", "01-10", factor) == wanted


@pytest.mark.parametrize(
    ("values", "field"),
    [
        (("XX", "11-15", "01-10", "1.5"), "market"),
        (("DE", "11-31", "01-10", "1.5"), "begins"),
        (("DE", "11-15", "", "1.5"), "ends"),
        (("DE", "11-15", "01-10", ""), "factor"),
        (("DE", "11-15", "01-10", "-2"), "factor"),
        (("DE", "11-15", "01-10", "0.99"), "factor"),
        (("DE", "11-15", "01-10", "10.01"), "factor"),
        (("DE", "11-15", "01-10", "1.555"), "factor"),
        (("DE", "11-15", "01-10", "\u0661"), "factor"),
        (("DE", "11-15", "01-10", ".5"), "factor"),
        (("DE", "11-15", "01-10", "10000"), "factor"),
    ],
)
def test_what_is_no_season_is_refused(values: tuple[str, str, str, str], field: str) -> None:
    with pytest.raises(SeasonInvalid) as refused:
        seasons.checked(*values)
    assert refused.value.field == field
