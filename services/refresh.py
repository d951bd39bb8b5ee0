"""Use cases of refresh: slide the windows, render what changed, recount once a week.

``slide`` moves every shop's window with three statements whatever the number of reviews;
``render`` makes one shop's stored snapshots again; ``recount`` proves the tallies.
"""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlmodel import Session

from domain.actors import SYSTEM
from domain.grades import Tally
from domain.windows import day_of, trend_start, window_start
from schemas.snapshots import Snapshot
from services import activity, audit, generations
from services.installation import Installation
from services.settings import Settings
from services.snapshots import Answers, stored_questions
from store import products, shops, snapshot_rows, tallies
from store.database import Work
from store.shops import Shop
from store.tallies import Span, Subject

Progress = Callable[[int, int], None]
_Buckets = dict[tuple[Subject, date], Tally]
_Windows = dict[tuple[Subject, Span], Tally]
BATCH: Final = 50
_STORE_BYTES: Final = 8 * 1024 * 1024
_WORTH_PROCESSES: Final = 4 * BATCH


@dataclass(frozen=True, slots=True)
class NightlyReport:
    """How many shops' windows moved, and how many shops and snapshots were rendered."""

    slid: int
    rendered: int
    snapshots: int


@dataclass(frozen=True, slots=True)
class RecountReport:
    """How many shops were recounted, and the keys of those whose tallies were wrong."""

    shops: int
    repaired: tuple[str, ...]


def slide(work: Work, *, now: datetime) -> int:
    """Move the windows of all shops that stand at an earlier day; returns how many did.

    Any number of days may have passed, so this is the back-fill after a downtime too. A
    second call on the same day changes nothing.
    """
    start = window_start(day_of(now))
    behind = shops.hold_behind(work.session, now, start)
    if not behind:
        return 0
    tallies.slide(work.session, start=start, trend_start=trend_start(start))
    work.changed |= shops.raise_behind(
        work.session,
        now=now,
        changed_us=generations.machine_us(),
        start=start,
        trend_start=trend_start(start),
    )
    return behind


def render(installation: Installation, shop_key: str) -> int:
    """Render and store one shop's snapshots if they are behind; returns how many were stored."""
    return _render_batch(installation, [shop_key])


def _render_batch(installation: Installation, keys: Sequence[str]) -> int:
    """Build outside, store inside a transaction, so that the writer is held for moments."""
    stored = size = 0
    waiting: list[_Built] = []
    for key in keys:
        built = _built(installation, key)
        if built is None:
            continue
        waiting.append(built)
        size += sum(len(snapshot.body) for _, snapshot in built.snapshots)
        if size > _STORE_BYTES:
            stored += _store(installation, waiting)
            size, waiting = 0, []
    return stored + _store(installation, waiting)


@dataclass(frozen=True, slots=True)
class _Built:
    """A shop's new snapshots, each with its subject: 0 for the shop, else the product."""

    shop: Shop
    snapshots: list[tuple[int, Snapshot]]


def _built(installation: Installation, shop_key: str) -> _Built | None:
    """The shop's own snapshots, and those of the products that changed."""
    with installation.database.read() as session:
        shop = shops.by_key(session, shop_key)
        if shop is None or shop.rendered_generation >= shop.generation:
            return None
        rendered = shop.rendered_generation
        all_pages = shop.pages_generation > rendered
        changed = products.to_render(session, shop.id, rendered, all_pages=all_pages)
        answers = Answers(session, shop, installation.settings.grade_min_reviews)
        asked = stored_questions(shop.shop_key, changed)
        return _Built(shop, [(subject_id, answers.to(q)) for subject_id, q in asked])


def _store(installation: Installation, waiting: Sequence[_Built]) -> int:
    if not waiting:
        return 0
    with installation.database.write() as work:
        stored = [(built.shop.id, *each) for built in waiting for each in built.snapshots]
        snapshot_rows.put(work.session, stored)
        reached = ((built.shop.id, built.shop.generation) for built in waiting)
        shops.mark_rendered(work.session, reached)
    return len(stored)


def render_all(
    installation: Installation,
    *,
    progress: Progress | None = None,
    processes: int | None = None,
) -> tuple[int, int]:
    """Render every shop that is behind, on all cores; returns shops and snapshots.

    ``progress`` is called with shops done and shops in all; ``processes`` defaults to the
    number of cores, and to one for a handful of shops.
    """
    with installation.database.read() as session:
        keys = list(shops.keys_to_render(session))
    batches = [keys[i : i + BATCH] for i in range(0, len(keys), BATCH)]
    stored = done = 0
    for batch, number in zip(batches, _rendered(installation, batches, processes), strict=True):
        stored += number
        done += len(batch)
        if progress:
            progress(done, len(keys))
    return len(keys), stored


def _rendered(
    installation: Installation, batches: Sequence[Sequence[str]], processes: int | None
) -> Iterator[int]:
    count = processes or os.cpu_count() or 1
    if count == 1 or len(batches) * BATCH < _WORTH_PROCESSES:
        yield from (_render_batch(installation, batch) for batch in batches)
        return
    with ProcessPoolExecutor(
        count,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_open_in_process,
        initargs=(installation.settings,),
    ) as pool:
        yield from pool.map(_render_in_process, batches)


_in_process: list[Installation] = []


def _open_in_process(settings: Settings) -> None:
    _in_process.append(Installation.open(settings))


def _render_in_process(keys: Sequence[str]) -> int:
    return _render_batch(_in_process[0], keys)


def nightly(
    installation: Installation,
    *,
    now: datetime,
    progress: Progress | None = None,
    processes: int | None = None,
) -> NightlyReport:
    """Slide all windows to the day of ``now``, then render every shop that is behind."""
    with installation.database.write() as work:
        slid = slide(work, now=now)
    rendered, stored = render_all(installation, progress=progress, processes=processes)
    return NightlyReport(slid, rendered, stored)


def recount(
    installation: Installation, *, now: datetime, progress: Progress | None = None
) -> RecountReport:
    """Count every shop's reviews again; repair and name those whose tallies differ."""
    with installation.database.read() as session:
        keys = list(shops.all_keys(session))
    repaired = []
    for done, key in enumerate(keys, 1):
        if not _is_sound(installation, key):
            with installation.database.write() as work:
                if recount_shop(work, key, now=now):
                    repaired.append(key)
        if progress:
            progress(done, len(keys))
    return RecountReport(len(keys), tuple(repaired))


def _is_sound(installation: Installation, shop_key: str) -> bool:
    """Whether reviews and tallies agree in one state of the database; holds up no writer."""
    with installation.database.read() as session:
        shop = shops.by_key(session, shop_key)
        if shop is None:
            return True
        return _counted(session, shop) is None and activity.is_sound(session, shop.id)


def recount_shop(work: Work, shop_key: str, *, now: datetime) -> bool:
    """Whether the shop's tallies differed from its reviews, and had to be repaired.

    So are the days of its activity, of which the public sees nothing.
    """
    shop = shops.by_key(work.session, shop_key, lock=True)
    if shop is None:
        return False
    counted, is_sound = _counted(work.session, shop), activity.is_sound(work.session, shop.id)
    if not is_sound:
        activity.recount(work, shop.id)
    if counted is not None:
        tallies.replace_all(work.session, shop.id, *counted)
        generations.raise_for(work, shop, now=now, all_pages=True)
    if counted is None and is_sound:
        return False
    audit.log(work, SYSTEM, "shop.recounted", shop.public_id, now=now)
    return True


def _counted(session: Session, shop: Shop) -> tuple[_Buckets, _Windows] | None:
    """Buckets and windows as the reviews give them, or None where they stand so already."""
    buckets = tallies.recount_buckets(session, shop.id)
    windows = _windows(shop, buckets)
    stored = (
        tallies.stored_buckets(session, shop.id),
        tallies.stored_windows(session, shop.id),
    )
    return None if stored == (buckets, windows) else (buckets, windows)


def _windows(shop: Shop, buckets: _Buckets) -> _Windows:
    windows: _Windows = {}
    for (subject, day), tally in buckets.items():
        for span in tallies.spans_at(day, shop.window_start, shop.trend_start):
            windows[subject, span] = windows.get((subject, span), Tally()) + tally
    return windows
