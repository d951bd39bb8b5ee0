"""The whole way of a protected purchase: order page, mail, account, cancellation.

With a real worker and a real mail server: nothing here is called but pages.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from shutil import copy
from typing import Final

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from services import marks, refresh, seed
from services.installation import Installation
from services.settings import Role
from tests.api.conftest import settings_for
from tests.api.processes import served
from tests.browser.badges import card, violations
from tests.browser.shops import ShopSite
from tests.browser.test_profiles import is_too_wide
from tests.conditions import eventually
from tests.mail_servers import MailServer, running
from tests.seeds import Seeds
from tests.servers import free_port
from tests.services import protected

_MAIL_SECONDS: Final = 150
_ORDER: Final = """<div id="trustedShopsCheckout" style="display: none">
<span id="tsCheckoutOrderNr">{number}</span>
<span id="tsCheckoutBuyerEmail">kim@example.org</span>
<span id="tsCheckoutOrderAmount">250,00</span><span id="tsCheckoutOrderCurrency">EUR</span>
<span id="tsCheckoutOrderPaymentType">Vorkasse</span></div>
<script async src="{url}/v1/badge.js" data-shop="{key}"></script>"""


@dataclass(frozen=True, slots=True)
class Protecting:
    """An installation with a shop whose purchases can be protected, and where its mails go."""

    url: str
    key: str
    mails: MailServer


@pytest.fixture(scope="module")
def protecting(seeds: Seeds, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Protecting]:
    home, port = tmp_path_factory.mktemp("protecting"), free_port()
    path = copy(seeds.sqlite(), home / "trustwright.db")
    url, now = f"http://127.0.0.1:{port}", datetime.now(UTC)
    with running() as mails:
        given = {
            "PUBLIC_URL": url,
            "ROLE": Role.ALL.value,
            "API_RATE": "100000",
            "SMTP_URL": mails.url,
            "MAIL_FROM": "mail@trust.example",
        }
        settings = settings_for(f"sqlite:///{path}", home, **given)
        installation = Installation.open(settings)
        try:
            with installation.database.write() as work:
                key = seed.sow(work, now=now).shops[0].key
            protected.guarantor(installation.database, now=now)
            protected.rates(installation.database, now=now)
            with installation.database.write() as work:
                shop = protected.shop_of(work, key)
                # The shop's pages stand on this machine, too.
                shop.domain = "127.0.0.1"
                work.session.add(shop)
                protected.certify(work, shop, now=now)
            with installation.database.write() as work:
                assert marks.raise_shop(work, key, now=now)
            refresh.render(installation, key)
        finally:
            installation.close()
        with served(settings, home, port=port):
            yield Protecting(url, key, mails)


def order(page: Page, site: Protecting, shop_site: ShopSite, number: str) -> None:
    """Open the order page of the shop; its card opens by itself."""
    body = _ORDER.format(url=site.url, key=site.key, number=number)
    page.goto(shop_site.put(body))
    expect(card(page).get_by_role("checkbox")).to_have_count(2)


def link_in(site: Protecting, words: str) -> str:
    """Where the mail that says these words leads."""
    found: list[str] = []

    def arrived() -> bool:
        for mail in site.mails.taken:
            body = mail.get_body(("plain",))
            text = body.get_content() if body is not None else ""
            if words in text:
                found.extend(re.findall(r"\S+/protection/account/\S+", text))
        return bool(found)

    eventually(arrived, within=_MAIL_SECONDS)
    return found[-1].strip("<>()")


@pytest.mark.parametrize("width", [320, 1280])
def test_the_card_fits_and_axe_finds_nothing(
    page: Page, protecting: Protecting, shop_site: ShopSite, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    order(page, protecting, shop_site, f"W-{width}")
    card(page).get_by_role("combobox").select_option("DE")
    expect(card(page)).to_contain_text("150,00 € dieser Bestellung sind nicht abgesichert")
    assert not is_too_wide(page)
    assert violations(page) == []


def test_by_keyboard_alone_a_purchase_is_protected(
    page: Page, protecting: Protecting, shop_site: ShopSite
) -> None:
    order(page, protecting, shop_site, "K-1")
    box = card(page).get_by_role("checkbox").nth(1)
    box.press("Space")
    expect(box).to_be_checked()
    box.press("Tab")
    expect(card(page).get_by_role("combobox")).to_be_focused()
    card(page).get_by_role("combobox").select_option("AT")
    card(page).get_by_role("button", name="Senden").focus()
    page.keyboard.press("Enter")
    expect(card(page).get_by_role("status")).to_contain_text("abgesichert, bis zum")


def test_from_the_order_page_to_the_account_and_out_again(
    context: BrowserContext, page: Page, protecting: Protecting, shop_site: ShopSite
) -> None:
    order(page, protecting, shop_site, "4711")
    shown = card(page)
    expect(shown).to_contain_text("Surety Example plc")
    for box in shown.get_by_role("checkbox").all():
        expect(box).not_to_be_checked()
    shown.get_by_role("checkbox", name="Sichern Sie diesen Kauf ab").check()
    shown.get_by_role("combobox").select_option("DE")
    with page.expect_response(lambda answer: answer.request.method == "POST") as answer:
        shown.get_by_role("button", name="Senden").click()
    assert answer.value.status == 201
    assert list(answer.value.json()) == ["protection"]
    expect(shown.get_by_role("status")).to_contain_text("Ihr Kauf ist bis 100,00")
    account = context.new_page()
    account.goto(link_in(protecting, "4711"))
    account.get_by_role("button").click()
    expect(account).to_have_url(f"{protecting.url}/de/protection/account")
    article = account.get_by_role("article").filter(has_text="4711")
    for words in ("100,00 €; 150,00 € sind nicht abgesichert", "Surety Example plc", "Läuft"):
        expect(article).to_contain_text(words)
    for width in (320, 1280):
        account.set_viewport_size({"width": width, "height": 800})
        assert not is_too_wide(account)
        assert violations(account) == []
    article.get_by_text("Käuferschutz kündigen").first.click()
    article.get_by_role("checkbox").check()
    article.get_by_role("button", name="Käuferschutz kündigen").click()
    expect(account.get_by_role("status")).to_contain_text("gekündigt")
    expect(account.get_by_role("article").filter(has_text="4711")).to_contain_text("Von Ihnen")
    account.get_by_role("link", name="Bedingungen").click()
    expect(account.get_by_role("heading", level=1)).to_contain_text("Bedingungen")
    for width in (320, 1280):
        account.set_viewport_size({"width": width, "height": 800})
        assert not is_too_wide(account)
        assert violations(account) == []
