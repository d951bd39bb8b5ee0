"""The pages of the demo: the example shop, an order of a visitor, and that buyer's mailbox."""

import secrets
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode

from control import guides, layout
from control.centre import words as catalogues
from schemas.questions import PREFIX
from services.demo import NAME_CHARACTERS, DemoOrder, DemoShop, Received, address
from widgets.texts import Texts

SHOP: Final = "/demo/shop"
ORDER: Final = f"{SHOP}/order"
MAILBOX: Final = "/demo/mailbox"
POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'"
)


def shop(offered: DemoShop, language: str) -> bytes:
    """What the shop sells, with its badge; each showing has an order number of its own."""
    words = catalogues.of(language)
    prices = [words.money(each.price_minor, offered.currency) for each in offered.products]
    return _page(
        "demo/shop.html",
        words,
        offered,
        title=words.say("demo.shop", shop=offered.name),
        number=f"DEMO-{secrets.token_hex(4).upper()}",
        products=list(zip(offered.products, prices, strict=True)),
        most=NAME_CHARACTERS,
        order_url=ORDER,
        form_style=guides.STYLE_URL,
    )


def order(made: DemoOrder, name: str, language: str) -> bytes:
    """The page after an order, with the order as shops print it."""
    words = catalogues.of(language)
    return _page(
        "demo/order.html",
        words,
        made.shop,
        title=words.say("demo.thanks"),
        order=made,
        ordered=words.say("demo.ordered", number=made.number, product=made.product.name),
        mailbox_url=_mailbox_url(made.number, name),
        shop_url=SHOP,
    )


def mailbox(
    offered: DemoShop, mails: Sequence[Received], number: str, name: str, language: str
) -> bytes:
    """What the buyer of an order has got, in the shop's zone; a link looks again.

    No page loads itself anew, since that would take it away from under somebody who reads it.
    """
    words = catalogues.of(language)
    return _page(
        "demo/mailbox.html",
        words,
        offered,
        title=words.say("demo.mailbox"),
        address=address(number, name),
        mails=[(mail, words.moment(mail.at, offered.zone)) for mail in mails],
        own_url=_mailbox_url(number, name),
        shop_url=SHOP,
    )


def _mailbox_url(number: str, name: str) -> str:
    return f"{MAILBOX}?{urlencode({'number': number, 'name': name})}"


def _page(template: str, words: Texts, offered: DemoShop, /, **values: object) -> bytes:
    return layout.render(
        template,
        words,
        shop=offered,
        profile_url=f"/profile/{offered.key}",
        badge=f"{PREFIX}{offered.key}/badge.svg?lang={words.language}",
        is_indexed=False,
        language_links=(),
        **values,
    )
