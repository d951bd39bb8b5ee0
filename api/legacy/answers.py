"""Legacy answers that no cache has: built from the database, then kept.

As ``api.shops``, with the contract's methods and headers (legacy-api.md 1.4, 1.5).
"""

import time
from collections.abc import Callable
from typing import Final, Never

from starlette.concurrency import run_in_threadpool

from api.answers import Representation, select
from api.asgi import Receive, Scope, Send
from api.cache import Cache, Entry
from api.caching import ALLOW_ORIGIN, Header
from api.legacy import profiles
from api.legacy.errors import methods_of
from api.legacy.product_feeds import ProductFeeds
from api.legacy.questions import asked
from api.misses import Kept, Misses
from domain.errors import DatabaseUnavailable, MethodNotAllowed
from schemas.legacy.paths import LegacyKind, has_suffix
from schemas.legacy.questions import LegacyQuestion
from schemas.snapshots import Snapshot, seal

_PREFLIGHT: Final[tuple[Header, ...]] = (
    ALLOW_ORIGIN,
    (b"access-control-allow-methods", b"GET, POST, HEAD, OPTIONS"),
    (
        b"access-control-allow-headers",
        b"Accept, Accept-Language, Content-Type, client-token, X-Requested-With",
    ),
    (b"access-control-max-age", b"86400"),
    (b"vary", b"Origin, Access-Control-Request-Method, Access-Control-Request-Headers"),
)


class LegacyAnswers:
    """Answers everything of the contract that needs no login.

    ``build`` makes the snapshot of a question and ``search`` the body of a search (P2), both in
    a thread. ``is_down`` tells that the database failed a moment ago: then nobody waits for it.
    """

    def __init__(
        self,
        build: Callable[[LegacyQuestion], Snapshot],
        search: Callable[[LegacyQuestion], bytes],
        feeds: ProductFeeds,
        cache: Cache,
        is_down: Callable[[], bool],
    ) -> None:
        self._build = build
        self._search = search
        self._feeds = feeds
        self._cache = cache
        self._is_down = is_down
        self._misses = Misses[Never](cache, is_down)

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        methods = methods_of(scope)
        if scope["method"] not in methods:
            raise MethodNotAllowed
        if scope["method"] == "OPTIONS":
            allowed = (b"allow", ", ".join(methods).encode())
            headers = (*_PREFLIGHT, allowed)
            await send({"type": "http.response.start", "status": 204, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return
        if scope["method"] == "POST":
            # A plugin posts where it means to get; its body says nothing (1.4).
            scope = {**scope, "method": "GET"}
        await self._answer(scope, asked(scope), send)

    async def entry(self, question: LegacyQuestion) -> Entry:
        """The answer, from memory or built; a stale one while the database is in trouble."""
        # What is asked for by channel or widget is not known by its shop's key before it is
        # read: a change in that moment is seen with the next poll, which looks further back.
        kept = self._cache.fresh(question.url.encode())
        return kept or await self._misses.find(
            question.url,
            question.owner,
            lambda: Kept(self._build(question), profiles.of(question)),
        )

    async def _answer(self, scope: Scope, question: LegacyQuestion, send: Send) -> None:
        if question.kind is LegacyKind.PRODUCT_FEED:
            await self._feeds.answer(question, scope, send)
            return
        found: Representation
        if question.kind is LegacyKind.SHOP_SEARCH:
            found = await self._searched(question)
        else:
            found = await self.entry(question)
        for message in select(scope, found, negotiated=not has_suffix(scope["raw_path"])):
            await send(message)

    async def _searched(self, question: LegacyQuestion) -> Representation:
        """Found anew each time: which shops there are is no shop's own affair."""
        if self._is_down():
            raise DatabaseUnavailable
        body = await run_in_threadpool(self._search, question)
        sealed = seal(
            body,
            url=question.url,
            shop_key="",
            kind=question.kind,
            media=question.media,
            generation=0,
            modified=int(time.time()),
        )
        bodies = sealed.body, sealed.gzip, sealed.brotli
        profile = profiles.of(question)
        return Representation(
            bodies, digest=sealed.digest, modified=sealed.modified, profile=profile
        )
