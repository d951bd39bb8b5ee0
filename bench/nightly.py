"""The night: windows slide for all shops, all payloads are rendered, then only the changed ones."""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import text

from bench import databases, filling, installations, synthetic
from bench.figures import Figure, of_ratios, of_rounds
from bench.plan import Plan
from bench.progress import said, shown
from bench.synthetic import TODAY, Recipe
from domain.windows import window_start
from services import generations, refresh
from services.installation import Installation
from store import shops

_CHANGED: Final = text(
    "SELECT DISTINCT shop_id, subject_id FROM day_buckets WHERE day IN (:came, :gone)"
)


@dataclass(frozen=True, slots=True)
class _Site:
    """An installation filled by a recipe."""

    title: str
    recipe: Recipe
    installation: Installation


def run(plan: Plan) -> Sequence[Figure]:
    """Slides of all sizes in turn, then renders, then a weekly recount for information."""
    with ExitStack() as stack:
        sites = list(_sites(plan, stack))
        for site in sites:
            wrong = filling.wrong_shops(site.installation.database, site.recipe)
            assert not wrong, f"The synthetic tallies of {wrong} are wrong."
        figures = _slides(sites, plan)
        for site in sites:
            figures += [_full_render(site), _changed_render(site)]
        return [*figures, _recount(sites[-2])]


def _sites(plan: Plan, stack: ExitStack) -> Iterator[_Site]:
    """One on PostgreSQL, one with few shops, then many shops with more and more reviews."""
    few, many = plan.pick((1_000, 10_000), (10, 40))
    small, middle, large = plan.pick((100_000, 1_000_000, 5_000_000), (500, 1_000, 2_000))
    server = stack.enter_context(databases.postgresql())
    recipe = Recipe(many, middle)
    yield stack.enter_context(_opened("PostgreSQL", recipe, server.synthetic(recipe)))
    for recipe in (Recipe(few, small), *(Recipe(many, size) for size in (small, middle, large))):
        yield stack.enter_context(_opened("SQLite", recipe, databases.synthetic_sqlite(recipe)))


@contextmanager
def _opened(database: str, recipe: Recipe, filled: AbstractContextManager[str]) -> Iterator[_Site]:
    title = f"{recipe.shops:,} shops, {recipe.reviews:,} reviews, {database}"
    said(f"Opening {title}")
    with filled as url, installations.opened(url) as installation:
        yield _Site(title, recipe, installation)


def _slides(sites: Sequence[_Site], plan: Plan) -> list[Figure]:
    """One night after the other, each for all sizes in turn."""
    spent: list[list[float]] = [[] for _ in sites]
    for night in range(1, plan.rounds + 1):
        for site, seconds in zip(sites, spent, strict=True):
            seconds.append(_slide(site, night))
    figures = [
        of_rounds("nightly.slide", f"aggregates: {site.title}", seconds, "s")
        for site, seconds in zip(sites, spent, strict=True)
    ]
    title = f"aggregates: {sites[-1].recipe.reviews:,} / {sites[-2].recipe.reviews:,} reviews"
    return [*figures, of_ratios("nightly.growth", title, spent[-1], spent[-2])]


def _slide(site: _Site, night: int) -> float:
    """The seconds of one night's aggregates, the commit included."""
    started = time.perf_counter()
    with site.installation.database.write() as work:
        slid = refresh.slide(work, now=synthetic.now() + timedelta(days=night))
    elapsed = time.perf_counter() - started
    assert slid == site.recipe.shops
    return elapsed


def _full_render(site: _Site) -> Figure:
    seconds, rendered, snapshots, cpu = _render(site)
    assert rendered == site.recipe.shops
    note = f"{snapshots:,} payloads, {1_000 * cpu / rendered:.1f} ms of CPU for each shop"
    return Figure("nightly.render", f"all payloads: {site.title}", seconds, "s").noted(note)


def _changed_render(site: _Site) -> Figure:
    """The shops that had a review come, or leave the window, on an ordinary day."""
    days = {"came": TODAY - timedelta(days=1), "gone": window_start(TODAY) - timedelta(days=1)}
    with site.installation.database.write() as work:
        for shop_id, product_id in work.session.execute(_CHANGED, days).all():
            shop = shops.by_id(work.session, shop_id, lock=True)
            assert shop is not None
            generations.raise_for(work, shop, now=shop.generation_at, product_id=product_id)
    seconds, rendered, snapshots, _ = _render(site)
    note = f"{rendered:,} shops, {snapshots:,} payloads"
    return Figure("nightly.changed", f"only changed: {site.title}", seconds, "s").noted(note)


def _render(site: _Site) -> tuple[float, int, int, float]:
    """Seconds, shops, payloads, and seconds of CPU in all processes."""
    with shown(f"Rendering {site.title}") as progress:
        started, used = time.perf_counter(), _cpu()
        rendered, snapshots = refresh.render_all(site.installation, progress=progress)
        return time.perf_counter() - started, rendered, snapshots, _cpu() - used


def _cpu() -> float:
    """CPU seconds of this process and of its finished children."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _recount(site: _Site) -> Figure:
    with shown(f"Recounting {site.title}") as progress:
        started = time.perf_counter()
        report = refresh.recount(site.installation, now=synthetic.now(), progress=progress)
        elapsed = time.perf_counter() - started
    note = f"{len(report.repaired)} of {report.shops:,} repaired"
    return Figure("nightly.recount", f"weekly recount: {site.title}", elapsed, "s").noted(note)
