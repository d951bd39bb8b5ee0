"""Requests are counted in windows of the clock, per client, in memory, and by all processes."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from redis import Redis as RedisClient
from redis.asyncio import Redis as AsyncRedis

from api.clients import Clients
from api.legacy import sharing
from api.legacy.quotas import ClientWindows, Quotas, Windows
from services.settings import Settings
from tests.api.exchanges import scope_of
from tests.conditions import eventually
from tests.servers import Redis

HOUR = 3_600
# A moment in the middle of an hour.
HALF_PAST = 1_800_000_000 // HOUR * HOUR + HOUR // 2


class Clock:
    """Unix time that passes when the test says so."""

    def __init__(self) -> None:
        self.now = float(HALF_PAST)

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def quota(
    clock: Clock, *, most: int = 3, names: int = 100, proxies: str = "", secret: bytes = b"secret"
) -> ClientWindows:
    clients = Clients(secret=secret, trusted_proxies=proxies)
    windows = Windows("client", clients.hashed, most=most, seconds=HOUR, clock=clock, names=names)
    return ClientWindows(windows, clients)


def hit(quota: ClientWindows, client: str | None = "192.0.2.1", **headers: str) -> int:
    """Count one request; returns how many the client has made."""
    named = [(name.replace("_", "-"), value) for name, value in headers.items()]
    count = quota.find(scope_of("/rest/public/v2/shops", headers=named, client=client))
    quota.windows.add(count)
    return count.total


def test_a_client_has_so_many_requests_until_the_hour_is_over(clock: Clock) -> None:
    counted = quota(clock)
    scope = scope_of("/")
    for left in (2, 1, 0, 0):
        hit(counted)
        names = dict(counted.windows.headers(counted.find(scope)))
        assert names == {
            b"x-rate-limit-limit": b"3",
            b"x-rate-limit-remaining": b"%d" % left,
            b"x-rate-limit-reset": b"%d" % (HALF_PAST + HOUR // 2),
        }
    assert counted.windows.is_spent(counted.find(scope))
    assert counted.windows.retry_after() == (b"retry-after", b"1800")
    clock.now += HOUR // 2
    assert not counted.windows.is_spent(counted.find(scope))
    assert hit(counted) == 1


def test_who_waits_as_long_as_told_is_let_in_again(clock: Clock) -> None:
    counted = quota(clock)
    clock.now += 0.75
    for _ in range(4):
        hit(counted)
    clock.now += int(counted.windows.retry_after()[1])
    assert hit(counted) == 1


def test_a_clock_that_is_set_back_does_not_lock_anybody_out_for_longer(clock: Clock) -> None:
    counted = quota(clock)
    hit(counted)
    clock.now -= 5 * HOUR
    assert hit(counted) == 1
    assert counted.windows.ends_at == HALF_PAST + HOUR // 2 - 5 * HOUR


@pytest.mark.parametrize(
    ("one", "other", "are_one"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("2001:db8::1", "2001:db8::ffff", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        (None, None, True),
        ("nonsense\udc00", "192.0.2.1", False),
    ],
)
def test_a_client_is_an_address_or_an_ipv6_network(
    clock: Clock, one: str | None, other: str | None, are_one: bool
) -> None:
    counted = quota(clock)
    assert hit(counted, one) == 1
    assert hit(counted, other) == (2 if are_one else 1)


def test_behind_a_trusted_proxy_the_forwarded_address_counts(clock: Clock) -> None:
    counted = quota(clock, proxies="10.0.0.0/8")
    assert hit(counted, "10.0.0.1", x_forwarded_for="192.0.2.1") == 1
    assert hit(counted, "10.0.0.2", x_forwarded_for="192.0.2.1") == 2
    assert hit(counted, "10.0.0.1", x_forwarded_for="192.0.2.2") == 1
    assert hit(counted, "192.0.2.9", x_forwarded_for="192.0.2.1") == 1
    alone = quota(clock)
    assert hit(alone, "10.0.0.1", x_forwarded_for="192.0.2.1") == 1
    assert hit(alone, "10.0.0.1", x_forwarded_for="192.0.2.2") == 2


def test_no_address_is_kept_and_names_change_with_the_window(clock: Clock) -> None:
    counted = quota(clock)
    scope = scope_of("/", client="192.0.2.77")
    first = counted.find(scope).name
    clock.now += HOUR
    assert counted.find(scope).name != first
    assert "192.0.2.77" not in repr(vars(counted)) + repr(vars(counted.windows))


def test_processes_call_a_client_by_the_same_name_and_strangers_do_not(clock: Clock) -> None:
    names = [
        quota(clock, secret=secret).find(scope_of("/")).name
        for secret in (b"secret", b"secret", b"other")
    ]
    assert names[0] == names[1] != names[2]


def test_the_oldest_names_go_when_there_are_too_many(clock: Clock) -> None:
    windows = Windows("x", str, most=3, seconds=HOUR, clock=clock, names=3)
    for name in "abcd":
        windows.add(windows.find(name))
    assert [windows.find(name).total for name in "dcb"] == [1, 1, 1]
    assert windows.find("a").total == 0
    assert len(windows.asked) <= 3


def test_the_settings_name_every_limit() -> None:
    quotas = Quotas.of(Settings(), Clients(secret=b"secret"))
    limits = {each.label: (each.most, each.seconds) for each in quotas.windows}
    assert limits == {"client": (120, 3_600), "login": (3_600, 3_600), "failure": (10, 900)}


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[AsyncRedis]:
    async with AsyncRedis.from_url(url, socket_timeout=0.5) as redis:
        yield redis


def test_processes_with_one_redis_count_together(clock: Clock, redis_url: str) -> None:
    one, other = quota(clock, most=10), quota(clock, most=10)

    async def run() -> None:
        async with connected(redis_url) as redis:
            for _ in range(4):
                hit(one)
            hit(other)
            for each in (one, other, one, other):
                await sharing.exchange(redis, each.windows, installation_id="i")
            assert [each.find(scope_of("/")).total for each in (one, other)] == [4, 5]
            assert hit(one) == 5
            await sharing.exchange(redis, one.windows, installation_id="i")
            assert hit(one) == 7

    asyncio.run(run())


def test_a_request_that_is_taken_back_is_taken_back_everywhere(
    clock: Clock, redis_url: str
) -> None:
    one = quota(clock)

    async def run() -> None:
        async with connected(redis_url) as redis:
            assert hit(one) == 1
            await sharing.exchange(redis, one.windows, installation_id="i")
            one.windows.add(one.find(scope_of("/")), -1)
            await sharing.exchange(redis, one.windows, installation_id="i")
            assert one.find(scope_of("/")).total == 0
            assert (await redis.mget(await redis.keys())) == [b"0"]

    asyncio.run(run())


def test_redis_holds_no_address_and_forgets_the_counts(clock: Clock, redis_url: str) -> None:
    counted = quota(clock)

    async def run() -> None:
        hit(counted, "192.0.2.77")
        async with connected(redis_url) as redis:
            await sharing.exchange(redis, counted.windows, installation_id="i")

    asyncio.run(run())
    with RedisClient.from_url(redis_url) as client:
        (name,) = [name.decode() for name in client.scan_iter()]
        assert "192.0.2.77" not in name
        assert 0 < client.ttl(name) <= HOUR


def test_while_redis_is_gone_each_process_counts_and_tells_the_rest_later(
    clock: Clock,
    own_redis: Redis,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sharing, "SECONDS", 0.01)
    counted = quota(clock, most=100)

    count = counted.find(scope_of("/"))

    async def run() -> None:
        task = asyncio.create_task(
            sharing.share(own_redis.tcp_url, [counted.windows], installation_id="i")
        )
        hit(counted)
        await asyncio.to_thread(eventually, lambda: count.told == 1)
        own_redis.stop()
        assert hit(counted) == 2
        await asyncio.to_thread(eventually, lambda: caplog.records)
        assert hit(counted) == 3
        own_redis.start()
        # Redis begins anew, and knows less than the process that tells it.
        await asyncio.to_thread(eventually, lambda: count.told == 3)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with caplog.at_level(logging.WARNING):
        asyncio.run(run())
    assert [record.levelname for record in caplog.records] == ["WARNING"]
