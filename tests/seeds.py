"""Databases with the example shops: sown once by each process of a test run and copied."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from services import seed
from services.seed import Seeded
from store.database import Database
from store.keys import Keyring
from tests.servers import PostgreSQL


class Seeds:
    """What is handed out is to be copied and never connected to.

    ``seed.sow`` changes nothing in a copy and tells which shops are there.
    """

    def __init__(self, migrated: Path, folder: Path, keys: Keyring) -> None:
        self._migrated = migrated
        self._folder = folder
        self._keys = keys
        self._sown: dict[str, str] = {}

    def sqlite(self, at: datetime | None = None) -> Path:
        """A file with the shops as they are on the day of ``at``, by default today."""
        path = self._folder / f"{_day(at)}.db"
        if path.name not in self._sown:
            self._sow(f"sqlite:///{shutil.copy(self._migrated, path)}", at)
            self._sown[path.name] = str(path)
        return path

    def postgresql(self, server: PostgreSQL, migrated: str, at: datetime | None = None) -> str:
        """As ``sqlite``, as the name of a database of this server."""
        if _day(at) not in self._sown:
            template = server.create(template=migrated)
            self._sow(server.url(template), at)
            self._sown[_day(at)] = template
        return self._sown[_day(at)]

    def _sow(self, url: str, at: datetime | None) -> None:
        database = Database.open(url, keys=self._keys)
        sow(database, now=at or datetime.now(UTC))
        database.close()


def sow(database: Database, *, now: datetime) -> Seeded:
    """Bring the example shops that are missing."""
    with database.write() as work:
        return seed.sow(work, now=now)


def _day(at: datetime | None) -> str:
    return "today" if at is None else f"{at:%Y-%m-%d}"
