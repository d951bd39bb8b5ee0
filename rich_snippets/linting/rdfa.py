"""Reads RDFa Lite: vocab, typeof, property, resource and prefix."""

from dataclasses import dataclass, field
from typing import Final

from rich_snippets.linting import vocabulary
from rich_snippets.linting.defects import Defect, Flaw
from rich_snippets.linting.elements import Document, Element
from rich_snippets.linting.items import (
    Item,
    Literal,
    Place,
    Reference,
    Syntax,
    Value,
    excerpt,
)

_ADDRESSES: Final = ("resource", "href", "src")


@dataclass(slots=True)
class Rdfa:
    """The items in document order, and what is wrong with the way they are written."""

    items: list[Item] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Scope:
    """What holds inside of an element: the item, and which names are schema.org's."""

    item: Item | None = None
    is_schema_org: bool = False
    prefixes: frozenset[str] = frozenset({"schema"})

    def within(self, element: Element) -> "_Scope":
        """The scope with the element's own vocab and prefix."""
        is_ours, prefixes = self.is_schema_org, self.prefixes
        if "vocab" in element.attributes:
            is_ours = vocabulary.is_schema_org(element.get("vocab"))
        if "prefix" in element.attributes:
            words = element.get("prefix").split()
            pairs = zip(words[::2], words[1::2], strict=False)
            ours = {name.removesuffix(":") for name, to in pairs if vocabulary.is_schema_org(to)}
            prefixes = prefixes | ours
        return _Scope(self.item, is_ours, prefixes)

    def name(self, given: str) -> str | None:
        """The schema.org name that is meant, if it is one."""
        prefix, colon, rest = given.partition(":")
        if colon and prefix in self.prefixes:
            return rest
        if vocabulary.is_schema_org(given):
            return vocabulary.local(given)
        return given if self.is_schema_org and not colon else None

    def names(self, given: str) -> list[str]:
        return [name for name in map(self.name, given.split()) if name]


def read(document: Document) -> Rdfa:
    """All schema.org statements that a document makes in RDFa Lite; raises TooMuchMarkup."""
    return _Reader(document).read()


class _Reader:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._found = Rdfa()
        self._scopes: dict[int, _Scope] = {}

    def read(self) -> Rdfa:
        for element in self._document.elements:
            above = element.parent
            outer = _Scope() if above is None else self._scopes[above.index]
            self._scopes[element.index] = self._visit(element, outer)
        return self._found

    def _visit(self, element: Element, outer: _Scope) -> _Scope:
        if not element.attributes:
            return outer
        scope = outer.within(element)
        own = self._item(element, scope)
        for name in scope.names(element.get("property")):
            self._add(scope, name, element, own)
        return scope if own is None else _Scope(own, scope.is_schema_org, scope.prefixes)

    def _item(self, element: Element, scope: _Scope) -> Item | None:
        kinds = tuple(scope.names(element.get("typeof")))
        if not kinds:
            return None
        id_ = next(filter(None, map(element.get, ("about", "resource"))), None)
        item = Item(Syntax.RDFA, kinds, _place(element), id_)
        self._found.items.append(item)
        return item

    def _add(self, scope: _Scope, name: str, element: Element, own: Item | None) -> None:
        if element.name == "meta" and "content" not in element.attributes:
            self._found.defects.append(
                Defect(Flaw.NOT_ABSOLUTE, "meta has no content", _place(element))
            )
        if scope.item is not None:
            scope.item.add(name, own if own is not None else self._value(element))

    def _value(self, element: Element) -> Value:
        place = _place(element)
        if "content" in element.attributes:
            return Literal(element.get("content"), place)
        if "resource" in element.attributes:
            return Reference(element.get("resource"), place)
        for name in _ADDRESSES:
            if name in element.attributes:
                return Literal(element.get(name), place)
        if "datetime" in element.attributes:
            return Literal(element.get("datetime"), place, is_bare_date=True)
        return Literal(self._document.text_of(element), place)


def _place(element: Element) -> Place:
    for name in ("property", "typeof"):
        if name in element.attributes:
            return Place(element.line, f"<{element.name} {name}={excerpt(element.get(name))}>")
    return Place(element.line, f"<{element.name}>")
