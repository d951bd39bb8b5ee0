"""Fixtures of the tests of jobs: an installation, workers in it, and programs beside it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jobs import chores, worker
from jobs.worker import Worker
from services.installation import Installation
from services.settings import Role, Settings
from tests.jobs import programs
from tests.jobs.processes import Program
from tests.services.steps import NOON

Start = Callable[..., Program]
Launch = Callable[..., Worker]


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """An installation of this test's own; the test runs once on each kind of database."""
    key = "the secret key of the tests, which is long enough"
    return Settings(home=tmp_path / "home", database_url=database_url, secret_key=key)


@pytest.fixture
def installation(settings: Settings) -> Iterator[Installation]:
    """The open installation of this test."""
    installation = Installation.open(settings)
    yield installation
    installation.close()


@pytest.fixture
def launch(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Iterator[Launch]:
    """Starts a worker in this process and stops the one before; the only clock is noon."""
    monkeypatch.setattr(chores, "HOURLY", programs.NEVER)
    running: list[Worker] = []

    def launch(executor_id: str = "one") -> Worker:
        if running:
            running.pop().stop()
        running.append(worker.launch(installation, executor_id=executor_id, now=NOON))
        return running[-1]

    yield launch
    if running:
        running[-1].stop()


@pytest.fixture
def start(settings: Settings) -> Iterator[Start]:
    """Starts programs in the test's installation, which do not outlive the test."""
    started: list[Program] = []

    def start(name: str, *arguments: str, executor: str = "one", role: Role = Role.ALL) -> Program:
        own = settings.model_copy(update={"executor_id": executor, "role": role})
        started.append(Program(own, name, *arguments))
        return started[-1]

    yield start
    for program in started:
        program.put_away()


@pytest.fixture
def embedded(sqlite_url: str, tmp_path: Path) -> Iterator[Installation]:
    """An installation with SQLite, where the kind of database makes no difference."""
    key = "the secret key of the tests, which is long enough"
    settings = Settings(home=tmp_path / "home", database_url=sqlite_url, secret_key=key)
    opened = Installation.open(settings)
    yield opened
    opened.close()
