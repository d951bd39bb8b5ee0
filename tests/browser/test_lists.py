"""<trust-reviews> in a shop's page: a shop's latest reviews, and all those of a product."""

import re
from typing import Any, Final

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.badges import tag
from tests.browser.conftest import Site
from tests.browser.lists import PRODUCT, REVIEWS, Open, change, control, items, of_product, of_shop
from tests.browser.shops import ShopSite

HEAR: Final = """<script>
window.heard = [];
for (const name of ["trust-ready", "trust-data", "trust-error"])
  addEventListener(name, ({target, detail}) =>
    target.localName == "trust-reviews" && heard.push([name, detail]));
</script>"""


@pytest.fixture
def visit(page: Page, server: Site, shop_site: ShopSite) -> Open:
    """Open a page of the shop with this in its body, and wait for its reviews."""

    def open_page(body: str, *, head: str = "", wait: bool = True, **how: Any) -> Page:
        page.goto(shop_site.put(body, head=head + tag(server), **how))
        if wait:
            expect(items(page).first).to_be_visible()
        return page

    return open_page


def test_a_shops_reviews_say_what_they_are_a_selection_of(
    visit: Open, complaints: list[str], server: Site
) -> None:
    page = visit(of_shop(more="limit=4"))
    shown = page.locator("trust-reviews")
    expect(items(page)).to_have_count(4)
    expect(shown.get_by_role("heading")).to_have_text("Bewertungen von Bücher & Töne")
    expect(shown.locator("[part=count]")).to_have_text("102 Bewertungen, letzte 12 Monate")
    expect(shown.get_by_text(re.compile("^Auswahl: die neuesten .* höchstens 4"))).to_be_visible()
    links = shown.locator(".foot").get_by_role("link")
    address = f"{server.url}/de/profile/{server.shops[0].key}"
    expect(links).to_have_attribute("href", address)
    assert complaints == []


def test_one_click_leads_to_how_reviews_are_checked(visit: Open, server: Site) -> None:
    shown = visit(of_shop()).locator("trust-reviews")
    shown.get_by_text("Wie Bewertungen geprüft werden").click()
    expect(shown.get_by_text(re.compile("nachgewiesenem Kauf"))).to_be_visible()
    expect(shown.get_by_text(re.compile("insgesamt$"))).to_be_visible()
    expect(shown.get_by_role("link", name="Alle Regeln für Bewertungen")).to_have_attribute(
        "href", f"{server.url}/de/reviews/how"
    )


def test_a_review_says_who_when_and_what_is_proven(visit: Open, page: Page) -> None:
    change(
        page,
        author={"name": "Zoé"},
        publishedAt="2026-03-04T10:00:00Z",
        experiencedOn="2026-02-20",
        editedAt="2026-03-09T10:00:00Z",
        reply={"text": "Danke!", "createdAt": "2026-03-05T10:00:00Z"},
        images=[{"url": "data:,", "alt": "The box", "width": 40, "height": 30}],
    )
    first = items(visit(of_shop())).first
    expect(first.locator("[part=author]")).to_have_text("Zoé")
    for text in (
        "veröffentlicht am 4. März 2026",
        "Kauf vom 20. Februar 2026",
        "geändert am 9. März 2026",
        "Antwort von Bücher & Töne, 5. März 2026",
        "Danke!",
    ):
        expect(first).to_contain_text(text)
    expect(first.get_by_alt_text("The box")).to_have_attribute("loading", "lazy")
    first.get_by_text("Verifiziert: Bestellung vom Shop gemeldet").click()
    expect(first.get_by_text(re.compile("^Der Kauf ist nachgewiesen"))).to_be_visible()


def test_what_is_outside_the_grade_says_so(visit: Open, page: Page) -> None:
    change(
        page,
        level=0,
        verified=False,
        counted=False,
        notCounted="IMPORTED",
        incentivised=True,
        importedFrom="Elsewhere",
    )
    first = items(visit(of_shop())).first
    expect(first.locator(".labels li")).to_have_text(
        [
            "Für diese Bewertung wurde etwas gegeben",
            "Übernommen von Elsewhere; wir haben sie nicht geprüft",
            "Nicht in der Note",
        ]
    )
    expect(first.locator("summary")).to_have_text("Nicht verifiziert")
    expect(first.locator(".verified")).to_have_count(0)


def test_text_of_buyers_is_text(visit: Open, page: Page, complaints: list[str]) -> None:
    change(page, title="<img src=x onerror=alert(1)>", comment="<b>bold</b>\n{name}")
    first = items(visit(of_shop())).first
    expect(first.locator(".title")).to_have_text("<img src=x onerror=alert(1)>")
    assert first.locator(".comment").inner_text() == "<b>bold</b>\n{name}"
    assert complaints == []


def test_a_products_list_is_read_on_to_its_end(visit: Open) -> None:
    page = visit(of_product("limit=3"))
    more = page.get_by_role("button", name="Weitere Bewertungen")
    for count in (3, 6):
        expect(items(page)).to_have_count(count)
        more.press("Enter")
    expect(items(page)).to_have_count(8)
    expect(more).to_be_hidden()
    expect(items(page).nth(6)).to_be_focused()
    expect(page.get_by_role("status")).to_have_text("Gezeigte Bewertungen: 8")
    comments = page.locator("trust-reviews .comment").all_inner_texts()
    assert len(set(comments)) == 8


def test_a_list_can_be_narrowed_and_ordered(visit: Open) -> None:
    page = visit(of_product("limit=2"))
    shown = page.locator("trust-reviews")
    control(page, "Reihenfolge").select_option("lowest")
    expect(items(page).first.get_by_role("img", name="2 von 5 Sternen")).to_be_visible()
    control(page, "Sterne").select_option("3")
    expect(items(page)).to_have_count(1)
    expect(items(page)).to_contain_text("Schön, aber lang")
    expect(shown.locator("[part=count]")).to_have_text("6 Bewertungen, letzte 12 Monate")
    control(page, "Sterne").select_option("1")
    expect(page.get_by_role("status")).to_have_text("Keine Bewertung dieser Art.")
    control(page, "Sterne").select_option("")
    control(page, "Sprache").select_option("de")
    expect(items(page)).to_have_count(2)


def test_only_the_latest_choice_counts(visit: Open, page: Page) -> None:
    held: list[Route] = []
    visit(of_product())
    page.route(f"**{REVIEWS}*stars=3*", lambda route: held.append(route))
    control(page, "Sterne").select_option("3")
    control(page, "Sterne").select_option("2")
    expect(items(page)).to_have_count(1)
    with page.expect_response(re.compile("stars=3")):
        held[0].continue_()
    expect(items(page).get_by_role("img", name="2 von 5 Sternen")).to_be_visible()


def test_a_page_that_does_not_arrive_can_be_asked_for_again(visit: Open, page: Page) -> None:
    visit(of_product("limit=3"))
    page.route("**/*after=*", lambda route: route.abort())
    more = page.get_by_role("button", name="Weitere Bewertungen")
    more.click()
    expect(page.get_by_role("status")).to_contain_text("noch einmal")
    page.unroute("**/*after=*")
    more.click()
    expect(items(page)).to_have_count(6)


def test_an_unknown_product_is_no_error(visit: Open, page: Page, complaints: list[str]) -> None:
    visit("<trust-reviews sku=nothing></trust-reviews>", wait=False)
    expect(page.locator("trust-reviews")).to_contain_text("niemand eine Bewertung geschrieben")
    assert complaints == []


def test_without_reviews_there_is_nothing_where_the_page_wants_nothing(
    visit: Open, page: Page
) -> None:
    visit(
        f"{HEAR}<trust-reviews sku=nothing hide-empty min-height=300></trust-reviews>", wait=False
    )
    page.wait_for_function("heard.length == 2")
    assert page.evaluate("heard") == [
        ["trust-ready", None],
        ["trust-data", {"value": None, "count": 0}],
    ]
    assert page.evaluate("document.querySelector('trust-reviews').offsetHeight") == 0


def test_without_data_the_pages_own_words_stay(visit: Open, page: Page) -> None:
    page.route(f"**{REVIEWS}*", lambda route: route.abort())
    visit(HEAR + of_product(inside="Reviews come here"), wait=False)
    page.wait_for_function("heard.length")
    assert page.evaluate("heard") == [["trust-error", None]]
    expect(page.get_by_text("Reviews come here")).to_be_visible()


def test_a_number_that_is_not_there_yet_asks_for_nothing(visit: Open, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    visit("<trust-reviews sku=''></trust-reviews>" + of_shop("quotes"))
    expect(page.locator("trust-reviews").first).to_have_text("")
    page.evaluate(f"document.querySelector('trust-reviews').setAttribute('sku', '{PRODUCT}')")
    expect(page.get_by_role("heading", name="Der Garten hinter dem Bahnhof")).to_be_visible()
    assert sum(REVIEWS in url for url in asked) == 1


def test_stars_scroll_to_the_list_which_gets_the_focus(visit: Open, page: Page) -> None:
    visit(
        f"<trust-stars sku='{PRODUCT}' link-to=trust-reviews></trust-stars>"
        "<div style='height: 500px'></div>" + of_product()
    )
    page.locator("trust-stars").get_by_role("link").first.click()
    heading = page.locator("trust-reviews").get_by_role("heading")
    expect(heading).to_be_in_viewport()
    expect(heading).to_be_focused()


def test_nothing_is_loaded_for_a_list_far_away(visit: Open, page: Page) -> None:
    visit("<div style='height: 9000px'></div>" + of_product(), wait=False)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("customElements.get('trust-reviews')") is None
    page.locator("trust-reviews").evaluate("element => element.scrollIntoView()")
    expect(items(page)).to_have_count(8)
