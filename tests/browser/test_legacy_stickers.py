"""Stickers and elements of the older contract, where shops have pasted them (embed.md 5, 6)."""

import json
from collections.abc import Callable
from typing import Any, Final

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Site
from tests.browser.shops import ShopSite
from tests.browser.snippets import key_of, sticker

Open = Callable[..., Page]
WRAPPER: Final = "#trustedshops-productreviews-sticker-wrapper"
WIDGET: Final = "wdg-0192f0c1-0000-7000-8000-000000000001"
INTEGRATION: Final = "int-0192f0c1-0000-7000-8000-000000000001"
POLICY: Final = (
    "default-src 'none'; script-src 'nonce-n0nce'; style-src 'self'; connect-src {url}; "
    "require-trusted-types-for 'script'"
)


@pytest.fixture
def visit(page: Page, shop_site: ShopSite) -> Open:
    def open_page(body: str, **how: Any) -> Page:
        page.goto(shop_site.put(body, **how))
        return page

    return open_page


def shop_sticker(server: Site, more: str = "", element: str = "#here") -> str:
    settings = f"""'tsid': '{key_of(server)}', 'element': '{element}', 'variant': 'testimonial',
        'reviews': '5', 'betterThan': '', 'richSnippets': 'off', 'backgroundColor': '#ffdc0f',
        'linkColor': 'expression(alert(1))', 'fontFamily': 'Arial', {more}"""
    return sticker(server, "_tsRatingConfig", "tsSticker", settings)


def product_sticker(server: Site, sku: str = "'BT-1001'", more: str = "") -> str:
    settings = f"""'tsid': '{key_of(server)}', 'sku': {sku}, 'variant': 'productreviews',
        'element': '#here', 'locale': 'de_DE', 'borderColor': '#0DBEDC', 'starSize': '15px',
        'richSnippets': 'off', 'hideEmptySticker': 'false', 'filter': 'true', {more}"""
    return sticker(server, "_tsProductReviewsConfig", "tsProductSticker", settings)


def summary(server: Site, *calls: str) -> str:
    source = f"{server.url}/reviews/tsSticker/tsProductStickerSummary.js"
    made = "".join(f"new productStickerSummary().showSummary({{{call}}});" for call in calls)
    return f'<script src="{source}"></script><script>{made}</script>'


def widget(server: Site, attributes: str = 'data-sku="BT-1001"', *, scripts: int = 1) -> str:
    source = f'<script src="{server.url}/applications/widget.js/v2" async defer></script>'
    element = f'<etrusted-widget data-etrusted-widget-id="{WIDGET}" {attributes}></etrusted-widget>'
    return element + source * scripts


def configured(page: Page, server: Site, kind: str, **config: Any) -> None:
    """Let our server know the widget; what it says is its own answer's shape."""

    def answer(route: Route) -> None:
        found = {
            "id": WIDGET,
            "reference": {"type": "channel", "id": "chl-1"},
            "shopKey": key_of(server),
            "applicationType": kind,
            "locale": "de-DE",
            "config": config,
        }
        allowed = {"Access-Control-Allow-Origin": "*", "Content-Type": "application/json"}
        route.fulfill(headers=allowed, body=json.dumps(found))

    page.route("**/manifests/v1/*.json", answer)


def test_a_shop_sticker_stands_in_its_element(
    visit: Open, server: Site, complaints: list[str]
) -> None:
    page = visit('<div id="here"></div>' + shop_sticker(server, "'introtext': '<b>Our</b> people'"))
    found = page.locator("#here trust-shop-sticker")
    expect(found.get_by_role("article").or_(found.locator("li.review")).first).to_be_visible()
    expect(found).to_contain_text("Our people")
    expect(found).to_contain_text("102 Bewertungen")
    assert found.locator("b", has_text="Our").count() == 0
    assert found.locator("li.review").count() <= 5
    expect(found.get_by_role("link", name="Alle Bewertungen")).to_be_attached()
    surface = found.locator(".theme").evaluate("(e) => getComputedStyle(e).backgroundColor")
    assert surface == "rgb(255, 220, 15)"
    assert "expression" not in (found.get_attribute("style") or "")
    assert complaints == []


def test_a_limited_choice_is_said_and_the_grade_stays(visit: Open, server: Site) -> None:
    more = "'betterThan': '4.0', 'reviewMinLength': '10'"
    page = visit('<div id="here"></div>' + shop_sticker(server, more))
    found = page.locator("trust-shop-sticker")
    expect(found).to_contain_text("nur Bewertungen mit mehr als 4 Sternen")
    expect(found).to_contain_text("102 Bewertungen")
    names = found.locator("li.review .stars").evaluate_all(
        "(all) => all.map((each) => each.getAttribute('aria-label'))"
    )
    assert {name[0] for name in names} == {"5"}


def test_without_an_element_a_sticker_stands_where_its_script_was_put(
    visit: Open, server: Site
) -> None:
    page = visit(f'<div id="at">{shop_sticker(server, element="")}</div>')
    expect(page.locator("#at script + trust-shop-sticker li.review").first).to_be_attached()


def test_two_stickers_do_not_become_one_another(visit: Open, server: Site) -> None:
    second = shop_sticker(server, element="#there")
    page = visit('<div id="here"></div><div id="there"></div>' + shop_sticker(server) + second)
    expect(page.locator("#there trust-shop-sticker li.review").first).to_be_attached()
    assert page.locator("#there trust-shop-sticker").count() == 1


def test_a_product_sticker_has_the_hooks_of_older_styles(
    visit: Open, server: Site, complaints: list[str]
) -> None:
    page = visit('<div id="here"></div>' + product_sticker(server))
    expect(page.locator(f"#here > {WRAPPER} ul.ts-reviews-list > li").first).to_be_visible()
    expect(page.locator(f"{WRAPPER} select").first).to_be_visible()
    size = page.locator(f"{WRAPPER} li .stars").first.evaluate("(e) => getComputedStyle(e).height")
    assert size == "15px"
    assert complaints == []


def test_a_product_sticker_that_runs_again_replaces_the_one_before(
    visit: Open, server: Site
) -> None:
    first = product_sticker(server)
    second = product_sticker(server, "['BT-1002', 'BT-1003']", "'ratingSummary': 'false'")
    page = visit('<div id="here"></div>' + first + second)
    expect(page.locator(f"{WRAPPER} ul.ts-reviews-list").first).to_be_visible()
    assert page.locator(WRAPPER).count() == 1
    assert page.locator("trust-product-sticker").get_attribute("sku") == "BT-1002,BT-1003"


def test_structured_data_are_added_only_where_there_are_none(visit: Open, server: Site) -> None:
    snippet = product_sticker(server, more="'richSnippets': 'on'")
    markup = 'script[type="application/ld+json"]'
    page = visit('<div id="here"></div>' + snippet)
    expect(page.locator(markup)).to_have_count(1)
    graded = json.loads(page.locator(markup).text_content() or "")
    assert graded["aggregateRating"]["ratingValue"]
    own = '<script type="application/ld+json">{"@type": "AggregateRating"}</script>'
    visit('<div id="here"></div>' + snippet, head=own)
    expect(page.locator(f"{WRAPPER} ul.ts-reviews-list").first).to_be_visible()
    assert page.locator(markup).count() == 1


def test_summaries_of_a_list_are_asked_for_at_once(
    visit: Open, page: Page, server: Site, complaints: list[str]
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    key = key_of(server)
    places = "".join(f'<p id="s{number}"></p>' for number in range(4))
    calls = [
        f"tsId: '{key}', sku: ['{sku}'], element: '#s{number}', starSize: '20px', fontSize: 12"
        for number, sku in enumerate(["BT-1001", "BT-1002", "BT-1003"])
    ]
    empty = f"tsId: '{key}', sku: ['none'], element: '#s3', enablePlaceholder: 'true'"
    visit(places + summary(server, *calls, empty))
    expect(page.locator("#s0 trust-stars .stars")).to_be_visible()
    expect(page.locator("#s2 trust-stars .stars")).to_be_visible()
    expect(page.locator("#s3")).to_have_text("☆☆☆☆☆")
    assert len([url for url in asked if "/stars.json?" in url]) == 1
    height = page.locator("#s0 .stars").evaluate("(e) => getComputedStyle(e).height")
    assert height == "20px"
    assert complaints == []


def test_a_summary_without_its_element_or_moved_later_throws_nothing(
    visit: Open, server: Site, complaints: list[str]
) -> None:
    call = f"tsId: '{key_of(server)}', sku: 'BT-1001', element: '#late'"
    page = visit('<div id="new"></div>' + summary(server, call, "element: '((', sku: null", ""))
    page.evaluate("""() => document.body.append(
        Object.assign(document.createElement("div"), {id: "late"}))""")
    expect(page.locator("#late trust-stars .stars")).to_be_visible()
    page.evaluate(
        "() => document.getElementById('new').append(document.querySelector('trust-stars'))"
    )
    expect(page.locator("#new trust-stars .stars")).to_be_visible()
    assert complaints == []


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("product_star", "trust-stars"),
        ("product_review_list", "trust-reviews"),
        ("trusted_stars_service", "trust-badge"),
        ("review_carousel_service", "trust-reviews"),
        ("testimonial_service", "trust-reviews"),
    ],
)
def test_widgets_are_drawn_by_their_type(
    visit: Open, page: Page, server: Site, complaints: list[str], kind: str, shown: str
) -> None:
    configured(page, server, kind)
    is_product = kind.startswith("product")
    visit(widget(server, 'data-sku="BT-1001, BT-1002"' if is_product else "", scripts=2))
    found = page.locator(f"etrusted-widget > {shown}")
    expect(found.get_by_role("img").first).to_be_attached()
    assert page.locator("etrusted-widget > *").count() == 1
    assert complaints == []


def test_a_number_may_come_after_the_element(visit: Open, page: Page, server: Site) -> None:
    configured(page, server, "product_star", hideWhenEmpty=True)
    visit(widget(server, ""))
    expect(page.locator("etrusted-widget > trust-stars")).to_be_attached()
    page.evaluate("() => { document.querySelector('etrusted-widget').dataset.sku = 'BT-1001' }")
    expect(page.locator("trust-stars .stars")).to_be_visible()


def test_an_unknown_widget_takes_no_room(visit: Open, page: Page, server: Site) -> None:
    with page.expect_response("**/manifests/v1/*.json") as answer:
        visit(widget(server))
    assert answer.value.status == 404
    expect(page.locator("etrusted-widget")).to_be_hidden()
    assert page.locator("etrusted-widget > *").count() == 0


def test_the_anchor_shows_stars_and_lets_the_click_through(
    visit: Open, page: Page, server: Site
) -> None:
    configured(page, server, "product_review_list")
    name = "etrusted-product-review-list-widget-product-star-extension"
    visit(f'<div id="tab"><{name}></{name}></div>' + widget(server))
    page.evaluate("() => { tab.onclick = () => { opened = 1 } }")
    page.locator(f"{name} trust-stars").get_by_role("link").first.click()
    assert page.evaluate("opened") == 1


@pytest.mark.parametrize(
    ("variant", "place"),
    [("reviews", "body > "), ("card", "script + "), ("horizontal", "script + ")],
)
def test_an_integration_shows_a_badge(
    visit: Open, page: Page, server: Site, complaints: list[str], variant: str, place: str
) -> None:
    configured(page, server, "trust_badge", variant=variant)
    source = f"{server.url}/integration/integration.js"
    tag = f'<script src="{source}" type="module" data-integration-id="{INTEGRATION}"></script>'
    visit(f"<trstd-login></trstd-login>{tag}")
    expect(page.locator(f"{place}trust-badge .face")).to_be_visible()
    assert page.locator("trstd-login > *").count() == 0
    assert complaints == []


def test_an_unknown_integration_shows_nothing(visit: Open, page: Page, server: Site) -> None:
    source = f"{server.url}/integration/integration.js"
    tag = f'<script src="{source}" type="module" data-integration-id="{INTEGRATION}"></script>'
    with page.expect_response("**/manifests/v1/*.json"):
        visit(tag)
    assert page.locator("trust-badge").count() == 0


def test_a_strict_policy_has_no_objection_to_a_sticker(
    visit: Open, page: Page, server: Site, complaints: list[str]
) -> None:
    headers = {"Content-Security-Policy": POLICY.format(url=server.url)}
    key = key_of(server)
    body = summary(server, f"tsId: '{key}', sku: 'BT-1001', element: '#here', starColor: 'red'")
    nonced = ('<div id="here"></div>' + body).replace("<script", '<script nonce="n0nce"')
    visit(nonced, headers=headers)
    expect(page.locator("#here trust-stars .stars")).to_be_visible()
    assert complaints == []


def test_settings_that_make_no_sense_throw_nothing(
    visit: Open, server: Site, complaints: list[str]
) -> None:
    broken = [
        sticker(server, "_tsRatingConfig", "tsSticker", "'tsid': null, 'element': '((('"),
        sticker(server, "_tsProductReviewsConfig", "tsProductSticker", "'tsid': 'X', 'sku': []"),
        "<script>_tsRatingConfig = 1; _tsProductReviewsConfig = 'x'</script>",
    ]
    page = visit("".join(broken))
    page.wait_for_load_state("networkidle")
    assert complaints == []
