"""A shop's public generation: raised by every use case that changes what the public sees."""

import time
from datetime import datetime

from store.database import Job, Work
from store.shops import Shop

REFRESH = "snapshot.refresh"


def raise_for(work: Work, shop: Shop, *, now: datetime) -> None:
    """Raise the generation once per transaction, and have the snapshots made again after it."""
    if shop.shop_key in work.changed:
        return
    shop.generation += 1
    shop.generation_at = max(now, shop.generation_at)
    shop.changed_us = machine_us()
    work.session.add(shop)
    work.changed[shop.shop_key] = shop.generation
    work.jobs.append(refresh_job(shop.shop_key, shop.generation))


def refresh_job(shop_key: str, generation: int) -> Job:
    """The job that renders this generation; asking for it twice runs it once."""
    arguments = {"shop_key": shop_key}
    return Job(id=f"{REFRESH}:{shop_key}:{generation}", name=REFRESH, arguments=arguments)


def machine_us() -> int:
    """The machine's clock in Unix microseconds: other processes compare it, no rule does."""
    return time.time_ns() // 1000
