"""Stand-ins: the answer of a moment ago for a request that gets none of its own just now."""

from typing import Final

from api.answers import header_of, select
from api.asgi import Message, Scope
from api.cache import Cache
from api.headers import are_excessive
from api.legacy import questions
from api.negotiation import MEDIA
from api.questions import asked, is_negotiated
from domain.errors import TrustwrightError
from schemas.legacy.paths import family_of, has_suffix

_READS: Final = frozenset({"GET", "HEAD"})


class StandIns:
    """Finds what ``cache`` still holds, even if its shop has changed less than a day ago."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    def find(self, scope: Scope) -> tuple[Message, Message] | None:
        """The two messages of a stored answer to this request, if there is one."""
        if scope["method"] not in _READS or are_excessive(scope):
            return None
        try:
            url, negotiated = _read(scope)
        except TrustwrightError:
            return None
        entry = self._cache.stale(url.encode())
        return None if entry is None else select(scope, entry, negotiated=negotiated)


def _read(scope: Scope) -> tuple[str, bool]:
    """The canonical URL of a request, and whether Accept chose its format."""
    path = scope["raw_path"]
    if family_of(path) is not None:
        return questions.asked(scope).url, not has_suffix(path)
    return asked(scope, accepted=MEDIA[header_of(scope, b"accept")]).url, is_negotiated(scope)
