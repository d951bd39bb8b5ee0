"""Schema migrations: one history for SQLite and PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from store.database import engine_for, plainly
from store.schema import METADATA

HERE: Final = Path(__file__).parent


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at ``url`` up to a revision."""
    with _connected(url) as connection:
        _unhurried(connection)
        command.upgrade(_config(connection), revision)
        connection.commit()


def downgrade(url: str, revision: str = "base") -> None:
    """Take the database at ``url`` back to a revision."""
    with _connected(url) as connection:
        _unhurried(connection)
        command.downgrade(_config(connection), revision)
        connection.commit()


def differences(url: str) -> list[Any]:
    """What the tables in the database lack or have beyond those in the code."""
    with _connected(url) as connection:
        options = {"compare_type": True, "include_object": is_ours}
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, METADATA))


def is_ours(thing: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:
    """Whether Alembic may touch it: the job queue keeps its tables in the same SQLite file."""
    del name
    if kind == "table" and reflected and other is None:
        return thing.name in METADATA.tables
    return True


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    """A connection that leaves nothing open, so that the database can be copied or dropped.

    Raises DatabaseUnavailable when there is none to be had.
    """
    engine = engine_for(url)
    try:
        with plainly():
            opened = engine.connect()
        with opened as connection:
            yield connection
    finally:
        engine.dispose()


def _unhurried(connection: Connection) -> None:
    """A table of millions takes as long as it takes; what answers people has a limit."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("SET idle_in_transaction_session_timeout = 0"))


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["connection"] = connection
    return config
