"""Product feeds over HTTP: files that are written once per generation and streamed (C7, 4.6)."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from starlette.concurrency import run_in_threadpool

from api import caching, negotiation
from api.answers import header_of
from api.asgi import Scope, Send
from api.caching import STALE_IF_ERROR_SECONDS, Header, matches, seconds_of
from api.flights import Flights
from api.legacy import profiles
from api.negotiation import Encoding
from domain.errors import DatabaseUnavailable, Unavailable
from schemas.legacy.questions import LegacyQuestion
from schemas.snapshots import Media
from services.legacy.product_feeds import Content, ProductFeed

DISK_BYTES: Final = 1024 * 1024 * 1024
_PIECE_BYTES: Final = 256 * 1024
# Each holds a thread and a connection to the database for as long as it writes.
_WRITERS: Final = 2


class ProductFeeds:
    """Feeds by URL, within ``budget`` bytes of disk; those that nobody asked for go first.

    ``generation`` tells a shop's present one, ``write`` makes the file; both run in a thread.
    ``is_down`` tells that the database failed a moment ago: then nobody waits for it again.
    ``clock`` gives seconds that only rise.
    """

    def __init__(
        self,
        generation: Callable[[str], int],
        write: Callable[[str, Media], ProductFeed],
        *,
        is_down: Callable[[], bool],
        clock: Callable[[], float],
        budget: int = DISK_BYTES,
    ) -> None:
        self._generation = generation
        self._write = write
        self._is_down = is_down
        self._clock = clock
        self._budget = budget
        self._kept: OrderedDict[str, tuple[ProductFeed, float]] = OrderedDict()
        self._looking: Flights[str, ProductFeed] = Flights()
        self._turns = asyncio.Semaphore(_WRITERS)

    async def answer(self, question: LegacyQuestion, scope: Scope, send: Send) -> None:
        """Answer a GET or HEAD for a feed with 200 or 304.

        Raises ShopNotFound or Unavailable before anything is sent.
        """
        profile = profiles.of(question)
        feed = await self._looking.share(question.url, lambda: self._current(question))
        encoding = _encoding(header_of(scope, b"accept-encoding"))
        etag = caching.etag(feed.digest.encode(), encoding)
        validators = profile.validators(etag, feed.modified, negotiated=False)
        if _is_known(scope, etag, feed.modified):
            await _start(send, 304, validators)
            await send({"type": "http.response.body", "body": b""})
            return
        content = feed.gzip if encoding is Encoding.GZIP else feed.identity
        await _start(send, 200, (*profile.describing(content.size, encoding), *validators))
        await _stream(send, content, size=content.size if scope["method"] == "GET" else 0)

    def close(self) -> None:
        """Give the disk back."""
        self._kept.clear()

    async def _current(self, question: LegacyQuestion) -> ProductFeed:
        """The feed of the shop's generation; while that cannot be told, the last one of a day."""
        kept, seen_at = self._kept.get(question.url, (None, 0.0))
        try:
            if self._is_down():
                raise DatabaseUnavailable
            generation = await run_in_threadpool(self._generation, question.owner)
            if kept is None or kept.generation < generation:
                kept = await self._written(question)
        except Unavailable:
            if kept is None or self._clock() - seen_at > STALE_IF_ERROR_SECONDS:
                raise
            return kept
        self._keep(question.url, kept)
        return kept

    async def _written(self, question: LegacyQuestion) -> ProductFeed:
        async with self._turns:
            return await run_in_threadpool(self._write, question.owner, question.media)

    def _keep(self, url: str, feed: ProductFeed) -> None:
        self._kept[url] = feed, self._clock()
        self._kept.move_to_end(url)
        while sum(kept.size for kept, _ in self._kept.values()) > self._budget:
            self._kept.popitem(last=False)


def _encoding(accept_encoding: bytes) -> Encoding:
    """Identity or gzip: a feed is not kept in a third encoding, so brotli is not on offer."""
    return negotiation.encoding(accept_encoding.replace(b"br", b"-"))


def _is_known(scope: Scope, etag: bytes, modified: int) -> bool:
    tags = header_of(scope, b"if-none-match")
    if tags:
        return matches(tags, etag)
    since = header_of(scope, b"if-modified-since")
    return bool(since) and modified <= seconds_of(since)


async def _start(send: Send, status: int, headers: tuple[Header, ...]) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def _stream(send: Send, content: Content, *, size: int) -> None:
    """Send the first ``size`` bytes in pieces, each read when the one before it is on its way."""
    offset = 0
    while offset < size:
        piece = await run_in_threadpool(content.read, offset, _PIECE_BYTES)
        offset += len(piece)
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
