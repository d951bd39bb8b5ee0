"""Hits answered by the protocol are, byte for byte, what the server's own way would send."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from api.asgi import Receive, Scope, Send
from api.cache import Cache
from api.clients import Clients
from api.dispatch import Dispatcher
from api.legacy import profiles
from api.legacy.hits import LegacyHits
from api.legacy.quotas import ClientWindows, Windows
from api.protocol import HitProtocol
from api.server import OPTIONS
from schemas.legacy import questions
from schemas.snapshots import Media, Snapshot
from tests.api.exchanges import KEY, snapshot

BODY = b'{"grade":4.87,"text":"' + b"very good " * 30 + b'"}'
BADGE = f"/v1/shops/{KEY}/badge.json"
LEGACY = f"/rest/public/v2/shops/{KEY}/reviews.json"
LEGACY_QUESTION = questions.parse(LEGACY, [], negotiated=Media.JSON, language=None)
DATE = [(b"date", b"Sun, 22 Nov 2026 01:27:55 GMT")]


class Wire(asyncio.Transport):
    """A connection whose other end keeps what it gets, and reads on while it is told to."""

    def __init__(self, *, reads: bool = True) -> None:
        super().__init__({"peername": ("192.0.2.7", 40_000), "sockname": ("192.0.2.1", 80)})
        self.sent = bytearray()
        self.is_closed = False
        self.protocol: HttpToolsProtocol | None = None
        self._reads = reads

    def write(self, data: Any) -> None:
        if not self.is_closed:
            self.sent += data
            if not self._reads and self.protocol is not None:
                self.protocol.pause_writing()

    def close(self) -> None:
        self.is_closed = True

    def is_closing(self) -> bool:
        return self.is_closed

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...


async def rest(scope: Scope, receive: Receive, send: Send) -> None:
    """What stands behind the dispatcher: it reads the body and says what it was asked."""
    size = 0
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    said = b"%s %s %d" % (scope["method"].encode(), scope["raw_path"], size)
    length = (b"content-length", b"%d" % len(said))
    await send({"type": "http.response.start", "status": 404, "headers": [length]})
    await send({"type": "http.response.body", "body": said})


async def nothing_stored(_url: str) -> Snapshot | None:
    return None


def dispatcher() -> Dispatcher:
    """A dispatcher that has a badge in memory, and whose clients' quota is spent after three."""
    cache = Cache(budget=1_000_000, clock=time.monotonic)
    cache.put(snapshot("badge.json", body=BODY))
    cache.put(replace(snapshot(), url=LEGACY), profiles.of(LEGACY_QUESTION))
    clients = Clients(secret=b"secret")
    windows = Windows("client", clients.hashed, most=3, seconds=3_600, clock=lambda: 1_800_000.0)
    return Dispatcher(
        cache, nothing_stored, rest, LegacyHits(cache, ClientWindows(windows, clients))
    )


async def answered(kind: type[HttpToolsProtocol], chunks: Sequence[bytes]) -> tuple[bytes, bool]:
    """What a connection of this kind sends for these bytes, and whether it closes."""
    wire = Wire()
    protocol = connection(kind, wire)
    for chunk in chunks:
        if not wire.is_closed:
            protocol.data_received(chunk)
            await idle(protocol)
    protocol.connection_lost(None)
    await idle(protocol)
    return bytes(wire.sent), wire.is_closed


def connection(kind: type[HttpToolsProtocol], wire: Wire) -> HttpToolsProtocol:
    options = {**OPTIONS, "http": kind, "loop": "asyncio", "lifespan": "off", "log_config": None}
    config = Config(cast(Any, dispatcher()), **options)
    config.load()
    state = ServerState()
    state.default_headers = DATE
    protocol = kind(config, state, {})
    wire.protocol = protocol
    protocol.connection_made(wire)
    return protocol


async def idle(protocol: HttpToolsProtocol) -> None:
    """Let every request run that does not wait for more bytes."""
    for _ in range(20 + 10 * len(protocol.tasks)):
        await asyncio.sleep(0)


PATHS = [
    BADGE,
    BADGE,
    LEGACY,
    LEGACY,
    LEGACY.removesuffix(".json"),
    f"/v1/shops/{KEY}/badge",
    f"/v1/shops/{KEY}/badge.json?",
    f"/v1/shops/{KEY}/badge.json#top",
    f"http://a{BADGE}",
    "/nothing",
    "*",
]
HEADERS = [
    b"Accept-Encoding: gzip, br\r\n",
    b"Accept-Encoding: gzip\r\nAccept-Encoding: br\r\n",
    b"If-None-Match: *\r\n",
    b"If-Modified-Since: Sun, 22 Nov 2026 01:27:55 GMT\r\n",
    b"Accept: application/xml\r\n",
    b"Connection: close\r\n",
    b"Connection: keep-alive\r\n",
    b"Upgrade: websocket\r\nConnection: Upgrade\r\n",
    b"Expect: 100-continue\r\n",
    b"X: 1\r\n" * 201,
]
BODIES = [
    b"\r\n",
    b"\r\n",
    b"Content-Length: 5\r\n\r\nhello",
    b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
]
REQUESTS = st.builds(
    lambda method, path, version, headers, body: (
        f"{method} {path} HTTP/{version}\r\nHost: a\r\n".encode() + b"".join(headers) + body
    ),
    st.sampled_from(["GET", "GET", "GET", "HEAD", "POST"]),
    st.sampled_from(PATHS),
    st.sampled_from(["1.1", "1.1", "1.1", "1.0"]),
    st.lists(st.sampled_from(HEADERS), max_size=2),
    st.sampled_from(BODIES),
)


@given(requests=st.lists(REQUESTS, min_size=1, max_size=6), cuts=st.lists(st.integers(0, 600)))
def test_the_protocol_sends_what_the_servers_own_way_would_send(
    requests: list[bytes], cuts: list[int]
) -> None:
    stream = b"".join(requests)
    places = sorted({cut for cut in cuts if 0 < cut < len(stream)})
    pairs = zip([0, *places], [*places, len(stream)], strict=True)
    chunks = [stream[start:end] for start, end in pairs]
    ours = asyncio.run(answered(HitProtocol, chunks))
    theirs = asyncio.run(answered(HttpToolsProtocol, chunks))
    assert ours == theirs


def test_nonsense_behind_a_hit_is_refused_and_the_hit_is_answered() -> None:
    stream = f"GET {BADGE} HTTP/1.1\r\nHost: a\r\n\r\nBREW / HTCPCP/1.0\r\n\r\n".encode()
    sent, is_closed = asyncio.run(answered(HitProtocol, [stream]))
    first, _, second = sent.partition(BODY)
    assert first.startswith(b"HTTP/1.1 200 OK\r\n")
    assert second.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert is_closed


def test_a_hit_starts_no_task() -> None:
    async def ask() -> tuple[bytes, int]:
        wire = Wire()
        protocol = connection(HitProtocol, wire)
        protocol.data_received(f"GET {BADGE} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        started = len(protocol.tasks)
        protocol.connection_lost(None)
        return bytes(wire.sent), started

    sent, started = asyncio.run(ask())
    assert sent.startswith(b"HTTP/1.1 200 OK\r\ndate: Sun, 22 Nov 2026 01:27:55 GMT\r\n")
    assert sent.endswith(b"\r\n\r\n" + BODY)
    assert started == 0


def test_a_client_that_does_not_read_is_not_answered_further() -> None:
    async def flood() -> tuple[int, int]:
        wire = Wire(reads=False)
        protocol = connection(HitProtocol, wire)
        request = f"GET {BADGE} HTTP/1.1\r\nHost: a\r\n\r\n".encode()
        protocol.data_received(request * 500)
        await idle(protocol)
        many = wire.sent.count(b"HTTP/1.1 200 OK"), len(protocol.pipeline)
        protocol.connection_lost(None)
        await idle(protocol)
        return many

    answers, waiting = asyncio.run(flood())
    assert answers == 1
    assert waiting == 498
