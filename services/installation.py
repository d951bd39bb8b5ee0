"""One open installation: its settings, its database and the line to other processes."""

from dataclasses import dataclass
from datetime import datetime

from services import signing_keys, tables
from services.settings import Settings
from store import migrations
from store.announcements import Announcer
from store.database import Database
from store.database import Job as Job
from store.database import Work as Work
from store.keys import Keyring


@dataclass(frozen=True, slots=True)
class Installation:
    """What every edge needs to call the use cases."""

    settings: Settings
    database: Database
    announcer: Announcer | None

    @classmethod
    def open(cls, settings: Settings) -> "Installation":
        """Open the database; with Redis, tell other processes of every commit."""
        database = Database.open(settings.database, keys=Keyring(settings.secret))
        announcer = None
        if settings.redis_url:
            announcer = Announcer(settings.redis_url, installation_id=settings.installation_id)
        if announcer is not None:
            database.listeners.append(announcer.announce)
        return cls(settings, database, announcer)

    def close(self) -> None:
        """Close every connection."""
        self.database.close()
        if self.announcer is not None:
            self.announcer.close()


def migrate(settings: Settings, *, now: datetime) -> None:
    """Create or upgrade the database's tables; says nothing when they are up to date.

    The key that signs statements is noted as well, so that it stays known.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    migrations.upgrade(settings.database)
    database = Database.open(settings.database, keys=Keyring(settings.secret))
    try:
        with database.write() as work:
            signing_keys.keep(work, now=now)
    finally:
        database.close()


def open_migrated(settings: Settings) -> Installation:
    """An installation that has its tables; raises SettingsError that says what is missing.

    Nothing is created on the way: a wrong folder stays as it was.
    """
    tables.require(settings)
    return Installation.open(settings)
