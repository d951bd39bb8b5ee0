"""An order on its way from a page on the shop's own host into the database."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from services.installation import Installation
from store import hand_overs, shops
from store.hand_overs import HandOver
from tests.browser.badges import card, tag
from tests.browser.conftest import Site
from tests.browser.shops import ShopSite, open_shop
from tests.browser.snippets import ORDER, loader

HOST = "checkout.buecher.example"


@pytest.fixture(scope="module")
def order_shop() -> Iterator[ShopSite]:
    with open_shop() as site:
        yield site


@pytest.fixture(scope="module")
def browser(chromium: str, order_shop: ShopSite) -> Iterator[Browser]:
    """A Chromium for which every host of the shops is this machine."""
    rule = f"MAP *.example {urlsplit(order_shop.url).netloc}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=[f"--host-resolver-rules={rule}"]
        )
        yield browser
        browser.close()


def host_of(beside: Installation, server: Site) -> str:
    with beside.database.read() as session:
        shop = shops.by_key(session, server.shops[0].key)
        assert shop is not None
        return shop.domain


def stored(beside: Installation, server: Site, reference: str) -> HandOver | None:
    with beside.database.read() as session:
        shop = shops.by_key(session, server.shops[0].key)
        assert shop is not None
        return hand_overs.by_reference(session, shop.id, reference)


def offered(page: Page, number: str) -> Locator:
    return card(page).or_(page.get_by_role("dialog")).filter(has_text=number)


def send(page: Page, number: str) -> int:
    """Ask to be invited; the status of the answer."""
    offered(page, number).get_by_role("checkbox").check()
    with page.expect_response(lambda answer: answer.request.method == "POST") as answer:
        offered(page, number).get_by_role("button", name="Senden").click()
    expect(offered(page, "per E-Mail")).to_contain_text("Wir laden Sie")
    return answer.value.status


@pytest.mark.parametrize("is_older", [False, True])
def test_an_order_is_stored_once_however_often_its_page_is_loaded(
    page: Page,
    server: Site,
    beside: Installation,
    order_shop: ShopSite,
    complaints: list[str],
    is_older: bool,
) -> None:
    number = f"HO-{is_older:d}"
    embed = loader(server) if is_older else tag(server)
    order_shop.put(ORDER.replace("4711", number) + embed)
    page.goto(f"http://www.{host_of(beside, server)}/")
    expect(offered(page, number)).to_be_visible()
    assert stored(beside, server, number) is None
    assert send(page, number) == 201
    first = stored(beside, server, number)
    assert first is not None
    assert (first.wants_review, first.amount_minor, first.currency) == (True, 15_000, "EUR")
    page.reload()
    assert send(page, number) == 200
    again = stored(beside, server, number)
    assert again is not None
    assert (again.id, again.received_at) == (first.id, first.received_at)
    assert complaints == []


def test_a_page_on_another_shops_host_stores_nothing(
    page: Page, server: Site, beside: Installation, order_shop: ShopSite
) -> None:
    order_shop.put(ORDER.replace("4711", "HO-9") + tag(server))
    page.goto(f"http://{HOST}/")
    offered(page, "HO-9").get_by_role("checkbox").check()
    offered(page, "HO-9").get_by_role("button", name="Senden").click()
    expect(card(page).get_by_role("status")).to_contain_text("Das hat nicht geklappt")
    assert stored(beside, server, "HO-9") is None
