"""Jobs are stored with the change that asks for them, once, and in JSON."""

import contextlib
import json
from dataclasses import replace

import pytest
from dbos._schemas.system_database import SystemSchema
from sqlalchemy import inspect

from jobs import queue
from services import generations
from services.installation import Installation
from store import shops
from store.schema import METADATA
from tests.jobs import looks
from tests.jobs.conftest import Launch, Start
from tests.services import steps
from tests.services.steps import NOON


@pytest.fixture
def connected(installation: Installation) -> Installation:
    """An installation whose use cases leave jobs, with no worker that takes them."""
    queue.connect(installation)
    return installation


def change(installation: Installation, shop_key: str) -> None:
    with installation.database.write() as work:
        shop = shops.by_key(work.session, shop_key, lock=True)
        assert shop is not None
        generations.raise_for(work, shop, now=NOON)


def test_a_commit_stores_the_job_of_its_change(connected: Installation) -> None:
    key = steps.open_shop(connected.database)
    assert looks.jobs(connected) == {f"snapshot.refresh:{key}:1": "ENQUEUED"}


def test_a_job_with_a_delay_waits_for_its_time(connected: Installation) -> None:
    key = steps.open_shop(connected.database)
    later = replace(generations.refresh_job(key, 2), delay_seconds=3_600)
    with connected.database.write() as work:
        work.jobs.append(later)
        work.changed[key] = 2
    assert looks.jobs(connected)[later.id] == "DELAYED"


def test_a_rollback_leaves_no_job(connected: Installation) -> None:
    key = steps.open_shop(connected.database)
    enqueue = connected.database.enqueue
    assert enqueue is not None
    with contextlib.suppress(LookupError), connected.database.write() as work:
        enqueue(work.session, generations.refresh_job(key, 2))
        raise LookupError
    assert set(looks.jobs(connected)) == {f"snapshot.refresh:{key}:1"}


def test_a_job_that_waits_already_is_asked_for_in_vain(connected: Installation) -> None:
    key = steps.open_shop(connected.database)
    with connected.database.write() as work:
        work.jobs += 2 * [generations.refresh_job(key, 1)]
        work.changed[key] = 1
    assert looks.jobs(connected) == {f"snapshot.refresh:{key}:1": "ENQUEUED"}


def test_a_job_that_is_done_is_not_done_again(connected: Installation, launch: Launch) -> None:
    key = steps.open_shop(connected.database)
    launch()
    assert looks.finish(connected, f"snapshot.refresh:{key}:1") > 0
    change(connected, key)
    with connected.database.write() as work:
        work.jobs.append(generations.refresh_job(key, 1))
    looks.finish(connected, f"snapshot.refresh:{key}:2")
    assert looks.jobs(connected, name=generations.REFRESH) == {
        f"snapshot.refresh:{key}:1": "SUCCESS",
        f"snapshot.refresh:{key}:2": "SUCCESS",
    }


def test_a_job_that_is_known_leaves_the_transaction_around_it_whole(
    connected: Installation,
) -> None:
    key = steps.open_shop(connected.database)
    with connected.database.write() as work:
        shop = shops.by_key(work.session, key, lock=True)
        assert shop is not None
        shop.name = "Anna's other shop"
        work.jobs.append(generations.refresh_job(key, 1))
    assert looks.shop(connected, key).name == "Anna's other shop"


def test_inputs_are_stored_as_json_under_the_pinned_version(connected: Installation) -> None:
    key = steps.open_shop(connected.database)
    ((inputs, serialization, version),) = looks.rows(
        connected,
        "SELECT i.inputs, s.serialization, s.application_version FROM {dbos}workflow_status s"
        " JOIN {dbos}workflow_input i ON i.workflow_uuid = s.workflow_uuid",
    )
    assert json.loads(inputs) == {"namedArgs": {"shop_key": key}, "positionalArgs": []}
    assert (serialization, version) == ("portable_json", "1")


def test_connecting_again_changes_nothing(connected: Installation) -> None:
    tables = set(inspect(connected.database.engine).get_table_names())
    queue.connect(connected)
    assert set(inspect(connected.database.engine).get_table_names()) == tables
    steps.open_shop(connected.database)
    assert len(looks.jobs(connected)) == 1


def test_a_commit_cannot_lose_its_job_even_if_the_process_dies_at_once(
    installation: Installation, start: Start, launch: Launch
) -> None:
    start("commit_and_die").ended()
    launch()
    (job_id,) = looks.jobs(installation, name=generations.REFRESH)
    assert looks.finish(installation, job_id) > 0


def test_our_tables_and_those_of_the_queue_share_no_name() -> None:
    """On SQLite they lie in one file, where the queue could not make its own."""
    theirs = {table.name for table in SystemSchema.metadata_obj.tables.values()}
    assert "notifications" in theirs
    assert theirs & set(METADATA.tables) == set()
