"""Our elements in a page, the older ones of the same purpose, and how people misspell them."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from schemas.checks import CheckFinding, Code, found
from widgets.checking import vocabulary
from widgets.checking.documents import Document, Tag
from widgets.checking.tags import MODERN, Ours

_OLDER: Final = "etrusted-widget"
_OLDER_ID: Final = "data-etrusted-widget-id"
# "trust-pilot" is somebody else's; "trustbadge" and "trust-star" mean ours.
_NEAR: Final = 0.83


def check(document: Document, ours: list[Ours]) -> Iterator[CheckFinding]:
    """What is to be said about elements; each kind is praised once."""
    placed = [tag for tag in document.tags if not tag.is_asleep]
    praised: set[str] = set()
    for tag in placed:
        if tag.name in vocabulary.ELEMENTS:
            faults = list(_faults(tag))
            yield from faults
            if not faults and tag.name not in praised:
                praised.add(tag.name)
                yield found(Code.ELEMENT_FOUND, tag.line, {"element": f"<{tag.name}>"})
        elif tag.name == _OLDER and not tag.get(_OLDER_ID):
            yield found(Code.WIDGET_ID_MISSING, tag.line, {"attribute": _OLDER_ID})
        elif "-" in tag.name or tag.name.startswith("trust"):
            yield from _misspelt(tag)
    yield from _alone(placed, ours)


def _faults(tag: Tag) -> Iterator[CheckFinding]:
    element = f"<{tag.name}>"
    if tag.is_self_closed:
        yield found(Code.ELEMENT_SELF_CLOSED, tag.line, {"element": element})
    if tag.name == vocabulary.STARS and not any(map(tag.get, vocabulary.PRODUCT)):
        yield found(Code.PRODUCT_MISSING, tag.line, {"element": element})
    known = vocabulary.ATTRIBUTES[tag.name]
    for name, value in tag.attributes.items():
        if name in known:
            yield from _value(tag.line, name, value)
        elif name not in vocabulary.GLOBAL and not name.startswith(("aria-", "data-", "on", ":")):
            yield found(Code.ATTRIBUTE_UNKNOWN, tag.line, {"element": element, "attribute": name})


def _value(line: int, name: str, value: str) -> Iterator[CheckFinding]:
    known = vocabulary.VALUES.get(name)
    if known and value.strip().lower() not in known:
        values = {"attribute": name, "value": value, "known": ", ".join(known)}
        yield found(Code.VALUE_UNKNOWN, line, values)


def _misspelt(tag: Tag) -> Iterator[CheckFinding]:
    near = get_close_matches(tag.name, vocabulary.ELEMENTS, n=1, cutoff=_NEAR)
    if near:
        values = {"element": f"<{tag.name}>", "near": f"<{near[0]}>"}
        yield found(Code.ELEMENT_UNKNOWN, tag.line, values)


def _alone(placed: list[Tag], ours: list[Ours]) -> Iterator[CheckFinding]:
    """Elements without the script that brings them to life."""
    first = next((tag for tag in placed if tag.name in vocabulary.ELEMENTS), None)
    if first is not None and not any(each.path == MODERN for each in ours):
        yield found(Code.ELEMENT_WITHOUT_TAG, first.line, {"element": f"<{first.name}>"})
