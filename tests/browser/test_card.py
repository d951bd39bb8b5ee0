"""The card of the badge and the card of an order, in a shop's page on another origin."""

import json
from typing import Any, Final

import pytest
from playwright.sync_api import Locator, Page, Request, Route, expect

from tests.browser.badges import VALID, Open, card, change, face, tag, trigger, violations
from tests.browser.conftest import Site
from tests.browser.shops import ShopSite

ORDER: Final = """<div id="trustedShopsCheckout" style="display: none">
<span id="tsCheckoutOrderNr">{number}</span> <span id="tsCheckoutBuyerEmail"> a@example.org
</span><span id="tsCheckoutOrderAmount">150,00</span><span id="tsCheckoutOrderCurrency">EUR</span>
<span id="tsCheckoutOrderPaymentType">Nachnahme</span><span id="tsCheckoutBuyerId">77</span>
<span class="tsCheckoutProductItem"><span class="tsCheckoutProductUrl">https://shop.example/1</span>
<span class="tsCheckoutProductName">Buch</span><span class="tsCheckoutProductSKU">B-1</span></span>
</div>"""
PUT_ORDER: Final = """(markup) => { const host = document.createElement("div");
    host.className = "order"; host.setHTMLUnsafe(markup); document.body.append(host) }"""
GUARANTEE: Final = {
    "currency": "EUR",
    "amountMinor": 2_000_000,
    "freeMinor": 10_000,
    "days": 30,
    "guarantor": "Surety Example plc",
    "tiers": [
        {"country": "DE", "currency": "EUR", "amountMinor": 10_000},
        {"country": "CH", "currency": "CHF", "amountMinor": 400_000},
        {"country": "*", "currency": "EUR", "amountMinor": 250_000},
    ],
}


@pytest.fixture
def visit(page: Page, server: Site, shop_site: ShopSite) -> Open:
    """Open a page of the shop with the tag and ``body``, and wait for the badge."""

    def open_page(body: str = "", **how: Any) -> Page:
        page.goto(shop_site.put(tag(server) + body, **how))
        expect(face(page)).to_be_visible()
        return page

    return open_page


@pytest.fixture
def sent(page: Page) -> list[Request]:
    """The orders that left the page; they are taken, and a review is to be asked for."""
    requests: list[Request] = []

    def take(route: Route) -> None:
        if route.request.method == "POST":
            requests.append(route.request)
        route.fulfill(
            status=201,
            json={"review": "scheduled"},
            headers={"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*"},
        )

    page.route("**/orders", take)
    return requests


def order_card(page: Page) -> Locator:
    return card(page).filter(has_text="Danke für Ihre Bestellung")


def test_the_card_tells_what_the_grade_is_made_of(visit: Open, server: Site) -> None:
    page = visit()
    trigger(page).press("Enter")
    shown = card(page)
    expect(shown).to_have_attribute("aria-label", "Bewertungen von Bücher & Töne")
    for words in (
        "4,72 von 5 Ausgezeichnet",
        "102 Bewertungen, letzte 12 Monate",
        "Insgesamt 120 Bewertungen seit",
        "Dieser Shop hat kein Zertifikat",
        "Auswahl: die neuesten gezählten Bewertungen mit Text",
    ):
        expect(shown).to_contain_text(words)
    expect(shown.get_by_role("article")).to_have_count(3)
    expect(shown.get_by_role("img", name="5 von 5 Sternen: 90")).to_be_visible()
    profile = shown.get_by_role("link", name="Alle Bewertungen lesen")
    assert profile.get_attribute("href") == f"{server.url}/de/profile/{server.shops[0].key}"


def test_one_click_explains_how_reviews_are_checked(visit: Open) -> None:
    page = visit()
    trigger(page).press("Enter")
    card(page).get_by_text("Wie Bewertungen geprüft werden").click()
    expect(card(page).get_by_text("Keine Bewertung wird wegen ihrer Sterne")).to_be_visible()
    more = card(page).get_by_role("link", name="Alle Regeln für Bewertungen")
    assert page.request.get(str(more.get_attribute("href"))).ok


def test_hovering_opens_the_card_without_the_focus_and_leaving_closes_it(visit: Open) -> None:
    page = visit('<input aria-label="Search">')
    page.get_by_label("Search").focus()
    face(page).hover(position={"x": 5, "y": 5})
    expect(card(page)).to_be_visible()
    expect(trigger(page)).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_label("Search")).to_be_focused()
    card(page).hover()
    page.mouse.move(5, 5)
    expect(card(page)).to_have_count(0)
    expect(trigger(page)).to_have_attribute("aria-expanded", "false")


def test_a_pointer_that_only_passes_opens_nothing(visit: Open) -> None:
    page = visit()
    with page.expect_response("**/card.js"):
        face(page).hover(position={"x": 5, "y": 5})
        page.mouse.move(5, 5)
    page.wait_for_load_state("networkidle")
    expect(card(page)).to_have_count(0)


def test_by_keyboard_alone(visit: Open, page: Page) -> None:
    visit()
    page.keyboard.press("Tab")
    expect(trigger(page)).to_be_focused()
    expect(card(page)).to_be_visible()
    page.keyboard.press("Enter")
    expect(card(page)).to_be_focused()
    stops = card(page).locator("a:visible, button, summary").count()
    for _ in range(stops + 1):
        page.keyboard.press("Tab")
    expect(card(page).get_by_role("button", name="Schließen")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(card(page).get_by_role("link", name="Alle Bewertungen lesen")).to_be_focused()
    page.keyboard.press("Escape")
    expect(card(page)).to_have_count(0)
    expect(trigger(page)).to_be_focused()


def test_escape_closes_a_card_that_hovering_opened(visit: Open, page: Page) -> None:
    visit()
    face(page).hover(position={"x": 5, "y": 5})
    expect(card(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(card(page)).to_have_count(0)


def test_a_click_beside_the_card_closes_it(visit: Open, page: Page) -> None:
    visit()
    trigger(page).press("Enter")
    expect(card(page)).to_be_visible()
    page.mouse.click(5, 5)
    expect(card(page)).to_have_count(0)


def test_a_badge_that_opens_on_click_ignores_the_pointer(
    page: Page, server: Site, shop_site: ShopSite
) -> None:
    url = shop_site.put(f'{tag(server)}<trust-badge open-on="click"></trust-badge>')
    page.goto(url)
    with page.expect_response("**/card.js"):
        face(page).hover()
    expect(card(page)).to_have_count(0)
    face(page).locator("[part=stars]").click(force=True)
    expect(card(page)).to_be_visible()
    assert page.url == url


def test_the_page_can_object_to_the_card(visit: Open, page: Page) -> None:
    page.add_init_script("addEventListener('trust-open', (event) => event.preventDefault())")
    visit()
    with page.expect_response("**/card.js"):
        trigger(page).press("Enter")
    page.wait_for_load_state("networkidle")
    expect(card(page)).to_have_count(0)


@pytest.mark.parametrize("path", ["**/card.js", "**/texts.de.js"])
def test_without_its_chunk_the_badge_still_leads_to_the_profile(
    path: str, visit: Open, page: Page
) -> None:
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.route(path, lambda route: route.abort())
    visit()
    with page.expect_event("requestfailed"):
        trigger(page).press("Enter")
    expect(face(page).get_by_role("link", name="Alle Bewertungen lesen")).to_be_visible()
    assert failures == []


def test_without_reviews_the_card_still_tells_the_grade(visit: Open, page: Page) -> None:
    page.route("**/grade.json", lambda route: route.abort())
    page.route("**/sticker.json*", lambda route: route.abort())
    visit()
    trigger(page).press("Enter")
    expect(card(page)).to_contain_text("102 Bewertungen, letzte 12 Monate")


def test_words_of_reviewers_stay_words(visit: Open, page: Page) -> None:
    def answer(route: Route) -> None:
        response = route.fetch()
        body = response.json()
        body["reviews"][0] |= {"title": "<img src=x onerror=alert(1)>", "comment": "<b>bold</b>"}
        route.fulfill(response=response, json=body)

    page.route("**/sticker.json*", answer)
    visit()
    trigger(page).press("Enter")
    expect(card(page).get_by_text("<img src=x onerror=alert(1)>")).to_be_visible()
    expect(card(page).get_by_text("<b>bold</b>")).to_be_visible()
    expect(card(page).locator("img")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_in_either_card(scheme: str, width: int, visit: Open, page: Page) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    change(page, guarantee=GUARANTEE, mark=VALID)
    visit()
    trigger(page).press("Enter")
    expect(card(page).get_by_role("article").first).to_be_visible()
    assert violations(page) == []
    visit(ORDER.format(number=1))
    expect(order_card(page)).to_be_visible()
    assert violations(page) == []


def test_an_order_is_offered_by_itself_and_nothing_is_sent(
    visit: Open, page: Page, sent: list[Request]
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url + (request.post_data or "")))
    visit(ORDER.format(number=4711))
    expect(order_card(page)).to_contain_text("Bestellung 4711, 150,00 €")
    assert page.evaluate("document.activeElement === document.body")
    boxes = order_card(page).get_by_role("checkbox")
    expect(boxes).to_have_count(1)
    expect(boxes).not_to_be_checked()
    page.wait_for_load_state("networkidle")
    assert sent == []
    assert not any("4711" in said or "example.org" in said for said in asked)


def test_exactly_what_is_shown_is_sent(visit: Open, page: Page, sent: list[Request]) -> None:
    page.add_init_script("addEventListener('trust-order-sent', (e) => (window.told = e.detail))")
    visit(ORDER.format(number=4711))
    order_card(page).get_by_role("checkbox").check()
    order_card(page).get_by_text("Zeigen, was gesendet wird").click()
    shown = json.loads(order_card(page).locator("pre").inner_text())
    order_card(page).get_by_role("button", name="Senden").click()
    expect(order_card(page)).to_contain_text("Wir laden Sie per E-Mail zu einer Bewertung ein")
    assert [json.loads(request.post_data or "") for request in sent] == [shown]
    assert shown == {
        "orderNumber": "4711",
        "email": "a@example.org",
        "amount": "150,00",
        "currency": "EUR",
        "paymentType": "Nachnahme",
        "products": [{"url": "https://shop.example/1", "name": "Buch", "sku": "B-1"}],
        "wants": ["review"],
        "lang": "de",
        "textVersion": shown["textVersion"],
    }
    assert "referer" not in sent[0].headers
    assert page.evaluate("told") == {"wants": ["review"]}


def test_a_shop_that_asks_nobody_about_products_is_sent_none(
    visit: Open, page: Page, sent: list[Request]
) -> None:
    change(page, config={"productReviews": False})
    visit(ORDER.format(number=4711))
    order_card(page).get_by_role("checkbox").check()
    order_card(page).get_by_role("button", name="Senden").click()
    expect(order_card(page)).to_contain_text("Wir laden Sie")
    assert "products" not in json.loads(sent[0].post_data or "")


def test_without_a_choice_nothing_is_sent(visit: Open, page: Page, sent: list[Request]) -> None:
    visit(ORDER.format(number=1))
    order_card(page).get_by_role("button", name="Senden").click()
    expect(order_card(page).get_by_role("status")).to_contain_text("wählen Sie zuerst")
    assert sent == []


@pytest.mark.parametrize("name", ["Nein, danke", "Schließen"])
def test_dismissing_sends_nothing(name: str, visit: Open, page: Page, sent: list[Request]) -> None:
    visit(ORDER.format(number=1))
    order_card(page).get_by_role("button", name=name).click()
    expect(order_card(page)).to_have_count(0)
    assert sent == []


def test_protection_is_offered_only_where_there_is_one_and_asks_for_the_country(
    visit: Open, page: Page, sent: list[Request]
) -> None:
    change(page, guarantee=GUARANTEE, mark=VALID)
    visit(ORDER.format(number=1))
    box = order_card(page).get_by_role("checkbox", name="Sichern Sie diesen Kauf ab")
    expect(box).not_to_be_checked()
    expect(order_card(page)).to_contain_text("Surety Example plc")
    box.check()
    order_card(page).get_by_role("button", name="Senden").click()
    expect(order_card(page).get_by_role("status")).to_contain_text("Land")
    assert sent == []
    order_card(page).get_by_role("combobox").select_option("FR")
    order_card(page).get_by_role("button", name="Senden").click()
    expect(order_card(page).get_by_role("checkbox")).to_have_count(0)
    body = json.loads(sent[0].post_data or "")
    assert (body["wants"], body["country"]) == (["protection"], "FR")


@pytest.mark.parametrize(
    ("country", "said"),
    [
        ("DE", "Abgesichert bis 100,00 €. 50,00 € dieser Bestellung sind nicht abgesichert."),
        ("FR", "Abgesichert bis 150,00 €."),
        ("CH", "Abgesichert bis 4.000,00 CHF."),
    ],
)
def test_the_card_says_before_the_click_what_is_covered_and_what_is_not(
    country: str, said: str, visit: Open, page: Page
) -> None:
    change(page, guarantee=GUARANTEE, mark=VALID)
    visit(ORDER.format(number=1))
    order_card(page).get_by_role("combobox").select_option(country)
    shown = order_card(page).locator("[aria-live]")
    text = shown.text_content() or ""
    assert text.replace("\u00a0", " ") == said
    terms = order_card(page).get_by_role("link", name="Bedingungen des Käuferschutzes")
    assert str(terms.get_attribute("href")).endswith("/de/protection/terms")


def test_an_order_that_is_refused_says_so_and_can_be_sent_again(visit: Open, page: Page) -> None:
    """The real server takes orders only from the shop's own host, and this is another one."""
    visit(ORDER.format(number=1))
    order_card(page).get_by_role("checkbox").check()
    order_card(page).get_by_role("button", name="Senden").click()
    expect(order_card(page).get_by_role("status")).to_contain_text("Das hat nicht geklappt")
    expect(order_card(page).get_by_role("button", name="Senden")).to_be_enabled()


def test_a_late_order_is_seen_and_the_same_one_is_offered_once(visit: Open, page: Page) -> None:
    visit()
    page.evaluate(PUT_ORDER, ORDER.format(number=1))
    order_card(page).get_by_role("button", name="Nein, danke").click()
    page.evaluate("document.querySelector('.order').remove()")
    page.evaluate(PUT_ORDER, ORDER.format(number=1))
    expect(order_card(page)).to_have_count(0)
    page.evaluate("document.querySelector('#tsCheckoutOrderNr').textContent = '2'")
    expect(order_card(page)).to_contain_text("Bestellung 2,")


def test_an_order_is_offered_once_it_is_complete(visit: Open, page: Page) -> None:
    visit(ORDER.format(number=""))
    page.wait_for_load_state("networkidle")
    expect(order_card(page)).to_have_count(0)
    page.evaluate("document.querySelector('#tsCheckoutOrderNr').textContent = '12'")
    expect(order_card(page)).to_contain_text("Bestellung 12,")


def test_the_card_goes_with_its_order(visit: Open, page: Page) -> None:
    visit(ORDER.format(number=1))
    expect(order_card(page)).to_be_visible()
    page.evaluate("document.querySelector('#trustedShopsCheckout').remove()")
    expect(order_card(page)).to_have_count(0)


def test_an_amount_that_nobody_can_read_is_shown_as_it_stands(visit: Open, page: Page) -> None:
    visit(ORDER.format(number=1).replace("150,00", "gratis"))
    expect(order_card(page)).to_contain_text("Bestellung 1, gratis EUR")


@pytest.mark.parametrize("consent", ["", 'data-consent="required"'])
def test_on_the_order_page_the_order_is_sent_only_if_the_shop_says_so(
    consent: str, page: Page, server: Site, shop_site: ShopSite, sent: list[Request]
) -> None:
    change(page, config={"transmit": "order_page"})
    page.goto(shop_site.put(tag(server, more=consent) + ORDER.format(number=1)))
    expect(order_card(page)).to_be_visible()
    if consent:
        page.wait_for_load_state("networkidle")
        assert sent == []
        grant = "new CustomEvent('trust-consent', { detail: { granted: true } })"
        with page.expect_response("**/orders"):
            page.evaluate(f"void dispatchEvent({grant})")
    page.wait_for_load_state("networkidle")
    assert [json.loads(request.post_data or "")["wants"] for request in sent] == [[]]
