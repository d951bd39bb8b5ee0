"""Answers about shops that no cache has: built from the database, then kept.

The handler speaks ASGI, because it answers with the very messages of a hit.
"""

from collections.abc import Callable
from typing import Final, Never

from api.answers import header_of, select
from api.asgi import Receive, Scope, Send
from api.cache import Cache
from api.caching import ALLOW_ORIGIN, Header
from api.misses import Kept, Misses
from api.negotiation import MEDIA
from api.questions import asked, is_negotiated
from schemas.questions import Question
from schemas.snapshots import Snapshot

METHODS: Final = ("GET", "HEAD", "OPTIONS")
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

    ``is_down`` is what ``Misses`` asks.
    """

    def __init__(
        self, build: Callable[[Question], Snapshot], cache: Cache, is_down: Callable[[], bool]
    ) -> None:
        self._build = build
        self._misses = Misses[Never](cache, is_down)

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        if scope["method"] == "OPTIONS":
            await send({"type": "http.response.start", "status": 204, "headers": _PREFLIGHT})
            await send({"type": "http.response.body", "body": b""})
            return
        question = asked(scope, accepted=MEDIA[header_of(scope, b"accept")])
        entry = await self._misses.find(
            question.url, question.shop_key, lambda: Kept(self._build(question))
        )
        start, body = select(scope, entry, negotiated=is_negotiated(scope))
        await send(start)
        await send(body)
