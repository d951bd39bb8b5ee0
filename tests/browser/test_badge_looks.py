"""How the badge looks: states, places, colours, languages, sizes, and what axe says."""

from typing import Any, Final

import pytest
from playwright.sync_api import Page, expect

from tests.browser.badges import VALID, Open, card, change, face, tag, trigger, violations
from tests.browser.conftest import Site
from tests.browser.shops import ShopSite
from tests.conditions import eventually

WIDTHS: Final = (320, 768, 1280, 1920)


@pytest.fixture
def visit(page: Page, server: Site, shop_site: ShopSite) -> Open:
    """Open a page of the shop, by default with nothing but the tag, and wait for the badge."""

    def open_page(body: str | None = None, *, wait: bool = True, **how: Any) -> Page:
        page.goto(shop_site.put(tag(server) if body is None else body, **how))
        if wait:
            expect(face(page).first).to_be_visible()
        return page

    return open_page


@pytest.mark.parametrize("width", WIDTHS)
def test_badge_and_card_stay_inside_the_window(width: int, visit: Open, page: Page) -> None:
    page.set_viewport_size({"width": width, "height": 600})
    visit()
    trigger(page).press("Enter")
    for element in (face(page), card(page)):
        box = element.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 600
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_at_400_percent_everything_can_be_reached(visit: Open, page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 256})
    visit()
    trigger(page).press("Enter")
    box = card(page).bounding_box()
    assert box
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 256
    last = card(page).get_by_role("article").last
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport()


@pytest.mark.parametrize(
    ("attributes", "side"),
    [
        ("", "right"),
        ('position="left"', "left"),
        ('position="center"', "center"),
        ('position="LEFT "', "left"),
        ('position="nowhere"', "right"),
    ],
)
def test_positions(attributes: str, side: str, visit: Open, server: Site) -> None:
    page = visit(f"{tag(server)}<trust-badge {attributes}></trust-badge>")
    box, width = face(page).bounding_box(), page.evaluate("document.documentElement.clientWidth")
    assert box
    left, right = box["x"], width - box["x"] - box["width"]
    assert {"left": left < 30, "right": right < 30, "center": abs(left - right) <= 1}[side]


@pytest.mark.parametrize(("offset", "lifted"), [("84", 84), ("0 ", 0), ("", 0), ("-4000", -54)])
def test_an_offset_lifts_the_badge(offset: str, lifted: int, visit: Open, server: Site) -> None:
    page = visit(f'{tag(server)}<trust-badge offset="{offset}"></trust-badge>')
    box, height = face(page).bounding_box(), page.evaluate("innerHeight")
    assert box
    assert height - box["y"] - box["height"] == pytest.approx(20 + lifted, abs=1)


def test_a_narrow_window_has_its_own_position(visit: Open, page: Page, server: Site) -> None:
    visit(f'{tag(server)}<trust-badge mobile-position="left" mobile-offset="30"></trust-badge>')
    wide = face(page).bounding_box()
    page.set_viewport_size({"width": 375, "height": 700})
    eventually(lambda: (face(page).bounding_box() or {"x": 99})["x"] < 30)
    assert wide
    assert wide["x"] > 30


def test_custom_properties_and_parts_style_the_badge(visit: Open) -> None:
    style = """<style>trust-badge { --trust-surface: #ffeeee; --trust-badge-z: 7;
        --trust-badge-bottom: 100px } trust-badge::part(count) { color: #00aa00 }</style>"""
    page = visit(head=style)
    read = "(face) => { const s = getComputedStyle(face); return [s.backgroundColor, s.zIndex] }"
    assert face(page).evaluate(read) == ["rgb(255, 238, 238)", "7"]
    colour = page.locator("[part=count]").evaluate("(text) => getComputedStyle(text).color")
    assert colour == "rgb(0, 170, 0)"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_colours_follow_the_reader_and_then_the_attribute(
    scheme: str, visit: Open, page: Page, server: Site
) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    read = "(face) => getComputedStyle(face).backgroundColor"
    light, dark = "rgb(255, 255, 255)", "rgb(19, 32, 46)"
    assert face(visit()).evaluate(read) == (dark if scheme == "dark" else light)
    page = visit(f'{tag(server)}<trust-badge color-scheme="light"></trust-badge>')
    assert face(page).evaluate(read) == light


def test_colours_of_the_shop_give_way_to_those_of_the_page(visit: Open, page: Page) -> None:
    change(page, config={"colors": {"surface": "#112233", "text": "#ffffff"}})
    read = "(face) => getComputedStyle(face).backgroundColor"
    assert face(visit()).evaluate(read) == "rgb(17, 34, 51)"
    head = "<style>:root { --trust-surface: #445566 }</style>"
    assert face(visit(head=head)).evaluate(read) == "rgb(68, 85, 102)"


@pytest.mark.parametrize(
    ("body", "lang", "words"),
    [
        ("", "pl", "102 opinie"),
        ("", "ja", "102 Bewertungen"),
        ('<trust-badge lang="fr-BE"></trust-badge>', "pl", "102 avis"),
        ('<trust-badge lang="ja"></trust-badge>', "es", "102 opiniones"),
    ],
)
def test_the_language_is_the_elements_then_the_pages_then_the_shops(
    body: str, lang: str, words: str, visit: Open, server: Site
) -> None:
    expect(face(visit(tag(server) + body, lang=lang))).to_contain_text(words)


def test_a_page_from_right_to_left_leaves_our_text_in_order(visit: Open) -> None:
    page = visit(lang='ar" dir="rtl')
    assert face(page).evaluate("(face) => getComputedStyle(face).direction") == "ltr"


STATES: Final[dict[str, tuple[dict[str, Any], set[str]]]] = {
    "mark and reviews": ({"mark": VALID}, {"mark", "stars", "rating", "count"}),
    "reviews only": ({}, {"stars", "rating", "count"}),
    "mark, no reviews": (
        {"mark": VALID, "grade": {"rating": None}, "texts": {"rating": None, "label": None}},
        {"mark", "count"},
    ),
    "no reviews": ({"grade": {"rating": None}, "texts": {"rating": None}}, {"count"}),
    "by the seller": (
        {"texts": {"operatedBySeller": "Vom Händler betrieben"}},
        {"stars", "rating", "count", "operator"},
    ),
}


@pytest.mark.parametrize("state", STATES)
def test_states(state: str, visit: Open, page: Page) -> None:
    changes, parts = STATES[state]
    change(page, **changes)
    shown = (
        face(visit()).locator("[part]").evaluate_all("(all) => all.map((one) => one.part.value)")
    )
    assert set(shown) == parts | {"button", "close"}


def test_only_the_mark_is_shown_while_it_is_valid(visit: Open, page: Page, server: Site) -> None:
    body = f'{tag(server)}<trust-badge variant="mark"></trust-badge>'
    page.add_init_script("addEventListener('trust-ready', () => (window.ready = true))")
    visit(body, wait=False)
    page.wait_for_function("window.ready")
    expect(face(page)).to_have_count(0)
    change(page, mark=VALID)
    expect(face(visit(body)).locator("[part=mark]")).to_be_visible()
    expect(face(page)).not_to_contain_text("Bewertungen")


@pytest.mark.parametrize("variant", ["reviews", "horizontal", "card"])
def test_axe_finds_nothing(variant: str, visit: Open, page: Page, server: Site) -> None:
    change(page, mark=VALID)
    for scheme in ("light", "dark"):
        shape = f'variant="{variant}" color-scheme="{scheme}"'
        visit(f"{tag(server)}<trust-badge {shape}></trust-badge>")
        assert violations(page) == []


def test_forced_colours_leave_every_part_visible(visit: Open, page: Page) -> None:
    page.emulate_media(forced_colors="active")
    visit()
    colours = (
        face(page)
        .locator("path")
        .evaluate_all("(paths) => paths.map((path) => getComputedStyle(path).fill)")
    )
    ground = face(page).evaluate("(face) => getComputedStyle(face).backgroundColor")
    assert len({*colours, ground}) == 3
