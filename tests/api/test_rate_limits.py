"""Requests are counted per client and class of path, and nobody is refused for want of Redis."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from redis import Redis as RedisClient

from api.asgi import Receive, Scope, Send
from api.cache import Cache
from api.clients import Clients
from api.rate_limits import Counters, Memory, RateLimit, counters, path_class
from api.stand_ins import StandIns
from tests.api.exchanges import KEY, Reply, exchange, scope_of, snapshot
from tests.servers import Redis

RATE = {"x-rate-limit-limit", "x-rate-limit-remaining", "x-rate-limit-reset"}


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


async def ok(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": ((b"a", b"b"),)})
    await send({"type": "http.response.body", "body": b"ok"})


def limited(
    found: Counters, clock: Callable[[], float] = time.monotonic, cache: Cache | None = None
) -> RateLimit:
    clients = Clients(secret=b"secret")
    stand_ins = StandIns(cache or Cache(budget=10**6, clock=clock))
    return RateLimit(
        ok, per_minute=3, counters=found, clients=clients, stand_ins=stand_ins, clock=clock
    )


@asynccontextmanager
async def opened(url: str | None) -> AsyncIterator[Counters]:
    found = counters(url)
    try:
        yield found
    finally:
        await found.close()


async def ask(app: RateLimit, path: str = "/v1/shops/x", client: str = "192.0.2.1") -> Reply:
    return await exchange(app, scope_of(path, client=client))


@pytest.fixture(params=["memory", "redis"])
def storage_url(request: pytest.FixtureRequest) -> str | None:
    """Where the test counts: each test runs in memory and in a real Redis."""
    if request.param == "memory":
        return None
    url: str = request.getfixturevalue("redis_url")
    return url


def test_a_counted_answer_tells_how_many_are_left(storage_url: str | None) -> None:
    async def run() -> list[Reply]:
        async with opened(storage_url) as found:
            app = limited(found)
            return [await ask(app) for _ in range(3)]

    replies = asyncio.run(run())
    assert [reply.status for reply in replies] == [200, 200, 200]
    assert [reply.headers["x-rate-limit-remaining"] for reply in replies] == ["2", "1", "0"]
    assert {reply.headers["x-rate-limit-limit"] for reply in replies} == {"3"}
    assert all(0 <= int(r.headers["x-rate-limit-reset"]) - time.time() <= 61 for r in replies)
    assert replies[0].headers["a"] == "b"


def test_beyond_the_limit_there_is_a_problem_and_a_time_to_wait(storage_url: str | None) -> None:
    async def run() -> Reply:
        async with opened(storage_url) as found:
            app = limited(found)
            return [await ask(app) for _ in range(5)][-1]

    reply = asyncio.run(run())
    assert (reply.status, reply.json()["code"]) == (429, "TOO_MANY_REQUESTS")
    assert 1 <= int(reply.headers["retry-after"]) <= 61
    assert reply.headers["x-rate-limit-remaining"] == "0"
    assert reply.headers.keys() >= RATE


@pytest.mark.parametrize("target", ["badge.json", "badge", "badge.json?unknown=1"])
def test_beyond_the_limit_the_answer_of_a_moment_ago_stands_in(target: str) -> None:
    cache = Cache(budget=10**6, clock=time.monotonic)
    cache.put(snapshot("badge.json", generation=1, body=b"old"))
    cache.invalidate(KEY, 2)

    async def run() -> list[Reply]:
        async with opened(None) as found:
            app = limited(found, cache=cache)
            for _ in range(3):
                await ask(app)
            paths = (target, "badge.xml", "nothing", "badge.json?lang=de")
            return [await exchange(app, scope_of(f"/v1/shops/{KEY}/{path}")) for path in paths]

    stale, *others = asyncio.run(run())
    assert (stale.status, stale.body) == (200, b"old")
    assert stale.headers["x-rate-limit-remaining"] == "0"
    assert "retry-after" not in stale.headers
    assert [reply.status for reply in others] == [429, 429, 429]


def test_nothing_stands_in_for_a_request_that_asks_for_a_change() -> None:
    cache = Cache(budget=10**6, clock=time.monotonic)
    cache.put(snapshot("badge.json"))
    posted = scope_of(f"/v1/shops/{KEY}/badge.json", method="POST")
    assert StandIns(cache).find(posted) is None


def test_other_clients_and_other_classes_of_paths_are_counted_apart(
    storage_url: str | None,
) -> None:
    async def run() -> list[int]:
        async with opened(storage_url) as found:
            app = limited(found)
            for _ in range(4):
                await ask(app)
            return [
                (await ask(app)).status,
                (await ask(app, path="/v1/shops/y")).status,
                (await ask(app, path="/docs")).status,
                (await ask(app, client="192.0.2.2")).status,
            ]

    assert asyncio.run(run()) == [429, 429, 200, 200]


def test_processes_with_one_redis_count_together(redis_url: str) -> None:
    async def run() -> list[int]:
        async with opened(redis_url) as one, opened(redis_url) as other:
            apps = [limited(one), limited(other)]
            return [(await ask(apps[n % 2])).status for n in range(5)]

    assert asyncio.run(run()) == [200, 200, 200, 429, 429]


def test_redis_holds_no_address_and_forgets_the_counts(redis_url: str) -> None:
    async def run() -> None:
        async with opened(redis_url) as found:
            await ask(limited(found), client="192.0.2.77")

    asyncio.run(run())
    with RedisClient.from_url(redis_url) as client:
        names = [name.decode() for name in client.scan_iter()]
        assert len(names) == 1
        assert "192.0.2.77" not in names[0]
        assert 0 < client.ttl(names[0]) <= 60


def test_while_redis_is_gone_nobody_is_refused_and_afterwards_it_counts_again(
    own_redis: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()

    async def run() -> None:
        async with opened(own_redis.tcp_url) as found:
            app = limited(found, clock)
            assert (await ask(app)).headers.keys() >= RATE
            own_redis.stop()
            for _ in range(10):
                reply = await ask(app)
                assert reply.status == 200
                assert not RATE & reply.headers.keys()
            own_redis.start()
            clock.now += 10
            assert (await ask(app)).headers["x-rate-limit-remaining"] == "2"

    with caplog.at_level(logging.WARNING):
        asyncio.run(run())
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_a_redis_that_hangs_costs_one_client_a_moment_and_the_others_nothing(
    own_redis: Redis,
) -> None:
    async def run() -> list[float]:
        async with opened(own_redis.tcp_url) as found:
            app = limited(found)
            await ask(app)
            with RedisClient.from_url(own_redis.url) as client:
                client.execute_command("CLIENT", "PAUSE", "60000", "ALL")
            times = []
            for _ in range(5):
                started = time.monotonic()
                assert (await ask(app)).status == 200
                times.append(time.monotonic() - started)
            return times

    first, *others = asyncio.run(run())
    assert first < 3
    assert max(others) < 0.2


def test_memory_forgets_windows_that_ended_and_keeps_its_bound() -> None:
    clock = Clock()
    memory = Memory(most=3, clock=clock)

    async def run() -> None:
        for name in "abc":
            assert await memory.incr(name, 60) == 1
        assert await memory.incr("a", 60) == 2
        assert await memory.get("b") == 1
        clock.now += 60
        assert [await memory.get(name) for name in "abc"] == [0, 0, 0]
        for name in "defgh":
            assert await memory.incr(name, 60) == 1
        assert [await memory.get(name) for name in "defgh"] == [0, 0, 1, 1, 1]

    asyncio.run(run())


def test_memory_works_no_harder_for_many_clients() -> None:
    async def seconds(clients: int) -> float:
        memory = Memory(most=clients + 1)
        for n in range(clients):
            await memory.incr(str(n), 60)
        started = time.process_time()
        for n in range(1_000):
            await memory.incr(str(n), 60)
        return time.process_time() - started

    few, many = asyncio.run(seconds(1_000)), asyncio.run(seconds(50_000))
    assert many < few * 20


def test_paths_of_the_api_are_one_class() -> None:
    assert path_class("/v1/shops/x/badge.json") == path_class("/v1/anything")
    assert path_class("/v1/shops/x") != path_class("/docs")
