"""The database: engines, and transactions that end whole or not at all.

SQLite runs in WAL mode with one writer at a time; PostgreSQL as it comes. A writer's
transaction collects which shops changed; once it is committed, listeners are told, so that
nobody ever hears of a change that was rolled back.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session

from domain.errors import DatabaseBusy, DatabaseFull, DatabaseUnavailable, Unavailable
from store.keys import Keyring

BUSY_SECONDS: Final = 5
STATEMENT_SECONDS: Final = 20
_WRITING: Final = "trustwright_writing"


@dataclass(frozen=True, slots=True)
class Job:
    """Work to be done after the commit; the same ``id`` is never done twice.

    ``delay_seconds`` is how long it waits before it may begin.
    """

    id: str
    name: str
    arguments: dict[str, Any]
    delay_seconds: float = 0


Enqueue = Callable[[Session, Job], None]
Listener = Callable[[dict[str, int]], None]


@dataclass(slots=True)
class Work:
    """One writing transaction: its session, the keys, and what it leads to.

    ``changed`` maps shop keys to the generation that this transaction raised them to. ``moments``
    are those for which slots are kept together, where that is so (``services.slots``).
    """

    session: Session
    keys: Keyring
    changed: dict[str, int] = field(default_factory=dict)
    jobs: list[Job] = field(default_factory=list)
    moments: set[datetime] | None = None


class Database:
    """An open database; ``enqueue`` stores jobs in the same transaction, where there is one."""

    def __init__(self, engine: Engine, keys: Keyring) -> None:
        self.engine = engine
        self.keys = keys
        self.enqueue: Enqueue | None = None
        self.listeners: list[Listener] = []
        is_sqlite = engine.dialect.name == "sqlite"
        self._turn: Any = threading.Lock() if is_sqlite else nullcontext()
        # SQLite's transactions see one state by themselves.
        consistent = {} if is_sqlite else {"isolation_level": "REPEATABLE READ"}
        self._reading = engine.execution_options(**consistent)

    @classmethod
    def open(cls, url: str, *, keys: Keyring) -> "Database":
        """Open ``sqlite:///…`` or ``postgresql+psycopg://…``; connects at the first use."""
        return cls(engine_for(url), keys)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session on one consistent state; raises Unavailable when there is no database."""
        with plainly(), Session(self._reading) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Work]:
        """A transaction: committed at the end, rolled back by any error.

        Raises DatabaseBusy, DatabaseFull or DatabaseUnavailable when nothing could be stored.
        """
        with self._turn, plainly(), Session(self.engine, expire_on_commit=False) as session:
            session.connection(execution_options={_WRITING: True})
            work = Work(session, self.keys)
            yield work
            session.flush()
            if self.enqueue is not None:
                for job in work.jobs:
                    self.enqueue(session, job)
            session.commit()
        for listener in self.listeners if work.changed else ():
            listener(work.changed)


@contextmanager
def plainly() -> Iterator[None]:
    """Say in our own words what a database that does not answer says in its own."""
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        raise _unavailable(error) from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise DatabaseUnavailable from error
        raise


def _unavailable(error: Exception) -> Unavailable:
    # What the driver says, without the statement and its values.
    text = str(getattr(error, "orig", error)).lower()
    if "locked" in text or "busy" in text or "timeout" in text or "deadlock" in text:
        return DatabaseBusy()
    if "full" in text or "no space" in text:
        return DatabaseFull()
    return DatabaseUnavailable()


def engine_for(url: str) -> Engine:
    """An engine with our settings for either database."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    limits = f"-c statement_timeout={STATEMENT_SECONDS}s"
    limits += f" -c idle_in_transaction_session_timeout={STATEMENT_SECONDS}s -c timezone=UTC"
    # Nothing is prepared: a plan that was made while a table was empty would be kept as it grows.
    arguments = {"options": limits, "connect_timeout": BUSY_SECONDS, "prepare_threshold": None}
    return create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        connect_args=arguments,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_timeout=BUSY_SECONDS,
    )


def _set_up_sqlite(connection: Any, record: object) -> None:
    del record
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    # A writer takes its place at once, so that it never fails half-way for want of the lock.
    writing = connection.get_execution_options().get(_WRITING)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
