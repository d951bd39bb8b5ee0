"""Announcements through a real Redis invalidate at once, and survive its restart."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from redis import Redis as RedisClient

from api.announcements import listen
from api.cache import Cache
from schemas import announcements
from tests.api.exchanges import KEY, snapshot
from tests.api.readers import Clock
from tests.conditions import eventually
from tests.servers import Redis

URL = f"/v1/shops/{KEY}/badge.json".encode()
ID = "0123456789abcdef"


@asynccontextmanager
async def listening(url: str, cache: Cache) -> AsyncIterator[None]:
    task = asyncio.create_task(listen(url, cache, installation_id=ID))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until_heard(
    server: Redis, cache: Cache, generation: int, *, installation_id: str = ID
) -> None:
    """Announce until the cache has heard it: a listener may have to connect first."""
    async with asyncio.timeout(20):
        while cache.fresh(URL) is not None:
            with RedisClient.from_url(server.url) as client:
                name = announcements.channel(installation_id)
                client.publish(name, announcements.write(KEY, generation))
            await asyncio.sleep(0.01)


def test_an_announcement_invalidates(own_redis: Redis) -> None:
    cache = Cache(budget=10**6, clock=Clock())
    cache.put(snapshot("badge.json", generation=1))

    async def run() -> None:
        async with listening(own_redis.tcp_url, cache):
            await until_heard(own_redis, cache, 2)

    asyncio.run(run())


def test_another_installation_with_the_same_redis_and_shop_is_not_heard(own_redis: Redis) -> None:
    ours, theirs = (Cache(budget=10**6, clock=Clock()) for _ in range(2))
    for cache in (ours, theirs):
        cache.put(snapshot("badge.json", generation=1))

    async def run() -> None:
        other = "fedcba9876543210"
        async with listening(own_redis.tcp_url, ours):
            await until_heard(own_redis, ours, 2)
            ours.put(snapshot("badge.json", generation=2))
            task = asyncio.create_task(listen(own_redis.tcp_url, theirs, installation_id=other))
            await until_heard(own_redis, theirs, 99, installation_id=other)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            assert ours.fresh(URL) is not None
            await until_heard(own_redis, ours, 3)

    asyncio.run(run())


def test_what_is_no_announcement_is_ignored(own_redis: Redis) -> None:
    cache = Cache(budget=10**6, clock=Clock())
    cache.put(snapshot("badge.json", generation=1))

    async def run() -> None:
        async with listening(own_redis.tcp_url, cache):
            with RedisClient.from_url(own_redis.url) as client:
                for noise in (b"", b"\xff", KEY.encode(), b"X:-1", b"X:" + b"9" * 100):
                    client.publish(announcements.channel(ID), noise)
            await until_heard(own_redis, cache, 2)

    asyncio.run(run())


def test_a_listener_comes_back_after_redis_was_gone(
    own_redis: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    cache = Cache(budget=10**6, clock=Clock())
    cache.put(snapshot("badge.json", generation=1))

    async def run() -> None:
        async with listening(own_redis.tcp_url, cache):
            await until_heard(own_redis, cache, 2)
            own_redis.stop()
            await asyncio.to_thread(eventually, lambda: caplog.records)
            own_redis.start()
            cache.put(snapshot("badge.json", generation=2))
            await until_heard(own_redis, cache, 3)

    with caplog.at_level(logging.WARNING):
        asyncio.run(run())
    assert len(caplog.records) == 1
