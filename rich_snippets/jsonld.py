"""A node as JSON-LD: strict JSON with numbers as numbers, safe inside a script block (X1 to X3)."""

import json
from datetime import date
from decimal import Decimal
from typing import Final, TypeAlias

from rich_snippets.nodes import VOCABULARY, Link, Node, Value

Plain: TypeAlias = str | int | float | dict[str, "Plain"] | list["Plain"]

CONTEXT: Final = VOCABULARY.removesuffix("/")
_ENCODER: Final = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, check_circular=False, separators=(",", ":")
)
_ESCAPES: Final = (
    ("<", "\\u003c"),
    (">", "\\u003e"),
    ("&", "\\u0026"),
    ("\u2028", "\\u2028"),
    ("\u2029", "\\u2029"),
)


def document(node: Node) -> str:
    """The JSON-LD document, as ``.jsonld`` and as the content of a script block."""
    text = _ENCODER.encode({"@context": CONTEXT, **_object(node)})
    # These characters stand only inside JSON's strings, so that the text may be escaped as one.
    for character, escape in _ESCAPES:
        text = text.replace(character, escape)
    return text


def html(node: Node) -> str:
    """The document in the block that search engines read (X8)."""
    return f'<script type="application/ld+json">{document(node)}</script>'


def _object(node: Node) -> dict[str, Plain]:
    plain: dict[str, Plain] = {"@type": node.type}
    if node.id is not None:
        plain["@id"] = node.id
    for name, value in node.properties:
        plain[name] = value if type(value) is str else _plain(value)
    return plain


def _plain(value: Value) -> Plain:
    if isinstance(value, Node):
        return _object(value)
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, Link):
        return value.iri
    return value.isoformat() if isinstance(value, date) else value


def _number(value: Decimal) -> int | float:
    """A number as the widget's payload has it: two decimals survive the way through a float."""
    return int(value) if value == value.to_integral_value() else float(value)
