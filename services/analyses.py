"""A shop's numbers by periods and by days, for its own staff (systems.md §19, AGG-12)."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from io import StringIO
from typing import Final

from domain import grades, spreadsheets
from domain.activity import Activity
from domain.errors import ShopNotFound
from domain.grades import Tally
from domain.windows import Period, before, day_of, last_days
from services.dashboards import Change, change, tally_of
from services.figures import subject_of
from services.installation import Installation
from store import activity, shops, tallies

PERIODS: Final = (7, 30, 90, 365)
_BOM: Final = "\ufeff"


@dataclass(frozen=True, slots=True)
class Column:
    """One period: what was counted, how it compares with the one before, and what happened."""

    period: Period
    change: Change
    distribution: tuple[int, int, int, int, int]
    activity: Activity


@dataclass(frozen=True, slots=True)
class Day:
    """One day: its countable reviews of the shop itself, and what happened."""

    day: date
    tally: Tally
    activity: Activity


def columns(installation: Installation, shop_key: str) -> Sequence[Column]:
    """The shop's last 7, 30, 90 and 365 days; raises ShopNotFound."""
    today, buckets, happened = _read(installation, shop_key, max(PERIODS))
    found = []
    for days in PERIODS:
        period = last_days(today, days)
        tally = tally_of(buckets, period)
        inside = (each for day, each in happened.items() if period.start <= day <= period.end)
        counted = change(buckets, period, days)
        found.append(Column(period, counted, tally.distribution, sum(inside, Activity())))
    return found


def by_day(installation: Installation, shop_key: str, days: int) -> Sequence[Day]:
    """Every one of the last ``days`` days, the oldest first; raises ShopNotFound."""
    today, buckets, happened = _read(installation, shop_key, days)
    period = last_days(today, days)
    length = (period.end - period.start).days + 1
    listed = [period.start + timedelta(days=number) for number in range(length)]
    return [Day(day, buckets.get(day, Tally()), happened.get(day, Activity())) for day in listed]


def _read(
    installation: Installation, shop_key: str, days: int
) -> tuple[date, Mapping[date, Tally], Mapping[date, Activity]]:
    """The last day, and the days of the period and of the one before it."""
    with installation.database.read() as session:
        shop = shops.by_key(session, shop_key)
        if shop is None:
            raise ShopNotFound
        today = day_of(shop.generation_at)
        period = last_days(today, days)
        buckets = tallies.buckets_since(session, subject_of(shop), before(period).start)
        return today, buckets, activity.days_since(session, shop.id, period.start)


def as_csv(days: Sequence[Day], headings: Sequence[str]) -> Iterator[bytes]:
    """The days as a table for spreadsheet programs, UTF-8 with a mark that says so.

    ``headings`` name the day, the reviews, their mean, their numbers from one star to five, and
    then orders, invitations, answers, reviews, replies and the mean hours to a reply.
    """
    yield _BOM.encode()
    yield _line([spreadsheets.text(heading) for heading in headings])
    for each in days:
        tally, happened = each.tally, each.activity
        mean = grades.mean(tally.mark_sum, tally.mark_count) if tally.mark_count else ""
        time = happened.reply_time
        yield _line(
            [
                each.day.isoformat(),
                tally.reviews,
                mean,
                *tally.distribution,
                happened.ordered,
                happened.invited,
                happened.answered,
                happened.received,
                happened.replied,
                round(time.total_seconds() / 3600, 1) if time else "",
            ]
        )


def _line(cells: Sequence[object]) -> bytes:
    file = StringIO()
    csv.writer(file).writerow(cells)
    return file.getvalue().encode()
