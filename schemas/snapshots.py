"""A snapshot: the finished answer of one URL, in three encodings, ready to send (design §3)."""

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from typing import Final

import brotli
from zlib_ng import zlib_ng

GZIP_LEVEL: Final = 6
# The largest window, 15 bits, and 16 for the header and trailer of gzip.
_GZIP_WINDOW: Final = 15 + 16
BROTLI_QUALITY: Final = 5


class Kind(StrEnum):
    """What a URL under ``/v1/shops/{shop_key}/`` shows."""

    BADGE = "badge"
    BADGE_IMAGE = "badge_image"
    GRADE = "grade"
    REVIEWS = "reviews"
    STICKER = "sticker"
    PRODUCT_REVIEWS = "product_reviews"
    STARS = "stars"
    SNIPPET = "snippet"
    PRODUCT_SNIPPET = "product_snippet"
    STATEMENT = "statement"
    PRODUCT_STATEMENT = "product_statement"
    CERTIFICATE = "certificate"
    BADGE_TOKEN = "badge_token"  # noqa: S105 — the name of a kind, no secret
    MARK_IMAGE = "mark_image"
    FEED = "feed"
    PRODUCT_FEED = "product_feed"
    BADGE_FRAGMENT = "badge_fragment"
    REVIEWS_FRAGMENT = "reviews_fragment"
    STICKER_FRAGMENT = "sticker_fragment"
    STARS_FRAGMENT = "stars_fragment"
    PRODUCT_REVIEWS_FRAGMENT = "product_reviews_fragment"


class Media(StrEnum):
    """The formats of answers, by the suffix that asks for them."""

    JSON = "json"
    XML = "xml"
    SVG = "svg"
    HTML = "html"
    JSONLD = "jsonld"
    CSV = "csv"
    GIF = "gif"
    PNG = "png"
    JS = "js"
    CSS = "css"
    ATOM = "atom"
    JSONFEED = "feed.json"

    @property
    def media_type(self) -> str:
        return _MEDIA_TYPES[self]


_MEDIA_TYPES: Final = {
    Media.JSON: "application/json",
    Media.XML: "application/xml",
    Media.SVG: "image/svg+xml",
    Media.HTML: "text/html",
    Media.JSONLD: "application/ld+json",
    Media.CSV: "text/csv",
    Media.GIF: "image/gif",
    Media.PNG: "image/png",
    Media.JS: "text/javascript",
    Media.CSS: "text/css",
    Media.ATOM: "application/atom+xml",
    Media.JSONFEED: "application/feed+json",
}


MARKED: Final = frozenset({Kind.BADGE, Kind.CERTIFICATE, Kind.BADGE_TOKEN, Kind.MARK_IMAGE})
"""The kinds that say whether the shop's mark is valid."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One answer: ``url`` is the canonical path with its query, ``modified`` in Unix seconds.

    ``kind`` is a Kind, or one of another contract's kinds. ``expires`` is there where the answer
    shows a valid mark: the Unix second from which on nobody may be given it (NEVER-16).

    ``body``, ``gzip`` and ``brotli`` are the same bytes in three content encodings; ``digest``
    is 22 characters over ``body``, from which each encoding's strong ETag is made.
    """

    url: str
    shop_key: str
    kind: StrEnum
    media: Media
    generation: int
    modified: int
    digest: str
    body: bytes
    gzip: bytes
    brotli: bytes
    expires: int | None = None


def seal(
    body: bytes,
    *,
    url: str,
    shop_key: str,
    kind: StrEnum,
    media: Media,
    generation: int,
    modified: int,
    quality: int = BROTLI_QUALITY,
    expires: int | None = None,
) -> Snapshot:
    """Compress and fingerprint a finished body; the same body always gives the same bytes.

    ``quality`` is brotli's, 0 to 11: the highest is for what is sealed once and sent for months.
    """
    return Snapshot(
        url=url,
        shop_key=shop_key,
        kind=kind,
        media=media,
        generation=generation,
        modified=modified,
        digest=digest_of(body),
        body=body,
        gzip=gzipped(body),
        brotli=brotli.compress(body, quality=quality),
        expires=expires,
    )


def gzipped(body: bytes) -> bytes:
    """The body as gzip, without a time: the same body always gives the same bytes."""
    return zlib_ng.compress(body, GZIP_LEVEL, _GZIP_WINDOW)


def digest_of(body: bytes) -> str:
    """The 22 characters that stand for these bytes and no others."""
    return urlsafe_b64encode(blake2b(body, digest_size=16).digest()).decode().rstrip("=")
