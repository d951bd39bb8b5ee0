"""Pages of the control centre with a million reviews: overview, inbox, search, worst cases.

They are asked for as browsers do, signed in, through the whole application; the time is that
of the server without the line. The second shop of the large installation is one of ten thousand.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from statistics import median
from typing import Final

from starlette.testclient import TestClient

from api.main import create_app
from bench import databases, installations, synthetic
from bench.figures import Figure, of_rounds
from bench.plan import Plan
from bench.progress import said
from bench.synthetic import Recipe
from control.centre.replies import SESSION
from domain import ids
from domain.ids import Prefix
from domain.rights import Right
from services import sessions, settings
from services.installation import Installation
from store import shops, users
from store.users import User

_BASE: Final = "http://127.0.0.1"
_OK: Final = 200
_PAGES: Final[Mapping[str, str]] = {
    "overview": "",
    "analysis": "/analysis",
    "inbox": "/reviews",
    "inbox, products with 1 star": "/reviews?kind=product&stars=1",
    "inbox, all filters and no match": "/reviews?state=rejected&reply=given&read=read&stars=1-2",
    "settings": "/settings",
    "widgets": "/widgets",
    "snippets": "/snippets",
    "feeds": "/feeds",
}
_SEARCHES: Final[Mapping[str, str]] = {
    "a common word": "the",
    "a rare word": "zebra",
    "a phrase": '"the shop"',
    "a beginning": "del*",
    "eight common words": "the and a of to in it was",
    "a common word, no match": "the&state=rejected",
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
    with _visitor(url, key) as client:
        base = f"/control/shops/{key}"
        pages = {name: base + path for name, path in _PAGES.items()}
        searches = {name: f"{base}/reviews?q={words}" for name, words in _SEARCHES.items()}
        yield from _timed(client, "centre.page", f"page: {where}", pages, plan)
        yield from _timed(client, "centre.search", f"search: {where}", searches, plan)


def _timed(
    client: TestClient, key: str, title: str, urls: Mapping[str, str], plan: Plan
) -> Iterator[Figure]:
    rounds = {name: [_ms(client, url) for _ in range(plan.rounds)] for name, url in urls.items()}
    slowest = max(rounds, key=lambda name: median(rounds[name]))
    each = "; ".join(f"{name} {median(times):.0f}" for name, times in rounds.items())
    yield of_rounds(key, f"slowest {title}", rounds[slowest], "ms").noted(each)


def _ms(client: TestClient, url: str) -> float:
    started = time.perf_counter()
    answer = client.get(url)
    elapsed = (time.perf_counter() - started) * 1_000
    assert answer.status_code == _OK, (url, answer.status_code)
    return elapsed


@contextmanager
def _visitor(url: str, shop_key: str) -> Iterator[TestClient]:
    """A browser that is signed in as the shop's administrator; each page was opened once."""
    environment = installations.environment(url) | {"TRUSTWRIGHT_PUBLIC_URL": _BASE}
    chosen = settings.load(environment)
    with installations.opened(url) as installation:
        token = _token(installation, shop_key)
    with TestClient(create_app(chosen), base_url=_BASE, follow_redirects=False) as client:
        client.cookies.set(SESSION, token)
        for path in _PAGES.values():
            client.get(f"/control/shops/{shop_key}{path}")
        yield client


def _token(installation: Installation, shop_key: str) -> str:
    now = synthetic.now()
    with installation.database.write() as work:
        shop = shops.by_key(work.session, shop_key)
        assert shop is not None
        user = User(
            public_id=ids.new(Prefix.USER),
            email_cipher=work.keys.encrypt("anna@shop1.example"),
            email_hash=work.keys.hash_email("anna@shop1.example"),
            first_name="Anna",
            last_name="Berger",
            language="en",
            # Administrators without a second factor are let in nowhere.
            totp_cipher=work.keys.encrypt("JBSWY3DPEHPK3PXP"),
            totp_confirmed_at=now,
            created_at=now,
        )
        work.session.add(user)
        work.session.flush()
        users.set_rights(work.session, user.id, shop.id, (Right.ADMINISTRATOR,), now)
        return sessions.open_(work, user, now=datetime.now(UTC), with_factor=True)
