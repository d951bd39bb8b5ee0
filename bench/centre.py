"""Pages of the control centre with a million reviews: a shop's, the operator's, and searches.

They are asked for as browsers do, signed in, through the whole application; the time is that
of the server without the line. The second shop of the large installation is one of ten thousand.
Outbox, log and the calls of a webhook are as long as they become in a busy month.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from statistics import median
from typing import Final

from starlette.testclient import TestClient

from api.main import create_app
from bench import databases, desks, installations, synthetic
from bench.desks import Desk
from bench.figures import Figure, of_rounds
from bench.plan import Plan
from bench.progress import said
from bench.synthetic import Recipe
from control.centre.replies import SESSION
from services import settings

_BASE: Final = "http://127.0.0.1"
_OK: Final = 200
_SHOP: Final[Mapping[str, str]] = {
    "overview": "",
    "analysis": "/analysis",
    "inbox": "/reviews",
    "inbox, products with 1 star": "/reviews?kind=product&stars=1",
    "inbox, all filters and no match": "/reviews?state=rejected&reply=given&read=read&stars=1-2",
    "inbox, unread": "/reviews?read=unread",
    "inbox, one product": "/reviews?sku=SKU-7",
    "one review": "/reviews/{review}",
    "cases": "/cases",
    "notifications": "/notifications",
    "connected shops": "/group",
    "webhooks": "/webhooks",
    "webhook with its log": "/webhooks/{webhook}",
    "settings": "/settings",
    "widgets": "/widgets",
    "snippets": "/snippets",
    "feeds": "/feeds",
}
_OWN: Final[Mapping[str, str]] = {"list of shops": "/control?all=1"}
_STAFF: Final[Mapping[str, str]] = {
    "moderation": "/control/operator/moderation",
    "case": "/control/operator/moderation/{case}",
    "ledger": "/en/reviews/ledger",
    "outbox": "/control/operator/outbox",
    "outbox, failed": "/control/operator/outbox?state=FAILED",
    "outbox, a rare kind": "/control/operator/outbox?key=hearing",
    "operator's search": "/control/operator/shops?q=shop7",
    "operator's search, no match": "/control/operator/shops?q=nowhere",
    "log": "/control/operator/log",
    "log, a rare action": "/control/operator/log?action=case.",
    "log, nobody": "/control/operator/log?actor=nobody",
}
_SEARCHES: Final[Mapping[str, str]] = {
    "a common word": "the",
    "a rare word": "zebra",
    "a phrase": '"the shop"',
    "a beginning": "del*",
    "eight common words": "the and a of to in it was",
    "a common word, no match": "the&state=rejected",
    "a common word, unread": "the&read=unread",
    "a common word, read and answered": "the&read=read&reply=given",
    "a common word, one product": "the&sku=SKU-7",
    "a beginning, unread": "del*&read=unread",
    "an order number": "A-4711",
}


def run(plan: Plan) -> Sequence[Figure]:
    """Milliseconds of pages and searches, in one huge shop and among ten thousand shops."""
    reviews = plan.pick(1_000_000, 2_000)
    one = Recipe(1, reviews, products_per_shop=100)
    many = Recipe(plan.pick(10_000, 20), reviews)
    figures: list[Figure] = []
    for recipe, number in ((one, 1), (many, 2)):
        with databases.synthetic_sqlite(recipe) as url:
            figures += _all("SQLite", url, recipe, number, plan)
    with databases.postgresql() as server, server.synthetic(one) as url:
        figures += _all("PostgreSQL", url, one, 1, plan)
    return figures


def _all(database: str, url: str, recipe: Recipe, number: int, plan: Plan) -> Iterator[Figure]:
    """The slowest page and the slowest search, held against their bounds, and each of them."""
    where = f"{recipe.shops:,} shops, {recipe.reviews:,} reviews, {database}"
    said(f"Control centre: {where}")
    key = synthetic.shop_key(number)
    with installations.opened(url) as installation:
        desk = desks.lay(installation, key, reports=plan.pick(500, 5), rows=plan.pick(200_000, 100))
    base = f"/control/shops/{key}"
    pages = {name: base + path for name, path in _SHOP.items()} | dict(_OWN)
    searches = {name: f"{base}/reviews?q={words}" for name, words in _SEARCHES.items()}
    with _visitor(url, desk.administrator) as client:
        found = _rounds(client, pages, desk, plan)
        yield _slowest("centre.search", f"search: {where}", _rounds(client, searches, desk, plan))
    with _visitor(url, desk.staff) as client:
        found |= _rounds(client, _STAFF, desk, plan)
    yield _slowest("centre.page", f"page: {where}", found)


def _rounds(
    client: TestClient, urls: Mapping[str, str], desk: Desk, plan: Plan
) -> dict[str, list[float]]:
    """Milliseconds of each page in each round, after it was opened once."""
    things = {"review": desk.review_id, "webhook": desk.webhook_id, "case": desk.case_id}
    opened = {name: url.format_map(things) for name, url in urls.items()}
    for url in opened.values():
        _ms(client, url)
    return {name: [_ms(client, url) for _ in range(plan.rounds)] for name, url in opened.items()}


def _slowest(key: str, title: str, rounds: Mapping[str, Sequence[float]]) -> Figure:
    slowest = max(rounds, key=lambda name: median(rounds[name]))
    each = "; ".join(f"{name} {median(times):.0f}" for name, times in rounds.items())
    return of_rounds(key, f"slowest {title}", list(rounds[slowest]), "ms").noted(each)


def _ms(client: TestClient, url: str) -> float:
    started = time.perf_counter()
    answer = client.get(url)
    elapsed = (time.perf_counter() - started) * 1_000
    assert answer.status_code == _OK, (url, answer.status_code)
    return elapsed


@contextmanager
def _visitor(url: str, token: str) -> Iterator[TestClient]:
    """A browser that is signed in by this token."""
    environment = installations.environment(url) | {"TRUSTWRIGHT_PUBLIC_URL": _BASE}
    chosen = settings.load(environment)
    with TestClient(create_app(chosen), base_url=_BASE, follow_redirects=False) as client:
        client.cookies.set(SESSION, token)
        yield client
