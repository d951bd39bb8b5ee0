"""A real Chromium and a real server of the seeded installation, for the tests of what people see.

The browser lives as long as a test file: while Playwright runs, its thread has an event loop,
and the other rooms' tests start loops of their own in the same process.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import copy, which
from urllib.request import urlopen

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

from domain.actors import OPERATOR
from services import refresh, seed
from services.installation import Installation
from services.seed import SeededShop
from services.settings import Settings
from services.shops import allow_embeds
from tests.api.conftest import settings_for
from tests.api.processes import served
from tests.browser.centre import CentreSite, open_centre
from tests.browser.shops import ShopSite, open_shop
from tests.seeds import Seeds
from tests.servers import free_port

_NAMES = ("chromium", "chromium-browser", "google-chrome")
# The same engine without windows: a profile and its tab take a tenth of the time.
_WINDOWLESS = "chromium-headless-shell"
_PATIENCE_MS = 30_000
# What is not there after this time never comes, also on a machine that does other things as well.
expect.set_options(timeout=_PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests with a browser are slow ones."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.slow)


@dataclass(frozen=True, slots=True)
class Site:
    """The address of the running server, without a slash at its end, and its seeded shops.

    Pages on ``framing_port`` of this machine may show the first shop's reviews in a frame.
    ``settings`` open the same installation beside it.
    """

    url: str
    shops: tuple[SeededShop, ...]
    framing_port: int
    settings: Settings


@pytest.fixture(scope="session")
def server(seeds: Seeds, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The seeded installation, rendered and served on the loopback address by its own process."""
    home = tmp_path_factory.mktemp("browser")
    path = copy(seeds.sqlite(), home / "trustwright.db")
    port, framing_port = free_port(), free_port()
    url = f"http://127.0.0.1:{port}"
    settings = settings_for(f"sqlite:///{path}", home, PUBLIC_URL=url, API_RATE="100000")
    installation = Installation.open(settings)
    try:
        with installation.database.write() as work:
            shops = seed.sow(work, now=datetime.now(UTC)).shops
        with installation.database.write() as work:
            hosts = [f"127.0.0.1:{framing_port}"]
            allow_embeds(work, shops[0].key, hosts, actor=OPERATOR, now=datetime.now(UTC))
        for shop in shops:
            refresh.render(installation, shop.key)
    finally:
        installation.close()
    with served(settings, home, port=port):
        # The first question imports the router and packs the bundles; no page shall wait for it.
        urlopen(f"{url}/v1/badge.js", timeout=60).close()  # noqa: S310 - it is our own
        yield Site(url, shops, framing_port, settings)


@pytest.fixture(scope="session")
def centre(seeds: Seeds, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CentreSite]:
    """The seeded installation with its people, served; ``sign_in`` lets a browser in."""
    with open_centre(seeds.sqlite(), tmp_path_factory.mktemp("centre")) as site:
        yield site


@pytest.fixture(scope="session")
def whole_chromium() -> str:
    """The path of the system's Chromium; where none is, tests are skipped, but never in CI."""
    given = os.environ.get("CHROMIUM")
    found = given or next(filter(None, map(which, _NAMES)), None)
    if found is None:
        why = f"no Chromium: install one of {', '.join(_NAMES)}, or name it in CHROMIUM"
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)
    return found


@pytest.fixture(scope="module")
def chromium(whole_chromium: str) -> str:
    """The path of the browser that the tests of a file run in.

    The one without windows, where it is there and no other one is named in CHROMIUM.
    """
    windowless = None if os.environ.get("CHROMIUM") else which(_WINDOWLESS)
    return windowless or whole_chromium


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """A running Chromium without a window, one for each test file."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """An empty profile of the browser: no cookie, no cache, nothing kept."""
    context = browser.new_context()
    context.set_default_timeout(_PATIENCE_MS)
    yield context
    # What a page still asks for when its test is over gets no answer, and nobody minds.
    for page in context.pages:
        page.unroute_all(behavior="ignoreErrors")
    context.close()


@pytest.fixture
def beside(server: Site) -> Iterator[Installation]:
    """The installation that is served, opened once more: what its database and workers know."""
    installation = Installation.open(server.settings)
    yield installation
    installation.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """An empty tab."""
    return context.new_page()


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What ``page`` says on its console, as errors and warnings, and what nobody caught."""
    heard: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            heard.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


@pytest.fixture
def shop_site() -> Iterator[ShopSite]:
    """A shop's own site, on another origin than ours and without pages at first."""
    with open_shop() as site:
        yield site
