"""The part of schema.org that the rules speak of, and how its names are written."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

import orjson

_ADDRESS: Final = re.compile(r"https?://(?:www\.)?schema\.org(?:/|#|$)", re.IGNORECASE)

# What may carry stars in search results (R9).
RATED_TYPES: Final = (
    *("Book", "Course", "CreativeWorkSeason", "CreativeWorkSeries", "Episode", "Event", "Game"),
    *("HowTo", "LocalBusiness", "MediaObject", "Movie", "MusicPlaylist", "MusicRecording"),
    *("Organization", "Product", "Recipe", "SoftwareApplication"),
)


def is_schema_org(address: str) -> bool:
    return _ADDRESS.match(address.strip()) is not None


def local(name: str) -> str:
    """``Product`` for ``https://schema.org/Product``; any other text stays as it is."""
    return _ADDRESS.sub("", name.strip(), count=1)


def is_a(types: Iterable[str], *kinds: str) -> bool:
    """Whether one of the types is one of the kinds or derived from it."""
    return any(not _lineage(each).isdisjoint(kinds) for each in types)


def members(enumeration: str) -> frozenset[str]:
    """The members of ItemAvailability or OfferItemCondition."""
    return frozenset(_excerpt()["members"][enumeration])


@cache
def _excerpt() -> Mapping[str, Any]:
    found: Mapping[str, Any] = orjson.loads(
        files("rich_snippets").joinpath("linting", "vocabulary.json").read_bytes()
    )
    return found


def _lineage(kind: str) -> frozenset[str]:
    """The type and all that it is derived from; a type of no interest has only itself."""
    return _known_lineage(kind) if kind in _excerpt()["superclasses"] else frozenset({kind})


@cache
def _known_lineage(kind: str) -> frozenset[str]:
    parents = (_known_lineage(parent) for parent in _excerpt()["superclasses"][kind])
    return frozenset({kind}).union(*parents)
