"""The HTML documents that validators look at: goldens of our markup, and what the seed serves."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from urllib.parse import quote

from domain import languages, skus
from rich_snippets import documents
from rich_snippets.snippets import Snippet
from schemas.syntaxes import Syntax
from tests.api.exchanges import Running
from tests.rich_snippets import graphs
from tests.rich_snippets.examples import (
    GRADE,
    HOSTILE,
    PRODUCT,
    REVIEW,
    REVIEWS,
    SHOP,
    grade_of,
    group_of,
    product_of,
    shop_of,
)
from tests.services.seeded import Subject
from widgets.choices import Widget

NAMED: Mapping[str, Snippet] = {
    "no-review": product_of(grade=grade_of(), reviews=()),
    "one-review": product_of(grade=grade_of(5), reviews=REVIEWS[:1]),
    "two-reviews": product_of(),
    "no-offer": product_of(replace(PRODUCT, offer=None, image_url=None)),
    "one-decimal": product_of(grade=replace(GRADE, decimals=1)),
    "group": group_of(),
    "shop": shop_of(),
    "own-shop": shop_of(replace(SHOP, operator_is_shop=True)),
}


def _hostile() -> Iterator[tuple[str, Snippet]]:
    """A product and a shop with each hostile word."""
    for number, word in enumerate(HOSTILE):
        view = replace(PRODUCT, name=f"{word} x", brand=word, mpn=word)
        written = replace(REVIEW, title=word, comment=word, author_name=f"{word} x")
        yield f"hostile-product-{number}", product_of(view, reviews=(REVIEW, written))
        yield f"hostile-shop-{number}", shop_of(replace(SHOP, name=f"{word} x", vat_id=word))


GOLDENS: Mapping[str, Snippet] = {
    f"{name}.{syntax}": replace(snippet, syntax=syntax)
    for (name, snippet), syntax in product((*NAMED.items(), *_hostile()), Syntax)
}


def goldens() -> dict[str, str]:
    """A page around the markup of every golden."""
    return {
        name: graphs.page(documents.html(snippet).decode()) for name, snippet in GOLDENS.items()
    }


def served(running: Running, subjects: list[Subject]) -> dict[str, str]:
    """Every snippet of the seeded shops and products, and every public page in every language.

    So are the pages of refusals, and the pieces of HTML that shops include in theirs.
    """
    pages = {address: _read(running, address) for address in _pages(subjects)}
    refusals = {address: _refused(running, address) for address in _refusals(subjects)}
    pieces = (*_snippets(subjects), *_pieces(subjects))
    written = {address: graphs.page(_read(running, address)) for address in pieces}
    return pages | refusals | written


def _pages(subjects: list[Subject]) -> Iterator[str]:
    keys = dict(subjects)
    for language in languages.SUPPORTED:
        yield f"/{language}/reviews/how"
        for key in keys:
            yield f"/{language}/profile/{key}"
            yield f"/{language}/embed/{key}/reviews"
            yield f"/{language}/certificate/{key}"
            yield f"/{language}/report/{key}"
            yield f"/{language}/embed/{key}"
    for key in keys:
        yield f"/en/profile/{key}?stars=5&sort=lowest"
        yield f"/en/profile/{key}?about=products"
        yield f"/embed/{key}?widget=stars"
        yield f"/embed/{key}?widget=floating&colours=1&position=left"
        for widget in Widget:
            yield f"/en/embed/{key}/preview?widget={widget}"


def _refusals(subjects: list[Subject]) -> Iterator[str]:
    """Pages of nobody, of a malformed key, and with a parameter that makes no sense."""
    key, _ = subjects[0]
    for language in languages.SUPPORTED:
        yield f"/{language}/profile/X{'0' * 32}"
        yield f"/{language}/embed/X0"
        yield f"/{language}/profile/{key}?stars=9"


def _pieces(subjects: list[Subject]) -> Iterator[str]:
    """Each widget as HTML, in the shop's language and in another one."""
    for key, sku in subjects:
        if sku is None:
            for name, lang in product(("badge", "sticker", "reviews"), ("", "?lang=fr")):
                yield f"/v1/shops/{key}/{name}.html{lang}"
        else:
            yield f"/v1/shops/{key}/products/{quote(sku, safe='')}/reviews.html?lang=pl"
            yield f"/v1/shops/{key}/stars.html?hex={skus.to_hex(sku)}"


def _snippets(subjects: list[Subject]) -> Iterator[str]:
    for (key, sku), syntax in product(subjects, Syntax):
        about = "" if sku is None else f"/products/{quote(sku, safe='')}"
        yield f"/v1/shops/{key}{about}/snippet.html?syntax={syntax}&reviews=20"


def _read(running: Running, address: str) -> str:
    reply = running.ask(address)
    if reply.status == 301:
        reply = running.ask(reply.headers["location"])
    assert reply.status == 200, address
    return reply.body.decode()


def _refused(running: Running, address: str) -> str:
    reply = running.ask(address)
    assert reply.status >= 400, address
    return reply.body.decode()
