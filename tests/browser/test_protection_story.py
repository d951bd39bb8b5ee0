"""The demo's whole story of buyer protection: a purchase, a problem, an answer, a decision, money.

As ``make demo`` serves it, with a real worker: nothing here is called but pages. Where a shop is
insolvent nobody waits, so that somebody new goes the whole way at once. What takes weeks otherwise
stands in the demo already, sown at the moments at which it would have happened.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from shutil import copy
from typing import Final

import pytest
from PIL import Image
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
_HANDLERS: Final = "/control/operator/claims"
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
    """Somebody at work in the control centre, in a browser of their own.

    Nothing there needs scripts; only Fritz's browser runs them, for the checks of his page.
    """

    def __init__(self, browser: Browser, site: CentreSite, first_name: str) -> None:
        self.context = browser.new_context(java_script_enabled=first_name == "Fritz")
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


def test_somebody_new_goes_from_the_purchase_to_the_payout_and_the_shop_sees_it(
    context: BrowserContext, demo_site: CentreSite, desks: dict[str, Desk]
) -> None:
    anna, clara, fritz = desks["Anna"], desks["Clara"], desks["Fritz"]
    page = context.new_page()
    page.set_extra_http_headers({"Accept-Language": "de"})
    before = Figures.of(anna)
    order = _buy(page, demo_site)
    bought = Figures.of(anna)
    assert bought.used > before.used
    _enter(page)
    claim_id = _report(page, order)
    reported = Figures.of(anna)
    assert reported.cases > bought.cases
    _dispute(anna, demo_site, order)
    clara.claim(_HANDLERS, order)
    clara.step("TAKE")
    clara.step("PROPOSE", "Der Shop erstattet die Hälfte.", amount="5")
    _answer(page, accepts=False)
    clara.claim(_HANDLERS, order)
    clara.step("INSOLVENT")
    _claim_refund(page)
    clara.claim(_HANDLERS, order)
    expect(clara.page.locator("main")).to_contain_text("…3000")
    clara.step("APPROVE", _WHY)
    assert Figures.of(anna) == reported
    _pay(fritz, claim_id)
    page.reload()
    expect(page.locator("main")).to_contain_text("Die Erstattung ist ausgezahlt")
    looked_at(page)
    assert violations(page) == []
    after = Figures.of(anna)
    assert after.payouts > before.payouts
    assert (before.zone, after.zone) == ("yellow: watch", "red: urgent")
    assert after.used == before.used


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
    _report(page, order)
    _dispute(desks["Anna"], demo_site, order)
    clara = desks["Clara"]
    clara.claim(_HANDLERS, order)
    clara.step("TAKE")
    clara.step("PROPOSE", "Der Shop schickt das Buch noch einmal.", amount="0")
    anna = desks["Anna"].claim(f"/control/shops/{demo_site.annas}/claims", order)
    anna.locator("input[name=accepts][value='1']").check()
    anna.locator("form[action$='/settlement'] button").click()
    expect(anna.get_by_role("status")).to_be_visible()
    _answer(page, accepts=True)
    expect(page.locator("main")).to_contain_text("Gelöst")


def test_from_the_assessment_to_the_payouts(desks: dict[str, Desk]) -> None:
    anna, clara, fritz = desks["Anna"], desks["Clara"], desks["Fritz"]
    before = Figures.of(anna)
    clara.claim(_HANDLERS, "DEMO-P8")
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
    expect(fritz.look("/control/operator/recourses").locator("main")).to_contain_text(
        re.compile(r"R20\d\d-")
    )
    after = Figures.of(anna)
    assert after.payouts > before.payouts
    assert after.used < before.used
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
    page.locator("form[action$='/answer'] button").click()
    expect(page.get_by_role("status")).to_be_visible()


def _report(page: Page, order: str) -> str:
    """Report in the account that nothing came; the number of the claim, whose page is open."""
    article = page.get_by_role("article").filter(has_text=order)
    article.get_by_role("link", name=re.compile("Problem")).click()
    page.locator("#f-problem").select_option("NOT_DELIVERED")
    page.locator("#f-text").fill("Das Buch ist nicht gekommen.")
    page.get_by_role("button", name="Problem melden").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(order)
    looked_at(page)
    assert violations(page) == []
    return page.url.split("?")[0].rpartition("/")[2]


def _answer(page: Page, *, accepts: bool) -> None:
    """What the buyer says to the settlement that was proposed."""
    page.goto(page.url.split("?")[0])
    page.locator(f"input[name=accepts][value='{int(accepts)}']").check()
    page.locator("form[action$='/settlement'] button").click()
    expect(page.get_by_role("status")).to_be_visible()


def _claim_refund(page: Page) -> None:
    """Claim the refund at once, hand in a proof and an account, and say that this is all."""
    page.goto(page.url.split("?")[0])
    page.locator("#f-paid").fill("9,90")
    page.locator("#f-assigned").check()
    page.locator("form[action$='/refund'] button").click()
    picture = BytesIO()
    Image.new("RGB", (40, 40), "white").save(picture, "PNG")
    upload = page.locator("form[action$='/documents']")
    upload.locator("#f-kind").select_option("PAYMENT")
    upload.locator("#f-proof").set_input_files(
        {"name": "paid.png", "mimeType": "image/png", "buffer": picture.getvalue()}
    )
    upload.get_by_role("button", name="Hochladen").click()
    expect(page.locator("main")).to_contain_text("Zahlungsnachweis")
    account = page.locator("form[action$='/account']")
    account.locator("#f-holder").fill("Kim Sommer")
    account.locator("#f-iban").fill("DE89 3704 0044 0532 0130 00")
    account.get_by_role("button", name="Speichern").click()
    expect(page.locator("main")).to_contain_text("…3000")
    looked_at(page)
    assert violations(page) == []
    page.locator("input[name=step][value=HAND_IN]").check()
    page.locator("form[action$='/step'] button").click()
    expect(page.locator("main")).to_contain_text("Ein Mensch prüft den Antrag")


def _pay(fritz: Desk, claim_id: str) -> None:
    """Finance pays one claim by hand."""
    page = fritz.look("/control/operator/payouts")
    hand = page.locator("details", has=page.locator("summary", has_text=claim_id))
    hand.locator("summary").click()
    hand.locator("input[name=reference]").fill("Bank 0815")
    hand.get_by_role("button").click()
    expect(page.get_by_role("status")).to_be_visible()


@dataclass(frozen=True, slots=True)
class Figures:
    """What Anna's pages show: shares of claims and payouts, the latter's zone, use in euros."""

    cases: float
    payouts: float
    zone: str
    used: float

    @classmethod
    def of(cls, anna: Desk) -> "Figures":
        page = anna.look(f"/control/shops/{anna.site.annas}/indicators")
        cases, _ = _measured(page, "Share of claims")
        payouts, zone = _measured(page, "Share of payouts")
        page = anna.look(f"/control/shops/{anna.site.annas}/frame")
        text = page.locator("main").inner_text()
        found = re.search(r"In use now\s+€([0-9.,]+)", text)
        assert found is not None
        return cls(cases, payouts, zone, float(found[1].replace(",", "")))


def _measured(page: Page, name: str) -> tuple[float, str]:
    """The value of an indicator in percent and its zone, as the page shows them."""
    box = page.locator(".cards article", has_text=name)
    found = re.search(r"([0-9.]+)\s*%", box.inner_text())
    assert found is not None
    return float(found[1]), box.locator(".tag").inner_text().strip()
