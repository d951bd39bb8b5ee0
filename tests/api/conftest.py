"""Fixtures of the tests of whole apps: an installation with one reviewed shop."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from api import cli
from services import refresh
from services.installation import Installation
from services.settings import Settings, load
from tests.services import steps

Run = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """An open installation and the key of the shop that has a review."""

    installation: Installation
    shop_key: str

    @property
    def settings(self) -> Settings:
        return self.installation.settings

    def review(self, stars: int) -> None:
        """One more review of the shop."""
        steps.review(self.installation.database, self.shop_key, steps.marks(service=stars))

    def render(self) -> None:
        """Store the shop's snapshots."""
        refresh.render(self.installation, self.shop_key)

    def url(self, name: str) -> str:
        return f"/v1/shops/{self.shop_key}/{name}"


@contextmanager
def reviewed_on(database_url: str, home: Path) -> Iterator[Reviewed]:
    """A shop with one review of five stars."""
    installation = Installation.open(settings_for(database_url, home))
    try:
        reviewed = Reviewed(installation, steps.open_shop(installation.database))
        reviewed.review(5)
        yield reviewed
    finally:
        installation.close()


def settings_for(database_url: str, home: Path, **more: str) -> Settings:
    """Settings of a web process that polls often."""
    environment = {
        "TRUSTWRIGHT_HOME": str(home),
        "TRUSTWRIGHT_DATABASE_URL": database_url,
        "TRUSTWRIGHT_SECRET_KEY": "the secret key of the tests, which is long enough",
        "TRUSTWRIGHT_ROLE": "web",
        "TRUSTWRIGHT_POLL_SECONDS": "0.05",
    }
    return load(environment | {f"TRUSTWRIGHT_{name}": value for name, value in more.items()})


@pytest.fixture
def reviewed(database_url: str, tmp_path: Path) -> Iterator[Reviewed]:
    """A shop with one review of five stars; the test runs once on each kind of database."""
    with reviewed_on(database_url, tmp_path / "home") as reviewed:
        yield reviewed


@pytest.fixture
def run(
    tmp_path: Path,
    migrated_sqlite: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Runs a command on an installation of its own and returns what it writes."""
    shutil.copy(migrated_sqlite, tmp_path / "trustwright.db")
    monkeypatch.setenv("TRUSTWRIGHT_HOME", str(tmp_path))

    def run(*arguments: str, status: int = 0) -> str:
        with pytest.raises(SystemExit) as end:
            cli.main(arguments)
        written = capsys.readouterr()
        assert (end.value.code or 0) == status, written
        return written.out if status == 0 else written.err

    return run


@pytest.fixture
def check(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    migrated_sqlite: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Runs ``trustwright verify`` with the kind that the test file names as ``KIND``.

    It runs in the test's folder, beside an installation with keys of its own.
    """
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(migrated_sqlite, home / "trustwright.db")
    monkeypatch.setenv("TRUSTWRIGHT_HOME", str(home))
    monkeypatch.chdir(tmp_path)

    def check(*arguments: str, status: int = 0) -> str:
        with pytest.raises(SystemExit) as end:
            cli.main(("verify", request.module.KIND, *arguments))
        written = capsys.readouterr()
        assert (end.value.code or 0) == status, written
        return written.out

    return check
