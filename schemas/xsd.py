"""The XML Schema of the answers, made from the shapes; ``python -m schemas.xsd`` rewrites it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from lxml.etree import Element, QName, SubElement, _Element, tostring

from schemas.components import ANSWERS, REFERENCE, definitions
from schemas.problems import Problem
from schemas.shapes import Shape, element_name

ANSWERS_FILE: Final = Path(__file__).with_name("trustwright-v1.xsd")
PROBLEM_FILE: Final = Path(__file__).with_name("problem-v1.xsd")

_XS: Final = "http://www.w3.org/2001/XMLSchema"
_SCALARS: Final[Mapping[tuple[str, str | None], str]] = {
    ("string", None): "xs:string",
    ("string", "date"): "xs:date",
    ("string", "date-time"): "xs:dateTime",
    ("integer", None): "xs:integer",
    ("number", None): "xs:decimal",
    ("boolean", None): "xs:boolean",
}
_BOUNDS: Final[Mapping[str, str]] = {"minimum": "minInclusive", "maximum": "maxInclusive"}


def document(roots: tuple[type[Shape], ...], namespace: str | None = None) -> bytes:
    """The schema of documents with one of ``roots`` as root; keys stand in the shapes' order."""
    attributes = {"elementFormDefault": "qualified"}
    names: dict[str | None, str] = {"xs": _XS}
    if namespace:
        attributes["targetNamespace"] = namespace
        names[None] = namespace
    schema = Element(QName(_XS, "schema"), attributes, nsmap=names)
    for root in roots:
        _add(schema, "element", name=element_name(root), type=root.__name__)
    for name, definition in definitions(roots).items():
        if definition["type"] == "object":
            _add_shape(_add(schema, "complexType", name=name), definition)
        else:
            _add_restriction(_add(schema, "simpleType", name=name), definition)
    return tostring(schema, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def files() -> dict[Path, bytes]:
    """What stands in the committed files."""
    return {
        ANSWERS_FILE: document(ANSWERS),
        PROBLEM_FILE: document((Problem,), Problem.namespace),
    }


def _add_shape(complex_type: _Element, definition: dict[str, Any]) -> None:
    required = definition.get("required", ())
    sequence = _add(complex_type, "sequence")
    for name, value in definition["properties"].items():
        occurs = {} if name in required else {"minOccurs": "0"}
        _add_value(_add(sequence, "element", name=name, **occurs), value)


def _add_value(element: _Element, value: dict[str, Any]) -> None:
    if "$ref" in value:
        element.set("type", _name(value))
    elif value["type"] == "array":
        items = _add(_add(element, "complexType"), "sequence")
        kind = _name(value["items"])
        item = kind[0].lower() + kind[1:]
        _add(items, "element", name=item, type=kind, minOccurs="0", maxOccurs="unbounded")
    elif "enum" in value or _BOUNDS.keys() & value.keys():
        _add_restriction(_add(element, "simpleType"), value)
    else:
        element.set("type", _scalar(value))


def _add_restriction(simple_type: _Element, value: dict[str, Any]) -> None:
    restriction = _add(simple_type, "restriction", base=_scalar(value))
    for word in value.get("enum", ()):
        _add(restriction, "enumeration", value=word)
    for key, facet in _BOUNDS.items():
        if key in value:
            _add(restriction, facet, value=str(value[key]))


def _scalar(value: dict[str, Any]) -> str:
    return _SCALARS[value["type"], value.get("format")]


def _name(value: dict[str, Any]) -> str:
    return str(value["$ref"]).removeprefix(REFERENCE)


def _add(parent: _Element, tag: str, **attributes: str) -> _Element:
    return SubElement(parent, QName(_XS, tag), attributes)


if __name__ == "__main__":
    for path, content in files().items():
        path.write_bytes(content)
