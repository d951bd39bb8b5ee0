"""One model of what a page says, whichever syntax it says it in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from domain.texts import writable
from rich_snippets.linting.limits import LIMITS


class Syntax(StrEnum):
    JSON_LD = "json-ld"
    MICRODATA = "microdata"
    RDFA = "rdfa"


@dataclass(frozen=True, slots=True)
class Place:
    """The line of the document, from 1, and the way to the item or property inside of it."""

    line: int
    path: str = ""


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, number or truth value; numbers and truth values only JSON-LD has.

    ``is_bare_date`` marks a date of RDFa that stands in ``datetime`` only (X6).
    """

    value: str | Decimal | bool | None
    place: Place
    is_bare_date: bool = False

    @property
    def text(self) -> str:
        return "" if self.value is None else str(self.value).strip()


@dataclass(frozen=True, slots=True)
class Reference:
    """Only the id of an item that stands elsewhere."""

    id: str
    place: Place


@dataclass(eq=False, slots=True)
class Item:
    """A node; ``types`` and property names are schema.org's, without its address.

    ``parent`` and ``via`` are the item that holds this one, and by which property.
    """

    syntax: Syntax
    types: tuple[str, ...]
    place: Place
    id: str | None = None
    properties: "dict[str, list[Value]]" = field(default_factory=dict)
    parent: "Item | None" = None
    via: str | None = None

    def add(self, name: str, value: "Value") -> None:
        self.properties.setdefault(name, []).append(value)
        if isinstance(value, Item) and value.parent is None and value is not self:
            value.parent, value.via = self, name

    def values(self, *names: str) -> "list[Value]":
        return [value for name in names for value in self.properties.get(name, ())]

    def literals(self, *names: str) -> list[Literal]:
        return [value for value in self.values(*names) if isinstance(value, Literal)]

    def text(self, name: str) -> str:
        """The first text of a property; empty where there is none."""
        return next((value.text for value in self.literals(name) if value.text), "")

    def texts(self, name: str) -> list[str]:
        """Texts and ids: what may be the address of something."""
        return [
            value.id if isinstance(value, Reference) else value.text
            for value in self.values(name)
            if not isinstance(value, Item)
        ]

    @property
    def label(self) -> str:
        """How the item is called in a report: ``Product "Mug"``."""
        kind = excerpt("/".join(self.types[:3])) or "item"
        name = self.text("name")
        return f'{kind} "{excerpt(name)}"' if name else kind


Value = Literal | Reference | Item


def excerpt(text: str, most: int = LIMITS.excerpt_characters) -> str:
    """A piece of somebody else's text that is safe to print and to send."""
    line = " ".join(writable(text[: 4 * most]).split())
    plain = "".join(character for character in line if character.isprintable())
    return plain if len(plain) <= most else f"{plain[: most - 1]}…"


def resolved(values: "list[Value]", by_id: Mapping[str, Item]) -> Iterator[Item]:
    """The items among ``values``, those that are only referred to included."""
    for value in values:
        if isinstance(value, Item):
            yield value
        elif isinstance(value, Reference) and value.id in by_id:
            yield by_id[value.id]
