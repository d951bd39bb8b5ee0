"""The order on the confirmation page of a shop with an older tag (embed.md 3.8, 4)."""

from collections.abc import Callable
from typing import Any, Final

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Site
from tests.browser.shops import ShopSite
from tests.browser.snippets import ORDER, loader, tag

Open = Callable[..., Page]
LISTENER: Final = """<script>prepared = 0;
    addEventListener("trustbadge_event_checkout_card_prepared", () => prepared++)</script>"""
ADD: Final = """(html) => { const page = new DOMParser().parseFromString(html, "text/html");
    document.body.append(document.adoptNode(page.body.firstChild)) }"""


@pytest.fixture
def visit(page: Page, shop_site: ShopSite) -> Open:
    def open_page(body: str, **how: Any) -> Page:
        page.goto(shop_site.put(body, **how))
        page.wait_for_function("window.trustbadge")
        return page

    return open_page


def card(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Danke")


def order(number: str) -> str:
    return ORDER.replace("4711", number)


def test_an_order_opens_its_card_and_sends_nothing(
    visit: Open, page: Page, server: Site, complaints: list[str]
) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method + (request.post_data or "")))
    visit(LISTENER + ORDER + loader(server))
    expect(card(page)).to_contain_text("4711")
    expect(card(page)).to_contain_text("150,00")
    assert page.locator("#trustbadge-iframe").evaluate("(e) => e.localName") == "div"
    assert page.evaluate("prepared") == 1
    assert set(sent) == {"GET"}
    assert not any(box.is_checked() for box in page.get_by_role("checkbox").all())
    assert complaints == []


def test_a_hidden_badge_still_offers_the_order(visit: Open, page: Page, server: Site) -> None:
    visit(ORDER + tag(server, disable_trustbadge="true"))
    expect(card(page)).to_be_visible()


def test_an_order_that_comes_late_is_found_without_a_call(
    visit: Open, page: Page, server: Site
) -> None:
    visit(loader(server))
    page.evaluate(ADD, ORDER)
    expect(card(page)).to_be_visible()


@pytest.mark.parametrize("calls", ["reInitialize()", "load(); trustbadge.reInitialize()"])
def test_an_order_stays_when_the_page_starts_anew(
    visit: Open, page: Page, server: Site, calls: str
) -> None:
    visit(loader(server))
    page.evaluate(ADD, ORDER)
    page.evaluate(f"() => {{ trustbadge.{calls} }}")
    expect(card(page)).to_be_visible()
    page.evaluate(f"() => {{ trustbadge.{calls} }}")
    expect(card(page)).to_be_visible()
    assert card(page).count() == 1


def test_an_order_that_the_page_takes_away_takes_its_card_along(
    visit: Open, page: Page, server: Site
) -> None:
    visit(ORDER + loader(server))
    expect(card(page)).to_be_visible()
    page.evaluate("""() => { document.getElementById("trustedShopsCheckout").remove();
        trustbadge.reInitialize() }""")
    expect(card(page)).to_have_count(0)


def test_a_tag_manager_puts_the_next_order_in_its_place(
    visit: Open, page: Page, server: Site
) -> None:
    visit(ORDER + loader(server))
    expect(card(page)).to_contain_text("4711")
    page.evaluate("() => document.getElementById('trustedShopsCheckout').remove()")
    page.evaluate(ADD, order("4712"))
    page.evaluate("() => { trustbadge.remove(); trustbadge.reInitialize() }")
    expect(card(page)).to_contain_text("4712")


def test_the_same_order_put_back_by_a_framework_keeps_its_card(
    visit: Open, page: Page, server: Site
) -> None:
    visit(ORDER + loader(server))
    expect(card(page)).to_be_visible()
    page.evaluate("""() => { const order = document.getElementById("trustedShopsCheckout");
        order.replaceWith(order.cloneNode(true)) }""")
    expect(card(page)).to_have_count(1)
    expect(card(page)).to_be_visible()


def test_the_card_may_stand_in_the_page(visit: Open, page: Page, server: Site) -> None:
    visit(ORDER + '<div id="below"></div>' + loader(server, customCheckoutElementId="below"))
    expect(page.locator("#below").get_by_role("dialog")).to_be_visible()
    assert page.locator("#below .panel").evaluate("(e) => getComputedStyle(e).position") == "static"
    assert card(page).count() == 1


def test_a_click_hands_over_what_was_chosen_and_nothing_else(
    visit: Open, page: Page, server: Site
) -> None:
    bodies: list[dict[str, Any]] = []

    def answer(route: Any) -> None:
        bodies.append(route.request.post_data_json)
        allowed = {"Access-Control-Allow-Origin": "*"}
        route.fulfill(status=201, headers=allowed, json={"review": "scheduled"})

    page.route("**/orders", answer)
    visit(ORDER + loader(server))
    card(page).get_by_role("checkbox").first.check()
    card(page).get_by_role("button", name="Senden").click()
    expect(card(page).get_by_role("status")).to_contain_text("Danke")
    (body,) = bodies
    assert body["wants"] == ["review"]
    assert (body["orderNumber"], body["email"], body["amount"]) == (
        "4711",
        "a@example.org",
        "150,00",
    )
    assert "815" not in body.values()
