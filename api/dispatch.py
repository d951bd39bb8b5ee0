"""The dispatcher in front of everything: one look-up, one pass over the headers, stored bytes.

What it does not find in memory it looks for under the canonical URL and in the stored snapshots;
only then does the rest of the application see the request. Nothing here logs or counts.
"""

from collections.abc import Awaitable, Callable
from typing import Final

from api.answers import Start, header_of, select
from api.asgi import App, Message, Receive, Scope, Send
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
        if scope["type"] != "http" or scope["method"] not in _READS:
            await self._rest(scope, receive, send)
            return
        answer = self.recall(scope) or await self._read(scope)
        if answer is None:
            await self._rest(scope, receive, send)
            return
        start, body = answer
        await send(start)
        await send(body)

    def recall(self, scope: Scope) -> tuple[Start, Message] | None:
        """The answer to a GET or HEAD that is in memory; never waits."""
        if len(scope["headers"]) > MOST:
            return None
        path, query = scope["raw_path"], scope["query_string"]
        entry = self._entries.get(path + b"?" + query if query else path)
        if entry is None and query:
            entry = self._of_any_query(path)
        if entry is not None and entry.stale_since is None:
            return self._answer(scope, entry, negotiated=False)
        if family_of(path) is not None:
            found = self._legacy.find(scope) if self._legacy is not None else None
            return self._answer(scope, found[0], negotiated=found[1]) if found else None
        if are_excessive(scope) or not is_negotiated(scope):
            return None
        entry = self._alias(scope)
        return None if entry is None else self._answer(scope, entry, negotiated=True)

    def _of_any_query(self, path: bytes) -> Entry | None:
        """The entry of a path whose query means nothing, such as a script with ``?ver=``."""
        entry = self._entries.get(path)
        return entry if entry is not None and entry.profile.is_for_any_query else None

    def _answer(
        self, scope: Scope, entry: Entry, *, negotiated: bool
    ) -> tuple[Start, Message] | None:
        if self._legacy is not None and not entry.is_plain:
            return self._legacy.answer(scope, entry, negotiated=negotiated)
        if entry.answers is None:
            self._cache.warm(entry)
        return select(scope, entry, negotiated=negotiated)

    async def _read(self, scope: Scope) -> tuple[Start, Message] | None:
        """The answer that is stored, or in memory under the canonical URL of this one."""
        if family_of(scope["raw_path"]) is not None or are_excessive(scope):
            return None
        entry = await self._find(scope)
        if entry is None:
            return None
        return self._answer(scope, entry, negotiated=is_negotiated(scope))

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
        return await self._reading.share(url, lambda: self._stored(question, url))

    async def _stored(self, question: Question, url: bytes) -> Entry | None:
        with self._cache.expecting(question.shop_key):
            try:
                snapshot = await self._second_level(question.url)
            except OSError:
                return self._cache.stale(url)
            return None if snapshot is None else self._cache.put(snapshot)
