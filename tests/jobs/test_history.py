"""The history of finished jobs is removed after ten days, and nothing else with it."""

from datetime import datetime, timedelta

import pytest
from dbos import WorkflowStatusString

from jobs import history, queue
from services.installation import Installation
from tests.jobs import looks
from tests.services.steps import NOON

OLD = NOON - timedelta(days=history.KEPT_DAYS, seconds=1)
RECENT = NOON - timedelta(days=history.KEPT_DAYS) + timedelta(seconds=1)


@pytest.fixture
def waiting(installation: Installation) -> Installation:
    """An installation with a queue that no worker empties."""
    queue.connect(installation)
    return installation


def put(installation: Installation, job_id: str, status: str, at: datetime) -> None:
    """A job that was made long ago and has this status since ``at``."""
    client = queue.client(installation)
    client.enqueue(queue.options("history.purge", job_id), now=NOON.isoformat())
    looks.rows(
        installation,
        "UPDATE {dbos}workflow_status SET status = :status, created_at = :created,"
        " updated_at = :at, completed_at = :completed WHERE workflow_uuid = :id",
        id=job_id,
        status=status,
        created=milliseconds(NOON - timedelta(days=90)),
        at=milliseconds(at),
        completed=milliseconds(at) if status in history.FINISHED else None,
    )


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def test_old_finished_jobs_go_and_everything_else_stays(waiting: Installation) -> None:
    for status in history.FINISHED:
        put(waiting, f"old {status}", status, OLD)
        put(waiting, f"recent {status}", status, RECENT)
    for status in ("ENQUEUED", "PENDING", "DELAYED"):
        put(waiting, f"waiting {status}", status, OLD)
    assert history.purge(waiting, now=NOON.isoformat()) == len(history.FINISHED)
    left = {job_id.split()[0] for job_id in looks.jobs(waiting)}
    assert left == {"recent", "waiting"}
    assert len(looks.jobs(waiting)) == len(history.FINISHED) + 3
    assert history.purge(waiting, now=NOON.isoformat()) == 0


def test_inputs_go_with_their_jobs(waiting: Installation) -> None:
    put(waiting, "old", "SUCCESS", OLD)
    put(waiting, "recent", "SUCCESS", RECENT)
    history.purge(waiting, now=NOON.isoformat())
    inputs = looks.rows(waiting, "SELECT workflow_uuid FROM {dbos}workflow_input")
    assert inputs == [("recent",)]


def test_more_than_one_batch_goes_in_one_run(
    waiting: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "BATCH", 2)
    for number in range(5):
        put(waiting, f"old {number}", "SUCCESS", OLD)
    assert history.purge(waiting, now=NOON.isoformat()) == 5
    assert looks.jobs(waiting) == {}


def test_every_status_of_the_queue_is_known_as_finished_or_not() -> None:
    known = {*history.FINISHED, "PENDING", "ENQUEUED", "DELAYED"}
    assert {status.value for status in WorkflowStatusString} == known
