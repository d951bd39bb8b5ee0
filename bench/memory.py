"""Memory and start: a serving process that has answered nothing but hits."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from http.client import HTTPConnection
from typing import Final

from bench import databases, installations
from bench.figures import Figure, of_rounds
from bench.load import BROWSER
from bench.plan import Plan
from bench.processes import Process
from bench.progress import shown
from bench.synthetic import Recipe
from schemas.questions import PREFIX
from services import refresh

_MB: Final = 1_000_000


def run(plan: Plan) -> Sequence[Figure]:
    """The start, and resident megabytes without data, with the router, and with all shops."""
    with databases.empty_sqlite() as url:
        with installations.opened(url) as installation:
            key = installations.fill_shop(installation.database, 30)
            refresh.render(installation, key)
        started = _started(url, f"{PREFIX}{key}/reviews", plan)
    empty = started[1].value
    recipe = Recipe(*plan.pick((10_000, 100_000), (40, 400)))
    with databases.synthetic_sqlite(recipe) as url:
        with installations.opened(url) as installation, shown("Rendering shops") as progress:
            refresh.render_all(installation, progress=progress)
        return [*started, *_filled(url, recipe, empty)]


def _started(url: str, stem: str, plan: Plan) -> list[Figure]:
    """A few starts; memory after one hit of each format, then after a first miss."""
    seconds, hits, misses = [], [], []
    for _ in range(plan.rounds):
        with installations.served(url) as server:
            seconds.append(server.wait_for(f"{stem}.json", BROWSER))
            server.wait_for(f"{stem}.xml", BROWSER)
            hits.append(server.rss_bytes / _MB)
            server.wait_for(f"{stem}.json?stars=5", BROWSER)
            misses.append(server.rss_bytes / _MB)
    return [
        of_rounds("memory.start", "start to first answer", seconds, "s"),
        of_rounds("memory.empty", "RSS after hits only, one shop", hits, "MB"),
        of_rounds("memory.router", "RSS after the first miss, router loaded", misses, "MB"),
    ]


def _filled(url: str, recipe: Recipe, empty: float) -> list[Figure]:
    """Memory after every stored snapshot was asked for once."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        urls = [row[0] for row in connection.execute("SELECT url FROM snapshots ORDER BY shop_id")]
        sizes = "SELECT sum(length(body) + length(gzip) + length(brotli)) FROM snapshots"
        stored = connection.execute(sizes).fetchone()[0] / _MB
    with installations.served(url) as server:
        server.wait_for(urls[0], BROWSER)
        _ask_for(server, urls)
        full = server.rss_bytes / _MB
    title = f"RSS after hits only, {recipe.shops:,} shops"
    return [
        Figure("memory.full", title, full, "MB").noted(
            f"{len(urls):,} snapshots, {stored:,.0f} MB stored"
        ),
        Figure("memory.per_stored_byte", f"{title}: added / stored", (full - empty) / stored, "×"),
    ]


def _ask_for(server: Process, urls: Sequence[str]) -> None:
    with (
        shown("Asking for every snapshot") as progress,
        closing(HTTPConnection("127.0.0.1", server.port)) as connection,
    ):
        for done, url in enumerate(urls, 1):
            connection.request("GET", url, headers=dict(BROWSER))
            response = connection.getresponse()
            response.read()
            assert response.status == 200, url
            if done % 1_000 == 0 or done == len(urls):
                progress(done, len(urls))
