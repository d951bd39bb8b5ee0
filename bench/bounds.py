"""What the benchmark has to reach, in one place."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Bound:
    """A limit that includes its own value."""

    limit: float
    is_least: bool

    def allows(self, value: float) -> bool:
        return value >= self.limit if self.is_least else value <= self.limit

    @property
    def sign(self) -> str:
        return "≥" if self.is_least else "≤"


def _least(limit: float) -> Bound:
    return Bound(limit, is_least=True)


def _most(limit: float) -> Bound:
    return Bound(limit, is_least=False)


BOUNDS: Final[Mapping[str, Bound]] = {
    "read.json.bare": _least(0.90),
    "read.json.starlette": _least(1.5),
    "read.xml.bare": _least(0.90),
    "read.xml.starlette": _least(1.5),
    "read.304.200": _least(1.0),
    "read.json.p99": _most(5),
    "read.xml.p99": _most(5),
    "read.304.p99": _most(5),
    "read.legacy.bare": _least(0.85),
    "read.legacy.p99": _most(5),
    "read.spoken.bare": _least(0.85),
    "read.spoken.p99": _most(5),
    "memory.empty": _most(60),
    "memory.per_stored_byte": _most(1.4),
    "memory.start": _most(1.5),
    "building.plain": _most(1),
    "building.stored": _most(3),
    "centre.page": _most(200),
    "centre.search": _most(300),
    "nightly.slide": _most(2),
    "nightly.growth": _most(1.3),
    "nightly.render": _most(60),
    "nightly.changed": _most(10),
    "deep.sqlite": _most(1.5),
    "deep.postgresql": _most(1.5),
    "legacy.page": _most(30),
    "legacy.feed": _most(3),
    "snippets.made": _most(1),
    "snippets.checked": _most(1),
    "snippets.get": _least(0.95),
    "snippets.profile": _least(0.85),
    "exports.seconds": _most(120),
    "exports.rss": _most(150),
    "browser.badge.bytes": _most(4_096),
    "browser.loader.bytes": _most(8_192),
    "browser.card.bytes": _most(6_144),
    "browser.stars.bytes": _most(8_192),
    "browser.reviews.bytes": _most(8_192),
    "browser.modern.requests": _most(2),
    "browser.legacy.requests": _most(1),
    "browser.modern.visible": _most(100),
    "browser.legacy.visible": _most(100),
    "browser.modern.shift": _most(0),
    "browser.legacy.shift": _most(0),
    "browser.modern.task": _most(50),
    "browser.legacy.task": _most(50),
    "browser.modern.work": _most(50),
    "browser.legacy.work": _most(50),
    "browser.card.opened": _most(50),
    "replay.seconds": _most(120),
    "replay.wrong": _most(0),
    "uploads.sqlite.xlsx": _most(3),
    "uploads.sqlite.csv": _most(3),
    "uploads.postgresql.xlsx": _most(3),
    "uploads.postgresql.csv": _most(3),
    "collection.sqlite.put": _least(300),
    "collection.postgresql.put": _least(300),
    "collection.sqlite.bulk": _least(2_000),
    "collection.postgresql.bulk": _least(2_000),
    "collection.idle": _most(5),
    "collection.rate": _least(0.9),
    "collection.copies": _most(0),
    "protection.sqlite.rate": _least(200),
    "protection.postgresql.rate": _least(200),
    "protection.sqlite.use": _most(50),
    "protection.postgresql.use": _most(50),
    "indicators.sqlite.night": _most(30),
    "indicators.postgresql.night": _most(30),
    "documents.audit": _most(1),
}
