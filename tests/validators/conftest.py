"""Every document that validators look at, made once by each process that runs these tests."""

from datetime import UTC, datetime
from shutil import copy

import pytest

from api.main import create_app
from services import seed
from services.installation import Installation
from tests.api.conftest import settings_for
from tests.api.exchanges import Running
from tests.seeds import Seeds
from tests.services.seeded import subjects
from tests.validators.documents import goldens, served


@pytest.fixture(scope="session")
def documents(seeds: Seeds, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """HTML pages by a name that tells where they come from."""
    home = tmp_path_factory.mktemp("validators")
    path = copy(seeds.sqlite(), home / "trustwright.db")
    settings = settings_for(
        f"sqlite:///{path}", home, PUBLIC_URL="https://trust.example", API_RATE="100000"
    )
    installation = Installation.open(settings)
    with installation.database.write() as work:
        seed.sow(work, now=datetime.now(UTC))
    about = list(subjects(installation))
    installation.close()
    with Running(create_app(settings)) as running:
        return goldens() | served(running, about)
