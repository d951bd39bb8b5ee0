"""The dispatcher in front of everything: one look-up, one pass over the headers, stored bytes.

What it does not find in memory it looks for under the canonical URL and in the stored snapshots;
only then does the rest of the application see the request. Nothing here logs or counts.
"""

from collections.abc import Awaitable, Callable
from typing import Final

from api.answers import header_of, select
from api.asgi import App, Receive, Scope, Send
from api.cache import Cache, Entry
from api.flights import Flights
from api.headers import MOST, are_excessive
from api.legacy.hits import LegacyHits
from api.negotiation import MEDIA
from api.questions import asked, is_negotiated
from domain.errors import TrustwrightError
from schemas.legacy.paths import family_of
from schemas.questions import Question
from schemas.snapshots import Media, Snapshot

SecondLevel = Callable[[str], Awaitable[Snapshot | None]]

_READS: Final = frozenset({"GET", "HEAD"})
_SUFFIX: Final = {Media.JSON: b".json", Media.XML: b".xml"}


class Dispatcher:
    """Answers from ``cache``, then from ``second_level``; all else goes to ``rest``.

    ``second_level`` gives the stored snapshot of a canonical URL, or None, or raises OSError
    while it cannot be read; a stale entry then stands in. ``legacy`` answers what is spoken or
    counted.
    """

    def __init__(
        self, cache: Cache, second_level: SecondLevel, rest: App, legacy: LegacyHits | None = None
    ) -> None:
        self._cache = cache
        self._entries = cache.entries
        self._second_level = second_level
        self._rest = rest
        self._legacy = legacy
        self._reading: Flights[bytes, Entry | None] = Flights()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in _READS or len(scope["headers"]) > MOST:
            await self._rest(scope, receive, send)
            return
        path, query = scope["raw_path"], scope["query_string"]
        entry = self._entries.get(path + b"?" + query if query else path)
        negotiated = False
        if entry is None or entry.stale_since is not None:
            entry, negotiated = await self._other(scope)
            if entry is None:
                await self._rest(scope, receive, send)
                return
        if entry.is_plain or self._legacy is None:
            if entry.answers is None:
                self._cache.warm(entry)
            start, body = select(scope, entry, negotiated=negotiated)
        else:
            answer = self._legacy.answer(scope, entry, negotiated=negotiated)
            if answer is None:
                await self._rest(scope, receive, send)
                return
            start, body = answer
        await send(start)
        await send(body)

    async def _other(self, scope: Scope) -> tuple[Entry | None, bool]:
        """The entry that is not there under the very URL of the request; whether Accept chose."""
        if family_of(scope["raw_path"]) is not None:
            found = self._legacy.find(scope) if self._legacy is not None else None
            return found or (None, False)
        if are_excessive(scope):
            return None, False
        negotiated = is_negotiated(scope)
        entry = self._alias(scope) if negotiated else None
        return entry or await self._find(scope), negotiated

    def _alias(self, scope: Scope) -> Entry | None:
        """The entry that a path without suffix stands for."""
        suffix = _SUFFIX[MEDIA[header_of(scope, b"accept")]]
        path, query = scope["raw_path"] + suffix, scope["query_string"]
        return self._cache.fresh(path + b"?" + query if query else path)

    async def _find(self, scope: Scope) -> Entry | None:
        """The entry that this URL stands for when it is written in another way."""
        try:
            question = asked(scope, accepted=MEDIA[header_of(scope, b"accept")])
        except TrustwrightError:
            return None
        url = question.url.encode()
        entry = self._cache.fresh(url)
        if entry is not None:
            return entry
        if question.parameters:
            # Only the cache keeps these: a read would find nothing, and hold up others.
            return None
        return await self._reading.share(url, lambda: self._read(question, url))

    async def _read(self, question: Question, url: bytes) -> Entry | None:
        with self._cache.expecting(question.shop_key):
            try:
                snapshot = await self._second_level(question.url)
            except OSError:
                return self._cache.stale(url)
            return None if snapshot is None else self._cache.put(snapshot)
