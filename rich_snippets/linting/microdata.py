"""Reads microdata: itemscope, itemtype, itemprop, itemid and itemref."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from rich_snippets.linting import vocabulary
from rich_snippets.linting.defects import Defect, Flaw
from rich_snippets.linting.elements import Document, Element, TooMuchMarkup
from rich_snippets.linting.items import Item, Literal, Place, Syntax, Value, excerpt
from rich_snippets.linting.limits import LIMITS

# Where an element that is no item keeps its value; every other element's is its text.
_VALUE_OF: Final = dict.fromkeys(
    ("audio", "embed", "iframe", "img", "source", "track", "video"), "src"
) | {
    "meta": "content",
    "a": "href",
    "area": "href",
    "link": "href",
    "object": "data",
    "data": "value",
    "meter": "value",
}


@dataclass(slots=True)
class Microdata:
    """The items in document order, and what is wrong with the way they are written."""

    items: list[Item] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)


def read(document: Document) -> Microdata:
    """All microdata of a document; raises TooMuchMarkup."""
    return _Reader(document).read()


class _Reader:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._found = Microdata()
        self._items: dict[int, Item] = {}
        self._owners: list[Item | None] = []
        self._placed: set[int] = set()
        self._steps = 0

    def read(self) -> Microdata:
        elements = self._document.elements
        for element in elements:
            self._check(element)
            if "itemscope" in element.attributes:
                self._items[element.index] = _item(element)
            self._owners.append(self._owner(element))
        self._found.items = list(self._items.values())
        for element, owner in zip(elements, self._owners, strict=True):
            if "itemprop" in element.attributes and owner is not None:
                self._give(owner, element)
        self._follow_references()
        self._found.defects.extend(self._homeless())
        return self._found

    def _owner(self, element: Element) -> Item | None:
        """The item of the nearest ancestor that is one; ancestors have been asked before."""
        above = element.parent
        if above is None:
            return None
        return self._items.get(above.index) or self._owners[above.index]

    def _give(self, owner: Item, element: Element) -> None:
        self._placed.add(element.index)
        for name in element.get("itemprop").split()[: LIMITS.attributes]:
            owner.add(vocabulary.local(name), self._value(element))

    def _value(self, element: Element) -> Value:
        item = self._items.get(element.index)
        if item is not None:
            return item
        if element.name == "time" and "datetime" in element.attributes:
            return Literal(element.get("datetime"), _place(element))
        source = _VALUE_OF.get(element.name)
        text = self._document.text_of(element) if source is None else element.get(source)
        return Literal(text, _place(element))

    def _follow_references(self) -> None:
        if not any("itemref" in each.attributes for each in self._document.elements):
            return
        by_id = {each.get("id"): each for each in reversed(self._document.elements)}
        for index, item in self._items.items():
            names = self._document.elements[index].get("itemref").split()
            for target in filter(None, map(by_id.get, dict.fromkeys(names))):
                self._take(item, target)

    def _take(self, item: Item, target: Element) -> None:
        """Add the properties at and below an element that an item refers to."""
        for element in self._document.elements[target.index : target.end]:
            self._steps += 1
            if self._steps > LIMITS.reference_steps:
                raise TooMuchMarkup
            is_free = self._owners[element.index] is self._owners[target.index]
            if "itemprop" in element.attributes and is_free:
                self._give(item, element)

    def _check(self, element: Element) -> None:
        if "itemtype" not in element.attributes:
            return
        if "itemscope" not in element.attributes:
            self._defect("itemtype stands without itemscope", element)
        if not all("://" in each for each in element.get("itemtype").split()):
            self._defect("itemtype is not an absolute address", element)

    def _homeless(self) -> Iterator[Defect]:
        for element in self._document.elements:
            if "itemprop" not in element.attributes:
                continue
            if element.index not in self._placed:
                yield _defect("itemprop stands outside of every item", element)
            elif element.name == "meta" and "content" not in element.attributes:
                yield _defect("meta has no content", element)

    def _defect(self, detail: str, element: Element) -> None:
        self._found.defects.append(_defect(detail, element))


def _defect(detail: str, element: Element) -> Defect:
    return Defect(Flaw.NOT_ABSOLUTE, detail, _place(element))


def _item(element: Element) -> Item:
    kinds = tuple(
        vocabulary.local(each)
        for each in element.get("itemtype").split()
        if vocabulary.is_schema_org(each)
    )
    return Item(Syntax.MICRODATA, kinds, _place(element), element.get("itemid") or None)


def _place(element: Element) -> Place:
    for name in ("itemprop", "itemtype"):
        if name in element.attributes:
            return Place(element.line, f"<{element.name} {name}={excerpt(element.get(name))}>")
    return Place(element.line, f"<{element.name}>")
