"""The badge in a shop's page, from the real server, with the shop on another origin."""

import re
from collections.abc import Callable
from typing import Any, Final

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.badges import HOSTILE, POLICY, VALID, Open, card, change, face, tag, trigger
from tests.browser.conftest import Site
from tests.browser.shops import ShopSite
from tests.conditions import eventually

OWN_SCRIPT: Final = "<script>window.ran = 1</script>"


@pytest.fixture
def visit(page: Page, server: Site, shop_site: ShopSite) -> Open:
    """Open a page of the shop, by default with nothing but the tag, and wait for the badge."""

    def open_page(body: str | None = None, *, wait: bool = True, **how: Any) -> Page:
        page.goto(shop_site.put(tag(server) if body is None else body, **how))
        if wait:
            expect(face(page).first).to_be_visible()
        return page

    return open_page


def test_one_tag_is_enough(visit: Open, complaints: list[str]) -> None:
    badge = face(visit())
    expect(badge).to_contain_text("102 Bewertungen, letzte 12 Monate")
    expect(badge.get_by_role("img", name="4,72 von 5")).to_be_visible()
    expect(
        badge.get_by_role("button", name=re.compile("4,72 von 5, 102 .* öffnen"))
    ).to_be_visible()
    assert complaints == []


def test_the_page_loads_one_script_and_one_payload_and_keeps_nothing(
    visit: Open, page: Page, server: Site
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    visit()
    page.wait_for_load_state("networkidle")
    ours = [url.removeprefix(server.url) for url in asked[1:] if "favicon" not in url]
    key = server.shops[0].key
    assert ours == ["/v1/badge.js", f"/v1/shops/{key}/badge.json?lang=de"]
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_the_page_gets_no_new_names(visit: Open, page: Page) -> None:
    visit("", wait=False)
    before = page.evaluate("Object.getOwnPropertyNames(window)")
    visit()
    assert set(page.evaluate("Object.getOwnPropertyNames(window)")) - set(before) <= {"0"}


def test_nothing_is_written_into_anything_but_our_own_element(visit: Open, server: Site) -> None:
    page = visit(f'{tag(server)}<p style="color: red">Text</p><div class="x"></div>')
    is_untouched = page.evaluate("""async () => {
        document.querySelectorAll("trust-badge").forEach((badge) => badge.remove());
        const served = await (await fetch(location.href)).text();
        const fresh = new DOMParser().parseFromString(served, "text/html");
        return fresh.documentElement.outerHTML === document.documentElement.outerHTML }""")
    assert is_untouched


def test_a_strict_policy_with_a_nonce_and_trusted_types_has_no_objection(
    visit: Open, server: Site, complaints: list[str]
) -> None:
    policy = {"Content-Security-Policy": POLICY.format(url=server.url)}
    page = visit(tag(server, more='nonce="n0nce"'), headers=policy)
    trigger(page).press("Enter")
    expect(card(page).get_by_role("link", name="Alle Bewertungen lesen")).to_be_visible()
    expect(card(page).get_by_role("article").first).to_be_visible()
    assert complaints == []


def test_a_browser_without_constructable_sheets_gets_one_style_with_the_nonce(
    visit: Open, page: Page, server: Site, complaints: list[str]
) -> None:
    page.add_init_script("window.CSSStyleSheet = undefined")
    policy = POLICY.replace("style-src 'self'", "style-src 'nonce-n0nce'")
    headers = {"Content-Security-Policy": policy.format(url=server.url)}
    visit(tag(server, more='nonce="n0nce"'), headers=headers)
    assert face(page).evaluate("(face) => getComputedStyle(face).position") == "fixed"
    assert complaints == []


def test_hostile_style_sheets_change_nothing(visit: Open) -> None:
    plain = face(visit()).bounding_box()
    page = visit(head=HOSTILE)
    assert face(page).bounding_box() == plain
    trigger(page).press("Enter")
    expect(card(page).get_by_text("Insgesamt 120 Bewertungen")).to_be_visible()


def test_of_two_shops_the_first_wins(visit: Open, server: Site) -> None:
    page = visit((tag(server) + tag(server, shop=1)).replace(" async", ""))
    page.wait_for_load_state("networkidle")
    expect(face(page)).to_have_count(1)
    expect(face(page)).to_contain_text("102 Bewertungen")


def test_the_same_tag_twice_gives_one_badge(visit: Open, server: Site) -> None:
    page = visit(tag(server) * 2)
    page.wait_for_load_state("networkidle")
    expect(face(page)).to_have_count(1)


def test_an_element_of_another_shop_keeps_its_fallback(visit: Open, server: Site) -> None:
    other = f'<trust-badge shop="{server.shops[1].key}">Other</trust-badge>'
    page = visit(f"<trust-badge></trust-badge>{tag(server)}{other}")
    expect(page.get_by_text("Other")).to_be_visible()
    expect(face(page)).to_have_count(1)


def test_the_shop_may_stand_in_the_address_of_the_script(visit: Open, server: Site) -> None:
    source = f"{server.url}/v1/badge.js?shop={server.shops[0].key}"
    visit(f'<script async src="{source}"></script>')


def test_a_badge_of_the_page_takes_the_place_of_the_floating_one(visit: Open) -> None:
    page = visit()
    page.evaluate("""() => { const own = document.createElement("trust-badge");
        own.setAttribute("position", "inline"); document.querySelector("main").append(own) }""")
    expect(face(page)).to_have_count(1)
    assert face(page).evaluate("(face) => getComputedStyle(face).position") == "relative"


def test_a_new_body_gets_its_badge_again_and_a_removed_badge_stays_away(visit: Open) -> None:
    page = visit()
    page.evaluate("document.body = document.createElement('body')")
    expect(face(page)).to_have_count(1)
    page.evaluate("document.querySelector('trust-badge').remove()")
    page.evaluate("document.body.append('next route')")
    expect(face(page)).to_have_count(0)


@pytest.mark.parametrize("fate", ["blocked", "broken"])
def test_without_our_script_the_page_works(
    fate: str, visit: Open, page: Page, server: Site, complaints: list[str]
) -> None:
    meet: dict[str, Callable[[Route], object]] = {
        "blocked": lambda route: route.abort("blockedbyclient"),
        "broken": lambda route: route.fulfill(status=500, body="<b>no</b>"),
    }
    page.route("**/v1/badge.js", meet[fate])
    visit(f"{tag(server)}<trust-badge>Fallback</trust-badge>{OWN_SCRIPT}", wait=False)
    expect(page.get_by_text("Fallback")).to_be_visible()
    assert page.evaluate("ran") == 1
    assert all("Failed to load resource" in said for said in complaints)


def test_while_our_script_is_late_the_page_works(
    page: Page, server: Site, shop_site: ShopSite
) -> None:
    held: list[Route] = []
    page.route("**/v1/badge.js", lambda route: held.append(route))
    url = shop_site.put(f"{tag(server)}<trust-badge>Fallback</trust-badge>{OWN_SCRIPT}")
    page.goto(url, wait_until="domcontentloaded")
    expect(page.get_by_text("Fallback")).to_be_visible()
    assert page.evaluate("ran") == 1
    eventually(lambda: held)
    held[0].continue_()
    expect(face(page)).to_be_visible()


@pytest.mark.parametrize("answer", [(500, "{}"), (200, "<html>"), (200, "null"), (200, "{}")])
def test_data_that_fail_leave_the_fallback_and_say_it_once(
    answer: tuple[int, str], visit: Open, page: Page, server: Site, complaints: list[str]
) -> None:
    said: list[str] = []
    page.on("console", lambda line: said.append(line.type))
    status, body = answer
    cors = {"Access-Control-Allow-Origin": "*"}
    page.route(
        "**/badge.json*", lambda route: route.fulfill(status=status, body=body, headers=cors)
    )
    page.add_init_script("addEventListener('trust-error', () => (window.failed = true))")
    visit(f"<trust-badge>Fallback</trust-badge>{tag(server)}", wait=False)
    page.wait_for_function("window.failed")
    expect(page.get_by_text("Fallback")).to_be_visible()
    expect(face(page)).to_have_count(0)
    assert said.count("debug") == 1
    assert all("Failed to load resource" in line for line in complaints)


def test_a_wrong_shop_key_shows_the_fallback(visit: Open, page: Page, server: Site) -> None:
    wrong = tag(server).replace(server.shops[0].key, "X" + "0" * 32)
    with page.expect_console_message(lambda line: line.type == "debug"):
        visit(f"<trust-badge>Fallback</trust-badge>{wrong}", wait=False)
    expect(page.get_by_text("Fallback")).to_be_visible()


def test_stars_lead_to_the_profile_and_the_mark_to_the_certificate(
    visit: Open, page: Page, server: Site
) -> None:
    change(page, mark=VALID)
    visit()
    key = server.shops[0].key
    for part, path in (("stars", "profile"), ("mark", "certificate")):
        link = face(page).locator(f"[part={part}]")
        assert link.get_attribute("href") == f"{server.url}/de/{path}/{key}"
        assert page.request.get(str(link.get_attribute("href"))).ok


def test_the_close_button_works_until_the_next_page(visit: Open, page: Page) -> None:
    visit()
    face(page).get_by_role("button", name="Schließen").click()
    expect(face(page)).to_have_count(0)
    page.reload()
    expect(face(page)).to_be_visible()


def test_the_badge_gives_way_to_what_has_the_focus(visit: Open, server: Site) -> None:
    low = '<input style="position: fixed; right: 30px; bottom: 30px" aria-label="Low">'
    page = visit(f'{tag(server)}{low}<input aria-label="High">')
    page.get_by_label("Low").focus()
    expect(face(page)).to_have_css("opacity", "0")
    page.get_by_label("High").focus()
    expect(face(page)).to_have_css("opacity", "1")


def test_a_fading_badge_goes_and_comes_with_scrolling(visit: Open, server: Site) -> None:
    page = visit(f'{tag(server)}<trust-badge fade></trust-badge><p style="height: 4000px">')
    page.evaluate("scrollTo(0, 1000)")
    expect(face(page)).to_have_css("opacity", "0")
    page.evaluate("scrollTo(0, 500)")
    expect(face(page)).to_have_css("opacity", "1")


def test_a_selector_hides_the_badge_while_it_matches(visit: Open, server: Site) -> None:
    page = visit(f'{tag(server)}<trust-badge hidden-when=".menu.open"></trust-badge>')
    page.evaluate("document.body.className = 'menu open'")
    expect(face(page)).to_be_hidden()
    page.evaluate("document.body.className = 'menu'")
    expect(face(page)).to_be_visible()


def test_a_broken_selector_hides_nothing(visit: Open, server: Site) -> None:
    visit(f'{tag(server)}<trust-badge hidden-when="..."></trust-badge>')


def test_changed_attributes_are_followed(visit: Open, server: Site) -> None:
    page = visit(f"{tag(server)}<trust-badge></trust-badge>")
    badge = page.locator("trust-badge")
    badge.evaluate("(badge) => badge.setAttribute('lang', 'it')")
    expect(face(page)).to_contain_text("102 recensioni")
    badge.evaluate("(badge) => badge.setAttribute('position', 'inline')")
    expect(face(page)).to_have_css("position", "relative")


def test_a_card_may_be_asked_for_before_the_badge_is_there(
    page: Page, server: Site, shop_site: ShopSite
) -> None:
    held: list[Route] = []
    page.route("**/badge.json*", lambda route: held.append(route))
    page.goto(shop_site.put("<trust-badge></trust-badge>" + tag(server)))
    assert eventually(lambda: page.title() and held)
    page.locator("trust-badge").evaluate("(badge) => badge.open()")
    held[0].continue_()
    expect(card(page)).to_be_visible()


def test_the_page_is_told_what_happens(visit: Open, page: Page) -> None:
    page.add_init_script("""window.told = [];
        for (const name of ["ready", "data", "open", "close"]) addEventListener(`trust-${name}`,
            ({ type, detail, target }) => told.push([type, target.localName, detail]))""")
    visit()
    page.locator("trust-badge").evaluate("(badge) => badge.open()")
    expect(card(page)).to_be_visible()
    page.locator("trust-badge").evaluate("(badge) => badge.close()")
    expect(card(page)).to_have_count(0)
    assert page.evaluate("told") == [
        ["trust-ready", "trust-badge", None],
        ["trust-data", "trust-badge", {"value": 4.72, "count": 102}],
        ["trust-open", "trust-badge", None],
        ["trust-close", "trust-badge", None],
    ]


def test_refreshing_asks_again(visit: Open, page: Page) -> None:
    visit()
    change(page, texts={"count": "103 Bewertungen, letzte 12 Monate"})
    page.locator("trust-badge").evaluate("(badge) => badge.refresh()")
    expect(face(page)).to_contain_text("103 Bewertungen")


def test_nothing_shifts(visit: Open, page: Page) -> None:
    page.add_init_script("""window.shift = 0; new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shift += entry.value
    }).observe({ type: "layout-shift", buffered: true })""")
    visit()
    face(page).hover(position={"x": 5, "y": 5})
    expect(card(page).get_by_role("article").first).to_be_visible()
    assert page.evaluate("shift") == 0
