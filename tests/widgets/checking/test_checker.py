"""Pages as shops break them: each mistake is found, on its line, and no right page is blamed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.policies import CHECKS
from schemas.checks import Code, Weight, weight_of
from tests.widgets.checking.pages import (
    BASE,
    ITEM,
    KEY,
    OTHER_KEY,
    TAG,
    checked,
    codes,
    order,
    page,
)
from widgets.checking.tags import Expected

LOADER = f'<script async src="{BASE}/js/{KEY}.js"></script>'
OLD_LOADER = f"""<script>
(function () {{ var _ts; _tsConfig = {{'yOffset': '0', 'variant': 'reviews', responsive: {{}} }};
_ts = document.createElement('script'); _ts.src = '//trust.example/js/{KEY}.js'; }})();</script>"""
GTM = '<script async src="https://www.googletagmanager.com/gtm.js?id=GTM-1"></script>'


def policy(*directives: str) -> str:
    return f'<meta http-equiv="Content-Security-Policy" content="{"; ".join(directives)}">'


GOOD = {
    "new": page(TAG),
    "key in the address": page(f'<script async src="{BASE}/v1/badge.js?shop={KEY}"></script>'),
    "lower case": page(TAG.replace(KEY, KEY.lower())),
    "without scheme": page(TAG.replace("https:", "")),
    "older tag": page(LOADER.replace("async", 'async data-desktop-position="left"')),
    "older program": page(OLD_LOADER),
    "deferred": page(TAG.replace("async", "defer")),
    "elements": page(
        TAG, '<trust-stars sku="1, 2"></trust-stars>', "<trust-reviews></trust-reviews>"
    ),
    "attributes": page(
        TAG, '<trust-badge position="INLINE" fade class="a" data-x="1"></trust-badge>'
    ),
    "order": page(TAG, order()),
    "order with a date": page(
        LOADER, order() + '<span id="tsCheckoutOrderEstDeliveryDate">1.12.2026</span>'
    ),
    "another's element": page(TAG, "<trust-pilot></trust-pilot>", "<my-stars></my-stars>"),
    "older widget": page(
        f'<script src="{BASE}/applications/widget.js/v2" async></script>',
        '<etrusted-widget data-etrusted-widget-id="wdg-1"></etrusted-widget>',
    ),
    "policy": page(TAG, head=policy(f"script-src 'self' {BASE}", f"connect-src {BASE}")),
    "policy of other things": page(TAG, head=policy("img-src 'self'")),
    "policy with nonce": page(
        TAG.replace("async", 'async nonce="abc"'),
        head=policy("script-src 'strict-dynamic' 'nonce-abc'", "connect-src *"),
    ),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_page_that_works_is_praised_and_nothing_else(name: str) -> None:
    report = checked(GOOD[name])
    assert report.weight is Weight.GOOD, report.findings
    assert report.findings


BROKEN: list[tuple[Code, int | None, str]] = [
    (Code.NOTHING_FOUND, None, page("<p>Hello</p>")),
    (Code.NOTHING_FOUND, None, ""),
    (Code.NOTHING_FOUND, None, page('<script src="/js/app.js"></script>')),
    (Code.TAG_MANAGER, None, page(GTM)),
    (Code.TAG_COMMENTED, 5, page("<p>", f"<!-- {TAG} -->")),
    (Code.TAG_COMMENTED, 4, page(f"<!-- {LOADER}")),
    (Code.TAG_ASLEEP, 4, page(f"<noscript>{TAG}</noscript>")),
    (Code.TAG_ASLEEP, 5, page("<template>", TAG, "</template>")),
    (Code.TAG_TWICE, 6, page(TAG, "<p>", TAG)),
    (Code.TAG_BLOCKS, 4, page(TAG.replace(" async", ""))),
    (Code.TAG_OLD_AND_NEW, 5, page(LOADER, TAG)),
    (Code.TAG_WAITS, 4, page(TAG.replace("async", 'type="text/plain"'))),
    (Code.TAG_WAITS, 4, page(TAG.replace(" src", ' type="as-oil" data-src'))),
    (Code.HOST_OTHER, 4, page(TAG.replace("trust.example", "test.example"))),
    (Code.HOST_OTHER, 4, page(OLD_LOADER.replace("trust.example", "old.example"))),
    (Code.HOST_OTHER, 4, page('<script src="//old.example/reviews/tsSticker/tsSticker.js">')),
    (Code.HOST_INSECURE, 4, page(TAG.replace("https", "http"))),
    (Code.KEY_MISSING, 4, page(TAG.replace("data-shop", "data-shop-key"))),
    (Code.KEY_MISSING, 4, page(TAG.replace(KEY, " "))),
    (Code.KEY_MALFORMED, 4, page(TAG.replace(KEY, KEY[:-1]))),
    (Code.KEY_MALFORMED, 4, page(LOADER.replace(KEY, KEY[:-1]))),
    (Code.KEY_OTHER, 4, page(TAG.replace(KEY, OTHER_KEY))),
    (Code.KEY_OTHER, 4, page(OLD_LOADER.replace(KEY, OTHER_KEY))),
    (Code.ELEMENT_UNKNOWN, 5, page(TAG, "<trust-star sku=1></trust-star>")),
    (Code.ELEMENT_UNKNOWN, 5, page(TAG, "<trustbadge></trustbadge>")),
    (Code.ELEMENT_WITHOUT_TAG, 4, page("<trust-reviews></trust-reviews>")),
    (Code.ELEMENT_WITHOUT_TAG, 5, page(LOADER, "<trust-badge></trust-badge>")),
    (Code.ELEMENT_SELF_CLOSED, 5, page(TAG, "<trust-badge />")),
    (Code.PRODUCT_MISSING, 5, page(TAG, "<trust-stars></trust-stars>")),
    (Code.PRODUCT_MISSING, 5, page(TAG, '<trust-stars sku=" "></trust-stars>')),
    (Code.WIDGET_ID_MISSING, 4, page("<etrusted-widget></etrusted-widget>")),
    (Code.WIDGET_ID_MISSING, 4, page(f'<script async src="{BASE}/integration/integration.js">')),
    (Code.ATTRIBUTE_UNKNOWN, 5, page(TAG, "<trust-badge varaint=card></trust-badge>")),
    (Code.ATTRIBUTE_UNKNOWN, 4, page(LOADER.replace("async", "async data-mobile-y-ofset=3"))),
    (Code.ATTRIBUTE_UNKNOWN, 4, page(OLD_LOADER.replace("yOffset", "yofset"))),
    (Code.VALUE_UNKNOWN, 5, page(TAG, "<trust-reviews layout=caroussel></trust-reviews>")),
    (Code.VALUE_UNKNOWN, 4, page(LOADER.replace("async", "async data-color-scheme=night"))),
    (Code.TARGET_MISSING, 4, page(OLD_LOADER.replace("variant", "customElementId"))),
    (Code.POLICY_SCRIPT, 4, page(TAG, head=policy("default-src 'self'"))),
    (Code.POLICY_SCRIPT, 4, page(TAG, head=policy(f"script-src 'strict-dynamic' {BASE}"))),
    (Code.POLICY_CONNECT, 4, page(TAG, head=policy(f"script-src {BASE}", "connect-src 'self'"))),
    (Code.ORDER_TWICE, 6, page(TAG, order(), order())),
    (Code.ORDER_WITHOUT_TAG, 4, page(order())),
    (Code.ORDER_FIELD_MISSING, 5, page(TAG, order(tsCheckoutOrderNr="-"))),
    (Code.ORDER_FIELD_MISSING, 5, page(TAG, '<span id="tsCheckoutOrderNr">1</span>')),
    (Code.ORDER_FIELD_EMPTY, 5, page(TAG, order(tsCheckoutBuyerEmail="<b></b>"))),
    (Code.ORDER_FIELD_UNKNOWN, 5, page(TAG, order(tsCheckoutOrderNumber="1"))),
    (Code.ORDER_FIELD_UNFILLED, 5, page(TAG, order(tsCheckoutOrderNr="{{ order.id }}"))),
    (Code.ORDER_FIELD_UNFILLED, 5, page(TAG, order(tsCheckoutOrderNr="{$order.reference}"))),
    (Code.ORDER_AMOUNT_UNREAD, 5, page(TAG, order(tsCheckoutOrderAmount="free"))),
    (Code.ORDER_CURRENCY_UNREAD, 5, page(TAG, order(tsCheckoutOrderCurrency="&euro;"))),
    (Code.ORDER_EMAIL_UNREAD, 5, page(TAG, order(tsCheckoutBuyerEmail="anna"))),
    (Code.ORDER_PRODUCT_INCOMPLETE, 5, page(TAG, order(item=ITEM | {"tsCheckoutProductSKU": ""}))),
    (Code.ORDER_VISIBLE, 5, page(TAG, order(start=""))),
    (
        Code.ORDER_DATE_UNREAD,
        5,
        page(TAG, order() + '<span id="tsCheckoutOrderEstDeliveryDate">soon</span>'),
    ),
]


@pytest.mark.parametrize(("code", "line", "text"), BROKEN)
def test_a_mistake_is_found_on_its_line(code: Code, line: int | None, text: str) -> None:
    lines = [each.line for each in checked(text).findings if each.code is code]
    assert lines == [line]


def test_there_is_a_page_for_each_thing_that_can_be_said() -> None:
    shown = {code for code, _, _ in BROKEN}
    shown |= {each.code for text in GOOD.values() for each in checked(text).findings}
    assert shown == set(Code)


def test_errors_come_first_and_then_hints() -> None:
    assert codes(page(TAG.replace(" async", ""), "<trust-stars></trust-stars>")) == [
        *("PRODUCT_MISSING", "TAG_BLOCKS", "TAG_FOUND")
    ]


def test_a_script_that_does_not_work_is_not_praised() -> None:
    assert codes(page(TAG.replace(KEY, OTHER_KEY))) == ["KEY_OTHER"]


def test_a_policy_in_the_headers_counts_as_one_in_the_page() -> None:
    told = Expected(BASE, KEY, "https://shop.example/", ("script-src 'self', img-src *",))
    assert "POLICY_SCRIPT" in codes(page(TAG), told)


def test_an_address_without_host_belongs_to_the_page() -> None:
    told = Expected(BASE, KEY, "https://shop.example/a/b")
    [finding] = checked(
        page(f'<script async src="/v1/badge.js" data-shop="{KEY}"></script>'), told
    ).findings
    assert finding.values == {"host": "shop.example", "ours": "trust.example"}


@pytest.mark.parametrize(
    "text",
    [
        "<trust-badge></trust-badge>\n" * 1_000,
        "<trust-badge a=1></trust-badge>" * 1_000,
        f"{TAG}\n" * 1_000,
        '<div id="trustedShopsCheckout">' + '<p class="tsCheckoutProductItem">' * 1_000,
    ],
)
def test_no_more_is_told_than_anybody_reads(text: str) -> None:
    assert 0 < len(checked(text).findings) <= CHECKS.findings


def test_values_are_cut_to_what_can_be_shown() -> None:
    long = "x" * 5_000
    [finding] = [
        each
        for each in checked(page(TAG, f'<trust-badge {long}="1">')).findings
        if each.code is Code.ATTRIBUTE_UNKNOWN
    ]
    assert len(finding.values["attribute"]) == CHECKS.value_characters


def test_tags_are_counted() -> None:
    assert "TAG_FOUND" in codes("<a>" * (CHECKS.tokens - 1) + TAG)
    assert "TAG_FOUND" not in codes("<a>" * CHECKS.tokens + TAG)


PIECES = st.sampled_from(
    (
        *("<", ">", "</", "<!--", "-->", "<script", "<trust-stars", " src=", '"', "'", "=", "\n"),
        *(TAG, "/>", "https://trust.example/v1/badge.js", "//[", "_tsConfig={", "id=tsCheckoutX"),
        *("<meta http-equiv=content-security-policy content='script-src ", "://", "*.", ":x", ","),
    )
)


@given(st.lists(st.one_of(PIECES, st.text(max_size=5)), max_size=30).map("".join))
def test_nothing_that_is_pasted_breaks_the_check(text: str) -> None:
    report = checked(text)
    assert report.findings
    assert report.weight in {weight_of(each.code) for each in report.findings}
