"""The canonical graph that all three syntaxes are written from: typed nodes with properties."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, TypeAlias

VOCABULARY: Final = "https://schema.org/"


@dataclass(frozen=True, slots=True)
class Link:
    """A resource of which only the address is told: a page, an image, an enumeration member."""

    iri: str


@dataclass(frozen=True, slots=True)
class Node:
    """A thing of a schema.org type; ``id`` is its address, properties keep their order."""

    type: str
    properties: "tuple[tuple[str, Value], ...]"
    id: str | None = None

    def get(self, name: str) -> "Value | None":
        """The value of a property; None where the node has none of that name."""
        for key, value in self.properties:
            if key == name:
                return value
        return None


Value: TypeAlias = str | int | Decimal | date | Link | Node | tuple["Value", ...]


def node(kind: str, /, *, id: str | None = None, **properties: Value | None) -> Node:
    """A node without the properties that have no value: None, an empty text or list, zero."""
    given = [(name, value) for name, value in properties.items() if value]
    return Node(kind, tuple(given), id)


def member(name: str) -> Link:
    """A member of a schema.org enumeration, by its full address (P4, V3)."""
    return Link(VOCABULARY + name)
