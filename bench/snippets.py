"""Markup: what it costs to make and to check, and how fast pages and snippets are served.

A snippet and a public profile are compared with cached answers of ours that hold the very same
bytes, so that the ratio says nothing about their size.
"""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from random import Random
from statistics import median
from typing import Final

from bench import databases, installations, load, synthetic, texts
from bench.figures import Figure, of_ratios, of_rounds
from bench.load import BROWSER, Measure
from bench.plan import Plan
from bench.processes import Process
from bench.progress import shown
from bench.timing import cpu_seconds
from domain.criteria import Criterion
from domain.evidence import EvidenceLevel
from domain.grades import Tally, summarise, tally_of
from domain.reviews import Submission
from domain.windows import Period, day_of
from rich_snippets import documents, products
from rich_snippets.linting import linter
from rich_snippets.linting.pages import Circumstances
from rich_snippets.policy import Page
from rich_snippets.snippets import Placement
from rich_snippets.views import GradeView, ProductView, ReviewView, ShopView
from schemas.snapshots import Kind, Media, Snapshot, seal
from schemas.syntaxes import Syntax
from services import invitations, refresh, reviews
from services.installation import Installation
from store import shops, snapshot_rows

_REVIEWS: Final = 20
_SKU: Final = "SKU-0"
_PAGE_BYTES: Final = 2_000_000
_ROW: Final = '<div class="row"><p>Some <b>words</b> &amp; more of the usual length.</p></div>\n'
_SHOP: Final = ShopView(
    "Kettle & Cloth", "https://kettle.example", "https://trust.example/profile/X", False
)
_PRODUCT: Final = ProductView("Copper kettle", _SKU, "https://kettle.example/kettle")


def run(plan: Plan) -> Sequence[Figure]:
    """CPU time of making and checking markup, then rates of what is served."""
    return [_made(plan), _checked(plan), *_served(plan)]


def _made(plan: Plan) -> Figure:
    """Milliseconds for the markup of one product in JSON-LD, microdata and RDFa."""
    grade, written = _values()
    placement = Placement(Page.PRODUCT, Syntax.JSONLD, day_of(synthetic.now()), reviews=_REVIEWS)

    def make() -> list[bytes]:
        made = products.build(_SHOP, _PRODUCT, grade, written, placement)
        return [documents.html(replace(made, syntax=syntax)) for syntax in Syntax]

    size = sum(map(len, make()))
    rounds = [1_000 * each for each in cpu_seconds(make, plan.rounds, plan.pick(200, 5))]
    return of_rounds("snippets.made", f"three syntaxes for {_REVIEWS} reviews", rounds, "ms").noted(
        f"one model from plain values; {size:,} bytes in all"
    )


def _checked(plan: Plan) -> Figure:
    """Seconds for the check of a page of two megabytes that carries the markup of a product."""
    grade, written = _values()
    placement = Placement(Page.PRODUCT, Syntax.MICRODATA, day_of(synthetic.now()), reviews=_REVIEWS)
    markup = documents.html(products.build(_SHOP, _PRODUCT, grade, written, placement)).decode()
    rows = _ROW * ((_PAGE_BYTES - len(markup)) // len(_ROW))
    page = f"<!doctype html><title>Kettle</title>{markup}{rows}".encode()
    known = Circumstances(day_of(synthetic.now()), _PRODUCT.url)
    items = len(linter.lint(page, "page", known).items)
    rounds = cpu_seconds(lambda: linter.lint(page, "page", known), plan.rounds, plan.pick(5, 1))
    return of_rounds("snippets.checked", "a page of 2 MB checked", rounds, "s").noted(
        f"{len(page):,} bytes with {items} items of microdata"
    )


def _values() -> tuple[GradeView, Sequence[ReviewView]]:
    """A grade, and as many reviews as a page may show, without a database."""
    random = Random(_REVIEWS)
    marks = [random.choice((3, 4, 4, 5, 5, 5)) for _ in range(_REVIEWS)]
    tally = sum((tally_of({Criterion.TOTAL: mark}) for mark in marks), Tally())
    today = day_of(synthetic.now())
    period = Period(today - timedelta(days=365), today)
    grade = summarise(tally, period, all_time_count=_REVIEWS, min_reviews=1)
    written = [
        ReviewView(
            author_name=random.choice(texts.NAMES),
            rating=Decimal(mark),
            published_at=synthetic.now() - timedelta(days=number),
            level=EvidenceLevel.L2,
            title=random.choice(texts.TITLES),
            comment=comment,
            language="en",
        )
        for number, (mark, comment) in enumerate(zip(marks, texts.pool(random, 20), strict=True))
    ]
    return GradeView(grade), written


@dataclass(frozen=True, slots=True)
class _Pair:
    """A path, and that of a cached answer which holds the same bytes."""

    key: str
    title: str
    path: str
    twin: str


def _served(plan: Plan) -> Sequence[Figure]:
    """Rates of a snippet and of a profile, each beside its twin, in turn."""
    with ExitStack() as stack:
        url = stack.enter_context(databases.empty_sqlite())
        with installations.opened(url) as installation:
            key = _filled(installation)
            refresh.render(installation, key)
        server = stack.enter_context(installations.served(url))
        pairs = _pairs(server, key)
        with installations.opened(url) as installation:
            _plant(installation, key, {each.twin: _body(server, each.path) for each in pairs})
        for pair in pairs:
            if _body(server, pair.path) != _body(server, pair.twin):
                raise RuntimeError(f"{pair.twin} does not hold what {pair.path} does.")
        measures = _measured(server, pairs, plan)
    return [figure for pair in pairs for figure in _figures(pair, measures)]


def _pairs(server: Process, key: str) -> Sequence[_Pair]:
    shop = f"/v1/shops/{key}"
    server.wait_for(f"{shop}/badge.json", BROWSER)
    profile = dict(server.get(f"/profile/{key}", BROWSER)[1])["location"]
    snippet = f"{shop}/products/{_SKU}/snippet.html?reviews=20"
    return [
        _Pair("get", "product snippet, 20 reviews", snippet, f"{shop}/sticker.json"),
        _Pair("profile", "public profile", profile, f"{shop}/grade.json"),
    ]


def _body(server: Process, path: str) -> bytes:
    return server.get(path, {})[2]


def _plant(installation: Installation, key: str, bodies: Mapping[str, bytes]) -> None:
    """Store these bodies in the place of answers that nobody has asked for yet."""
    with installation.database.write() as work:
        shop = shops.by_key(work.session, key)
        assert shop is not None
        planted = [(shop.id, 0, _sealed(shop, url, body)) for url, body in bodies.items()]
        snapshot_rows.put(work.session, planted)


def _sealed(shop: shops.Shop, url: str, body: bytes) -> Snapshot:
    return seal(
        body,
        url=url,
        shop_key=shop.shop_key,
        kind=Kind.GRADE,
        media=Media.JSON,
        generation=shop.generation,
        modified=shop.modified_s,
    )


def _filled(installation: Installation) -> str:
    """The key of a shop with 30 reviews of its own, and as many of one product as are shown."""
    database = installation.database
    key, random = installations.fill_shop(database, 30), Random(_REVIEWS)
    for number in range(1, _REVIEWS + 1):
        at = synthetic.now() - timedelta(hours=number)
        # Every twentieth order is of the same product.
        bought = at - timedelta(days=5)
        reference = installations.order(database, key, 1_000 + 20 * number, at=bought)
        with database.write() as work:
            token = invitations.issue(work, key, reference, sku=_SKU, now=bought).token
        with database.write() as work:
            reviews.submit(work, token, _submission(random), now=at)
    return key


def _submission(random: Random) -> Submission:
    return Submission(
        marks={Criterion.TOTAL: random.choice((3, 4, 4, 5, 5, 5))},
        title=random.choice(texts.TITLES),
        comment=texts.pool(random, 1)[0],
        language="en",
        author_name=random.choice(texts.NAMES),
    )


def _measured(
    server: Process, pairs: Sequence[_Pair], plan: Plan
) -> Mapping[str, Sequence[Measure]]:
    """Bursts in turn, forwards and backwards; the first round only warms up."""
    paths = [path for pair in pairs for path in (pair.path, pair.twin)]
    measures: dict[str, list[Measure]] = {path: [] for path in paths}
    rounds = plan.pick(plan.rounds + 1, 1)
    with shown("Loading the server") as progress:
        for number in range(rounds):
            for path in paths[:: -1 if number % 2 else 1]:
                seconds = plan.pick(3, 0.2)
                measures[path].append(load.put_on(server, path, BROWSER, seconds=seconds))
            progress(number + 1, rounds)
    return {path: found[plan.pick(1, 0) :] for path, found in measures.items()}


def _figures(pair: _Pair, measures: Mapping[str, Sequence[Measure]]) -> Sequence[Figure]:
    ours, twins = measures[pair.path], measures[pair.twin]
    rate = median(each.rate for each in twins)
    return [
        of_rounds(f"snippets.{pair.key}.rate", pair.title, [each.rate for each in ours], "/s"),
        of_ratios(
            f"snippets.{pair.key}",
            f"{pair.title} / a cached answer of the same bytes",
            [each.speed for each in ours],
            [each.speed for each in twins],
        ).noted(f"the other: {rate:,.0f} /s"),
    ]
