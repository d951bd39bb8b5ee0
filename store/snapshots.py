"""Stored snapshots, read without an ORM, so that a serving worker stays small and fast."""

import sqlite3
import threading
from datetime import UTC, datetime
from typing import Any, Final, Protocol, cast
from urllib.parse import unquote, urlsplit

from schemas.snapshots import MARKED, Kind, Media, Snapshot

_CURRENT: Final = """
    SELECT s.url, h.shop_key, s.kind, s.media, h.generation, s.modified, s.digest,
           s.body, s.gzip, s.brotli,
           (SELECT MIN(c.valid_until) FROM certificates c
            WHERE c.shop_id = h.id AND c.is_open AND c.valid_until > h.generation_at)
    FROM snapshots s JOIN shops h ON h.id = s.shop_id LEFT JOIN products p ON p.id = s.subject_id
    WHERE s.url = ? AND s.generation >= h.pages_generation
      AND s.generation >= COALESCE(p.changed_generation, h.generation)
"""
_CHANGED: Final = "SELECT shop_key, generation, changed_us FROM shops WHERE changed_us >= ?"
_NEWEST: Final = "SELECT COALESCE(MAX(changed_us), 0) FROM shops"
_REVISION: Final = "SELECT version_num FROM alembic_version"


class _Cursor(Protocol):
    def fetchone(self) -> tuple[Any, ...] | None: ...
    def fetchall(self) -> list[tuple[Any, ...]]: ...


class Reader:
    """Reads single snapshots and recent changes; one connection for each thread.

    ``url`` is the database address of the settings. Every failure of the database raises
    OSError, so that callers need to know neither driver.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._is_sqlite = url.startswith("sqlite")
        self._mark = "?" if self._is_sqlite else "%s"
        self._local = threading.local()

    @property
    def is_local(self) -> bool:
        """Whether a read is a matter of microseconds, with no other host to wait for."""
        return self._is_sqlite

    def get(self, url: str) -> Snapshot | None:
        """The stored snapshot of a canonical URL, if nothing it shows has changed since.

        It is given the shop's present generation: a product's page stays right while other
        products are reviewed.
        """
        row = self._query(_CURRENT, url).fetchone()
        if row is None:
            return None
        url, key, kind, media, generation, modified, digest, body, packed, brotli, until = row
        expires = _seconds(until) if until is not None and Kind(kind) in MARKED else None
        return Snapshot(
            url,
            key,
            Kind(kind),
            Media(media),
            generation,
            modified,
            digest,
            body,
            packed,
            brotli,
            expires,
        )

    def changed(self, since_us: int) -> list[tuple[str, int, int]]:
        """Key, generation and time of each shop that changed at or after this time in Unix µs."""
        return cast("list[tuple[str, int, int]]", self._query(_CHANGED, since_us).fetchall())

    def newest_us(self) -> int:
        """When the last change of any shop was, in Unix µs; 0 without shops."""
        row = self._query(_NEWEST).fetchone()
        return int(row[0]) if row else 0

    def revision(self) -> str | None:
        """The migration at which the tables stand; None where migrating was not finished."""
        row = self._query(_REVISION).fetchone()
        return str(row[0]) if row else None

    def close(self) -> None:
        """Close this thread's connection."""
        connection = self._local.__dict__.pop("connection", None)
        if connection is not None:
            connection.close()

    def _query(self, statement: str, *values: object) -> _Cursor:
        try:
            connection = self._connection()
            return cast("_Cursor", connection.execute(statement.replace("?", self._mark), values))
        except Exception as error:
            self.close()
            # Only the kind: a driver's words may hold the address with its password.
            raise OSError(type(error).__name__) from None

    def _connection(self) -> Any:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = _connect_sqlite(self._url) if self._is_sqlite else _connect_pg(self._url)
            self._local.connection = connection
        return connection


def _seconds(until: datetime | str) -> int:
    """A moment as the database gives it: SQLite as text in UTC, without a zone."""
    if isinstance(until, str):
        until = datetime.fromisoformat(until).replace(tzinfo=UTC)
    return int(until.timestamp())


def _connect_sqlite(url: str) -> sqlite3.Connection:
    path = unquote(urlsplit(url).path)[1:]
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=1, isolation_level=None)


def _connect_pg(url: str) -> Any:
    import psycopg

    plain = url.replace("postgresql+psycopg://", "postgresql://", 1)
    # A network that swallows packets must not hold up a reader, nor those who wait behind it.
    return psycopg.connect(
        plain,
        autocommit=True,
        connect_timeout=2,
        tcp_user_timeout=3_000,
        options="-c statement_timeout=3000",
    )
