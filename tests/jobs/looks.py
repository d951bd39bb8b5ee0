"""What tests see of the queue: its jobs, and its tables as they are stored."""

from typing import Any

from sqlalchemy import text

from jobs import queue
from services import generations
from services.installation import Installation
from store import shops
from store.shops import Shop
from tests.conditions import eventually


def jobs(installation: Installation, *, name: str = "") -> dict[str, str]:
    """The status of each job, by its id; only those called ``name`` if it is given."""
    found = queue.client(installation).list_workflows(name=name or None)
    return {job.workflow_id: job.status for job in found}


def finish(installation: Installation, job_id: str) -> Any:
    """Wait for the end of a job; returns its result, or fails the test if the job failed."""
    client = queue.client(installation)

    def ended() -> list[Any]:
        found = client.list_workflows(workflow_ids=[job_id])
        return [job for job in found if job.status not in ("ENQUEUED", "PENDING", "DELAYED")]

    (job,) = eventually(ended, within=60)
    assert job.status == "SUCCESS", job.error
    return job.output


def rows(installation: Installation, statement: str, **values: Any) -> list[Any]:
    """Run a statement on the queue's tables, written as ``{dbos}table``."""
    is_sqlite = installation.database.engine.dialect.name == "sqlite"
    with installation.database.engine.begin() as connection:
        sql = statement.format(dbos="" if is_sqlite else f"{queue.SCHEMA}.")
        result = connection.execute(text(sql), values)
        return [tuple(row) for row in result] if result.returns_rows else []


def shop(installation: Installation, shop_key: str) -> Shop:
    """The shop's row as it stands."""
    with installation.database.read() as session:
        row = shops.by_key(session, shop_key)
        assert row is not None
        return row


def refresh_of(installation: Installation, shop_key: str) -> str:
    """The id of the job that renders the shop's present generation."""
    return generations.refresh_job(shop_key, shop(installation, shop_key).generation).id


def is_rendered(installation: Installation, shop_key: str) -> bool:
    """Whether the stored snapshots are of the shop's present generation."""
    row = shop(installation, shop_key)
    return row.rendered_generation == row.generation
