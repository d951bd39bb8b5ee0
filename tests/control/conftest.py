"""The seeded installation as a running app, shared by all tests that only read pages."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from shutil import copy
from typing import Any

import pytest
from lxml import html
from lxml.html import HtmlElement

from api.main import create_app
from services import seed
from services.installation import Installation
from services.seed import SeededShop
from tests.api.conftest import settings_for
from tests.api.exchanges import Reply, Running
from tests.seeds import Seeds

BASE = "https://trust.example"


@dataclass(frozen=True, slots=True)
class Site:
    """The app and its seeded shops."""

    running: Running
    shops: tuple[SeededShop, ...]

    def ask(self, target: str, *, method: str = "GET", **headers: str) -> Reply:
        return self.running.ask(target, method=method, **headers)

    def profile(self, shop: SeededShop, query: str = "", *, language: str = "") -> Reply:
        """The profile under its canonical address, which the bare one leads to."""
        start = f"/{language}" if language and language != shop.language else ""
        moved = self.ask(f"{start}/profile/{shop.key}")
        assert moved.status == 301
        return self.ask(moved.headers["location"] + query)


def read(reply: Reply) -> HtmlElement:
    """The page as browsers see it."""
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    return html.document_fromstring(reply.body.decode())


def words(element: HtmlElement) -> str:
    """What an element says, with single spaces."""
    return " ".join(element.text_content().split())


def markup(page: HtmlElement) -> dict[str, Any]:
    """The JSON-LD of a page, which has one block of it."""
    [block] = page.xpath("//script")
    assert block.get("type") == "application/ld+json"
    found: dict[str, Any] = json.loads(block.text)
    return found


@pytest.fixture(scope="module")
def site(seeds: Seeds, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Every seeded shop, served."""
    home = tmp_path_factory.mktemp("pages")
    path = copy(seeds.sqlite(), home / "trustwright.db")
    settings = settings_for(f"sqlite:///{path}", home, PUBLIC_URL=BASE, API_RATE="100000")
    installation = Installation.open(settings)
    with installation.database.write() as work:
        shops = seed.sow(work, now=datetime.now(UTC)).shops
    installation.close()
    with Running(create_app(settings)) as running:
        yield Site(running, shops)
