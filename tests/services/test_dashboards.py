"""The figures of the control centre are those of an independent recount of the reviews."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import count, pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from domain.criteria import CriteriaSystem
from domain.errors import ShopNotFound
from domain.grades import Trend
from domain.windows import day_of
from rich_snippets import product_ratings
from services import analyses, dashboards, feed_runs, moderation, refresh, replies, review_feeds
from services import shops as shop_cases
from services.dashboards import Step
from services.installation import Installation
from services.review_feeds import FeedKind
from services.shops import ShopChanges
from store import shops as shop_rows
from store.reviews import Review
from tests.services import steps
from tests.services.steps import ANNA, NOON, marks

NUMBERS = count(1)
ONE_DAY = timedelta(days=1)
WRITTEN = st.lists(
    st.tuples(st.integers(0, 400), st.integers(1, 5), st.one_of(st.none(), st.integers(1, 5))),
    min_size=1,
    max_size=12,
)


def rows(installation: Installation, key: str, first: date, last: date) -> Sequence[Review]:
    """The reviews of the shop's present epoch between two days, both inclusive."""
    with installation.database.read() as session:
        shop = shop_rows.by_key(session, key)
        assert shop is not None
        found = session.exec(select(Review).where(Review.shop_id == shop.id)).all()
        return [
            each
            for each in found
            if each.is_public
            and (each.subject_id, each.epoch) == (0, shop.epoch)
            and first <= day_of(each.submitted_at) <= last
        ]


def mean(found: Sequence[Review]) -> Decimal | None:
    given = [
        mark
        for each in found
        for mark in (each.mark_service, each.mark_delivery, each.mark_goods)
        if mark is not None
    ]
    if not given:
        return None
    return (Decimal(sum(given)) / len(given)).quantize(Decimal("0.01"), ROUND_HALF_UP)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(written=WRITTEN)
def test_every_period_is_what_its_reviews_add_up_to(
    installation: Installation, written: list[tuple[int, int, int | None]]
) -> None:
    key = steps.open_shop(installation.database, domain=f"shop{next(NUMBERS)}.example")
    for days, service, goods in sorted(written, reverse=True):
        at = NOON - timedelta(days=days)
        steps.review(installation.database, key, marks(service=service, goods=goods), at=at)
    with installation.database.write() as work:
        refresh.slide(work, now=NOON)
    today = day_of(NOON)
    for column in analyses.columns(installation, key):
        period, days = column.period, column.change.days
        now = rows(installation, key, period.start, today)
        then = rows(installation, key, period.start - timedelta(days + 1), period.start - ONE_DAY)
        assert (column.change.reviews, column.change.rating) == (len(now), mean(now))
        assert (column.change.reviews_before, column.change.rating_before) == (
            len(then),
            mean(then),
        )
        stars = [each.stars for each in now]
        assert column.distribution == tuple(stars.count(each) for each in range(1, 6))
        assert column.activity.received == len(now)
        assert column.activity.invited == column.activity.answered == len(now)
    (head,) = dashboards.heads(installation, [key])
    found = dashboards.dashboard(installation, key, days=365)
    assert (head.grade, head.changes) == (found.figures.grade, found.changes)
    assert head.unanswered == found.tasks.unanswered == len(written)
    for point in found.series:
        inside = rows(installation, key, point.first, point.first + timedelta(days=point.days - 1))
        assert (point.reviews, point.rating) == (len(inside), mean(inside))
    year = rows(installation, key, today - timedelta(days=365), today)
    assert sum(point.reviews for point in found.series) == len(year)


@pytest.mark.parametrize(("days", "points"), [(30, 31), (90, 91), (365, 53)])
def test_a_series_has_no_holes_and_ends_today(
    installation: Installation, days: int, points: int
) -> None:
    key = steps.open_shop(installation.database)
    steps.review(installation.database, key, marks(service=5))
    series = dashboards.dashboard(installation, key, days=days).series
    assert len(series) == points
    for one, other in pairwise(series):
        assert one.first + timedelta(days=one.days) == other.first
    last = series[-1]
    assert last.first + timedelta(days=last.days - 1) == day_of(NOON)
    assert sum(point.reviews for point in series) == 1


def test_a_shop_without_reviews_has_a_dashboard(installation: Installation) -> None:
    key = steps.open_shop(installation.database)
    found = dashboards.dashboard(installation, key, days=30)
    assert found.figures.grade.rating is None
    assert {point.reviews for point in found.series} == {0}
    assert {change.of_reviews for change in found.changes} == {Trend.NEUTRAL}
    assert found.tasks.setup == frozenset()
    assert found.activity[30].response_percent is None


def test_what_waits_is_counted_until_it_is_done(installation: Installation) -> None:
    database = installation.database
    key = steps.open_shop(database)
    first, second = (steps.review(database, key, marks(service=1)) for _ in range(2))
    with database.write() as work:
        moderation.report(work, first.review_id, actor=ANNA, now=NOON)
        replies.write(work, key, second.review_id, "Sorry.", actor=ANNA, now=NOON)
    tasks = dashboards.dashboard(installation, key, days=30).tasks
    assert (tasks.unanswered, tasks.reported) == (1, 1)
    with database.write() as work:
        moderation.disable(work, first.review_id, steps.reasons())
    tasks = dashboards.dashboard(installation, key, days=30).tasks
    assert (tasks.unanswered, tasks.reported) == (0, 0)


def test_the_setup_is_done_step_by_step(installation: Installation) -> None:
    database = installation.database
    key = steps.open_shop(database)
    steps.order(database, key)
    assert dashboards.dashboard(installation, key, days=30).tasks.setup == {Step.EVENT}
    steps.review(database, key, marks(service=1))
    with database.write() as work:
        shop_cases.update(work, key, ShopChanges(address="1 High Street"), actor=ANNA, now=NOON)
    done = dashboards.dashboard(installation, key, days=30).tasks.setup
    assert done == {Step.EVENT, Step.REVIEW}


def test_a_feed_that_fails_is_a_task(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = installation.database
    key = steps.open_shop(database)
    with database.write() as work:
        review_feeds.open_address(work, key, FeedKind.PRODUCT_RATINGS, actor=ANNA, now=NOON)
    monkeypatch.setattr(product_ratings, "archive", lambda *_: 1 / 0)
    feed_runs.write_due(installation, now=NOON)
    assert dashboards.dashboard(installation, key, days=30).tasks.failed_feeds == 1


def test_the_list_of_shops_holds_those_that_were_asked_for(installation: Installation) -> None:
    keys = [steps.open_shop(installation.database, domain=f"{name}.example") for name in "abc"]
    steps.review(installation.database, keys[0], marks(service=4))
    heads = dashboards.heads(installation, keys[:2])
    assert {head.key: head.grade.count for head in heads} == {keys[0]: 1, keys[1]: 0}
    assert dashboards.heads(installation, []) == []


def test_after_a_switch_the_figures_begin_anew(installation: Installation) -> None:
    database = installation.database
    key = steps.open_shop(database)
    steps.review(database, key, marks(service=1))
    with database.write() as work:
        shop_cases.switch_criteria(
            work, key, CriteriaSystem.ONE, typed_domain="shop.example", actor=ANNA, now=NOON
        )
    (head,) = dashboards.heads(installation, [key])
    assert (head.grade.count, head.changes[0].reviews) == (0, 0)


def test_a_shop_that_is_not_there_has_no_figures(installation: Installation) -> None:
    for ask in (
        lambda: dashboards.dashboard(installation, "X" + 32 * "0", days=30),
        lambda: analyses.columns(installation, "X" + 32 * "0"),
    ):
        with pytest.raises(ShopNotFound):
            ask()


def test_the_table_has_a_line_for_each_day_and_runs_no_formula(installation: Installation) -> None:
    key = steps.open_shop(installation.database)
    written = steps.review(installation.database, key, marks(service=4, goods=5))
    with installation.database.write() as work:
        later = NOON + timedelta(minutes=90)
        replies.write(work, key, written.review_id, "Thank you.", actor=ANNA, now=later)
    days = analyses.by_day(installation, key, 7)
    text = b"".join(analyses.as_csv(days, ["=1+1", *"abcdefghijklm"])).decode("utf-8-sig")
    lines = text.splitlines()
    assert lines[0].startswith("'=1+1,a,b")
    assert len(lines) == 1 + 8
    assert lines[-1] == "2026-11-20,1,4.50,0,0,0,0,1,1,1,1,1,1,1.5"
