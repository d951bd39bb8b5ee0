"""What the control centre shows of a shop at a glance, summed from days and never from reviews.

All windows end on the day of the shop's generation, as those of its public profile do.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from sqlmodel import Session

from domain import grades
from domain import shops as shop_rules
from domain.activity import Activity
from domain.errors import ShopNotFound
from domain.grades import Grade, Tally, Trend
from domain.windows import Period, before, day_of, last_days
from schemas.checks import Weight
from services import embed_checks, figures, lint_runs
from services.figures import subject_of, window_of
from services.installation import Installation
from store import activity, checked_pages, hand_overs, logos, orders, reviews, shops, tallies
from store import dashboards as rows
from store import review_feeds as feeds
from store.checked_pages import CheckedPage
from store.shops import Shop
from store.tallies import Span
from widgets.views import Figures

CHANGES: Final = (7, 30)
"""Days of the windows whose numbers are compared with those before (systems.md §19)."""
ACTIVITY_DAYS: Final = 30
"""Days of the invitations and replies on a shop's first page."""
_WEEK: Final = 7
_BY_DAY: Final = 90
_SOUND: Final = frozenset({"clean", "warnings"})


@dataclass(frozen=True, slots=True)
class Change:
    """The last ``days`` days against as many before them: reviews, and means to two decimals."""

    days: int
    reviews: int
    reviews_before: int
    rating: Decimal | None
    rating_before: Decimal | None
    of_rating: Trend

    @property
    def of_reviews(self) -> Trend:
        """Whether more reviews came than before, or fewer."""
        if self.reviews == self.reviews_before:
            return Trend.NEUTRAL
        return Trend.POSITIVE if self.reviews > self.reviews_before else Trend.NEGATIVE


@dataclass(frozen=True, slots=True)
class Head:
    """A shop in the list of all shops: its grade, how it moves, and what waits for a reply."""

    key: str
    name: str
    domain: str
    language: str
    market: str
    grade: Grade
    changes: tuple[Change, ...]
    unanswered: int


@dataclass(frozen=True, slots=True)
class Point:
    """``days`` days from ``first`` on: how many reviews came, and their mean if any."""

    first: date
    days: int
    reviews: int
    rating: Decimal | None


class Step(StrEnum):
    """What a new shop has to do, in this order (systems.md §19)."""

    SHOP_DATA = "shopData"
    BADGE = "badge"
    EVENT = "event"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Tasks:
    """What waits for somebody: numbers of reviews, of pages with errors, and of failed feeds.

    ``setup`` are the steps that are done.
    """

    unanswered: int
    reported: int
    faulty_pages: int
    failed_feeds: int
    setup: frozenset[Step]


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Everything on a shop's first page.

    ``activity`` is that of the last so many days; ``series`` is as fine as a page can show,
    ``by_day`` has every day of the same period.
    """

    figures: Figures
    changes: tuple[Change, ...]
    activity: Mapping[int, Activity]
    series: Sequence[Point]
    by_day: Sequence[Point]
    tasks: Tasks


def heads(installation: Installation, shop_keys: Collection[str]) -> Sequence[Head]:
    """The shops with these keys, by name, in four queries altogether."""
    with installation.database.read() as session:
        found = shops.by_keys(session, shop_keys)
        ids = [shop.id for shop in found]
        if not ids:
            return []
        first = min(_first_compared(shop) for shop in found)
        windows = rows.windows(session, ids)
        buckets = rows.buckets(session, ids, first)
        totals = activity.totals(session, ids)
        minimum = installation.settings.grade_min_reviews
        return [
            Head(
                shop.shop_key,
                shop.name,
                shop.domain,
                shop.language,
                shop.market,
                _grade(shop, windows[shop.id], minimum),
                _changes(shop, buckets.get(shop.id, {})),
                totals[shop.id].unanswered,
            )
            for shop in found
        ]


def dashboard(installation: Installation, shop_key: str, *, days: int) -> Dashboard:
    """The shop's first page, with a series over the last ``days`` days; raises ShopNotFound."""
    with installation.database.read() as session:
        shop = shops.by_key(session, shop_key)
        if shop is None:
            raise ShopNotFound
        minimum = installation.settings.grade_min_reviews
        subject, today = subject_of(shop), day_of(shop.generation_at)
        longest = last_days(today, max(days, *CHANGES))
        first = min(longest.start, _first_compared(shop))
        buckets = tallies.buckets_since(session, subject, first)
        happened = activity.days_since(session, shop.id, longest.start)
        return Dashboard(
            figures=figures.figures_of(session, shop, subject, min_reviews=minimum),
            changes=_changes(shop, buckets),
            activity={
                each: _within(happened, last_days(today, each)) for each in (ACTIVITY_DAYS, days)
            },
            series=series(buckets, last_days(today, days)),
            by_day=series(buckets, last_days(today, days), longest=days),
            tasks=_tasks(session, shop),
        )


def _grade(shop: Shop, spans: Mapping[Span, Tally], minimum: int) -> Grade:
    return grades.summarise(
        spans[Span.YEAR],
        window_of(shop),
        all_time_count=spans[Span.ALL].reviews,
        min_reviews=minimum,
    )


def _first_compared(shop: Shop) -> date:
    return before(last_days(day_of(shop.generation_at), max(CHANGES))).start


def _changes(shop: Shop, buckets: Mapping[date, Tally]) -> tuple[Change, ...]:
    today = day_of(shop.generation_at)
    return tuple(change(buckets, last_days(today, days), days) for days in CHANGES)


def change(buckets: Mapping[date, Tally], period: Period, days: int) -> Change:
    """What the buckets say of a period and of the one of equal length before it."""
    now, then = tally_of(buckets, period), tally_of(buckets, before(period))
    return Change(days, now.reviews, then.reviews, _mean(now), _mean(then), grades.trend(now, then))


def tally_of(buckets: Mapping[date, Tally], period: Period) -> Tally:
    """What the buckets of a period add up to."""
    inside = (tally for day, tally in buckets.items() if period.start <= day <= period.end)
    return sum(inside, Tally())


def _mean(tally: Tally) -> Decimal | None:
    return grades.mean(tally.mark_sum, tally.mark_count) if tally.mark_count else None


def series(
    buckets: Mapping[date, Tally], period: Period, *, longest: int = _BY_DAY
) -> Sequence[Point]:
    """The period day by day, or week by week where it is longer than ``longest`` days.

    Weeks are counted back from the last day, so that the last one is whole.
    """
    length = (period.end - period.start).days + 1
    step = 1 if length <= longest + 1 else _WEEK
    points = []
    last = period.end
    while last >= period.start:
        first = max(last - timedelta(days=step - 1), period.start)
        tally = tally_of(buckets, Period(first, last))
        points.append(Point(first, (last - first).days + 1, tally.reviews, _mean(tally)))
        last = first - timedelta(days=1)
    return points[::-1]


def _within(happened: Mapping[date, Activity], period: Period) -> Activity:
    inside = (each for day, each in happened.items() if period.start <= day <= period.end)
    return sum(inside, Activity())


def _tasks(session: Session, shop: Shop) -> Tasks:
    linted = _checked(session, shop, lint_runs.CHECK)
    return Tasks(
        unanswered=activity.totals(session, [shop.id])[shop.id].unanswered,
        reported=reviews.count_reported(session, shop.id),
        faulty_pages=sum(page.verdict not in _SOUND for page in linted),
        failed_feeds=sum(feed.failure is not None for feed in feeds.of_shop(session, shop.id)),
        setup=_done(session, shop),
    )


def _done(session: Session, shop: Shop) -> frozenset[Step]:
    """The steps of the setup that the shop has taken."""
    subject = subject_of(shop)
    seen = any(_shows_badge(page, shop) for page in _checked(session, shop, embed_checks.CHECK))
    has_hand_over = hand_overs.is_any(session, shop.id)
    done = {
        Step.SHOP_DATA: bool(shop.address) and logos.tag_of(session, shop.id) is not None,
        Step.BADGE: has_hand_over or seen,
        Step.EVENT: has_hand_over or orders.is_any(session, shop.id),
        Step.REVIEW: tallies.spans_of(session, subject)[Span.ALL].reviews > 0,
    }
    return frozenset(step for step, is_done in done.items() if is_done)


def _checked(session: Session, shop: Shop, job: str) -> Sequence[CheckedPage]:
    return checked_pages.of_shop(session, shop.id, job)


def _shows_badge(page: CheckedPage, shop: Shop) -> bool:
    """Whether our tag was found to work in a page of the shop's own domain."""
    works = page.verdict in (Weight.GOOD, Weight.HINT)
    return works and shop_rules.domain_of(page.url) == shop.domain
