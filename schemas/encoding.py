"""Shapes as bytes and back: the same names and values in JSON and in XML.

An XML document has the shape's name as root (``reviewPage``); a list is wrapped, its items
carry the name of their shape (``<reviews><review>…``); numbers and booleans are written as in
JSON. Our documents have no namespace, so that ``/reviewPage/reviews/review`` finds its elements
in any XPath library and XML is read like the JSON; only a problem has the one of its RFC.

orjson writes the JSON, lxml writes and reads the XML.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any, Final, TypeVar

import orjson
from lxml.etree import Element, QName, SubElement, XMLParser, _Element, fromstring, tostring

from schemas.shapes import Nested, Shape, element_name, nested

S = TypeVar("S", bound=Shape)

_PARSER: Final = XMLParser(
    resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
)


def to_json(shape: Shape) -> bytes:
    """UTF-8 JSON on one line, without the optional keys that have no value."""
    return orjson.dumps(_plain(shape))


def to_xml(shape: Shape) -> bytes:
    """A UTF-8 XML document that holds what ``to_json`` holds."""
    kind = type(shape)
    prefix = f"{{{kind.namespace}}}" if kind.namespace else ""
    root = Element(
        prefix + element_name(kind), nsmap={None: kind.namespace} if kind.namespace else None
    )
    _fill(root, _plain(shape), _plan(kind, prefix))
    return tostring(root, encoding="UTF-8", xml_declaration=True)


def from_json(kind: type[S], body: bytes) -> S:
    """The shape that ``body`` holds; raises pydantic.ValidationError when it is another."""
    return kind.model_validate_json(body, by_alias=True, by_name=False)


def from_xml(kind: type[S], body: bytes) -> S:
    """The shape that a document holds, with types as ``kind`` says.

    Raises lxml.etree.XMLSyntaxError or pydantic.ValidationError. Entities are not expanded.
    """
    root = fromstring(body, _PARSER)
    return kind.model_validate(_read(root, kind), by_alias=True, by_name=False)


def _plain(shape: Shape) -> dict[str, Any]:
    return shape.model_dump(mode="json", exclude_none=True)


def _fill(parent: _Element, plain: dict[str, Any], plan: "_Plan") -> None:
    for name, value in plain.items():
        tag, inner = plan[name]
        element = SubElement(parent, tag)
        value_type = type(value)
        if value_type is str:
            element.text = value
        elif value_type is bool:
            element.text = b"true" if value else b"false"
        elif inner is None:
            element.text = repr(value)
        elif value_type is list:
            for item in value:
                _fill(SubElement(element, inner.item_tag), item, inner)
        else:
            _fill(element, value, inner)


class _Plan(dict[str, tuple[bytes, "_Plan | None"]]):
    """The elements of a shape by the names of its keys, each with the plan of what it holds.

    lxml takes names fastest as bytes.
    """

    def __init__(self, kind: type[Shape], prefix: str) -> None:
        super().__init__()
        inside = nested(kind)
        for name, field in kind.model_fields.items():
            key = field.serialization_alias or name
            inner = _plan(inside[key].shape, prefix) if key in inside else None
            self[key] = ((prefix + key).encode(), inner)
        self.item_tag = (prefix + element_name(kind)).encode()


@cache
def _plan(kind: type[Shape], prefix: str) -> _Plan:
    return _Plan(kind, prefix)


def _read(element: _Element, kind: type[Shape]) -> dict[str, object]:
    return {name: _value(child, nested(kind).get(name)) for name, child in _named(element)}


def _named(element: _Element) -> Iterator[tuple[str, _Element]]:
    return ((QName(child).localname, child) for child in element)


def _value(element: _Element, inner: Nested | None) -> object:
    if inner is None:
        return element.text or ""
    if inner.is_list:
        return [_read(item, inner.shape) for item in element]
    return _read(element, inner.shape)
