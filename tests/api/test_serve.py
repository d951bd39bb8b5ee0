"""``trustwright serve`` starts where it can answer, and says what is missing where it cannot."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from services import tables
from services.settings import SettingsError
from store import migrations, revisions
from tests.api.conftest import settings_for
from tests.architecture.tree import ROOT
from tests.servers import PostgreSQL


def command(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if "TRUSTWRIGHT" not in key}
    environment |= {"TRUSTWRIGHT_HOME": str(folder / "home"), "TRUSTWRIGHT_ROLE": "web"}
    environment |= {f"TRUSTWRIGHT_{name}": value for name, value in settings.items()}
    return subprocess.run(
        [sys.executable, "-m", "api.cli", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_this_release_knows_its_newest_migration_without_alembic() -> None:
    script = ScriptDirectory(str(migrations.HERE))
    assert revisions.head() == script.get_current_head()


def test_a_database_with_its_tables_may_be_served(database_url: str, tmp_path: Path) -> None:
    tables.require(settings_for(database_url, tmp_path))


def test_a_file_that_is_missing_is_named_and_not_created(tmp_path: Path) -> None:
    path = tmp_path / "none.db"
    with pytest.raises(SettingsError, match=r"none\.db does not exist.*trustwright migrate"):
        tables.require(settings_for(f"sqlite:///{path}", tmp_path))
    assert not path.exists()


def test_a_sqlite_file_without_tables_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.db").write_bytes(b"")
    with pytest.raises(SettingsError, match="trustwright migrate"):
        tables.require(settings_for(f"sqlite:///{tmp_path / 'empty.db'}", tmp_path))


def test_tables_of_an_older_release_are_refused(sqlite_url: str, tmp_path: Path) -> None:
    migrations.downgrade(sqlite_url)
    with pytest.raises(SettingsError, match="trustwright migrate"):
        tables.require(settings_for(sqlite_url, tmp_path))


@pytest.mark.slow
def test_a_postgresql_database_without_tables_is_refused(
    postgresql: PostgreSQL, tmp_path: Path
) -> None:
    name = postgresql.create()
    try:
        with pytest.raises(SettingsError, match="trustwright migrate"):
            tables.require(settings_for(postgresql.url(name), tmp_path))
    finally:
        postgresql.drop(name)


def test_a_database_server_that_is_away_does_not_stop_the_start(tmp_path: Path) -> None:
    tables.require(settings_for(f"postgresql+psycopg:///none?host={tmp_path}", tmp_path))


def test_a_database_of_another_make_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="TRUSTWRIGHT_DATABASE_URL"):
        tables.require(settings_for("mysql://host/name", tmp_path))


@pytest.mark.slow
def test_without_tables_the_command_ends_with_what_to_do(tmp_path: Path) -> None:
    done = command(tmp_path, "serve", "--port", "0")
    assert done.returncode == 2
    assert "trustwright migrate" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "home" / "trustwright.db").exists()


@pytest.mark.slow
def test_a_worker_is_not_served(sqlite_url: str, tmp_path: Path) -> None:
    done = command(tmp_path, "serve", "--role", "worker", DATABASE_URL=sqlite_url)
    assert done.returncode == 2
    assert "run `trustwright worker`" in done.stderr


@pytest.mark.slow
def test_an_address_that_is_taken_is_not_announced(sqlite_url: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = command(tmp_path, "serve", "--port", str(port), DATABASE_URL=sqlite_url)
    assert done.returncode != 0
    assert "address already in use" in done.stderr
    assert "http://" not in done.stderr + done.stdout


@pytest.mark.slow
def test_a_worker_logs_lines_and_nothing_of_the_migrations(sqlite_url: str, tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if "TRUSTWRIGHT" not in key}
    environment |= {
        "TRUSTWRIGHT_HOME": str(tmp_path / "home"),
        "TRUSTWRIGHT_DATABASE_URL": sqlite_url,
    }
    with subprocess.Popen(
        [sys.executable, "-m", "api.cli", "worker"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        said = ""
        for line in process.stderr:
            said += line
            if "worker.started" in line:
                break
        process.terminate()
        out, rest = process.communicate(timeout=60)
    assert "INFO trustwright.jobs event=worker.started executor=embedded" in said
    assert out == ""
    assert "alembic" not in said + rest
