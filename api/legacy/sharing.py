"""Quotas of several processes as one: each tells Redis once a second what it has counted.

No request waits for it. While Redis is gone each process counts for itself, and tells the rest
when it is back.
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import Final

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from api.legacy.quotas import Count, Windows

SECONDS: Final = 1.0
_REDIS_SECONDS: Final = 0.5
_BATCH: Final = 1_000
_LOG: Final = logging.getLogger("trustwright.api")


async def share(url: str, quotas: Sequence[Windows], *, installation_id: str) -> None:
    """Exchange counts until cancelled; losing Redis is logged once."""
    redis = Redis.from_url(
        url,
        socket_timeout=_REDIS_SECONDS,
        socket_connect_timeout=_REDIS_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    is_lost = False
    async with redis:
        while True:
            try:
                for windows in quotas:
                    await exchange(redis, windows, installation_id=installation_id)
                is_lost = False
            except (RedisError, OSError) as error:
                if not is_lost:
                    _LOG.warning("Quotas are counted by each process: %s", type(error).__name__)
                is_lost = True
            await asyncio.sleep(SECONDS)


async def exchange(redis: Redis, windows: Windows, *, installation_id: str) -> None:
    """Tell what was counted since the last time, and hear the sums of those names.

    Raises RedisError or OSError; what was not told then is told the next time.
    """
    window = windows.ends_at
    prefix = f"trustwright:quota:{installation_id}:{windows.label}:{window}"
    # Those who ask meanwhile are for the next time, or a flood of them would keep us here.
    waiting, windows.asked = list(windows.asked.values()), {}
    while waiting:
        batch = [(count, count.fresh) for count in waiting[:_BATCH]]
        try:
            sums = await _told(redis, prefix, batch, seconds=windows.seconds)
        except (RedisError, OSError):
            if windows.ends_at == window:
                windows.asked |= {count.name: count for count in waiting}
            raise
        for (count, number), total in zip(batch, sums, strict=True):
            count.fresh -= number
            # A Redis that was started anew knows less than we do.
            count.told = max(total, count.told + number)
        del waiting[:_BATCH]


async def _told(
    redis: Redis, prefix: str, batch: Sequence[tuple[Count, int]], *, seconds: int
) -> list[int]:
    """Add these numbers to the sums of all processes; returns the sums."""
    async with redis.pipeline(transaction=False) as pipe:
        for count, number in batch:
            pipe.incrby(f"{prefix}:{count.name}", number)
            pipe.expire(f"{prefix}:{count.name}", seconds)
        return [int(total) for total in (await pipe.execute())[::2]]
