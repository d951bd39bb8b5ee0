"""The days that a legacy question asks for, and the moments that they mean (4.2, 4.3)."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from domain.markets import MARKETS
from domain.windows import Period, day_of, window
from schemas.legacy.questions import LegacyQuestion
from services.figures import window_of
from store.counted_reviews import Moments, Slice
from store.shops import Shop

_DAY: Final = timedelta(days=1)


def of_shop(shop: Shop, question: LegacyQuestion) -> Period:
    """The days asked for; what is not given is the published window's."""
    return asked(question, window_of(shop), counted_since=day_of(shop.epoch_started_at))


def asked(question: LegacyQuestion, published: Period, *, counted_since: date) -> Period:
    """The days asked for, in place of those of the published window.

    An end before the window's takes the default start with it: to twelve months before that
    end, though not to before reviews were counted.
    """
    start, end = question.start, question.end or published.end
    if start is None and end < published.end:
        start = window(end, since=counted_since).start if end > counted_since else end
    return Period(start or published.start, end)


def moments(shop: Shop, question: LegacyQuestion, period: Period) -> Moments:
    """The time from the first day of ``period`` to its last.

    Days that are given are those of the shop's market; the published window's own, which stand
    in for what is not given, are UTC days like the grade's (4.3).
    """
    zone = ZoneInfo(MARKETS[shop.market].zone)
    return Moments(
        since=_midnight(period.start, zone if question.start else UTC),
        until=_midnight(period.end + _DAY, zone if question.end else UTC),
    )


def part(question: LegacyQuestion) -> Slice:
    """Where a page lies in its list."""
    return Slice(question.page * question.size, question.size)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)
