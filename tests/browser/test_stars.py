"""<trust-stars> in a shop's page: many at once, quiet when there is nothing, leading somewhere."""

import re
from collections.abc import Callable
from typing import Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.badges import HOSTILE, POLICY, tag
from tests.browser.conftest import Site
from tests.browser.shops import ShopSite

Open = Callable[..., Page]
RATED: Final = "BT-1001"
COUNTED: Final = "6 Bewertungen, letzte 12 Monate"
HEAR: Final = """<script>
window.heard = [];
for (const name of ["trust-ready", "trust-data", "trust-error"])
  addEventListener(name, ({target, detail}) =>
    target.localName == "trust-stars" && heard.push([name, detail]));
</script>"""


def violations(page: Page) -> list[str]:
    """What axe finds in our elements; the rest of the page is the shop's."""
    found = Axe().run(page, context="trust-stars").response["violations"]
    return [f"{each['id']}: {node['html']}" for each in found for node in each["nodes"]]


def element(sku: str = RATED, *, more: str = "", inside: str = "") -> str:
    return f'<trust-stars sku="{sku}" {more}>{inside}</trust-stars>'


def stars(page: Page) -> Locator:
    return page.locator("trust-stars")


@pytest.fixture
def visit(page: Page, server: Site, shop_site: ShopSite) -> Open:
    """Open a page of the shop with this in its body, and our tag in its head."""

    def open_page(body: str, *, head: str = "", **how: Any) -> Page:
        page.goto(shop_site.put(body, head=head + tag(server), **how))
        return page

    return open_page


@pytest.fixture
def asked(page: Page) -> list[str]:
    """The questions about products that the page has asked, without the shop."""
    heard: list[str] = []
    page.on(
        "request",
        lambda request: heard.append(request.url) if "/stars.json" in request.url else None,
    )
    return heard


def change(page: Page, **facts: Any) -> None:
    """Let the server answer with products of which this is true."""

    def answer(route: Route) -> None:
        response = route.fetch()
        body = response.json()
        body["operatedBySeller"] = facts.pop("operated", False)
        for product in body["products"]:
            product |= facts
        route.fulfill(response=response, json=body)

    page.route("**/stars.json*", answer)


def test_stars_say_mean_count_and_period_to_everyone(visit: Open, complaints: list[str]) -> None:
    shown = stars(visit(element()))
    expect(shown.locator("[part=rating]")).to_have_text("4,67")
    expect(shown.locator("[part=count]")).to_have_text(COUNTED)
    expect(shown.get_by_role("img", name=f"4,67 von 5, {COUNTED}")).to_be_visible()
    expect(shown.get_by_role("link")).to_have_accessible_name("Wie Bewertungen geprüft werden")
    assert complaints == []


def test_all_products_of_a_page_are_one_request(visit: Open, asked: list[str]) -> None:
    page = visit("".join(element(f"BT-100{n}") for n in (1, 2, 3, 4, 1)))
    expect(page.locator("trust-stars [part=rating]")).to_have_text(
        ["4,67", "4,00", "4,83", "4,25", "4,67"]
    )
    assert [url.partition("hex=")[2].count(",") for url in asked] == [3]


def test_a_long_page_asks_for_a_hundred_at_a_time(visit: Open, asked: list[str]) -> None:
    page = visit("".join(f"<p>{element(f'BT-{n}')}" for n in range(950, 1100)))
    expect(page.locator("trust-stars [part=count]")).to_have_count(150)
    expect(page.locator("trust-stars [part=rating]")).to_have_count(4)
    assert [url.count(",") + 1 for url in asked] == [100, 50]


def test_of_several_variants_the_known_one_is_shown(visit: Open) -> None:
    page = visit(element("nobody , BT-1002,BT-1003"))
    expect(stars(page).locator("[part=rating]")).to_have_text("4,00")


def test_products_are_also_known_by_their_gtin(
    visit: Open, asked: list[str], complaints: list[str]
) -> None:
    body = f"<trust-stars gtin='4711, 02000000050713'></trust-stars>{element('BT-1003')}"
    page = visit(f"{body}<trust-stars mpn=unknown></trust-stars>")
    expect(stars(page).locator("[part=rating]")).to_have_text(["4,67", "4,83"])
    expect(stars(page).last).to_contain_text("Noch keine Note")
    assert len(asked) == 1
    assert complaints == []


def test_numbers_may_come_and_change_later(visit: Open) -> None:
    page = visit("<trust-stars></trust-stars>" + element("BT-1003"))
    rating = stars(page).locator("[part=rating]")
    expect(rating).to_have_text(["4,83"])
    for sku, mean in ((RATED, "4,67"), ("BT-1004", "4,25")):
        page.evaluate("sku => document.querySelector('trust-stars').setAttribute('sku', sku)", sku)
        expect(rating).to_have_text([mean, "4,83"])


def test_elements_may_come_before_the_tag_and_long_after(
    page: Page, server: Site, shop_site: ShopSite
) -> None:
    page.goto(shop_site.put(element() + tag(server)))
    expect(stars(page).locator("[part=rating]")).to_have_count(1)
    page.evaluate("document.body.append(document.querySelector('trust-stars').cloneNode())")
    expect(stars(page).locator("[part=rating]")).to_have_count(2)


def test_a_product_without_reviews_has_no_star_and_no_zero(visit: Open) -> None:
    page = visit(element("nothing"))
    expect(stars(page).locator("[part=count]")).to_have_text("Noch keine Note")
    expect(stars(page).get_by_role("img")).to_have_count(0)


def test_a_product_without_reviews_leaves_no_room_where_the_page_wants_none(visit: Open) -> None:
    page = visit(f"<p id=room>{element('nothing', more='hide-empty')}</p>{HEAR}")
    page.wait_for_function("heard.length")
    assert page.evaluate("room.offsetHeight") == 0
    assert page.evaluate("heard.map(([name]) => name)") == ["trust-ready", "trust-data"]


def test_the_pages_own_words_stand_where_there_is_nothing(visit: Open) -> None:
    page = visit(element("nothing", inside="Write the first") + element(inside="<i>Loading</i>"))
    expect(stars(page).nth(1).locator("[part=rating]")).to_be_visible()
    expect(page.get_by_text("Write the first")).to_be_visible()
    expect(page.get_by_text("Loading")).to_be_hidden()


def test_too_few_reviews_are_counted_and_not_graded(visit: Open, page: Page) -> None:
    period = {"start": "2025-11-22", "end": "2026-11-22", "months": 12}
    grade = {"state": "TOO_FEW", "count": 2, "period": period, "allTimeCount": 2}
    change(page, state="TOO_FEW", grade=grade)
    visit(element())
    expect(stars(page)).to_contain_text("2 Bewertungen, letzte 12 Monate")
    expect(stars(page).get_by_role("img")).to_have_count(0)


def test_a_shop_that_runs_its_own_platform_says_so(visit: Open, page: Page) -> None:
    change(page, operated=True)
    visit(element())
    expect(stars(page).locator("[part=count]")).to_contain_text("Vom Händler betrieben")
    expect(stars(page).get_by_role("img", name="Vom Händler betrieben")).to_be_visible()


def test_stars_lead_to_the_list_in_the_tab_that_the_page_opens(visit: Open, page: Page) -> None:
    visit(
        f"<div id=tab>{element(more='link-to=#list')}</div>"
        "<div style='height: 3000px'></div><section id=list tabindex=-1 hidden>Reviews</section>"
        "<script>tab.onclick = () => { list.hidden = false }</script>"
    )
    stars(page).get_by_role("link", name=re.compile("4,67 von 5, 6 .*lesen")).click()
    expect(page.locator("#list")).to_be_in_viewport()
    expect(page.locator("#list")).to_be_focused()


@pytest.mark.parametrize("selector", ["#missing", "###"])
def test_stars_lead_to_the_profile_where_the_page_has_no_list(
    visit: Open, page: Page, server: Site, selector: str
) -> None:
    visit(element(more=f"link-to={selector}"))
    with page.expect_popup() as popup:
        stars(page).get_by_role("link", name=re.compile("lesen")).click()
    assert popup.value.url.startswith(f"{server.url}/profile/{server.shops[0].key}")


def test_stars_inside_a_link_leave_it_as_it_is(visit: Open, page: Page) -> None:
    visit(f"<a href='#product' id=tile>Book {element()}</a>")
    expect(stars(page).locator("[part=rating]")).to_be_visible()
    expect(stars(page).get_by_role("link")).to_have_count(0)
    stars(page).click()
    assert page.url.endswith("#product")


def test_the_page_hears_of_what_is_there(visit: Open, page: Page) -> None:
    visit(HEAR + element())
    page.wait_for_function("heard.length == 2")
    assert page.evaluate("heard") == [
        ["trust-ready", None],
        ["trust-data", {"value": 4.67, "count": 6}],
    ]


def test_without_data_the_pages_own_words_stay(visit: Open, page: Page) -> None:
    told: list[str] = []
    page.on("console", lambda message: told.append(message.type))
    page.route("**/stars.json*", lambda route: route.fulfill(status=500))
    visit(HEAR + element(inside="Stars"))
    page.wait_for_function("heard.length")
    expect(page.get_by_text("Stars")).to_be_visible()
    assert page.evaluate("heard") == [["trust-error", None]]
    # The browser itself reports the answer of the server.
    assert sorted(told) == ["debug", "error"]


def test_refresh_asks_again(visit: Open, page: Page, asked: list[str]) -> None:
    visit(element())
    expect(stars(page).locator("[part=rating]")).to_have_text("4,67")
    state = {"rating": 5, "state": "RATED", "count": 9, "allTimeCount": 9}
    period = {"start": "2025-11-22", "end": "2026-11-22", "months": 12}
    change(page, grade={**state, "period": period})
    page.evaluate("document.querySelector('trust-stars').refresh()")
    expect(stars(page).locator("[part=rating]")).to_have_text("5,00")
    assert len(asked) == 2


def test_another_shop_and_another_language_may_be_named(
    visit: Open, page: Page, server: Site, asked: list[str]
) -> None:
    other = next(shop for shop in server.shops[1:] if shop.skus)
    visit(f'<trust-stars shop="{other.key}" lang="pl" sku="{other.skus[0]}"></trust-stars>')
    expect(stars(page).locator("[part=count]")).to_have_text("Jeszcze bez oceny")
    assert [f"/{other.key}/" in url for url in asked] == [True]


def test_stars_work_under_a_strict_policy_and_hostile_styles(
    page: Page, server: Site, shop_site: ShopSite, complaints: list[str]
) -> None:
    page.goto(
        shop_site.put(
            element(),
            head=tag(server, more='nonce="n0nce"'),
            headers={"Content-Security-Policy": POLICY.format(url=server.url)},
        )
    )
    expect(stars(page).locator("[part=rating]")).to_be_visible()
    assert complaints == []
    page.goto(shop_site.put(element(), head=tag(server) + HOSTILE))
    expect(stars(page).locator("[part=rating]")).to_be_visible()


@pytest.mark.parametrize("scheme", ["color: black", "background: #111; color: #eee"])
def test_stars_are_readable_by_everyone(visit: Open, page: Page, scheme: str) -> None:
    visit(
        f"{element()} {element(more='link-to=h1')} {element('nothing')}",
        head=f"<style>body {{ {scheme} }}</style>",
    )
    expect(stars(page).locator("[part=rating]")).to_have_count(2)
    assert violations(page) == []
    for link in stars(page).get_by_role("link").all():
        box = link.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 24


def test_full_and_empty_stars_differ_in_forced_colours(visit: Open, page: Page) -> None:
    page.emulate_media(forced_colors="active")
    shown = stars(visit(element()))
    fills = [
        shown.locator(kind).first.evaluate("path => getComputedStyle(path).fill")
        for kind in (".full", ".empty")
    ]
    assert len(set(fills)) == 2
    assert violations(page) == []


def test_nothing_moves_where_the_page_keeps_a_line_free(visit: Open, page: Page) -> None:
    visit(
        f"<p>{element(inside='&nbsp;')}</p><p>{'Text. ' * 200}</p>",
        head="""<style>p { line-height: 24px }</style><script>window.moved = 0;
        new PerformanceObserver(list => list.getEntries().forEach(each => moved += each.value))
            .observe({type: "layout-shift", buffered: true})</script>""",
    )
    expect(stars(page).locator("[part=rating]")).to_be_visible()
    assert page.evaluate("new Promise(done => requestAnimationFrame(() => done(moved)))") == 0
