"""Shops' pages for the checker: one that is right, and the pieces of which others are made."""

from schemas.checks import CheckReport
from widgets.checking import checker
from widgets.checking.tags import Expected

KEY = "X0123456789ABCDEF0123456789ABCDEF"
OTHER_KEY = "XFEDCBA9876543210FEDCBA9876543210"
BASE = "https://trust.example"
EXPECTED = Expected(BASE, KEY)
TAG = f'<script async src="{BASE}/v1/badge.js" data-shop="{KEY}"></script>'
FIELDS = {
    "tsCheckoutOrderNr": "4711",
    "tsCheckoutBuyerEmail": "anna@shop.example",
    "tsCheckoutOrderAmount": "150,00",
    "tsCheckoutOrderCurrency": "EUR",
    "tsCheckoutOrderPaymentType": "PAYPAL",
}
ITEM = {
    "tsCheckoutProductUrl": "https://shop.example/mug",
    "tsCheckoutProductName": "Mug",
    "tsCheckoutProductSKU": "MUG-01",
}


def page(*body: str, head: str = "") -> str:
    """A page whose body has one piece on each line, from the fourth line on."""
    pieces = "\n".join(body)
    return f"<!doctype html>\n<html><head>{head}</head>\n<body>\n{pieces}\n</body></html>"


def order(*, item: dict[str, str] | None = None, start: str = " hidden", **changed: str) -> str:
    """The order element with some fields changed; a field that is set to ``-`` is left out."""
    fields = FIELDS | changed
    spans = [f'<span id="{name}">{text}</span>' for name, text in fields.items() if text != "-"]
    parts = [f'<span class="{name}">{text}</span>' for name, text in (item or ITEM).items()]
    product = f'<span class="tsCheckoutProductItem">{"".join(parts)}</span>'
    return f'<div id="trustedShopsCheckout"{start}>{"".join(spans)}{product}</div>'


def checked(text: str, expected: Expected = EXPECTED) -> CheckReport:
    return checker.check(text, expected)


def codes(text: str, expected: Expected = EXPECTED) -> list[str]:
    """The codes that are found, the weightiest first."""
    return [each.code.value for each in checked(text, expected).findings]
