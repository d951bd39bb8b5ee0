"""The legacy contract, cold: pages of 500 reviews, and a feed of 10,000 products."""

import time
from collections.abc import Callable, Sequence
from typing import Final

from bench import databases, installations, synthetic
from bench.figures import Figure, of_rounds
from bench.plan import Plan
from bench.progress import said
from bench.synthetic import Recipe
from schemas.legacy import questions
from schemas.snapshots import Media
from services.installation import Installation
from services.legacy import answers, product_feeds

_PATH: Final = "/rest/public/v2/shops/{key}/reviews.{media}"
_FORMATS: Final = (Media.JSON, Media.XML, Media.CSV)


def run(plan: Plan) -> Sequence[Figure]:
    """Milliseconds of one page in each format, first and deep; seconds of one feed."""
    products = plan.pick(10_000, 100)
    recipe = Recipe(1, reviews=10 * products, products_per_shop=products)
    with (
        databases.synthetic_sqlite(recipe) as url,
        installations.opened(url) as installation,
    ):
        said(f"Building pages and feeds of {recipe.reviews:,} reviews")
        pages = [
            _page(installation, media, page, plan)
            for media in (Media.JSON, Media.XML)
            for page in (0, plan.pick(40, 0))
        ]
        return [*pages, *(_feed(installation, media, plan) for media in _FORMATS)]


def _page(installation: Installation, media: Media, page: int, plan: Plan) -> Figure:
    """A page of 500 from the database to three encodings, as a miss builds it."""
    path = _PATH.format(key=synthetic.shop_key(1), media=media)
    given = [("page", str(page)), ("size", "500")]
    question = questions.parse(path, given, negotiated=media, language=None)
    body = answers.answer(installation, question).body
    rounds = _rounds(lambda: answers.answer(installation, question), plan, plan.pick(20, 2))
    return of_rounds(
        "legacy.page",
        f"500 reviews in {media.upper()}, page {page}",
        [1_000 * each for each in rounds],
        "ms",
    ).noted(f"cold, with gzip and brotli; {len(body):,} bytes")


def _feed(installation: Installation, media: Media, plan: Plan) -> Figure:
    key = synthetic.shop_key(1)
    feed = product_feeds.write(installation, key, media)
    rounds = _rounds(lambda: product_feeds.write(installation, key, media), plan, 1)
    title = f"product feed in {media.upper()}"
    return of_rounds("legacy.feed", title, rounds, "s").noted(
        f"cold, to disk with gzip; {feed.identity.size:,} bytes"
    )


def _rounds(call: Callable[[], object], plan: Plan, repeats: int) -> Sequence[float]:
    """The median seconds of each round."""
    found = []
    for _ in range(plan.rounds):
        spent = sorted(_seconds(call) for _ in range(repeats))
        found.append(spent[repeats // 2])
    return found


def _seconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started
