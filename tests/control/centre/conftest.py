"""The control centre as people use it: a seeded installation, and visitors who are signed in."""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from httpx2 import Response
from lxml import html
from lxml.html import HtmlElement
from starlette.testclient import TestClient

from api.main import create_app
from services import seed, seed_people, sessions
from services.installation import Installation
from services.seed import SeededShop
from services.users import email_hash
from store import users
from tests.api.conftest import settings_for
from tests.seeds import Seeds

BASE = "https://trust.example"
SAME_ORIGIN = {"sec-fetch-site": "same-origin"}
COOKIE = "__Host-session"


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser without scripts; ``csrf`` is the token of its session, or empty."""

    client: TestClient
    csrf: str = ""

    def get(self, path: str, **headers: str) -> Response:
        """One request; redirects are not followed. Header names with underscores."""
        return self.client.get(path, headers=_named(headers), follow_redirects=False)

    def page(self, path: str, *, status: int = 200, **headers: str) -> HtmlElement:
        """The page at ``path``, which is answered with this status."""
        return read(self.get(path, **headers), status=status)

    def post(
        self,
        path: str,
        values: Mapping[str, str | Sequence[str]] | None = None,
        *,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        **headers: str,
    ) -> Response:
        """Send a form as our own pages do, with the session's token where there is one."""
        data = {"csrf": self.csrf, **(values or {})}
        sent = SAME_ORIGIN | _named(headers)
        return self.client.post(path, data=data, files=files, headers=sent, follow_redirects=False)


@dataclass(frozen=True, slots=True)
class Centre:
    """A running app with the seeded shops and people; each visitor has an address of their own."""

    installation: Installation
    client: Callable[[], TestClient]
    shops: tuple[SeededShop, ...]

    @property
    def annas(self) -> str:
        """The key of the shop that Anna owns, and where Ben works."""
        return self.shops[0].key

    @property
    def cleos(self) -> str:
        """The key of the shop that Cleo owns."""
        return self.shops[1].key

    def stranger(self) -> Visitor:
        """Somebody who is not signed in."""
        return Visitor(self.client())

    def signed_in(self, first_name: str, *, with_factor: bool = True) -> Visitor:
        """One of the seeded people, whose second factor was shown."""
        email, now = f"{first_name.lower()}@demo.example", datetime.now(UTC)
        database = self.installation.database
        with database.write() as work:
            user = users.by_email_hash(work.session, email_hash(work.keys, email))
            assert user is not None
            token = sessions.open_(work, user, now=now, with_factor=with_factor)
        person = sessions.signed_in(self.installation, token, now=now)
        assert person is not None
        client = self.client()
        client.cookies.set(COOKIE, token)
        return Visitor(client, person.csrf)


def read(response: Response, *, status: int = 200) -> HtmlElement:
    """An answer as browsers see it."""
    assert response.status_code == status, (response.status_code, response.text[:2_000])
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    return html.document_fromstring(response.text)


def words(element: HtmlElement) -> str:
    """What an element says, with single spaces."""
    return " ".join(element.text_content().split())


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@pytest.fixture(scope="session")
def seeded_sqlite(seeds: Seeds, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the seeded shops and people, to be copied and never opened."""
    path = tmp_path_factory.mktemp("seeded") / "trustwright.db"
    shutil.copy(seeds.sqlite(), path)
    installation = Installation.open(settings_for(f"sqlite:///{path}", path.parent))
    with installation.database.write() as work:
        seed.sow(work, now=datetime.now(UTC))
    with installation.database.write() as work:
        seed_people.sow(work, now=datetime.now(UTC))
    installation.close()
    return path


@contextmanager
def served(seeded: Path, home: Path, **settings: str) -> Iterator[Centre]:
    """A copy of the seeded installation, served with further settings."""
    path = shutil.copy(seeded, home / "trustwright.db")
    given = {"API_RATE": "100000", "LOGIN_RATE": "100000", **settings}
    made = settings_for(f"sqlite:///{path}", home, PUBLIC_URL=BASE, **given)
    installation = Installation.open(made)
    with installation.database.write() as work:
        shops = seed.sow(work, now=datetime.now(UTC)).shops
    app = create_app(made)
    with TestClient(app, base_url=BASE) as running:
        addresses = count(1)

        def client() -> TestClient:
            fresh = TestClient(app, base_url=BASE, client=(f"2001:db8:{next(addresses):x}::1", 1))
            fresh.portal = running.portal
            return fresh

        yield Centre(installation, client, shops)
    installation.close()


@pytest.fixture(scope="module")
def centre(seeded_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """The seeded installation, served; what a test writes, the next one of its file finds."""
    with served(seeded_sqlite, tmp_path_factory.mktemp("centre")) as running:
        yield running


@pytest.fixture
def stranger(centre: Centre) -> Visitor:
    """Somebody who is not signed in."""
    return centre.stranger()


@pytest.fixture
def anna(centre: Centre) -> Visitor:
    """The administrator of Bücher & Töne."""
    return centre.signed_in("Anna")


@pytest.fixture
def ben(centre: Centre) -> Visitor:
    """Staff of Bücher & Töne with the right on reviews."""
    return centre.signed_in("Ben")


@pytest.fixture
def cleo(centre: Centre) -> Visitor:
    """The administrator of another shop."""
    return centre.signed_in("Cleo")
