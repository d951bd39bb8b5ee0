"""The job queue's connections to our database: a pool of its own, with our settings of SQLite."""

from typing import Any, Final

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url

from store.database import BUSY_SECONDS

# The queue asks again when it has to wait, so it may wait longer than a request.
_WAIT_SECONDS: Final = 30


def engine_for(url: str) -> Engine:
    """An engine for the queue's own tables, which lie in the same database as ours.

    The queue brings no settings for SQLite that suit two writers in one file, and our own
    engine limits statements to what a request may take, so neither one serves here.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed, connect_args={"timeout": _WAIT_SECONDS})
        event.listen(engine, "connect", _set_up_sqlite)
        return engine
    return create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        connect_args={"options": "-c timezone=UTC", "connect_timeout": BUSY_SECONDS},
        pool_pre_ping=True,
        pool_timeout=_WAIT_SECONDS,
    )


def _set_up_sqlite(connection: Any, record: object) -> None:
    del record
    # A writing transaction of the queue takes the lock at its start, as ours do.
    connection.isolation_level = "IMMEDIATE"
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
