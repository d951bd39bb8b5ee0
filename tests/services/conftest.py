"""An open installation, which the tests of refreshes and pages share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

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
