"""The badge of pages with older tags: one badge, whatever the page has, and it stays reachable."""

import gzip
import re
from typing import Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.legacy import BUTTON, CONTAINER, FACE, SUF, Open, box, call, card
from tests.browser.shops import ShopSite
from tests.browser.snippets import key_of, loader, tag

LISTENER: Final = """<script>heard = []; for (const name of ["maximized", "minimized",
    "maximized_size_changed", "card_closed", "checkout_card_prepared", "xhr_call_done"])
    addEventListener("trustbadge_event_" + name, ({detail}) => heard.push(name))</script>"""
POLICY: Final = (
    "default-src 'none'; script-src 'nonce-n0nce'; style-src 'self'; connect-src {url}; "
    "require-trusted-types-for 'script'"
)
GREEDY: Final = """<style>div, p, a, button, svg, span { color: red; margin: 30px; float: left }
    .face, .stars, .rating, .count, .open, .theme, .card, .close, .panel { display: none }
    .card { position: static; width: 100% } path, rect { fill: red }</style>"""


@pytest.fixture
def visit(page: Page, shop_site: ShopSite) -> Open:
    """Open a page of the shop with this in its body, and wait for the badge."""

    def open_page(body: str, *, wait: bool = True, **how: Any) -> Page:
        page.goto(shop_site.put(body, **how))
        if wait:
            expect(page.locator(FACE)).to_be_visible()
        return page

    return open_page


def test_the_snippet_loads_one_script_and_keeps_nothing(
    visit: Open, page: Page, server: Site, complaints: list[str]
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    visit(loader(server))
    page.wait_for_load_state("networkidle")
    ours = [url for url in asked if url.startswith(server.url)]
    assert ours == [f"{server.url}/js/{key_of(server)}.js"]
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert complaints == []


def test_the_script_with_everything_inside_is_small(page: Page, server: Site) -> None:
    for each in server.shops:
        reply = page.request.get(f"{server.url}/js/{each.key}.js")
        assert len(gzip.compress(reply.body(), 6)) <= 8 * 1024


def test_the_methods_are_there_as_soon_as_the_script_has_run(visit: Open, server: Site) -> None:
    script = f'<script src="{server.url}/js/{key_of(server)}.js"></script>'
    after = "<script>found = Object.keys(window.trustbadge).join()</script>"
    page = visit(script + after)
    assert page.evaluate("found") == "reInitialize,load,remove,showCard"


def test_a_page_may_ask_for_the_card_at_once(
    visit: Open, server: Site, complaints: list[str]
) -> None:
    script = f'<script src="{server.url}/js/{key_of(server)}.js"></script>'
    page = visit(f"{script}<script>trustbadge.showCard()</script>")
    expect(card(page)).to_be_visible()
    assert complaints == []


def test_the_rating_can_be_read_from_the_last_paragraph_but_one(visit: Open, server: Site) -> None:
    lines = visit(loader(server)).locator(f"{FACE} p").all_text_contents()
    assert re.fullmatch(r"\d\.\d\d/5\.00", lines[-2])
    assert lines[-1] == "102 Bewertungen, letzte 12 Monate"


def test_the_hooks_of_other_peoples_scripts_are_there(visit: Open, server: Site) -> None:
    page = visit(loader(server))
    assert page.locator(f"body > {CONTAINER}").count() == 1
    minimised = page.locator('[data-tb-element="trustbadge_minimised_container"]')
    assert minimised.get_attribute("id") == FACE[1:]
    page.locator(BUTTON).press("Enter")
    expect(card(page)).to_be_visible()
    for name in ("close-button", "contentBoxWithLink_trustmark", "link_showAllReviews"):
        expect(card(page).locator(f"#{name}-{SUF}")).to_be_visible()
    expect(page.locator(f"a#link_showAllReviews-{SUF}")).to_be_visible()
    page.locator(f"#close-button-{SUF}").click()
    expect(card(page)).to_have_count(0)


def test_links_in_the_card_can_be_clicked(visit: Open, server: Site) -> None:
    page = visit(loader(server))
    page.locator(BUTTON).press("Enter")
    with page.expect_popup() as opened:
        page.locator(f"#link_showAllReviews-{SUF}").click()
    assert f"/profile/{key_of(server)}" in opened.value.url


def test_attributes_precede_the_global_and_both_tags_make_one_badge(
    visit: Open, server: Site, complaints: list[str]
) -> None:
    page = visit(loader(server, yOffset="200") + tag(server, desktop_position="left"))
    expect(page.locator(f'{CONTAINER}[data-position="left"]')).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert page.locator("trust-badge").count() == 1
    assert box(page)["x"] == 20
    assert complaints == []


def test_of_two_shops_the_first_wins(visit: Open, server: Site) -> None:
    first = f'<script src="{server.url}/js/{key_of(server)}.js"></script>'
    page = visit(first + first.replace(key_of(server), key_of(server, 1)))
    assert page.locator("trust-badge").count() == 1
    expect(page.locator(FACE)).to_contain_text("102")


@pytest.mark.parametrize("is_older_first", [True, False])
def test_an_older_and_a_newer_tag_make_one_badge_with_all_methods(
    visit: Open, server: Site, complaints: list[str], is_older_first: bool
) -> None:
    older = f'<script src="{server.url}/js/{key_of(server)}.js"></script>'
    newer = f'<script src="{server.url}/v1/badge.js" data-shop="{key_of(server)}"></script>'
    page = visit(older + newer if is_older_first else newer + older, wait=False)
    expect(page.locator("trust-badge")).to_have_count(1)
    expect(page.locator("trust-badge").locator(".face")).to_be_visible()
    call(page, "showCard")
    expect(card(page)).to_be_visible()
    call(page, "remove")
    expect(page.locator("trust-badge")).to_have_count(0)
    call(page, "load")
    expect(page.locator("trust-badge").locator(".face")).to_be_visible()
    assert complaints == []


def test_the_methods_can_be_called_in_any_order_and_often(
    visit: Open, server: Site, complaints: list[str]
) -> None:
    page = visit(loader(server))
    for method in ("remove", "remove", "reInitialize", "load", "reInitialize"):
        call(page, method)
    expect(page.locator(FACE)).to_be_visible()
    assert page.locator("trust-badge").count() == 1
    call(page, "showCard")
    call(page, "showCard")
    expect(card(page)).to_have_count(1)
    call(page, "remove")
    assert page.locator(CONTAINER).count() == 0
    call(page, "showCard")
    call(page, "load")
    expect(page.locator(FACE)).to_be_visible()
    assert complaints == []


def test_events_have_their_older_names(visit: Open, server: Site) -> None:
    page = visit(LISTENER + loader(server))
    page.locator(BUTTON).press("Enter")
    expect(card(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(card(page)).to_have_count(0)
    page.wait_for_function("heard.length > 4")
    assert page.evaluate("heard") == [
        "xhr_call_done",
        "maximized",
        "maximized_size_changed",
        "card_closed",
        "minimized",
    ]


@pytest.mark.parametrize("value", ["true", "TRUE "])
def test_a_badge_that_is_switched_off_leaves_its_card(
    visit: Open, server: Site, value: str
) -> None:
    page = visit(loader(server, disableTrustbadge=value), wait=False)
    expect(page.locator("trust-badge .theme")).to_have_count(1)
    assert page.locator(FACE).count() == 0
    call(page, "showCard")
    expect(card(page)).to_be_visible()


def test_the_pages_own_rules_do_not_reach_in(visit: Open, server: Site) -> None:
    plain = box(visit(loader(server)))
    page = visit(loader(server), head=GREEDY)
    found = box(page)
    assert (found["width"], found["height"]) == (plain["width"], plain["height"])
    page.locator(BUTTON).press("Enter")
    expect(card(page).get_by_role("heading").first).to_be_visible()
    fill = page.locator(f"{FACE} path.full").evaluate("(e) => getComputedStyle(e).fill")
    assert fill == "rgb(15, 118, 110)"


def test_a_page_that_unsets_everything_gets_the_same_badge(visit: Open, server: Site) -> None:
    plain = box(visit(loader(server)))
    assert box(visit(loader(server), head="<style>* { all: unset }</style>")) == plain


def test_our_rules_do_not_reach_out(visit: Open, server: Site) -> None:
    body = '<p class="face panel card" id="own">Text</p><button id="b">b</button>'
    looks = """(page) => ["own", "b"].map((id) =>
        JSON.stringify([...getComputedStyle(document.getElementById(id))].map((name) =>
            getComputedStyle(document.getElementById(id))[name])))"""
    page = visit(body, wait=False)
    plain = page.evaluate(looks)
    visit(body + loader(server))
    page.locator(BUTTON).press("Enter")
    expect(card(page)).to_be_visible()
    assert page.evaluate(looks) == plain


def test_a_strict_policy_with_a_nonce_and_trusted_types_has_no_objection(
    visit: Open, server: Site, complaints: list[str]
) -> None:
    headers = {"Content-Security-Policy": POLICY.format(url=server.url)}
    page = visit(tag(server).replace("<script ", '<script nonce="n0nce" '), headers=headers)
    page.locator(BUTTON).press("Enter")
    expect(card(page).get_by_role("article").first).to_be_visible()
    assert complaints == []


def test_a_blocked_script_harms_nobody(visit: Open, page: Page, server: Site) -> None:
    page.route("**/js/**", lambda route: route.abort())
    visit(loader(server) + "<script>ran = 1; window.trustbadge?.load()</script>", wait=False)
    assert page.evaluate("ran") == 1


def test_an_unknown_shop_gets_methods_that_do_nothing(
    visit: Open, server: Site, complaints: list[str]
) -> None:
    unknown = loader(server).replace(key_of(server), f"X{'0' * 32}")
    page = visit(unknown, wait=False)
    page.wait_for_function("window.trustbadge")
    for method in ("reInitialize", "remove", "load", "showCard"):
        call(page, method)
    assert page.locator("trust-badge").count() == 0
    assert complaints == []


def test_the_pages_language_and_scheme_are_followed(visit: Open, page: Page, server: Site) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    visit(tag(server, color_scheme="dark"), lang="pl")
    expect(page.locator(FACE)).to_contain_text("102 opinie")
    ours = [url for url in asked if url.startswith(server.url)]
    assert [url.rpartition("/")[2] for url in ours[1:]] == ["badge.json?lang=pl"]
    assert page.locator("trust-badge .theme.dark").count() == 1


def test_where_the_pages_language_does_not_arrive_the_shops_own_is_there(
    visit: Open, page: Page, server: Site
) -> None:
    page.route("**/badge.json*", lambda route: route.abort())
    visit(loader(server), lang="pl")
    expect(page.locator(FACE)).to_contain_text("102 Bewertungen")


def test_a_tag_that_asks_for_it_is_told_what_nobody_reads(
    visit: Open, page: Page, server: Site, complaints: list[str]
) -> None:
    with page.expect_console_message(lambda message: message.type == "warning"):
        visit(loader(server, yOfset="3") + tag(server, debug=""))
    assert complaints == ["trustwright ignores _tsConfig.yOfset"]


@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_to_object(visit: Open, page: Page, server: Site, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    visit(tag(server))
    page.locator(BUTTON).press("Enter")
    expect(card(page).get_by_role("article").first).to_be_attached()
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []


def test_a_native_app_finds_the_card_by_its_oldest_name(visit: Open, server: Site) -> None:
    page = visit(loader(server, config="SDK_IOS"))
    assert page.locator("#Container_db8d3657bdbe440c985ae127463eaad4 trust-badge").count() == 1
    call(page, "showCard")
    found = page.locator("#tscard4_db8d3657bdbe440c985ae127463eaad4")
    expect(found).to_be_visible()
    assert found.evaluate("(e) => e.offsetHeight") > 100
