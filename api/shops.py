"""Answers about shops that no cache has: built from the database, then kept.

The handler speaks ASGI, because it answers with the very messages of a hit.
"""

from collections.abc import Callable
from typing import Final

import structlog
from starlette.concurrency import run_in_threadpool

from api.answers import header_of, select
from api.asgi import Receive, Scope, Send
from api.cache import Cache, Entry
from api.caching import ALLOW_ORIGIN, Header
from api.flights import Flights
from api.negotiation import MEDIA
from api.questions import asked, is_negotiated
from domain.errors import DatabaseUnavailable, TrustwrightError, Unavailable
from schemas.questions import Question
from schemas.snapshots import Snapshot

METHODS: Final = ("GET", "HEAD", "OPTIONS")
_LOG: Final = structlog.get_logger("trustwright.api")
_PREFLIGHT: Final[tuple[Header, ...]] = (
    ALLOW_ORIGIN,
    (b"access-control-allow-methods", ", ".join(METHODS).encode()),
    (b"access-control-allow-headers", b"Accept, Accept-Language, Content-Type"),
    (b"access-control-max-age", b"86400"),
    (b"allow", ", ".join(METHODS).encode()),
    (b"vary", b"Origin, Access-Control-Request-Method, Access-Control-Request-Headers"),
)


class ShopAnswers:
    """Answers ``/v1/shops/…``: ``build`` makes the snapshot of a question, in a thread.

    ``is_down`` tells that the database failed a moment ago: then nobody waits for it again.
    """

    def __init__(
        self, build: Callable[[Question], Snapshot], cache: Cache, is_down: Callable[[], bool]
    ) -> None:
        self._build = build
        self._cache = cache
        self._is_down = is_down
        self._building: Flights[bytes, Entry] = Flights()

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        if scope["method"] == "OPTIONS":
            await send({"type": "http.response.start", "status": 204, "headers": _PREFLIGHT})
            await send({"type": "http.response.body", "body": b""})
            return
        question = asked(scope, accepted=MEDIA[header_of(scope, b"accept")])
        url = question.url.encode()
        entry = await self._building.share(url, lambda: self._entry(question, url))
        start, body = select(scope, entry, negotiated=is_negotiated(scope))
        await send(start)
        await send(body)

    async def _entry(self, question: Question, url: bytes) -> Entry:
        with self._cache.expecting(question.shop_key):
            try:
                if self._is_down():
                    raise DatabaseUnavailable
                return self._cache.put(await run_in_threadpool(self._build, question))
            except Exception as error:
                entry = self._cache.stale(url) if _may_pass(error) else None
                if entry is None:
                    raise
                if not isinstance(error, TrustwrightError):
                    _LOG.error("rebuild.failed", path=question.path, exc_info=error)
                return entry


def _may_pass(error: Exception) -> bool:
    """Whether an older answer is better than this error: there is one, but not just now."""
    return isinstance(error, Unavailable) or not isinstance(error, TrustwrightError)
