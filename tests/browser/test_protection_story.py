"""The demo's whole story of buyer protection: a purchase, a problem, an answer, a decision, money.

As ``make demo`` serves it, with a real worker: nothing here is called but pages. What takes weeks
stands in the demo already, sown at the moments at which it would have happened.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from shutil import copy
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from domain.packs import PRICE_LISTS
from services import (
    demo,
    refresh,
    seed,
    seed_audits,
    seed_desk,
    seed_people,
    seed_protection,
)
from services.installation import Installation
from services.settings import Role
from tests.api.conftest import settings_for
from tests.api.processes import served
from tests.browser.badges import card, violations
from tests.browser.centre import CentreSite
from tests.browser.test_profiles import is_too_wide
from tests.conditions import eventually
from tests.seeds import Seeds
from tests.servers import free_port

# Mails leave at full minutes, on a machine that does other things as well.
_MAIL_SECONDS: Final = 180
_WHY: Final = "Die Unterlagen zeigen, dass die Rücksendung angekommen ist."


@pytest.fixture(scope="module")
def demo_site(seeds: Seeds, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CentreSite]:
    """An installation as ``make demo`` serves it."""
    home, port = tmp_path_factory.mktemp("story"), free_port()
    path = copy(seeds.sqlite(), home / "trustwright.db")
    url = f"http://127.0.0.1:{port}"
    given = {
        "PUBLIC_URL": url,
        "DEMO": "true",
        "ROLE": Role.ALL.value,
        "API_RATE": "100000",
        "PAYOUT_IBAN": "DE89370400440532013000",
    }
    settings = settings_for(f"sqlite:///{path}", home, **given)
    installation = Installation.open(settings)
    try:
        now = datetime.now(UTC)
        with installation.database.write() as work:
            shops = seed.sow(work, now=now).shops
        with installation.database.write() as work:
            people = seed_people.sow(work, now=now)
            seed_desk.sow(work, now=now)
            assert demo.prepare(work, now=now)
            seed_protection.sow(work, PRICE_LISTS[settings.prices], now=now)
            assert seed_audits.sow(work, home, now=now)
        refresh.render(installation, shops[0].key)
        with served(settings, home, port=port) as server:
            yield CentreSite(url, installation, shops, people.password, people.totp_secret, server)
    finally:
        installation.close()


class Desk:
    """Somebody at work in the control centre, in a browser of their own."""

    def __init__(self, browser: Browser, site: CentreSite, first_name: str) -> None:
        self.context = browser.new_context()
        site.sign_in(self.context, first_name, language="en")
        self.page, self.site = self.context.new_page(), site

    def look(self, path: str) -> Page:
        """Open a page, which fits narrow and wide screens."""
        self.page.goto(f"{self.site.url}{path}")
        looked_at(self.page)
        return self.page

    def claim(self, root: str, order: str) -> Page:
        """The claim about an order, found in the list."""
        self.look(f"{root}?q={order}")
        self.page.get_by_role("link", name=order, exact=True).click()
        looked_at(self.page)
        return self.page

    def step(self, step: str, text: str = "", **fields: str) -> None:
        """One step of a case handler on the claim that is open."""
        self.page.locator(f"input[name=step][value={step}]").check()
        self.page.locator("#f-text").fill(text)
        for name, value in fields.items():
            self.page.locator(f"#f-{name}").fill(value)
        self.page.get_by_role("button", name="Take this step").click()
        expect(self.page.get_by_role("status")).to_be_visible()


@pytest.fixture
def desks(browser: Browser, demo_site: CentreSite) -> Iterator[dict[str, Desk]]:
    """The people of the story who sign in."""
    found = {name: Desk(browser, demo_site, name) for name in ("Anna", "Clara", "Fritz", "Ines")}
    yield found
    for desk in found.values():
        desk.context.close()


def looked_at(page: Page) -> None:
    """The page fits narrow and wide screens."""
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert not is_too_wide(page), (page.url, width)


def test_from_the_purchase_to_a_settlement(
    context: BrowserContext, demo_site: CentreSite, desks: dict[str, Desk]
) -> None:
    page = context.new_page()
    page.set_extra_http_headers({"Accept-Language": "de"})
    order = _buy(page, demo_site)
    _enter(page)
    article = page.get_by_role("article").filter(has_text=order)
    expect(article).to_contain_text("Demo Guarantor (no real cover)")
    looked_at(page)
    assert violations(page) == []
    article.get_by_role("link", name=re.compile("Problem")).click()
    page.locator("#f-problem").select_option("NOT_DELIVERED")
    page.locator("#f-text").fill("Das Buch ist nicht gekommen.")
    page.get_by_role("button", name="Problem melden").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(order)
    looked_at(page)
    assert violations(page) == []
    claim_url = page.url
    _dispute(desks["Anna"], demo_site, order)
    clara = desks["Clara"]
    clara.claim("/control/operator/claims", order)
    clara.step("TAKE")
    clara.step("PROPOSE", "Der Shop schickt das Buch noch einmal.", amount="0")
    anna = desks["Anna"].claim(f"/control/shops/{demo_site.annas}/claims", order)
    _agree(anna, "Send")
    page.goto(claim_url)
    _agree(page, "Senden")
    expect(page.locator("main")).to_contain_text("Gelöst")


def test_from_the_assessment_to_the_payouts(demo_site: CentreSite, desks: dict[str, Desk]) -> None:
    anna, clara, fritz = desks["Anna"], desks["Clara"], desks["Fritz"]
    shop = f"/control/shops/{demo_site.annas}"
    before = _indicators(anna.look(f"{shop}/indicators"))
    used = _used(anna.look(f"{shop}/frame"))
    clara.claim("/control/operator/claims", "DEMO-P8")
    clara.step("APPROVE", _WHY, paid="249.00")
    expect(clara.page.locator("main")).to_contain_text("Approved")
    page = fritz.look("/control/operator/payouts")
    expect(page.locator("#payable ~ form tbody tr")).to_have_count(2)
    page.locator("input[name=payout]").first.check()
    page.get_by_role("button", name="Make a file for the bank").click()
    with page.expect_download() as download:
        page.locator("#files ~ ul a").first.click()
    assert "pain.001.001" in Path(download.value.path()).read_text()
    page.locator("summary", has_text="by hand").click()
    page.locator("details[open] input[name=reference]").fill("Bank 4711")
    page.locator("details[open] button").click()
    page.locator("#sent ~ details summary").first.click()
    page.locator("details[open] input[value=PAID]").check()
    page.locator("details[open] button").click()
    expect(page.locator("#payable")).to_have_count(0)
    looked_at(page)
    assert violations(page) == []
    expect(fritz.look("/control/operator/recourses").locator("main")).to_contain_text("R2026-")
    after = _indicators(anna.look(f"{shop}/indicators"))
    assert after["payouts"] > before["payouts"]
    assert _used(anna.look(f"{shop}/frame")) < used
    frames = desks["Ines"].look("/control/operator/frames")
    expect(frames.locator("main")).to_contain_text("Anna Berger")


def _buy(page: Page, site: CentreSite) -> str:
    """Order a book and have it protected; the number of the order."""
    page.goto(f"{site.url}/demo/shop")
    page.get_by_label("Ihr Vorname").fill("Kim")
    page.get_by_role("button", name="Bestellen").click()
    shown = card(page)
    shown.get_by_role("checkbox", name="Sichern Sie diesen Kauf ab").check()
    shown.get_by_role("combobox").select_option("DE")
    shown.get_by_role("button", name="Senden").click()
    expect(shown.get_by_role("status")).to_contain_text("abgesichert")
    found = re.search(r"DEMO-[0-9A-F]{8}", page.url)
    assert found is not None
    return found[0]


def _enter(page: Page) -> None:
    """Open the account by the link of the confirmation in the demo's mailbox."""
    page.get_by_role("link", name="Ihr Postfach öffnen").click()
    link = page.locator("article a.button[href*='/protection/account/']")

    def arrived() -> bool:
        if link.count() == 0:
            page.get_by_role("link", name="Noch einmal nachsehen").click()
        return link.count() > 0

    eventually(arrived, within=_MAIL_SECONDS)
    looked_at(page)
    link.first.click()
    page.locator("main form button").click()
    expect(page).to_have_url(re.compile(r"/de/protection/account$"))


def _dispute(anna: Desk, site: CentreSite, order: str) -> None:
    page = anna.claim(f"/control/shops/{site.annas}/claims", order)
    page.locator("input[name=what][value=DISPUTES]").check()
    page.locator("#f-text").fill("Laut Paketdienst ist es zugestellt.")
    page.locator("section[aria-labelledby=answer] button").click()
    expect(page.get_by_role("status")).to_be_visible()


def _agree(page: Page, send: str) -> None:
    page.locator("input[name=accepts][value='1']").check()
    section = page.locator("section[aria-labelledby=settlement]")
    section.get_by_role("button", name=send).click()
    expect(page.get_by_role("status")).to_be_visible()


def _indicators(page: Page) -> dict[str, float]:
    """The share of payouts, as the page shows it."""
    box = page.locator("article", has_text="Share of payouts").first
    found = re.search(r"([0-9.]+)\s*%", box.inner_text())
    assert found is not None
    return {"payouts": float(found[1])}


def _used(page: Page) -> float:
    """What is used of the frame now, in euros."""
    text = page.locator("main").inner_text()
    found = re.search(r"In use now\s+€([0-9.,]+)", text)
    assert found is not None
    return float(found[1].replace(",", ""))
