"""Windows slide, snapshots follow, and the weekly recount proves the tallies."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import orjson
import pytest
from sqlalchemy import text

from domain.actors import OPERATOR
from domain.shops import NewShop
from domain.windows import day_of, trend_start, window_start
from schemas.questions import Question
from schemas.snapshots import Kind, Media
from services import refresh, shops, snapshots
from services.installation import Installation
from store import shops as shop_rows
from store.database import Database
from store.snapshots import Reader
from tests.services import steps
from tests.services.steps import marks

TODAY = datetime(2026, 11, 21, 0, 0, 30, tzinfo=UTC)


def slide(database: Database, now: datetime) -> int:
    with database.write() as work:
        return refresh.slide(work, now=now)


def move(database: Database, shop_key: str, window_start: date) -> None:
    """Set where a shop's windows stand, without counting anything."""
    with database.write() as work:
        shop = shop_rows.by_key(work.session, shop_key)
        assert shop is not None
        shop.window_start, shop.trend_start = window_start, trend_start(window_start)
        shop.generation_at = datetime.combine(window_start, datetime.min.time(), UTC)
        work.session.add(shop)


def test_the_window_opens_at_midnight_twelve_months_before(database: Database) -> None:
    shop_key = steps.open_shop(database)
    steps.review(
        database, shop_key, marks(service=1), at=datetime(2025, 11, 20, 23, 59, 59, tzinfo=UTC)
    )
    steps.review(database, shop_key, marks(service=5), at=datetime(2025, 11, 21, tzinfo=UTC))
    slide(database, TODAY - timedelta(days=1))
    assert steps.grade(database, shop_key).count == 2
    slide(database, TODAY)
    grade = steps.grade(database, shop_key)
    assert (grade.rating, grade.count, grade.all_time_count) == (Decimal("5.00"), 1, 2)
    assert (grade.period.start, grade.period.end) == (date(2025, 11, 21), date(2026, 11, 21))


@pytest.mark.parametrize(
    ("yesterday", "days_that_leave"),
    [
        (date(2028, 2, 27), 1),  # to 28 February: 27 February 2027 leaves
        (date(2028, 2, 28), 0),  # to 29 February: the window still starts on 28 February 2027
        (date(2028, 2, 29), 1),
        (date(2029, 2, 28), 2),  # to 1 March 2029: 28 and 29 February 2028 leave
    ],
)
def test_around_leap_days_none_or_two_days_leave(
    database: Database, yesterday: date, days_that_leave: int
) -> None:
    shop_key = steps.open_shop(database)
    before = datetime.combine(yesterday, datetime.min.time(), UTC)
    for days in range(360, 375):
        at = before - timedelta(days=days)
        steps.review(database, shop_key, marks(service=4), at=at)
    slide(database, before)
    counted = steps.grade(database, shop_key).count
    slide(database, before + timedelta(days=1))
    assert counted - steps.grade(database, shop_key).count == days_that_leave


def test_a_review_of_a_new_day_moves_its_shop_before_the_nightly_run(
    database: Database,
) -> None:
    shop_key = steps.open_shop(database)
    steps.review(database, shop_key, marks(service=1), at=TODAY - timedelta(days=366))
    steps.review(database, shop_key, marks(service=5), at=TODAY)
    grade = steps.grade(database, shop_key)
    assert (grade.rating, grade.count) == (Decimal("5.00"), 1)
    assert grade.period.start == date(2025, 11, 21)
    with database.write() as work:
        assert not refresh.recount_shop(work, shop_key, now=TODAY)


def test_a_second_slide_on_the_same_day_changes_nothing(database: Database) -> None:
    shop_key = steps.open_shop(database)
    assert slide(database, TODAY) == 1
    before = steps.generation(database, shop_key)
    assert slide(database, TODAY + timedelta(hours=5)) == 0
    assert steps.generation(database, shop_key) == before


def test_one_slide_over_many_missed_days_equals_one_each_night(database: Database) -> None:
    keys = [steps.open_shop(database, domain=name) for name in ("often.example", "once.example")]
    for days in (800, 760, 735, 700, 410, 400, 390, 367, 366, 365, 200, 45):
        for key in keys:
            at = TODAY - timedelta(days=days)
            steps.review(database, key, marks(service=1 + days % 5), at=at)
    last = window_start(day_of(TODAY) - timedelta(days=45))
    # Only the first shop is there on the nights in between.
    move(database, keys[1], date(2099, 1, 1))
    for night in range(40, -1, -1):
        slide(database, TODAY - timedelta(days=night))
    move(database, keys[1], last)
    slide(database, TODAY)
    often, once = (steps.grade(database, key) for key in keys)
    assert often == once
    assert often.count == 3
    with database.write() as work:
        assert not any(refresh.recount_shop(work, key, now=TODAY) for key in keys)


def test_a_change_is_rendered_and_readable_without_an_orm(installation: Installation) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    steps.review(database, shop_key, marks(service=4, goods=5), at=TODAY)
    reader = Reader(installation.settings.database)
    url = Question(Kind.BADGE, shop_key, Media.JSON).url
    assert reader.get(url) is None
    stored = refresh.render(installation, shop_key)
    found = reader.get(url)
    assert found is not None
    assert orjson.loads(found.body)["grade"]["rating"] == 4.5
    assert stored == 9
    assert refresh.render(installation, shop_key) == 0
    steps.review(database, shop_key, marks(service=1), at=TODAY)
    assert reader.get(url) is None, "an answer of an older generation is never given"
    reader.close()


def test_polling_finds_the_shops_that_changed(installation: Installation) -> None:
    database = installation.database
    keys = [steps.open_shop(database, domain=name) for name in ("a.example", "b.example")]
    reader = Reader(installation.settings.database)
    assert {found[:2] for found in reader.changed(0)} == {(key, 1) for key in keys}
    with database.read() as session:
        newest = session.execute(text("SELECT max(changed_us) FROM shops")).scalar()
    assert newest is not None
    assert max(stamp for *_, stamp in reader.changed(0)) == reader.newest_us() == newest
    steps.review(database, keys[0], marks(service=1), at=TODAY)
    assert [found[:2] for found in reader.changed(newest + 1)] == [(keys[0], 2)]
    reader.close()


def test_the_nightly_run_slides_and_renders_every_shop(installation: Installation) -> None:
    database = installation.database
    for number in range(3):
        key = steps.open_shop(database, domain=f"shop{number}.example")
        steps.review(database, key, marks(service=3), at=TODAY - timedelta(days=5))
    seen: list[tuple[int, int]] = []
    report = refresh.nightly(installation, now=TODAY, progress=lambda *done: seen.append(done))
    assert (report.slid, report.rendered, report.snapshots) == (3, 3, 27)
    assert seen == [(3, 3)]
    again = refresh.nightly(installation, now=TODAY + timedelta(hours=1))
    assert (again.slid, again.rendered) == (0, 0)


def test_many_shops_are_rendered_by_several_processes(installation: Installation) -> None:
    with installation.database.write() as work:
        account = shops.open_account(work, "Many", now=TODAY)
        for number in range(refresh.BATCH * 4 + 1):
            new = NewShop("A", f"https://s{number}.example", "EUO", "en", "EUR")
            shops.register(work, account, new, actor=OPERATOR, now=TODAY)
    report = refresh.nightly(installation, now=TODAY + timedelta(days=1), processes=2)
    assert (report.rendered, report.snapshots) == (201, 201 * 9)


def test_a_recount_repairs_damage_and_names_the_shop(installation: Installation) -> None:
    database = installation.database
    damaged = steps.open_shop(database)
    sound = steps.open_shop(database, domain="sound.example")
    for key in (damaged, sound):
        steps.review(database, key, marks(service=2, goods=3), at=TODAY)
    before = steps.grade(database, damaged)
    with database.write() as work:
        change = "UPDATE window_tallies SET service_sum = 99 WHERE shop_id = 1"
        work.session.execute(text(change))
    assert steps.grade(database, damaged) != before
    report = refresh.recount(installation, now=TODAY)
    assert (report.shops, report.repaired) == (2, (damaged,))
    assert steps.grade(database, damaged) == before
    assert refresh.recount(installation, now=TODAY).repaired == ()


def test_agg_6_every_answer_of_a_generation_carries_the_same_grade(
    installation: Installation,
) -> None:
    shop_key = steps.open_shop(installation.database)
    for service in (5, 4, 4):
        steps.review(installation.database, shop_key, marks(service=service), at=TODAY)
    kinds = (Kind.BADGE, Kind.GRADE, Kind.REVIEWS, Kind.STICKER)
    answers = [
        orjson.loads(snapshots.answer(installation, Question(kind, shop_key, Media.JSON)).body)
        for kind in kinds
    ]
    assert [answer["grade"] for answer in answers] == [answers[0]["grade"]] * 4
    assert answers[0]["grade"]["rating"] == 4.33
    picture = snapshots.answer(installation, Question(Kind.BADGE_IMAGE, shop_key, Media.SVG))
    assert b"4.33" in picture.body
