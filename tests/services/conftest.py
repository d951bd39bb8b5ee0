"""An open installation, which the tests of refreshes and pages share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from services import hashes
from services.installation import Installation
from services.settings import load


@pytest.fixture
def installation(database_url: str, tmp_path: Path) -> Iterator[Installation]:
    """An installation on a migrated, empty database."""
    settings = {
        "TRUSTWRIGHT_HOME": str(tmp_path),
        "TRUSTWRIGHT_DATABASE_URL": database_url,
        "TRUSTWRIGHT_SECRET_KEY": "the secret key of the tests, which is long enough",
    }
    installation = Installation.open(load(settings))
    yield installation
    installation.close()


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords cost less than in earnest: tests compare many of them."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(hashes, "_HASHER", quick)
    hashes._nobody.cache_clear()
