"""The control centre in a real browser: a served installation with the seeded people.

It is reached as ``localhost``, because passkeys are bound to a name and not to an address.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import copy
from urllib.request import urlopen

from playwright.sync_api import BrowserContext

from domain.packs import PRICE_LISTS
from services import (
    refresh,
    seed,
    seed_audits,
    seed_desk,
    seed_people,
    seed_protection,
    sessions,
)
from services.installation import Installation
from services.seed import SeededShop
from services.sessions import Person
from services.users import email_hash
from store import users
from tests.api.conftest import settings_for
from tests.api.processes import Server, served
from tests.servers import free_port

COOKIE = "session"


@dataclass(frozen=True, slots=True)
class CentreSite:
    """The address of the running server, without a slash at its end, and what is seeded there."""

    url: str
    installation: Installation
    shops: tuple[SeededShop, ...]
    password: str
    totp_secret: str
    server: Server

    @property
    def annas(self) -> str:
        """The key of the shop that Anna owns, and where Ben works."""
        return self.shops[0].key

    def sign_in(self, context: BrowserContext, first_name: str, *, language: str = "de") -> Person:
        """Let the browser be signed in as one of the seeded people, who reads this language."""
        database, now = self.installation.database, datetime.now(UTC)
        with database.write() as work:
            found = email_hash(work.keys, f"{first_name.lower()}@demo.example")
            user = users.by_email_hash(work.session, found)
            assert user is not None
            user.language = language
            work.session.add(user)
            token = sessions.open_(work, user, now=now, with_factor=True)
        context.add_cookies([{"name": COOKIE, "value": token, "url": self.url}])
        person = sessions.signed_in(self.installation, token, now=now)
        assert person is not None
        return person


@contextmanager
def open_centre(database: Path, home: Path) -> Iterator[CentreSite]:
    """The seeded installation, rendered and served by its own process."""
    path, port = copy(database, home / "trustwright.db"), free_port()
    url = f"http://localhost:{port}"
    rates: Mapping[str, str] = {"API_RATE": "100000", "LOGIN_RATE": "100000"}
    settings = settings_for(f"sqlite:///{path}", home, PUBLIC_URL=url, **rates)
    installation = Installation.open(settings)
    try:
        now = datetime.now(UTC)
        with installation.database.write() as work:
            shops = seed.sow(work, now=now).shops
        with installation.database.write() as work:
            people = seed_people.sow(work, now=now)
            seed_desk.sow(work, now=now)
            seed_protection.sow(work, PRICE_LISTS[settings.prices], now=now)
            seed_audits.sow(work, settings.home, now=now)
        refresh.render(installation, shops[0].key)
        with served(settings, home, port=port) as server:
            # The first question imports the router; no page shall wait for it.
            urlopen(f"{url}/login", timeout=60).close()  # noqa: S310 - it is our own
            yield CentreSite(url, installation, shops, people.password, people.totp_secret, server)
    finally:
        installation.close()
