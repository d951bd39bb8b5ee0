"""How protections use a frame over time, and when its use calls for a review (systems.md §39).

Use at ``t`` is the sum of the cover of all protections with ``start <= t < end``. What one change
of a protection adds to that is an interval, so that intervals in any order give the same use.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.frames import FRAMES
from domain.windows import day_of, midnight


@dataclass(frozen=True, slots=True)
class Span:
    """The time that a protection covers, ``end`` not included, and its cover in EUR cents.

    One that ran its time ends at 00:00 UTC; one that was cancelled ends at that moment.
    """

    start: datetime
    end: datetime
    cover_eur_minor: int


@dataclass(frozen=True, slots=True)
class Change:
    """From ``start`` on, until 00:00 UTC of ``end_day``, the use is higher by EUR cents.

    Negative where it is lower.
    """

    start: datetime
    end_day: date
    eur_minor: int

    @property
    def is_move(self) -> bool:
        """Whether it begins inside a day, not with one."""
        return self.start != midnight(day_of(self.start))


def changes(before: Span | None, after: Span | None, *, now: datetime) -> list[Change]:
    """What a change of one protection adds to the use of its frame.

    ``before`` is None for a new one; ``after`` is None, or ends at ``now``, for one that was
    cancelled: what it has used until then stays used. Raises ValueError where a protection would
    begin at another moment than before, or have another cover.
    """
    if before is None:
        return [] if after is None else _between(after.start, after.end, after.cover_eur_minor)
    if after is None:
        ending = min(max(now, before.start), before.end)
        return _between(ending, before.end, -before.cover_eur_minor)
    if (before.start, before.cover_eur_minor) != (after.start, after.cover_eur_minor):
        raise ValueError("a protection keeps its beginning and its cover")
    if after.end < before.end:
        return _between(after.end, before.end, -before.cover_eur_minor)
    return _between(before.end, after.end, before.cover_eur_minor)


def _between(start: datetime, end: datetime, eur_minor: int) -> list[Change]:
    if not eur_minor or start >= end:
        return []
    if end != midnight(day_of(end)):
        raise ValueError("a protection ends at 00:00 UTC, or is cancelled")
    return [Change(start, day_of(end), eur_minor)]


def is_regular(exceeded: Collection[date], today: date) -> bool:
    """Whether the frame was exceeded on at least 5 of the latest 30 days (§39)."""
    first = today - timedelta(days=FRAMES.window_days - 1)
    return sum(first <= day <= today for day in set(exceeded)) >= FRAMES.regular_days


def is_permanent(exceeded: Collection[date], today: date) -> bool:
    """Whether the frame has been exceeded on 14 days running, the last of them today or yesterday.

    Today may still go by without it, so a run that ended yesterday counts (§39).
    """
    days = set(exceeded)
    last = today if today in days else today - timedelta(days=1)
    return all(last - timedelta(days=back) in days for back in range(FRAMES.running_days))
