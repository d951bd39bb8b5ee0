"""Feeds of a shop with very many product reviews, written by the command as an operator does."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import orjson

from bench import databases, installations, synthetic
from bench.figures import Figure
from bench.plan import Plan
from bench.progress import said
from bench.synthetic import Recipe
from domain.actors import OPERATOR
from services import review_feeds
from services.review_feeds import FeedKind

_COMMAND: Final = (sys.executable, "-m", "api.cli", "feeds", "write", "--json")
_MB: Final = 1_000_000
_LOOK_SECONDS: Final = 0.05


def run(plan: Plan) -> Sequence[Figure]:
    """Seconds and peak memory of a whole feed from either database."""
    reviews = plan.pick(1_000_000, 2_000)
    recipe = Recipe(1, reviews, products_per_shop=reviews // 100, product_every=1)
    figures: list[Figure] = []
    with databases.synthetic_sqlite(recipe) as url:
        figures += _both("SQLite", url, recipe)
    with databases.postgresql() as server, server.synthetic(recipe) as url:
        figures += _both("PostgreSQL", url, recipe)
    return figures


def _both(database: str, url: str, recipe: Recipe) -> Iterator[Figure]:
    """The feed that has a bound, then the one for the shop's own product feed."""
    title = f"{recipe.reviews:,} reviews, {database}"
    seconds, peak, note = _written(url, FeedKind.PRODUCT_RATINGS)
    yield Figure("exports.seconds", f"product feed: {title}", seconds, "s").noted(note)
    yield Figure("exports.rss", f"product feed, peak RSS: {title}", peak, "MB")
    seconds, peak, note = _written(url, FeedKind.REVIEW_ENRICHMENT)
    yield Figure("", f"enrichment: {title}", seconds, "s").noted(f"{note}, {peak:.0f} MB RSS")


def _written(url: str, kind: FeedKind) -> tuple[float, float, str]:
    """Seconds and peak megabytes of the command that writes one feed, and what it wrote."""
    said(f"Writing {kind}")
    key = synthetic.shop_key(1)
    with installations.opened(url) as installation, installation.database.write() as work:
        review_feeds.open_address(work, key, kind, actor=OPERATOR, now=synthetic.now())
    with TemporaryDirectory() as home:
        environment = os.environ | installations.environment(url) | {"TRUSTWRIGHT_HOME": home}
        command = [*_COMMAND, "--shop", key, "--kind", kind]
        started = time.perf_counter()
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as popen:
            peak = _peak_bytes(popen)
            seconds = time.perf_counter() - started
            (told,) = orjson.loads(popen.communicate()[0])
        size = sum(path.stat().st_size for path in (Path(home) / "feeds" / key).iterdir())
    return seconds, peak / _MB, f"{told['sent']:,} sent, {size / _MB:.1f} MB"


def _peak_bytes(popen: subprocess.Popen[bytes]) -> int:
    """The most resident memory that the process had, looked at until it has ended."""
    peak, status = 0, Path(f"/proc/{popen.pid}/status")
    while popen.poll() is None:
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                peak = 1_024 * int(line.split()[1])
        time.sleep(_LOOK_SECONDS)
    return peak
