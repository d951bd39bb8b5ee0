"""An open installation, which the tests of refreshes and pages share."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import pytest

from services.installation import Installation
from services.settings import load
from tests.seeds import Seeds
from tests.servers import PostgreSQL

Sown = Callable[..., Installation]


@pytest.fixture
def installation(database_url: str, tmp_path: Path) -> Iterator[Installation]:
    """An installation on a migrated, empty database."""
    installation = _opened(database_url, tmp_path)
    yield installation
    installation.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def sown(request: pytest.FixtureRequest, tmp_path: Path, seeds: Seeds) -> Iterator[Sown]:
    """Opens an installation with the example shops, which came on the day of ``at`` or today.

    The test runs once on each kind of database.
    """
    with ExitStack() as stack:

        def sown(at: datetime | None = None) -> Installation:
            if request.param == "sqlite":
                url = f"sqlite:///{shutil.copy(seeds.sqlite(at), tmp_path / 'trustwright.db')}"
            else:
                server: PostgreSQL = request.getfixturevalue("postgresql")
                template = request.getfixturevalue("migrated_postgresql")
                name = server.create(template=seeds.postgresql(server, template, at))
                stack.callback(server.drop, name)
                url = server.url(name)
            installation = _opened(url, tmp_path)
            stack.callback(installation.close)
            return installation

        yield sown


def _opened(url: str, home: Path) -> Installation:
    settings = {
        "TRUSTWRIGHT_HOME": str(home),
        "TRUSTWRIGHT_DATABASE_URL": url,
        "TRUSTWRIGHT_SECRET_KEY": "the secret key of the tests, which is long enough",
    }
    return Installation.open(load(settings))
