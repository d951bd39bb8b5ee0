"""The queue's tables and ours share a database, and neither one's migrations harm the other's."""

from sqlalchemy import inspect

from jobs import queue
from services.installation import Installation
from store import migrations
from store.schema import METADATA
from tests.jobs import looks
from tests.services import steps


def queue_tables(installation: Installation) -> set[str]:
    inspector = inspect(installation.database.engine)
    is_sqlite = inspector.dialect.name == "sqlite"
    names = set(inspector.get_table_names(schema=None if is_sqlite else queue.SCHEMA))
    return names - METADATA.tables.keys() - {"alembic_version"}


def test_our_migrations_see_no_difference_beside_the_queue(installation: Installation) -> None:
    queue.connect(installation)
    assert "workflow_status" in queue_tables(installation)
    assert migrations.differences(installation.settings.database) == []


def test_our_migrations_go_down_and_up_and_leave_the_queue_alone(
    installation: Installation,
) -> None:
    url = installation.settings.database
    queue.connect(installation)
    steps.open_shop(installation.database)
    tables, jobs = queue_tables(installation), looks.jobs(installation)
    migrations.downgrade(url)
    assert not METADATA.tables.keys() & set(inspect(installation.database.engine).get_table_names())
    migrations.upgrade(url)
    assert queue_tables(installation) == tables
    assert looks.jobs(installation) == jobs
    steps.open_shop(installation.database, domain="other.example")
    assert len(looks.jobs(installation)) == 2
