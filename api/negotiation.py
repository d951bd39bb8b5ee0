"""Content negotiation by q-values (RFC 9110 §12.5): format, content encoding and language.

Each function reads at most the first ``READ`` bytes of a header, never raises, and answers
anything absurd with its default. ``MEDIA`` and ``ENCODINGS`` remember what came out.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import IntEnum
from typing import Final, TypeVar

from domain import languages
from schemas.snapshots import Media

T = TypeVar("T")

READ: Final = 1_000
_REMEMBERED: Final = 512
_MEMORABLE: Final = 200
_JSON: Final = ("application/json", "application/*", "*/*")
_XML: Final = ("application/xml", "text/xml", "application/*", "*/*")


class Encoding(IntEnum):
    """The content encodings in which each answer is stored, the smallest bytes last."""

    IDENTITY = 0
    GZIP = 1
    BROTLI = 2


class Remembered(dict[bytes, T]):
    """What ``work_out`` makes of a header, worked out once for each form that clients send.

    Strange headers push the others out, and long ones are worked out anew each time.
    """

    def __init__(self, work_out: Callable[[bytes], T]) -> None:
        super().__init__()
        self._work_out = work_out

    def __missing__(self, header: bytes) -> T:
        result = self._work_out(header)
        if len(header) <= _MEMORABLE:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[header] = result
        return result


def media(accept: bytes) -> Media:
    """XML when ``Accept`` prefers it to JSON, else JSON."""
    given = weights(accept)
    return Media.XML if _weight(given, _XML) > _weight(given, _JSON) else Media.JSON


def encoding(accept_encoding: bytes) -> Encoding:
    """The encoding with the highest weight; of equal ones the smaller bytes.

    Identity counts only where it or ``*`` is named, or nothing else is acceptable: a client that
    lists gzip at any weight wants gzip. Where a client excludes all, it still gets identity.
    """
    given = weights(accept_encoding)
    other = given.get("*", 0)
    offers = (
        (given.get("br", other), Encoding.BROTLI),
        (given.get("gzip", given.get("x-gzip", other)), Encoding.GZIP),
        (given.get("identity", other), Encoding.IDENTITY),
    )
    weight, best = max(offers)
    return best if weight > 0 else Encoding.IDENTITY


MEDIA: Final = Remembered(media)
ENCODINGS: Final = Remembered(encoding)


def language(accept_language: bytes, *, fallback: str = "en") -> str:
    """The platform language with the highest weight, the first one listed among equals."""
    best, most = fallback, 0
    for tag, weight in weights(accept_language).items():
        primary = tag.split("-", 1)[0]
        if weight > most and primary in languages.SUPPORTED:
            best, most = primary, weight
    return best


def _weight(given: Mapping[str, int], ranges: Sequence[str]) -> int:
    return next((given[each] for each in ranges if each in given), 0)


def weights(header: bytes) -> dict[str, int]:
    """The listed values in lower case with their weights in thousandths, the first of equals."""
    found: dict[str, int] = {}
    for value, weight in _elements(header):
        found.setdefault(value, weight)
    return found


def _elements(header: bytes) -> Iterator[tuple[str, int]]:
    for element in header[:READ].decode("latin-1").lower().split(","):
        value, *parameters = (part.strip() for part in element.split(";"))
        weight = _quality(parameters)
        if value and weight is not None:
            yield value, weight


def _quality(parameters: Sequence[str]) -> int | None:
    """The weight in thousandths; None for one that is not of the form of RFC 9110 §12.4.2."""
    given = next((part[2:] for part in parameters if part.startswith("q=")), "1")
    whole, _, decimals = given.partition(".")
    if whole not in {"0", "1"} or len(decimals) > 3 or not (decimals or "0").isdecimal():
        return None
    thousandths = int(whole) * 1_000 + int(decimals.ljust(3, "0"))
    return thousandths if thousandths <= 1_000 else None
