"""What is due each day and week is done once, made up for after a downtime, and tried again."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from dbos import DBOS
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from domain.errors import DatabaseBusy
from domain.windows import day_of, window_start
from jobs import chores, queue, worker
from jobs.chores import CHORES, DEADLINES, HOURLY, NIGHTLY, PURGE, RECOUNT
from services import refresh
from services.installation import Installation
from tests.conditions import eventually
from tests.jobs import looks
from tests.jobs.conftest import Launch
from tests.services import steps
from tests.services.steps import NOON, marks

AROUND = NOON.replace(tzinfo=None)
MOMENTS = st.datetimes(
    AROUND - timedelta(days=4000), AROUND + timedelta(days=4000), timezones=st.timezones()
)
HOURS = [chore for chore in CHORES if chore.run_id(NOON).endswith(":2026-11-20T12")]
DAILY = [chore for chore in CHORES if chore not in HOURS and chore.name != RECOUNT]
(WEEKLY,) = (chore for chore in CHORES if chore.name == RECOUNT)


@pytest.fixture
def waiting(installation: Installation) -> Installation:
    """An installation with a queue that no worker empties."""
    queue.connect(installation)
    return installation


def fail(installation: Installation, job_id: str) -> None:
    looks.rows(
        installation,
        "UPDATE {dbos}workflow_status SET status = 'ERROR' WHERE workflow_uuid = :id",
        id=job_id,
    )


@given(MOMENTS, st.timedeltas(timedelta(hours=-30), timedelta(hours=30)))
def test_a_daily_chore_has_one_run_for_each_utc_day(one: datetime, later: timedelta) -> None:
    other = one.astimezone(UTC) + later
    same_day = one.astimezone(UTC).date() == other.astimezone(UTC).date()
    for chore in DAILY:
        assert (chore.run_id(one) == chore.run_id(other)) is same_day


@given(MOMENTS, st.integers(0, 6))
def test_a_weekly_chore_has_one_run_from_monday_to_sunday(moment: datetime, days: int) -> None:
    noon = moment.astimezone(UTC).replace(hour=12)
    monday = noon - timedelta(days=noon.weekday())
    assert WEEKLY.run_id(monday + timedelta(days=days)) == WEEKLY.run_id(monday)
    assert WEEKLY.run_id(monday + timedelta(days=days + 7)) != WEEKLY.run_id(monday)


@given(MOMENTS, st.timedeltas(timedelta(hours=-3), timedelta(hours=3)))
def test_an_hourly_chore_has_one_run_for_each_utc_hour(one: datetime, later: timedelta) -> None:
    other = one.astimezone(UTC) + later
    at_full = [
        each.astimezone(UTC).replace(minute=0, second=0, microsecond=0) for each in (one, other)
    ]
    for chore in HOURS:
        assert (chore.run_id(one) == chore.run_id(other)) is (at_full[0] == at_full[1])


def test_every_chore_is_a_job_that_workers_know() -> None:
    assert {chore.name for chore in CHORES} <= worker.JOBS.keys()


def test_asking_again_in_the_same_hour_or_day_adds_nothing(waiting: Installation) -> None:
    for hours in (0, 0, 1, 11):
        chores.ask(waiting, now=NOON + timedelta(hours=hours))
    hourly = {chore.name for chore in HOURS}
    asked = {job for job in looks.jobs(waiting) if job.partition(":")[0] not in hourly}
    assert set(looks.jobs(waiting, name=DEADLINES)) == {
        f"{DEADLINES}:2026-11-20T{hour}" for hour in (12, 13, 23)
    }
    assert asked == {
        "grades.nightly:2026-11-20",
        "grades.recount:2026-W47",
        "history.purge:2026-11-20",
        "feeds.write:2026-11-20",
        "lint.purge:2026-11-20",
        "cases.forget:2026-11-20",
        "claims.forget:2026-11-20",
        "webhook.purge:2026-11-20",
        "mail.purge:2026-11-20",
        "notification.digest:2026-11-20",
        "login.forget:2026-11-20",
        "pack.end:2026-11-20",
        "uploads.purge:2026-11-20",
        "signals.forget:2026-11-20",
        "signals.note_groups:2026-11-20",
        "drafts.purge:2026-11-20",
        "orders.forget:2026-11-20",
        "person_data.erase_deferred:2026-11-20",
        "audits.forget:2026-11-20",
        "indicators.store:2026-11-20",
        "protections.nightly:2026-11-20",
        "frames.nightly:2026-11-20",
        "bordereaux.draw:2026-11-20",
        "exchange_rates.fetch:2026-11-20",
    }


def test_the_next_day_brings_its_own_runs(waiting: Installation) -> None:
    chores.ask(waiting, now=NOON)
    chores.ask(waiting, now=NOON + timedelta(hours=12))
    assert set(looks.jobs(waiting, name=NIGHTLY)) == {
        "grades.nightly:2026-11-20",
        "grades.nightly:2026-11-21",
    }
    assert len(looks.jobs(waiting, name=RECOUNT)) == 1


def test_a_failed_run_gets_another_attempt_at_the_next_hour(waiting: Installation) -> None:
    chores.ask(waiting, now=NOON)
    fail(waiting, "history.purge:2026-11-20")
    for _ in range(2):
        chores.ask(waiting, now=NOON + timedelta(hours=1))
    assert looks.jobs(waiting, name=PURGE) == {
        "history.purge:2026-11-20": "ERROR",
        "history.purge:2026-11-20:2": "ENQUEUED",
    }


@pytest.mark.slow
def test_a_failing_job_is_told_in_the_log_and_leaves_the_worker_working(
    installation: Installation, launch: Launch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(installation: Installation, *, now: str) -> int:
        raise LookupError(f"{len(installation.settings.home.parts)} folders at {now}")

    monkeypatch.setattr(worker, "JOBS", {**worker.JOBS, NIGHTLY: fails})
    with capture_logs() as log:
        launch()
        looks.finish(installation, "history.purge:2026-11-20")
    assert looks.jobs(installation, name=NIGHTLY) == {"grades.nightly:2026-11-20": "ERROR"}
    (failure,) = (line for line in log if line["event"] == "job.failed")
    assert (failure["job"], failure["log_level"]) == (NIGHTLY, "error")
    assert "LookupError" in failure["trace"]
    assert installation.settings.secret_key not in str(log)


@pytest.mark.slow
def test_a_job_that_meets_a_busy_database_tries_again(
    installation: Installation, launch: Launch, monkeypatch: pytest.MonkeyPatch
) -> None:
    met: list[str] = []

    def busy_at_first(installation: Installation, *, now: str) -> str:
        met.append(installation.settings.executor_id)
        if len(met) == 1:
            raise DatabaseBusy
        return now

    monkeypatch.setattr(worker, "JOBS", {**worker.JOBS, NIGHTLY: busy_at_first})
    launch()
    assert looks.finish(installation, "grades.nightly:2026-11-20") == NOON.isoformat()
    assert len(met) == 2


@pytest.mark.slow
def test_three_missed_nights_are_made_up_for_at_the_start(
    installation: Installation, launch: Launch
) -> None:
    key = steps.open_shop(installation.database)
    past = NOON - timedelta(days=3)
    for days in (366, 367, 368, 369, 200):
        at = NOON - timedelta(days=days)
        steps.review(installation.database, key, marks(service=5), at=at)
    with installation.database.write() as work:
        refresh.slide(work, now=past)
    launch()
    report = looks.finish(installation, "grades.nightly:2026-11-20")
    assert report["slid"] == 1
    assert looks.shop(installation, key).window_start == window_start(day_of(NOON))
    assert steps.grade(installation.database, key).count == 1
    assert refresh.recount(installation, now=NOON).repaired == ()


@pytest.mark.slow
def test_the_recount_repairs_and_names_a_shop_whose_bucket_was_damaged(
    installation: Installation, launch: Launch
) -> None:
    whole, damaged = (
        steps.open_shop(installation.database, domain=f"{name}.example") for name in ("a", "b")
    )
    for key in (whole, damaged):
        steps.review(installation.database, key, marks(service=5), at=NOON - timedelta(days=9))
    shop_id = looks.shop(installation, damaged).id
    looks.rows(
        installation, "UPDATE day_buckets SET reviews = 7 WHERE shop_id = :shop", shop=shop_id
    )
    with capture_logs() as log:
        launch()
        report = looks.finish(installation, "grades.recount:2026-W47")
    assert [line["shop"] for line in log if line["event"] == "tallies.repaired"] == [damaged]
    assert report == {"shops": 2, "repaired": [damaged]}
    assert refresh.recount(installation, now=NOON).repaired == ()
    eventually(lambda: looks.is_rendered(installation, damaged))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The times at which a worker asks for what is due; nothing is put into the queue."""
    times: list[datetime] = []
    monkeypatch.setattr(chores, "ask", lambda _, *, now: times.append(now))
    return times


@pytest.mark.slow
def test_the_clock_asks_for_what_is_due(
    launch: Launch, asked: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chores, "HOURLY", "* * * * * *")
    began = datetime.now(UTC) - timedelta(seconds=1)
    launch()
    tick = eventually(lambda: asked[1:])[0]
    assert asked[0] == NOON
    assert began <= tick <= datetime.now(UTC)


@pytest.mark.slow
def test_the_night_begins_just_after_midnight_and_its_time_is_stored_as_text(
    installation: Installation,
    launch: Launch,
    asked: list[datetime],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(chores, "HOURLY", HOURLY)
    launch()
    midnight = datetime(2026, 11, 21, tzinfo=UTC)
    ticks = DBOS.backfill_schedule(
        "chores.ask", midnight - timedelta(hours=1), midnight.replace(hour=1)
    )
    for tick in ticks:
        looks.finish(installation, tick.workflow_id)
    assert sorted(asked[1:]) == [
        midnight - timedelta(minutes=59, seconds=55),
        midnight + timedelta(seconds=5),
    ]
    ((inputs,),) = looks.rows(
        installation,
        "SELECT inputs FROM {dbos}workflow_input WHERE workflow_uuid LIKE '%2026-11-21T00:00:05%'",
    )
    assert json.loads(inputs) == {"args": ["2026-11-21T00:00:05.000Z", None], "kwargs": {}}
