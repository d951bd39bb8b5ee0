"""<trust-reviews> in its three layouts: moved, read and kept in place by everyone."""

import re
from typing import Any, Final

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.badges import HOSTILE, POLICY, tag
from tests.browser.conftest import Site
from tests.browser.lists import REVIEWS, Open, change, items, of_product, of_shop, violations
from tests.browser.shops import ShopSite
from tests.conditions import eventually

LAYOUTS: Final = ("list", "carousel", "quotes")
TURN_MS: Final = 6_100
STRIDE: Final = 300
MOVED: Final = """<script>window.moved = 0;
new PerformanceObserver(list => list.getEntries().forEach(each => moved += each.value))
    .observe({type: "layout-shift", buffered: true})</script>"""


@pytest.fixture
def visit(page: Page, server: Site, shop_site: ShopSite) -> Open:
    """Open a page of the shop with this in its body, and wait for its reviews."""

    def open_page(body: str, *, head: str = "", wait: bool = True, **how: Any) -> Page:
        page.goto(shop_site.put(body, head=head + tag(server), **how))
        if wait:
            expect(items(page).first).to_be_visible()
        return page

    return open_page


def scrolled(page: Page) -> int:
    """How far the carousel has been moved, in px."""
    return int(page.locator("trust-reviews .track").evaluate("track => track.scrollLeft"))


def has_come_to(page: Page, least: int) -> bool:
    return eventually(lambda: scrolled(page) >= least)


def test_a_carousel_goes_on_until_somebody_stops_it(visit: Open, page: Page) -> None:
    page.clock.install()
    visit(of_shop("carousel"))
    page.clock.run_for(TURN_MS)
    assert has_come_to(page, STRIDE)
    page.get_by_role("button", name="Anhalten").click()
    page.mouse.move(0, 0)
    page.locator("h1").click()
    page.clock.run_for(2 * TURN_MS)
    assert scrolled(page) < STRIDE * 2
    page.get_by_role("button", name="Abspielen").click()
    page.locator("h1").click()
    page.clock.run_for(TURN_MS)
    assert has_come_to(page, STRIDE * 2)


def test_a_carousel_rests_while_somebody_reads_it(visit: Open, page: Page) -> None:
    page.clock.install()
    visit(of_shop("carousel"))
    items(page).first.hover()
    page.clock.run_for(2 * TURN_MS)
    assert scrolled(page) == 0
    page.mouse.move(0, 0)
    page.locator("trust-reviews .track").focus()
    page.clock.run_for(2 * TURN_MS)
    assert scrolled(page) == 0


def test_a_carousel_never_moves_by_itself_for_those_who_mind(visit: Open, page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.clock.install()
    visit(of_shop("carousel"))
    page.clock.run_for(2 * TURN_MS)
    assert scrolled(page) == 0
    expect(page.get_by_role("button", name="Abspielen")).to_be_visible()


def test_a_carousel_is_moved_by_buttons_and_keys(visit: Open, page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    visit(of_shop("carousel"))
    following = page.get_by_role("button", name="Nächste Bewertung")
    following.press("Enter")
    assert has_come_to(page, STRIDE)
    page.get_by_role("button", name="Vorherige Bewertung").press("Enter")
    assert eventually(lambda: scrolled(page) == 0)
    page.get_by_role("button", name="Vorherige Bewertung").press("Enter")
    assert has_come_to(page, STRIDE * 4)
    following.press("Enter")
    assert eventually(lambda: scrolled(page) == 0)
    page.locator("trust-reviews .track").press("ArrowRight")
    assert has_come_to(page, 1)


@pytest.mark.parametrize("layout", ["carousel", "quotes"])
def test_long_texts_are_read_on_in_place(visit: Open, page: Page, layout: str) -> None:
    text = "A long story. " * 60
    change(page, comment=text)
    visit(of_shop(layout))
    first = items(page).first
    expect(first.locator(".comment")).to_have_text(re.compile("…$"))
    first.get_by_role("button", name="Weiterlesen").click()
    expect(first.locator(".comment")).to_have_text(text.strip())
    expect(first.locator(".comment")).to_be_focused()


def test_side_by_side_a_product_shows_reviews_with_words(visit: Open, page: Page) -> None:
    visit(of_product("layout=quotes limit=3"))
    expect(items(page)).to_have_count(3)
    expect(page.locator("trust-reviews")).to_contain_text("Die neuesten Bewertungen mit Text")
    expect(page.get_by_role("combobox")).to_have_count(0)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_fits_and_is_accessible(visit: Open, page: Page, layout: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    visit(of_shop(layout) + of_product(f"layout={layout}"))
    expect(page.get_by_role("heading", name="Der Garten")).to_be_visible()
    for width, height in ((1280, 800), (320, 200)):
        page.set_viewport_size({"width": width, "height": height})
        assert violations(page) == [], width
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("how", ["page", "attribute"])
def test_lists_are_readable_in_the_dark(visit: Open, page: Page, how: str) -> None:
    dark = "html { background: #101010 } body { color: #eee }"
    style = dark if how == "page" else "html { background: #101010 }"
    more = "" if how == "page" else "color-scheme=dark"
    visit(of_product(more), head=f"<style>{style}</style>")
    assert violations(page) == []


@pytest.mark.parametrize("layout", LAYOUTS)
def test_lists_work_under_a_strict_policy(
    page: Page, server: Site, shop_site: ShopSite, complaints: list[str], layout: str
) -> None:
    page.goto(
        shop_site.put(
            of_product(f"layout={layout}"),
            head=tag(server, more='nonce="n0nce"'),
            headers={"Content-Security-Policy": POLICY.format(url=server.url)},
        )
    )
    expect(items(page).first).to_be_visible()
    assert complaints == []


def test_lists_survive_hostile_styles_and_pages_from_right_to_left(visit: Open, page: Page) -> None:
    visit(
        f"<div dir=rtl>{of_product()}</div>",
        head=HOSTILE,
    )
    expect(items(page)).to_have_count(8)
    heading = page.locator("trust-reviews").get_by_role("heading")
    assert heading.evaluate("each => getComputedStyle(each).fontWeight") == "700"
    count = page.locator("trust-reviews [part=count]")
    assert count.evaluate("each => getComputedStyle(each).direction") == "ltr"


def test_nothing_moves_below_the_fold_nor_in_room_that_is_kept(visit: Open, page: Page) -> None:
    page.set_viewport_size({"width": 800, "height": 700})
    visit(
        of_shop("carousel") + f"<p>Text</p><div style='height: 1500px'></div>{of_product()}",
        head=MOVED + "<style>trust-reviews:first-of-type { display: block; height: 600px }</style>",
    )
    page.locator("trust-reviews").last.evaluate("element => element.scrollIntoView()")
    expect(page.get_by_role("heading", name="Der Garten")).to_be_in_viewport()
    assert page.evaluate("new Promise(done => requestAnimationFrame(() => done(moved)))") == 0


def test_room_is_kept_from_the_start(visit: Open, page: Page) -> None:
    held: list[Route] = []
    page.route(f"**{REVIEWS}*", lambda route: held.append(route))
    visit(of_product("min-height=400 limit=10"), wait=False)
    assert eventually(lambda: page.title() and held)
    assert page.evaluate("document.querySelector('trust-reviews').offsetHeight") == 400
    held[0].continue_()
    expect(items(page)).to_have_count(8)
