"""What caches are told: Cache-Control, Vary, ETags and dates of every answer.

An answer may be kept for 15 minutes in all, so that a withdrawn mark or a hidden review
disappears in time (systems.md §3), and for a day while this server is in trouble; one that shows
a valid mark not even then (NEVER-16).
"""

import time
from collections.abc import Mapping
from copy import copy
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Final

from api.negotiation import Encoding
from schemas.snapshots import Media

Header = tuple[bytes, bytes]

STALE_IF_ERROR_SECONDS: Final = 86_400
MARKED_SECONDS: Final = 900
"""How long an answer that shows a valid mark may outlive a change of its shop (systems.md §34)."""
_FRESH_SECONDS: Final = 300
_IN_TROUBLE: Final = b"stale-if-error=%d" % STALE_IF_ERROR_SECONDS
_MARKED_IN_TROUBLE: Final = b"stale-if-error=%d" % (MARKED_SECONDS - _FRESH_SECONDS)
SNAPSHOT: Final = b"public, max-age=%d, stale-while-revalidate=600, %s" % (
    _FRESH_SECONDS,
    _IN_TROUBLE,
)
NOT_FOUND: Final = b"public, max-age=60"
NO_STORE: Final = b"no-store"

ALLOW_ORIGIN: Final[Header] = (b"access-control-allow-origin", b"*")
# Pages on other hosts may read rate headers only where they are named.
EXPOSE_RATES: Final[Header] = (
    b"access-control-expose-headers",
    b"X-Rate-Limit-Limit, X-Rate-Limit-Remaining, X-Rate-Limit-Reset, Retry-After",
)
# A drawing opened on its own is a document of our host: it may carry style and nothing else.
_SVG_POLICY: Final[Header] = (
    b"content-security-policy",
    b"default-src 'none'; style-src 'unsafe-inline'",
)
# A fragment is for the server of a shop's page; opened on its own it may do nothing.
_FRAGMENT_POLICY: Final[Header] = (b"content-security-policy", b"default-src 'none'")
_ENCODED: Final[tuple[tuple[Header, ...], ...]] = (
    (),
    ((b"content-encoding", b"gzip"),),
    ((b"content-encoding", b"br"),),
)
_DAYS: Final = (b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun")
_MONTHS: Final = (
    *(b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun"),
    *(b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"),
)
# The longest form, with the full name of a weekday, has 33.
_DATE_BYTES: Final = 40
_ETAG_ENDS: Final = (b'"', b'-gz"', b'-br"')


class Profile:
    """The headers that all answers of one format share; there is one object for each format.

    ``vary`` is told for URLs with a suffix and for those where Accept chose the format.
    ``is_spoken`` where Accept-Language chooses among several answers of one URL, ``is_counted``
    where even a hit counts and tells how many are left: both are of the legacy contract.
    ``is_for_any_query`` where a query changes nothing, whatever it says.
    """

    __slots__ = (
        "_marked",
        "cache_control",
        "content_type",
        "extra",
        "is_counted",
        "is_for_any_query",
        "is_spoken",
        "vary",
    )

    def __init__(
        self,
        content_type: str,
        cache_control: bytes,
        *extra: Header,
        vary: bytes = b"Accept-Encoding",
        is_spoken: bool = False,
        is_counted: bool = False,
        is_for_any_query: bool = False,
    ) -> None:
        self.content_type: Header = (b"content-type", content_type.encode())
        self.cache_control: Header = (b"cache-control", cache_control)
        self.vary: tuple[Header, Header] = ((b"vary", vary), (b"vary", b"Accept, " + vary))
        self.extra = extra
        self.is_spoken = is_spoken
        self.is_counted = is_counted
        self.is_for_any_query = is_for_any_query
        self._marked: Profile | None = None

    @property
    def marked(self) -> "Profile":
        """The same for answers that show a valid mark: no cache keeps them beyond 15 minutes."""
        if self._marked is None:
            name, value = self.cache_control
            self._marked = copy(self)
            self._marked.cache_control = (name, value.replace(_IN_TROUBLE, _MARKED_IN_TROUBLE))
        return self._marked

    def validators(self, etag: bytes, modified: int, *, negotiated: bool) -> tuple[Header, ...]:
        """The headers of a 304, which a 200 has as well (RFC 9110 §15.4.5).

        ``modified`` in Unix seconds.
        """
        return (
            (b"etag", etag),
            (b"last-modified", http_date(modified)),
            self.cache_control,
            self.vary[negotiated],
            *self.extra,
        )

    def describing(self, length: int, encoding: Encoding) -> tuple[Header, ...]:
        """The headers of a 200 that tell about its body of ``length`` bytes."""
        return (self.content_type, (b"content-length", b"%d" % length), *_ENCODED[encoding])


PROFILES: Final[Mapping[Media, Profile]] = {
    Media.JSON: Profile(Media.JSON.media_type, SNAPSHOT, ALLOW_ORIGIN),
    Media.XML: Profile(Media.XML.media_type, SNAPSHOT, ALLOW_ORIGIN),
    Media.SVG: Profile(Media.SVG.media_type, SNAPSHOT, ALLOW_ORIGIN, _SVG_POLICY),
    Media.HTML: Profile(
        f"{Media.HTML.media_type}; charset=utf-8", SNAPSHOT, ALLOW_ORIGIN, _FRAGMENT_POLICY
    ),
    **{
        media: Profile(media.media_type, SNAPSHOT, ALLOW_ORIGIN)
        for media in (Media.JSONLD, Media.ATOM, Media.JSONFEED)
    },
}


def etag(digest: bytes, encoding: Encoding) -> bytes:
    """The strong ETag of one encoding of the body with this digest."""
    return b'"' + digest + _ETAG_ENDS[encoding]


def matches(if_none_match: bytes, tag: bytes) -> bool:
    """Whether a list of ETags holds ``tag`` by weak comparison (RFC 9110 §13.1.2).

    ``tag`` stands in quotes, which an ETag cannot contain: finding it is comparing it.
    """
    return tag in if_none_match or if_none_match.strip() == b"*"


def http_date(seconds: int) -> bytes:
    """Unix seconds as an HTTP date; a third of the time that the standard library takes."""
    at = time.gmtime(seconds)
    day, month = _DAYS[at.tm_wday], _MONTHS[at.tm_mon - 1]
    return b"%s, %02d %s %04d %02d:%02d:%02d GMT" % (day, at.tm_mday, month, at.tm_year, *at[3:6])


def seconds_of(http_date: bytes) -> int:
    """An HTTP date as Unix seconds; -1, before any answer, for anything that is none."""
    # Cut before it is remembered, or strangers decide how much memory that takes.
    return _seconds_of(http_date[:_DATE_BYTES])


@lru_cache(maxsize=1_024)
def _seconds_of(http_date: bytes) -> int:
    try:
        return int(parsedate_to_datetime(http_date.decode("latin-1")).timestamp())
    except (ValueError, OverflowError, IndexError, TypeError):
        return -1
