"""Headers beyond the limits are refused, and cost no more than their length."""

import asyncio
import time

import pytest

from api.answers import header_of, select
from api.asgi import Receive, Scope, Send
from api.cache import Cache
from api.dispatch import Dispatcher
from api.errors import Boundary
from api.headers import MOST, MOST_BYTES, HeaderLimit
from schemas.snapshots import Snapshot
from tests.api.exchanges import KEY, Reply, exchange, scope_of, snapshot

BADGE = f"/v1/shops/{KEY}/badge.json"


async def ok(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": ()})
    await send({"type": "http.response.body", "body": b""})


async def nothing_stored(_url: str) -> Snapshot | None:
    return None


def asked(headers: list[tuple[str, str | bytes]], *, is_cached: bool = False) -> Reply:
    cache = Cache(budget=10**6, clock=time.monotonic)
    if is_cached:
        cache.put(snapshot("badge.json"))
    app = Dispatcher(cache, nothing_stored, Boundary(HeaderLimit(ok)))
    return asyncio.run(exchange(app, scope_of(BADGE, headers=headers)))


@pytest.mark.parametrize("is_cached", [True, False])
def test_too_many_headers_are_refused(is_cached: bool) -> None:
    reply = asked([("x", "1")] * (MOST + 1), is_cached=is_cached)
    assert (reply.status, reply.json()["code"]) == (400, "REQUEST_MALFORMED")
    assert str(MOST) in reply.json()["detail"]


def test_too_large_headers_are_refused_where_no_cache_answers() -> None:
    reply = asked([("x", "1" * MOST_BYTES)])
    assert (reply.status, reply.json()["code"]) == (400, "REQUEST_MALFORMED")


@pytest.mark.parametrize("is_cached", [True, False])
def test_headers_at_the_limits_are_read(is_cached: bool) -> None:
    status = 200 if is_cached else 204
    assert asked([("x", "1")] * MOST, is_cached=is_cached).status == status
    assert asked([("x", "1" * (MOST_BYTES - 1))], is_cached=is_cached).status == status


def test_a_repeated_header_is_joined_in_a_hit_too() -> None:
    etag = asked([("accept-encoding", "br")], is_cached=True).headers["etag"]
    repeated: list[tuple[str, str | bytes]] = [
        ("if-none-match", '"other"'),
        ("accept-encoding", "gzip;q=0.1"),
        ("if-none-match", etag),
        ("accept-encoding", "br"),
    ]
    assert asked(repeated, is_cached=True).status == 304


@pytest.mark.parametrize("name", ["if-none-match", "accept-encoding"])
def test_joining_repeated_headers_takes_linear_time(name: str) -> None:
    cache = Cache(budget=10**6, clock=time.monotonic)
    entry = cache.put(snapshot("badge.json"))

    def seconds(count: int) -> float:
        scope = scope_of(BADGE, headers=[(name, b"x" * 1_000)] * count)
        started = time.process_time()
        select(scope, entry)
        header_of(scope, name.encode())
        return time.process_time() - started

    # What is quadratic takes a hundred times as long for ten times as much.
    few = min(seconds(1_000) for _ in range(3))
    many = min(seconds(10_000) for _ in range(3))
    assert many < few * 40
