"""Legacy answers in memory: the one in the request's language, with the rate headers of 1.7.

The dispatcher comes here only for answers that need either. Nothing here logs or waits.
"""

from typing import Final

from api.answers import Start, header_of, select
from api.asgi import Message, Scope
from api.cache import Cache, Entry
from api.headers import are_excessive
from api.legacy.questions import MEDIA, asked, mark_of
from api.legacy.quotas import ClientWindows
from domain.errors import TrustwrightError
from schemas.legacy.paths import has_suffix
from schemas.snapshots import Media

_Spelling = tuple[bytes, bytes, Media, bytes]

_SPELLINGS: Final = 4_096
_SPELLING_BYTES: Final = 300


class LegacyHits:
    """Finds and finishes answers in ``cache``; ``quota`` counts the requests."""

    def __init__(self, cache: Cache, quota: ClientWindows) -> None:
        self._cache = cache
        self._quota = quota
        self._canonical: dict[_Spelling, bytes] = {}

    def find(self, scope: Scope) -> tuple[Entry, bool] | None:
        """The entry of a URL that is not in memory as it is written, and whether Accept chose it.

        What is spoken is kept by language, so that the very URL is often not there.
        """
        path, query = scope["raw_path"], scope["query_string"]
        mark = mark_of(scope)
        if mark:
            entry = self._cache.fresh((path + b"?" + query if query else path) + mark)
            if entry is not None:
                return entry, False
        if are_excessive(scope):
            return None
        spelling = path, query, MEDIA[header_of(scope, b"accept")], mark
        url = self._canonical.get(spelling) or self._read(scope, spelling)
        entry = self._cache.fresh(url) if url else None
        return None if entry is None else (entry, not has_suffix(path))

    def answer(
        self, scope: Scope, entry: Entry, *, negotiated: bool
    ) -> tuple[Start, Message] | None:
        """The messages that answer from this entry; None where the router has to.

        That is: the language of the request is not in memory, or the client's quota is spent. A
        304 is free.
        """
        profile = entry.profile
        if profile.is_spoken and b"#" not in entry.url:
            mark = mark_of(scope)
            spoken = self._cache.fresh(entry.url + mark) if mark else entry
            if spoken is None:
                return None
            entry = spoken
        if entry.answers is None:
            self._cache.warm(entry)
        start, body = select(scope, entry, negotiated=negotiated)
        if not profile.is_counted:
            return start, body
        is_sent = start["status"] == 200
        rates = self._quota.take(scope) if is_sent else self._quota.headers(scope)
        if rates is None:
            return None
        return start.followed_by(rates), body

    def _read(self, scope: Scope, spelling: _Spelling) -> bytes | None:
        """The canonical URL of a request, remembered for each way of writing it."""
        try:
            url = asked(scope).url.encode()
        except TrustwrightError:
            return None
        if len(spelling[0]) + len(spelling[1]) <= _SPELLING_BYTES:
            if len(self._canonical) >= _SPELLINGS:
                self._canonical.clear()
            self._canonical[spelling] = url
        return url
