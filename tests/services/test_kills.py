"""SIGKILL at any moment loses no committed review and leaves nothing half done."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.client import HTTPException
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select

from services import refresh
from services.installation import Installation
from services.settings import Settings, load
from store.reviews import EvidenceRecord, Review
from tests.api.processes import Server
from tests.architecture.tree import ROOT
from tests.conditions import eventually
from tests.services import steps


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """The settings of an installation on a migrated, empty database."""
    return load(
        {
            "TRUSTWRIGHT_HOME": str(tmp_path),
            "TRUSTWRIGHT_DATABASE_URL": database_url,
            "TRUSTWRIGHT_SECRET_KEY": "the secret key of the tests, which is long enough",
            "TRUSTWRIGHT_API_RATE": "1000000",
        }
    )


@contextmanager
def writing(settings: Settings, shop_key: str, said: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that writes reviews and names the committed ones in ``said``."""
    environment = {key: value for key, value in os.environ.items() if "TRUSTWRIGHT" not in key}
    environment |= {
        "TRUSTWRIGHT_HOME": str(settings.home),
        "TRUSTWRIGHT_DATABASE_URL": settings.database_url,
        "TRUSTWRIGHT_SECRET_KEY": settings.secret_key,
    }
    with said.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.services.writers", shop_key],
            cwd=ROOT,
            env=environment,
            stdout=output,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def committed(said: Path) -> list[str]:
    return said.read_text().splitlines() if said.exists() else []


def check(installation: Installation, shop_key: str, said: Path) -> int:
    """Every review that was named is there, whole and counted; returns how many there are."""
    with installation.database.read() as session:
        rows = session.exec(select(Review)).all()
        proven = set(session.exec(select(EvidenceRecord.review_id)).all())
        if installation.settings.database.startswith("sqlite"):
            assert session.execute(text("PRAGMA integrity_check")).scalar() == "ok"
    assert set(committed(said)) <= {row.public_id for row in rows}
    assert {row.id for row in rows} == proven
    with installation.database.write() as work:
        assert not refresh.recount_shop(work, shop_key, now=datetime.now(UTC))
    return len(rows)


def test_writers_killed_at_any_moment_lose_no_committed_review(
    settings: Settings, tmp_path: Path
) -> None:
    installation = Installation.open(settings)
    shop_key = steps.open_shop(installation.database)
    said = tmp_path / "committed"
    for kill in range(1, 4):
        before = len(committed(said))
        with writing(settings, shop_key, said) as process:
            eventually(
                lambda: len(committed(said)) >= before + 5 * kill,  # noqa: B023 - asked at once
                within=60,
            )
            process.send_signal(signal.SIGKILL)
            assert process.wait(timeout=30) == -signal.SIGKILL
    there = check(installation, shop_key, said)
    # Each kill may have met two commits that could no longer be named.
    assert len(committed(said)) <= there <= len(committed(said)) + 6
    installation.close()


def test_a_server_killed_under_load_serves_every_committed_review_again(
    settings: Settings, tmp_path: Path
) -> None:
    installation = Installation.open(settings)
    shop_key = steps.open_shop(installation.database)
    said = tmp_path / "committed"
    badge = f"/v1/shops/{shop_key}/badge.json"
    server = Server(settings, tmp_path / "server.log")
    eventually(server.is_up, within=60)
    stop = threading.Event()
    answers: list[int] = []

    def load_it() -> None:
        while not stop.is_set():
            try:
                answers.append(server.get(badge)[0].status)
            except (OSError, HTTPException):
                stop.wait(0.01)

    reader = threading.Thread(target=load_it)
    reader.start()
    with writing(settings, shop_key, said):
        eventually(lambda: len(committed(said)) >= 20 and len(answers) >= 50, within=60)
        server.process.kill()
        server.process.wait(timeout=30)
        seen = len(committed(said))
        eventually(lambda: len(committed(said)) >= seen + 5, within=60)
    stop.set()
    reader.join(timeout=30)
    assert set(answers) == {200}
    there = check(installation, shop_key, said)
    again = Server(settings, tmp_path / "again.log")
    try:
        eventually(again.is_up, within=60)
        eventually(lambda: json.loads(again.get(badge)[1])["grade"]["count"] == there, within=10)
    finally:
        again.process.terminate()
        again.process.wait(30)
    installation.close()
