"""A shop's public generation: raised by every use case that changes what the public sees."""

import time
from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from domain.windows import day_of, trend_start, window_start
from store import groups, products, tallies
from store.database import Job, Work
from store.shops import Shop

REFRESH = "snapshot.refresh"
CONNECTED: Final = "group.raise"
_SECOND_US: Final = 1_000_000
_PAUSE_SECONDS: Final = 5


def raise_for(
    work: Work, shop: Shop, *, now: datetime, product_id: int = 0, all_pages: bool = False
) -> None:
    """Raise the generation once per transaction, and have the snapshots made again after it.

    The page of the product that changed is made again, those of others only with
    ``all_pages``, as when the shop gets another name. A shop whose windows stand at an earlier
    day than ``now`` is moved to it, so that what is published on a new day is right even before
    that day's nightly run. Profiles that show this shop among the others of its group follow
    by a job, because a writer holds the row of no second shop.
    """
    if shop.shop_key not in work.changed:
        group = groups.of_shop(work.session, shop.id)
        if group is not None:
            work.jobs.append(connected_job(group.public_id))
    _raise(work, shop, now, all_pages=all_pages)
    if product_id:
        products.mark_changed(work.session, product_id, shop.generation)
    shop.content_changed_at = max(now, shop.content_changed_at)
    work.session.add(shop)


def raise_together(work: Work, shops: Iterable[Shop], *, now: datetime) -> None:
    """Raise the generations of shops that show one another, each of which is held.

    What their profiles say of themselves has not changed by this (A3).
    """
    for shop in shops:
        _raise(work, shop, now)


def _raise(work: Work, shop: Shop, now: datetime, *, all_pages: bool = False) -> None:
    if shop.shop_key not in work.changed:
        shop.generation += 1
        # Strictly rising, so that If-Modified-Since never takes two answers for one.
        shop.modified_s = max(int(now.timestamp()), shop.modified_s + 1)
        work.changed[shop.shop_key] = shop.generation
        work.jobs.append(refresh_job(shop.shop_key, shop.generation))
    if day_of(now) > day_of(shop.generation_at):
        _move_windows(work, shop, window_start(day_of(now)))
        all_pages = True
    if all_pages:
        shop.pages_generation = shop.generation
    shop.generation_at = max(now, shop.generation_at)
    shop.changed_us = machine_us()
    work.session.add(shop)


def _move_windows(work: Work, shop: Shop, start: date) -> None:
    if shop.window_start >= start:
        return
    trend = trend_start(start)
    tallies.slide(work.session, start=start, trend_start=trend, shop_id=shop.id)
    shop.window_start, shop.trend_start = start, trend


def refresh_job(shop_key: str, generation: int) -> Job:
    """The job that renders this generation; asking for it twice runs it once."""
    arguments = {"shop_key": shop_key}
    return Job(id=f"{REFRESH}:{shop_key}:{generation}", name=REFRESH, arguments=arguments)


def connected_job(group_id: str) -> Job:
    """The job that raises the shops of a group, once for all changes of five seconds.

    It begins five seconds after these are over: so long a transaction may take that has asked
    for it, and that is not committed yet.
    """
    pause_us = _PAUSE_SECONDS * _SECOND_US
    slot, passed = divmod(machine_us(), pause_us)
    wait = (2 * pause_us - passed) / _SECOND_US
    return Job(f"{CONNECTED}:{group_id}:{slot}", CONNECTED, {"group_id": group_id}, wait)


def machine_us() -> int:
    """The machine's clock in Unix microseconds: other processes compare it, no rule does."""
    return time.time_ns() // 1000
