"""The HTML documents that validators look at: goldens of our markup, and what the seed serves."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from urllib.parse import quote

from domain import languages
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
    """Every snippet of the seeded shops and products, and every public page in every language."""
    pages = {address: _read(running, address) for address in _pages(subjects)}
    snippets = {address: _read(running, address) for address in _snippets(subjects)}
    return pages | {address: graphs.page(html) for address, html in snippets.items()}


def _pages(subjects: list[Subject]) -> Iterator[str]:
    keys = dict(subjects)
    for language in languages.SUPPORTED:
        yield f"/{language}/reviews/how"
        for key in keys:
            yield f"/{language}/profile/{key}"
            yield f"/{language}/embed/{key}/reviews"
            yield f"/{language}/certificate/{key}"
            yield f"/{language}/report/{key}"
    for key in keys:
        yield f"/en/profile/{key}?stars=5&sort=lowest"
        yield f"/en/profile/{key}?about=products"


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
