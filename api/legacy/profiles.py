"""What caches and browsers are told about legacy answers (legacy-api.md 1.5)."""

from collections.abc import Mapping
from itertools import product
from typing import Final

from api.caching import ALLOW_ORIGIN, EXPOSE_RATES, Header, Profile
from schemas.legacy.questions import Family, LegacyKind, LegacyQuestion
from schemas.snapshots import Media

NO_STORE: Final = b"private, no-store"
_SHORT: Final = b"public, max-age=300"
_LONG: Final = b"public, max-age=900, stale-while-revalidate=86400"
_SPOKEN: Final = b"Accept-Encoding, Accept-Language"
_PLAIN: Final = b"Accept-Encoding"


def of(question: LegacyQuestion) -> Profile:
    """The headers of a question's answer; not for the restricted area, where nothing is kept."""
    is_spoken = question.kind is LegacyKind.QUALITY
    return _PROFILES[question.family, question.media, is_spoken]


def open_headers(family: Family | None) -> tuple[Header, ...]:
    """What lets pages of other origins read an answer; nothing in the restricted area."""
    if family is Family.RESTRICTED:
        return ()
    return (ALLOW_ORIGIN, EXPOSE_RATES) if family and family.has_quota else (ALLOW_ORIGIN,)


def vary_of(family: Family) -> bytes:
    """What an answer of this family depends on beside its URL, where that has a suffix."""
    return _PLAIN if family in {Family.FEED, Family.RATING} else _SPOKEN


def _profile(family: Family, media: Media, is_spoken: bool) -> Profile:
    return Profile(
        media.media_type,
        _SHORT if family.has_quota or family is Family.TRUST_MARKS else _LONG,
        *open_headers(family),
        vary=vary_of(family),
        is_spoken=is_spoken,
        is_counted=family.has_quota,
    )


_PROFILES: Final[Mapping[tuple[Family, Media, bool], Profile]] = {
    (family, media, is_spoken): _profile(family, media, is_spoken)
    for family, media, is_spoken in product(Family, Media, (False, True))
    if family is not Family.RESTRICTED
}
