"""Workers: builds and names, death in the middle, orderly ends (docs/decisions/0004)."""

from datetime import timedelta

import dbos._dbos
import pytest
from dbos import DBOS

from jobs import chores, queue, worker
from jobs.executors import ExecutorInUse
from services import generations, refresh
from services.installation import Installation
from services.settings import Role, SettingsError
from store import tallies
from store.tallies import Span, Subject
from tests.conditions import eventually
from tests.jobs import looks
from tests.jobs.conftest import Launch, Start
from tests.services import steps
from tests.services.steps import NOON, marks

pytestmark = pytest.mark.slow

NIGHTLY = "grades.nightly:2026-11-20"


def shop_whose_window_is_late(installation: Installation) -> str:
    """A shop that stands three days ago, with one review that has left the window since."""
    key = steps.open_shop(installation.database)
    past = NOON - timedelta(days=3)
    for at in (NOON - timedelta(days=366), past):
        steps.review(installation.database, key, marks(service=4), at=at)
    with installation.database.write() as work:
        refresh.slide(work, now=past)
    assert year_of(installation, key) == 2
    return key


def year_of(installation: Installation, shop_key: str) -> int:
    """Reviews in the published window, as the tallies have it."""
    shop = looks.shop(installation, shop_key)
    with installation.database.read() as session:
        return tallies.spans_of(session, Subject(shop.id, 0, 1))[Span.YEAR].reviews


def assert_slid_once(installation: Installation, shop_key: str, generation: int) -> None:
    """The window moved, and nothing was subtracted or raised a second time."""
    shop = looks.shop(installation, shop_key)
    assert shop.window_start == (NOON - timedelta(days=365)).date()
    assert shop.generation == generation + 1
    assert year_of(installation, shop_key) == 1
    assert refresh.recount(installation, now=NOON).repaired == ()
    assert looks.is_rendered(installation, shop_key)


def test_jobs_of_one_build_run_under_the_next_even_delayed_ones(
    installation: Installation, start: Start, launch: Launch
) -> None:
    old = start("old_build", executor="old")
    old_version = old.said("version")
    old.ended()
    launch()
    registry = dbos._dbos._get_or_create_dbos_registry()
    assert registry.compute_app_version(queue.APPLICATION) != old_version
    ids = set(looks.jobs(installation, name=generations.REFRESH))
    assert "delayed" in ids
    assert len(ids) == 2
    for job_id in ids:
        looks.finish(installation, job_id)


@pytest.mark.parametrize(
    "program", ["work_and_stall_in_the_slide", "work_and_stall_after_the_slide"]
)
def test_a_worker_killed_in_the_night_goes_on_under_its_name(
    program: str, installation: Installation, start: Start, launch: Launch
) -> None:
    key = shop_whose_window_is_late(installation)
    before = looks.shop(installation, key).generation
    dying = start(program)
    dying.said("stalled")
    dying.kill()
    launch("one")
    looks.finish(installation, NIGHTLY)
    assert_slid_once(installation, key, before)


def test_work_of_a_dead_worker_waits_until_another_recovers_it(
    installation: Installation, start: Start, launch: Launch
) -> None:
    key = shop_whose_window_is_late(installation)
    before = looks.shop(installation, key).generation
    dying = start("work_and_stall_in_the_slide", executor="dead")
    dying.said("stalled")
    dying.kill()
    survivor = launch("alive")
    looks.finish(installation, "history.purge:2026-11-20")
    assert looks.jobs(installation)[NIGHTLY] == "PENDING"
    assert survivor.recover("dead") == [NIGHTLY]
    looks.finish(installation, NIGHTLY)
    assert_slid_once(installation, key, before)
    assert survivor.recover("dead") == []


def test_the_command_takes_over_from_a_dead_worker_by_name(
    installation: Installation, start: Start
) -> None:
    shop_whose_window_is_late(installation)
    dying = start("work_and_stall_in_the_slide", executor="dead")
    dying.said("stalled")
    dying.kill()
    successor = start("work_until_told", "dead", executor="alive")
    looks.finish(installation, NIGHTLY)
    successor.terminate()
    assert successor.ended() == 0


def test_a_worker_killed_among_many_jobs_loses_none(
    installation: Installation, start: Start, launch: Launch
) -> None:
    queue.connect(installation)
    keys = [steps.open_shop(installation.database, domain=f"shop{n}.example") for n in range(8)]
    dying = start("work_and_stall_in_the_third_rendering")
    dying.said("stalled")
    dying.kill()
    launch()
    for key in keys:
        looks.finish(installation, f"snapshot.refresh:{key}:1")
        eventually(lambda key=key: looks.is_rendered(installation, key))  # type: ignore[misc]


def test_two_workers_that_start_together_do_the_night_once(
    installation: Installation, start: Start
) -> None:
    key = shop_whose_window_is_late(installation)
    before = looks.shop(installation, key).generation
    for worker_started in [start("work", executor=executor) for executor in ("one", "two")]:
        worker_started.said("working")
    eventually(lambda: looks.jobs(installation).get(NIGHTLY) == "SUCCESS", within=60)
    assert list(looks.jobs(installation, name=chores.NIGHTLY)) == [NIGHTLY]
    assert_slid_once(installation, key, before)


def test_a_name_belongs_to_one_live_worker(
    installation: Installation, start: Start, launch: Launch
) -> None:
    other = start("work", executor="embedded")
    other.said("working")
    with pytest.raises(ExecutorInUse, match="embedded"):
        worker.launch(installation, executor_id="embedded", now=NOON)
    with pytest.raises(ExecutorInUse, match="embedded"):
        launch("mine").recover("embedded")
    other.kill()
    assert launch("embedded").executor_id == "embedded"


def test_a_web_process_runs_nothing_of_a_worker(installation: Installation, start: Start) -> None:
    web = start("serve_the_web", role=Role.WEB)
    assert web.said("instance") == "None"
    assert web.said("threads") == "1"
    web.said("refused")
    assert web.ended() == 0
    assert list(looks.jobs(installation).values()) == ["ENQUEUED"]


def test_a_process_that_only_answers_cannot_launch_a_worker(installation: Installation) -> None:
    settings = installation.settings.model_copy(update={"role": Role.WEB})
    web = Installation(settings, installation.database, None)
    with pytest.raises(SettingsError, match="TRUSTWRIGHT_ROLE"):
        worker.launch(web, executor_id="one")


def test_queues_and_schedule_are_there_after_each_launch(launch: Launch) -> None:
    for _ in range(2):
        launch()
        found = {q.name: q.polling_interval_sec for q in DBOS.list_queues()}
        assert found.keys() == {
            queue.REFRESHES,
            queue.CHORES,
            queue.LINTS,
            queue.WEBHOOKS,
            queue.PUSHES,
            queue.MAILS,
            queue.UPLOADS,
            queue.SLOTS,
            queue.MAIL_BATCHES,
        }
        assert found[queue.REFRESHES] <= 0.5
        # What a look costs is the same however much waits: this bounds what an idle worker uses.
        assert sum(1 / seconds for seconds in found.values()) <= 6
        assert DBOS.application_version == "1"
        (schedule,) = DBOS.list_schedules()
        assert schedule["workflow_name"] == "chores.ask"
        assert schedule["status"] == "ACTIVE"


def test_a_worker_that_is_asked_to_stop_finishes_the_job_in_hand(
    installation: Installation, start: Start
) -> None:
    may_end = installation.settings.home / "may-end"
    running = start("work_slowly", str(may_end))
    running.said("in hand")
    running.terminate()
    running.logged("worker.stopping")
    may_end.touch()
    assert running.ended() == 0
    (purge,) = looks.jobs(installation, name=chores.PURGE)
    assert looks.finish(installation, purge) == "whole"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_sqlite_writes_ahead_and_does_not_wait_for_the_disk(
    installation: Installation, launch: Launch
) -> None:
    running = launch()
    for engine in (running.engine, installation.database.engine):
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 1
