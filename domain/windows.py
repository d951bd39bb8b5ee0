"""The 12-month window and its neighbours, in whole UTC days (systems.md §§0.2, 5)."""

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from domain import policies


def day_of(moment: datetime) -> date:
    """The UTC day of an aware moment."""
    return moment.astimezone(UTC).date()


def midnight(day: date) -> datetime:
    """00:00:00Z of a day."""
    return datetime.combine(day, time.min, UTC)


def months_before(day: date, months: int) -> date:
    """The same day of the month, clipped to its end (29 Feb − 12 months = 28 Feb)."""
    return _shifted(day, -months)


def months_after(day: date, months: int) -> date:
    """The same day of a later month, clipped to its end."""
    return _shifted(day, months)


def _shifted(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


@dataclass(frozen=True, slots=True)
class Period:
    """Whole UTC days ``start`` to ``end``, both inclusive."""

    start: date
    end: date

    def __contains__(self, moment: datetime) -> bool:
        return self.start <= day_of(moment) <= self.end


def window_start(day: date) -> date:
    """First day of the 12-month window at ``day``: 2026-11-21 → 2025-11-21 (systems.md §5)."""
    return months_before(day, policies.GRADES.window_months)


def trend_start(start: date) -> date:
    """First day of the window of equal length that ends before ``start``."""
    return months_before(start, policies.GRADES.window_months)


def window(day: date, *, since: date | None = None) -> Period:
    """The 12-month window at ``day``; it opens later where the epoch began later."""
    start = window_start(day)
    return Period(max(start, since) if since else start, day)


def last_days(day: date, days: int) -> Period:
    """The window of ``days`` days: it starts at midnight of ``day`` − ``days`` days."""
    return Period(day - timedelta(days=days), day)


def before(period: Period) -> Period:
    """The window of equal length, in days, that ends the day before ``period`` starts."""
    length = period.end - period.start
    return Period(
        period.start - length - timedelta(days=1),
        period.start - timedelta(days=1),
    )


def review_deadline(ordered_at: datetime) -> datetime:
    """The first moment at which a purchase may no longer be reviewed, at 00:00Z."""
    last = months_after(day_of(ordered_at), policies.REVIEWS.open_months)
    return midnight(last + timedelta(days=1))
