"""Where the badge of an older tag stands: in its corner, in the page, on narrow windows."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.legacy import CONTAINER, FACE, INLINE, TOPBAR, Open, box, call, card
from tests.browser.shops import ShopSite
from tests.browser.snippets import loader, tag


@pytest.fixture
def visit(page: Page, shop_site: ShopSite) -> Open:
    """Open a page of the shop with this in its body, and wait for the badge."""

    def open_page(body: str, *, wait: bool = True, **how: Any) -> Page:
        page.goto(shop_site.put(body, **how))
        if wait:
            expect(page.locator(FACE)).to_be_visible()
        return page

    return open_page


def test_a_badge_goes_to_the_corner_and_height_that_the_tag_names(
    visit: Open, server: Site
) -> None:
    page = visit(tag(server, desktop_position="left", desktop_y_offset="40"))
    found = box(page)
    assert found["x"] == 20
    assert 720 - (found["y"] + found["height"]) == pytest.approx(60, abs=1)


def test_a_badge_stands_in_the_element_that_the_page_names(visit: Open, server: Site) -> None:
    page = visit(
        '<div id="here"></div>' + loader(server, variant="custom_reviews", customElementId="here")
    )
    assert page.locator(f"#here > {INLINE} {FACE}").count() == 1
    assert page.locator(CONTAINER).count() == 0


def test_an_element_that_comes_late_is_awaited(visit: Open, server: Site) -> None:
    snippet = loader(server, variant="custom_reviews", customElementId="late")
    page = visit(snippet, wait=False)
    page.wait_for_function("window.trustbadge")
    assert page.locator("trust-badge").count() == 0
    page.evaluate("""() => document.body.append(
        Object.assign(document.createElement("div"), {id: "late"}))""")
    expect(page.locator(f"#late {FACE}")).to_be_visible()


def test_the_newer_tag_puts_a_custom_badge_behind_itself(visit: Open, server: Site) -> None:
    page = visit(tag(server, desktop_enable_custom="true", desktop_custom_width="157"))
    assert page.locator(f"script + {INLINE} {FACE}").count() == 1
    assert box(page)["width"] == 157


@pytest.mark.parametrize(("opening", "edge"), [("topright", 0), ("topleft", 1)])
def test_the_card_of_a_badge_in_the_page_opens_where_the_tag_says(
    visit: Open, server: Site, opening: str, edge: int
) -> None:
    place = '<div style="margin: 500px 0 0 500px">'
    pasted = tag(server, desktop_enable_custom="true", desktop_custom_opening_direction=opening)
    page = visit(f"{place}{pasted}</div>")
    call(page, "showCard")
    expect(card(page)).to_be_visible()
    page.wait_for_function("document.querySelector('.panel').style.top === 'auto'")
    found, face = box(page, ".panel"), box(page)
    assert found["y"] + found["height"] == pytest.approx(face["y"] - 8, abs=1)
    ours, its = (each["x"] + edge * each["width"] for each in (found, face))
    assert ours == pytest.approx(its, abs=1)


def test_what_the_page_says_later_counts_after_a_new_start(visit: Open, server: Site) -> None:
    page = visit('<div id="other"></div>' + loader(server))
    page.evaluate(
        "() => { _tsConfig.variant = 'custom_reviews'; _tsConfig.customElementId = 'other' }"
    )
    call(page, "reInitialize")
    expect(page.locator(f"#other {FACE}")).to_be_visible()
    assert page.locator("trust-badge").count() == 1


def test_a_route_that_replaces_the_body_gets_its_badge_again(visit: Open, server: Site) -> None:
    page = visit(loader(server))
    page.evaluate("document.body = document.createElement('body')")
    expect(page.locator(FACE)).to_be_visible()


def test_a_page_that_takes_the_badge_away_keeps_it_away(visit: Open, server: Site) -> None:
    page = visit(loader(server))
    page.locator(CONTAINER).evaluate("(container) => container.remove()")
    page.evaluate("document.body.append(document.createElement('div'))")
    assert page.locator(CONTAINER).count() == 0


def test_themes_may_move_the_container(visit: Open, server: Site) -> None:
    style = """<style>[id^="trustbadge-container-"] { z-index: 5; left: 10px; right: auto;
        bottom: 84px } </style>"""
    page = visit(loader(server), head=style)
    assert box(page, CONTAINER)["x"] == 10
    assert page.locator(CONTAINER).evaluate("(e) => getComputedStyle(e).zIndex") == "5"


def test_narrow_windows_have_settings_of_their_own(visit: Open, page: Page, server: Site) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    visit(tag(server, mobile_position="left", mobile_y_offset="-99", desktop_y_offset="300"))
    found = box(page)
    assert found["x"] == 20
    assert 640 - (found["y"] + found["height"]) == pytest.approx(10, abs=1)
    page.set_viewport_size({"width": 1280, "height": 720})
    expect(page.locator(f'{CONTAINER}[data-position="right"]')).to_be_visible()


def test_a_bar_at_the_top_of_narrow_windows(visit: Open, page: Page, server: Site) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    visit(tag(server, mobile_enable_topbar="true"))
    expect(page.locator(f"{TOPBAR} {FACE}")).to_have_css("opacity", "1")
    found = box(page)
    assert (found["x"], found["y"], found["width"]) == (0, 0, 320)


def test_a_badge_may_be_missing_in_narrow_windows_alone(
    visit: Open, page: Page, server: Site
) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    visit(tag(server, disable_mobile="true"), wait=False)
    expect(page.locator("trust-badge .theme")).to_have_count(1)
    assert page.locator(FACE).count() == 0
    page.set_viewport_size({"width": 1280, "height": 720})
    expect(page.locator(FACE)).to_be_visible()


def test_the_badge_shifts_nothing(visit: Open, page: Page, server: Site) -> None:
    visit("<p>Text</p>" + loader(server))
    shift = page.evaluate("""() => new Promise((done) => { let sum = 0;
        new PerformanceObserver((list) => list.getEntries().forEach((e) => sum += e.value))
            .observe({type: "layout-shift", buffered: true});
        requestAnimationFrame(() => requestAnimationFrame(() => done(sum))) })""")
    assert shift == 0
