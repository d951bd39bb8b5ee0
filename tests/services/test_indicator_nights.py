"""Each night the indicators of all shops are stored, and whoever has to know is told."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlmodel import col
from sqlmodel import select as rows_of

from domain.claims import ClaimState
from domain.frames import Zone
from domain.indicators import INDICATORS, Indicator, Measure
from domain.rights import Right
from domain.windows import day_of
from jobs import indicators as jobs
from services import indicators
from services.installation import Installation
from store import indicators as rows
from store import shops
from store.database import Database
from store.indicators import ALERTS, DAYS, Snapshot
from store.mails import Mail
from store.staff_tasks import StaffTask
from tests.services import measured, people, steps
from tests.services.steps import NOON

DAY = timedelta(days=1)
TODAY = day_of(NOON)


def sheet(database: Database, shop_key: str, *, now: datetime = NOON) -> dict[Indicator, Measure]:
    with database.read() as session:
        found = indicators.sheet(session, shop_key, days=30, now=now)
    return {each.indicator: each for each in found.measures}


def night(installation: Installation, *, now: datetime = NOON) -> dict[str, int]:
    return jobs.store(installation, now=now.isoformat())


def stored(database: Database) -> list[Snapshot]:
    with database.read() as session:
        first = session.connection().scalar(select(func.min(DAYS.c.shop_id)))
        return [] if first is None else list(rows.since(session, first, date.min))


def mails(database: Database) -> list[str]:
    with database.read() as session:
        keys = rows_of(Mail.key).where(col(Mail.key).like("indicator_%"))
        return list(session.exec(keys.order_by(col(Mail.id))).all())


def tasks(database: Database) -> list[StaffTask]:
    with database.read() as session:
        return list(session.exec(rows_of(StaffTask)).all())


def put(database: Database, days: list[Snapshot]) -> None:
    with database.write() as work:
        rows.put(work.session, days)


def internal_id(database: Database, shop_key: str) -> int:
    with database.read() as session:
        shop = shops.by_key(session, shop_key)
        assert shop is not None
        return shop.id


def test_the_night_stores_what_a_look_shows_and_nothing_of_what_there_is_none(
    installation: Installation,
) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    measured.tested(database, shop_key, True, False, at=NOON)
    measured.protect(database, shop_key, 7, at=NOON)
    assert night(installation)["shops"] == 1
    found = {each.indicator: each for each in stored(database)}
    assert set(found) == {"CASE_RATE", "PAYOUT_RATE", "TEST_ORDERS"}
    now = sheet(database, shop_key)
    for indicator, snapshot in found.items():
        measure = now[Indicator(indicator)]
        assert snapshot.day == TODAY
        assert (snapshot.value, snapshot.n, snapshot.zone) == (
            measure.millionths,
            measure.n,
            measure.zone,
        )
    assert found["CASE_RATE"].zone == Zone.GREY


def test_a_second_run_of_the_day_replaces_and_tells_nobody_again(
    installation: Installation,
) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    people.hire(installation, shop_key, "anna", Right.ADMINISTRATOR)
    measured.tested(database, shop_key, False, at=NOON)
    assert night(installation)["worse"] == 1
    measured.tested(database, shop_key, False, at=NOON)
    night(installation, now=NOON + timedelta(hours=2))
    assert [(each.value, each.zone) for each in stored(database)] == [(2_000_000, Zone.RED)]
    assert mails(database) == ["indicator_worse"]


def test_worse_is_told_to_administrators_and_audits_and_better_to_nobody(
    installation: Installation,
) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    people.hire(installation, shop_key, "anna", Right.ADMINISTRATOR, Right.AUDITS)
    people.hire(installation, shop_key, "ada", Right.AUDITS)
    people.hire(installation, shop_key, "ben", Right.REVIEWS)
    measured.tested(database, shop_key, True, at=NOON)
    assert night(installation)["worse"] == 0
    measured.tested(database, shop_key, False, at=NOON)
    # A night was missed: what counts is the last one there was.
    assert night(installation, now=NOON + 2 * DAY)["worse"] == 2
    assert night(installation, now=NOON + 3 * DAY)["worse"] == 0
    assert mails(database) == ["indicator_worse"] * 2


def test_a_jump_within_a_week_is_told_at_most_once_a_week(installation: Installation) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    people.hire(installation, shop_key, "ada", Right.AUDITS)
    ids = measured.protect(database, shop_key, 100, at=NOON)
    measured.claim(database, shop_key, ids[0], at=NOON, state=ClaimState.RESOLVED)
    night(installation)
    measured.claim(database, shop_key, ids[1], at=NOON, state=ClaimState.RESOLVED)
    told = [night(installation, now=NOON + DAY * days)["jumps"] for days in range(7, 15)]
    # Twice as many on the seventh day; on the day after, there is no week before to compare.
    assert told == [1, 0, 0, 0, 0, 0, 0, 0]
    sid = internal_id(database, shop_key)
    earlier = NOON + DAY * 8
    put(database, [Snapshot(sid, "CASE_RATE", day_of(earlier), 1, 100, Zone.GREEN)])
    assert night(installation, now=earlier + 7 * DAY)["jumps"] == 1
    assert mails(database).count("indicator_jump") == 2


def red_for(database: Database, shop_key: str, days: int, *, gap: int = 0) -> None:
    sid = internal_id(database, shop_key)
    put(
        database,
        [
            Snapshot(sid, "TEST_ORDERS", TODAY - DAY * back, 2_000_000, 2, Zone.RED)
            for back in range(1, days)
            if back != gap
        ],
    )
    measured.tested(database, shop_key, False, False, at=NOON)


@pytest.mark.parametrize(("days", "gap", "expected"), [(29, 0, 0), (30, 0, 1), (30, 9, 1)])
def test_thirty_days_of_red_ask_an_auditor_to_look_and_change_nothing(
    installation: Installation, days: int, gap: int, expected: int
) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    measured.frame(database, shop_key, amount=5_000_00, end=TODAY, at=NOON)
    red_for(database, shop_key, days, gap=gap)
    before = unchanged(database)
    assert night(installation)["tasks"] == expected
    assert [(each.kind, each.subject) for each in tasks(database)] == [
        ("REVIEW_CERTIFICATE", shop_key)
    ] * expected
    assert unchanged(database) == before


def unchanged(database: Database) -> list[object]:
    """Everything that indicators must not touch: shops, audits, certificates and frames."""
    tables = rows.DAYS.metadata.tables
    names = [name for name in tables if name.startswith(("shops", "audit", "certificate", "frame"))]
    with database.read() as session:
        return [
            list(session.connection().execute(select(tables[name])))
            for name in sorted(names)
            if name != "audit_log"
        ]


def test_an_auditor_who_closed_the_task_is_not_asked_every_night(
    installation: Installation,
) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    measured.frame(database, shop_key, amount=5_000_00, end=TODAY, at=NOON)
    red_for(database, shop_key, 30)
    opened = [night(installation, now=NOON + DAY * days)["tasks"] for days in range(31)]
    assert opened == [1] + [0] * 29 + [1]


def test_a_shop_without_a_frame_has_no_certificate_to_look_at(installation: Installation) -> None:
    database = installation.database
    red_for(database, steps.open_shop(database), 30)
    assert night(installation)["tasks"] == 0


def test_one_yellow_day_ends_a_red_run(installation: Installation) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    measured.frame(database, shop_key, amount=5_000_00, end=TODAY, at=NOON)
    red_for(database, shop_key, 40)
    yellow = Snapshot(
        internal_id(database, shop_key), "TEST_ORDERS", TODAY - 29 * DAY, 1_000_000, 2, Zone.YELLOW
    )
    put(database, [yellow])
    assert night(installation)["tasks"] == 0


def test_snapshots_are_kept_for_the_longest_chart_and_no_longer(
    installation: Installation,
) -> None:
    database = installation.database
    sid = internal_id(database, steps.open_shop(database))
    kept, gone = TODAY - DAY * INDICATORS.kept_days, TODAY - DAY * (INDICATORS.kept_days + 1)
    days = (kept, gone)
    put(database, [Snapshot(sid, "GRADE", day, 4_000_000, 10, Zone.GREEN) for day in days])
    night(installation)
    assert [each.day for each in stored(database)] == [kept]
    assert INDICATORS.kept_days > max(INDICATORS.chart_days)


def test_many_shops_are_measured_in_stretches(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indicators, "BATCH", 2)
    database = installation.database
    keys = [steps.open_shop(database, domain=f"s{number}.example") for number in range(5)]
    for shop_key in keys:
        measured.tested(database, shop_key, True, at=NOON)
    assert night(installation)["shops"] == 5
    with database.read() as session:
        assert session.connection().scalar(select(func.count()).select_from(DAYS)) == 5
        assert session.connection().scalar(select(func.count()).select_from(ALERTS)) == 0
