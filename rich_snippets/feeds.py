"""Review feeds as streams: self-contained parts within limits, in constant memory."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from gzip import GzipFile
from html import escape
from typing import IO, Any, Final, TypeAlias
from zoneinfo import ZoneInfo

from lxml import etree

from domain import policies

Element: TypeAlias = etree._Element
# lxml's type stubs alone know the class of what ``xmlfile`` opens.
Writer: TypeAlias = Any
Sink: TypeAlias = IO[bytes] | GzipFile

# What a part has besides its items: the declaration, the publisher, the ends.
_SHELL_BYTES: Final = 8_192
_PIECE_BYTES: Final = 65_536


class LeftOut(StrEnum):
    """Why a review is not sent; none of these looks at its stars (FP3, FM13)."""

    IMPORTED = "IMPORTED"
    INCENTIVISED = "INCENTIVISED"
    NOT_VERIFIED = "NOT_VERIFIED"
    ANSWERED_TOO_LATE = "ANSWERED_TOO_LATE"
    RATING_OUT_OF_RANGE = "RATING_OUT_OF_RANGE"
    TIME_WITHOUT_ZONE = "TIME_WITHOUT_ZONE"
    TEXT_MISSING = "TEXT_MISSING"
    COUNTRY_MISSING = "COUNTRY_MISSING"
    PRODUCT_URL_MISSING = "PRODUCT_URL_MISSING"
    PRODUCT_URL_ELSEWHERE = "PRODUCT_URL_ELSEWHERE"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one part holds, and how many parts there may be; ``part_bytes`` uncompressed."""

    part_reviews: int = policies.FEEDS.part_reviews
    part_bytes: int = policies.FEEDS.part_bytes
    parts: int = policies.FEEDS.parts


@dataclass(slots=True)
class Report:
    """What a feed holds: reviews sent, parts, and how many were left out for which reason.

    ``invalid_gtins`` counts reviews that were sent without the number of their product.
    """

    sent: int = 0
    deleted: int = 0
    parts: int = 0
    invalid_gtins: int = 0
    left_out: Counter[LeftOut] = field(default_factory=Counter)


class Pending:
    """Written elements that wait for their part; ``head`` is the next one, None at the end."""

    __slots__ = ("_elements", "head")

    def __init__(self, elements: Iterator[bytes]) -> None:
        self._elements = elements
        self.head = next(elements, None)

    def advance(self) -> None:
        """Go on to the next one."""
        self.head = next(self._elements, None)


def fill(writer: Writer, sink: Sink, pending: Pending, limits: Limits) -> None:
    """Write as many of the elements as one part may hold, but at least one.

    ``writer`` is the one of the shell around them, and ``sink`` what it writes to.
    """
    writer.flush()
    room, count = limits.part_bytes - _SHELL_BYTES, 0
    waiting, size = list[bytes](), 0
    while (element := pending.head) is not None:
        room -= len(element)
        if count == limits.part_reviews or (count and room < 0):
            break
        waiting.append(element)
        size += len(element)
        if size > _PIECE_BYTES:
            sink.write(b"".join(waiting))
            waiting, size = [], 0
        count += 1
        pending.advance()
    sink.write(b"".join(waiting))


def leaf(name: str, text: str, attributes: str = "") -> str:
    """An element with a text, written; ``attributes`` are ours, with a space before each.

    ``text`` is free of what XML cannot carry (``literals.plain``). A tree for each review would
    take most of the time that a large feed takes.
    """
    return f"<{name}{attributes}>{escape(text, quote=False)}</{name}>"


def add(parent: Element, name: str, text: str, **attributes: str) -> Element:
    """A child element with a text."""
    child = etree.SubElement(parent, name, attributes or None)
    child.text = text
    return child


def moment(at: datetime, zone: ZoneInfo) -> str:
    """An aware moment as xs:dateTime with the zone's offset (FP15)."""
    return at.astimezone(zone).isoformat(timespec="seconds")
