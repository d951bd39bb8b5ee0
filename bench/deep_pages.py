"""Deep pages: what a page after a million reviews of one shop costs beside the first one."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import median
from typing import Final

from sqlalchemy import text

from bench import databases, installations, synthetic
from bench.figures import Figure, of_ratios
from bench.plan import Plan
from bench.progress import said
from bench.synthetic import Recipe
from schemas.questions import ReviewQuery, Sort
from services import review_lists
from services.figures import window_of
from services.installation import Installation
from store import shops
from store.tallies import Subject

_SHOP: Final = Subject(1, 0, 1)
_NEWEST: Final = "submitted_at DESC, id DESC"
_LISTS: Final[Mapping[str, tuple[ReviewQuery, str, str]]] = {
    "newest": (ReviewQuery(), "", _NEWEST),
    "oldest": (ReviewQuery(sort=Sort.OLDEST), "", "submitted_at, id"),
    "highest": (ReviewQuery(sort=Sort.HIGHEST), "", f"stars DESC, {_NEWEST}"),
    "lowest": (ReviewQuery(sort=Sort.LOWEST), "", f"stars, {_NEWEST}"),
    "five stars only": (ReviewQuery(stars=5), "AND stars = 5", _NEWEST),
    "one language only": (ReviewQuery(language="de"), "AND language = 'de'", _NEWEST),
}
_LAST: Final = 1_000


def run(plan: Plan) -> Sequence[Figure]:
    """Deep pages beside first pages, for every order and filter, on both databases."""
    recipe = Recipe(shops=1, reviews=plan.pick(1_000_000, 10_000) + _LAST, products_per_shop=0)
    with databases.synthetic_sqlite(recipe) as url, installations.opened(url) as installation:
        found = _compared("SQLite", "deep.sqlite", installation, plan)
    with (
        databases.postgresql() as server,
        server.synthetic(recipe) as url,
        installations.opened(url) as installation,
    ):
        return found + _compared("PostgreSQL", "deep.postgresql", installation, plan)


def _compared(name: str, key: str, installation: Installation, plan: Plan) -> list[Figure]:
    said(f"Reading deep pages from {name}")
    return [
        _compare(key, f"{name}, {order}", installation, plan, *_LISTS[order]) for order in _LISTS
    ]


def _compare(
    key: str,
    title: str,
    installation: Installation,
    plan: Plan,
    query: ReviewQuery,
    condition: str,
    order: str,
) -> Figure:
    """Half of the pages are the first one, half begin far down; in turn."""
    depth, cursors = _deep_cursors(installation, condition, order, plan.pick(50, 5))
    first, deep = [], []
    for _ in range(plan.rounds):
        pairs = [
            (_ms(installation, query), _ms(installation, replace(query, after=cursor)))
            for cursor in cursors
        ]
        first.append(median(one for one, _ in pairs))
        deep.append(median(other for _, other in pairs))
    note = f"after {depth:,} reviews; {median(first):.2f} and {median(deep):.2f} ms"
    return of_ratios(key, f"{title}: deep page / first page", deep, first).noted(note)


def _deep_cursors(
    installation: Installation, condition: str, order: str, limit: int
) -> tuple[int, Sequence[str]]:
    """The ids of reviews near the end of a list, and how far down they stand."""
    listed = f"FROM reviews WHERE shop_id = 1 {condition}"
    with installation.database.read() as session:
        size: int = session.execute(text(f"SELECT count(*) {listed}")).scalar_one()
        depth = max(0, size - _LAST)
        found = text(f"SELECT public_id {listed} ORDER BY {order} LIMIT {limit} OFFSET {depth}")
        return depth, session.execute(found).scalars().all()


def _ms(installation: Installation, query: ReviewQuery) -> float:
    started = time.perf_counter()
    with installation.database.read() as session:
        shop = shops.by_key(session, synthetic.shop_key(1))
        assert shop is not None
        page = review_lists.page(session, _SHOP, query, window=window_of(shop))
    elapsed = (time.perf_counter() - started) * 1_000
    assert len(page.reviews) == query.limit
    return elapsed
