"""The whole way of the demo: order in a shop, get the mail, write the review, see it in the badge.

As somebody new to it goes it, with a real worker: nothing here is called but pages.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from shutil import copy
from typing import Final
from urllib.request import urlopen

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from services import demo, refresh, seed, seed_people
from services.installation import Installation
from services.seed import SeededShop
from services.settings import Role
from tests.api.conftest import settings_for
from tests.api.processes import served
from tests.browser.badges import face, violations
from tests.browser.test_profiles import is_too_wide
from tests.conditions import eventually
from tests.seeds import Seeds
from tests.servers import free_port

# Mails leave at full minutes, on a machine that does other things as well.
_MAIL_SECONDS: Final = 150


@pytest.fixture(scope="module")
def demo_site(
    seeds: Seeds, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, SeededShop]]:
    """The address of an installation as ``make demo`` serves it, and its example shop."""
    home, port = tmp_path_factory.mktemp("demo"), free_port()
    path = copy(seeds.sqlite(), home / "trustwright.db")
    url = f"http://127.0.0.1:{port}"
    given = {"PUBLIC_URL": url, "DEMO": "true", "ROLE": Role.ALL.value, "API_RATE": "100000"}
    settings = settings_for(f"sqlite:///{path}", home, **given)
    installation = Installation.open(settings)
    try:
        now = datetime.now(UTC)
        with installation.database.write() as work:
            shop = seed.sow(work, now=now).shops[0]
        with installation.database.write() as work:
            seed_people.sow(work, now=now)
            assert demo.prepare(work, now=now)
        refresh.render(installation, shop.key)
    finally:
        installation.close()
    with served(settings, home, port=port):
        yield url, shop


def counted(url: str, shop: SeededShop) -> int:
    """How many reviews the badge says that there are."""
    with urlopen(f"{url}/v1/shops/{shop.key}/badge.json", timeout=30) as answer:  # noqa: S310 - it is our own
        return int(json.load(answer)["grade"]["count"])


def test_from_an_order_to_the_badge(
    context: BrowserContext, demo_site: tuple[str, SeededShop]
) -> None:
    url, shop = demo_site
    before = counted(url, shop)
    page = context.new_page()
    page.set_extra_http_headers({"Accept-Language": "de"})
    page.goto(f"{url}/demo/shop")
    assert violations(page) == []
    page.get_by_label("Ihr Vorname").fill("Kim")
    page.get_by_role("button", name="Bestellen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Danke für Ihre Bestellung")
    _ask(page)
    page.get_by_role("link", name="Ihr Postfach öffnen").click()
    assert violations(page) == []
    rate = page.locator("article").get_by_role("link", name="Bewertung schreiben")
    eventually(lambda: _arrived(page, rate), within=_MAIL_SECONDS)
    assert violations(page) == []
    rate.click()
    expect(page).to_have_url(re.compile(r"/r/"))
    page.locator("label", has_text="Ausgezeichnet").first.click()
    page.get_by_role("button", name="Absenden und weiter").click()
    expect(page.get_by_role("status").first).to_contain_text("veröffentlicht")
    page.get_by_label("Ihre Erfahrung").fill("Schnell da, gut verpackt, gern wieder.")
    page.get_by_role("button", name="Veröffentlichen").click()
    for title in ("Produkte dieser Bestellung", "Etwas über Sie zeigen"):
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        page.get_by_role("link", name="Überspringen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vielen Dank")
    eventually(lambda: counted(url, shop) == before + 1, within=30)
    page.goto(f"{url}/demo/shop")
    expect(face(page)).to_contain_text(str(before + 1))
    page.goto(f"{url}/profile/{shop.key}")
    expect(page.locator("body")).to_contain_text("Schnell da, gut verpackt, gern wieder.")


def _arrived(page: Page, rate: Locator) -> bool:
    """Whether the mail lies in the mailbox, after one more look."""
    if rate.count() == 0:
        page.get_by_role("link", name="Noch einmal nachsehen").click()
    return rate.count() == 1


def _ask(page: Page) -> None:
    """Say in the order card that a review may be asked for."""
    card = page.get_by_role("dialog").or_(page.locator("trust-badge"))
    card.get_by_role("checkbox").first.check()
    with page.expect_response(lambda answer: answer.request.method == "POST") as answer:
        card.get_by_role("button", name="Senden").first.click()
    assert answer.value.status == 201


@pytest.mark.parametrize("path", ["/demo/shop", "/demo/mailbox?number=DEMO-00000000&name=Kim"])
def test_the_demos_pages_fit_a_narrow_screen(
    page: Page, demo_site: tuple[str, SeededShop], path: str
) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{demo_site[0]}{path}")
    assert not is_too_wide(page)
    assert violations(page) == []
