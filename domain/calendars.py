"""Working days of a market, and deadlines counted in days and working days (systems.md §§0.2, 12).

Deadlines end at the end of a day in the market's zone, and never on a day on which nobody works.
"""

from collections.abc import Container
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class Calendar:
    """A market's zone and its public holidays; Saturdays and Sundays are free everywhere."""

    zone: tzinfo = UTC
    holidays: Container[date] = field(default=frozenset())

    def is_working_day(self, day: date) -> bool:
        """Whether people work on this day of the market."""
        return day.weekday() < _SATURDAY and day not in self.holidays

    def after_days(self, moment: datetime, days: int) -> datetime:
        """The end of the day that many days later, or of the next working day after it."""
        day = self._day(moment) + timedelta(days=days)
        while not self.is_working_day(day):
            day += _DAY
        return self._end(day)

    def after_working_days(self, moment: datetime, days: int) -> datetime:
        """The end of the working day that many working days after the day of ``moment``."""
        day = self._day(moment)
        for _ in range(days):
            day += _DAY
            while not self.is_working_day(day):
                day += _DAY
        return self._end(day)

    def on_working_day(self, moment: datetime, days: int) -> datetime:
        """The first moment of the working day that many working days after that of ``moment``."""
        last = self.after_working_days(moment, days)
        return self._end(self._day(last - timedelta(microseconds=1)) - _DAY)

    def end_of(self, day: date) -> datetime:
        """The first moment, in UTC, that no longer belongs to this day of the market."""
        return self._end(day)

    def day_of(self, moment: datetime) -> date:
        """The day of the market to which a moment belongs."""
        return self._day(moment)

    def working_days_between(self, start: datetime, end: datetime) -> int:
        """How many working days follow the day of ``start``, that of ``end`` included.

        0 on the same day, and where ``end`` comes first.
        """
        first = self._day(start)
        days = (self._day(end) - first).days
        return sum(self.is_working_day(first + _DAY * passed) for passed in range(1, days + 1))

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def _end(self, day: date) -> datetime:
        """The first moment, in UTC, that no longer belongs to the day."""
        return datetime.combine(day + _DAY, time.min, self.zone).astimezone(UTC)
