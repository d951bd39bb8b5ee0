"""The visible fragment behind microdata and RDFa, which differ only in their attributes.

What readers are to see (names, texts, values, days) stands in elements with text, so that what
is marked up is visible (R13); the rest stands in ``meta`` and ``link``. A text stands in an
element of its own inside the one that carries the property: there its language and direction
change neither the text around it nor the literal that is read from it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from html import escape
from typing import Final

from rich_snippets.nodes import Link, Node, Value


@dataclass(frozen=True, slots=True)
class Attributes:
    """The attributes of one syntax: ``property`` names a value, ``item`` opens a thing.

    ``item`` takes the node and whether it is the outermost one.
    """

    property: str
    item: Callable[[Node, bool], str]


# The element of each text that readers see, and what stands before and after a value.
_TEXTS: Final = {
    "name": "strong",
    "reviewBody": "p",
    "text": "p",
    "ratingExplanation": "small",
    "priceCurrency": "span",
}
_NUMBERS: Final = {
    "ratingValue": ("", ""),
    "bestRating": ("/", " "),
    "ratingCount": ("(", ") "),
    "price": ("", " "),
}
_BEFORE_DAYS: Final = frozenset({"datePublished", "dateModified"})
# The elements of things that stand inside a line; all others are blocks of their own.
_INLINE: Final = {
    "Brand": "span",
    "Person": "span",
    "Rating": "span",
    "UnitPriceSpecification": "s",
}


def render(node: Node, attributes: Attributes) -> str:
    """The fragment: HTML without style, script or class, for the body of a page."""
    parts: list[str] = []
    _item(node, None, attributes, parts)
    return "".join(parts)


def _item(node: Node, name: str | None, attributes: Attributes, parts: list[str]) -> None:
    tag = _INLINE.get(node.type, "div")
    role = f' {attributes.property}="{name}"' if name else ""
    parts.append(f"<{tag}{role}{attributes.item(node, name is None)}>")
    language = node.get("inLanguage")
    spoken = f' lang="{language}"' if language else ""
    for inner, value in node.properties:
        _write(inner, value, spoken, attributes, parts)
    parts.append(f"</{tag}>")


def _write(name: str, value: Value, spoken: str, attributes: Attributes, parts: list[str]) -> None:
    key = attributes.property
    if isinstance(value, str):
        parts.append(_text(name, value, spoken, key))
    elif isinstance(value, Node):
        _item(value, name, attributes, parts)
    elif isinstance(value, tuple):
        for each in value:
            _write(name, each, spoken, attributes, parts)
    elif isinstance(value, Link):
        parts.append(f'<link {key}="{name}" href="{escape(value.iri)}">')
    elif isinstance(value, date):
        parts.append(_day(name, value, key))
    else:
        parts.append(_number(name, value, key))


def _text(name: str, text: str, spoken: str, key: str) -> str:
    tag = _TEXTS.get(name)
    if tag is None:
        return f'<meta {key}="{name}" content="{escape(text)}">'
    return f'<{tag} {key}="{name}"><bdi{spoken}>{escape(text, quote=False)}</bdi></{tag}> '


def _day(name: str, day: date, key: str) -> str:
    """Some readers take the attribute ``content``, some ``datetime``, some the text (X6)."""
    iso = day.isoformat()
    if name not in _BEFORE_DAYS:
        return f'<meta {key}="{name}" content="{iso}">'
    return f'<time {key}="{name}" datetime="{iso}" content="{iso}">{iso}</time> '


def _number(name: str, value: int | Decimal, key: str) -> str:
    around = _NUMBERS.get(name)
    if around is None:
        return f'<meta {key}="{name}" content="{value}">'
    return f'{around[0]}<span {key}="{name}">{value}</span>{around[1]}'
