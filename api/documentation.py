"""The browsable page of the API, written from the OpenAPI document: HTML and CSS, no script."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, Final

from lxml import html
from lxml.builder import ElementMaker
from lxml.html import HtmlElement

from api.errors import status_of
from domain.errors import TrustwrightError
from schemas.messages import INTERNAL_ERROR, kinds, title

E: Final = ElementMaker(makeelement=html.html_parser.makeelement)
STYLE: Final = "/docs/style.css"
POLICY: Final = (
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
Plain = Mapping[str, Any]


def page(document: Plain) -> bytes:
    """The page for an OpenAPI 3.1 document with references inside itself only."""
    writer = _Writer(document)
    info = document["info"]
    root = E.html(
        {"lang": "en"},
        E.head(
            E.meta({"charset": "utf-8"}),
            E.meta({"name": "viewport", "content": "width=device-width, initial-scale=1"}),
            E.title(info["title"]),
            E.link({"rel": "stylesheet", "href": STYLE}),
        ),
        E.body(
            E.a({"class": "skip", "href": "#content"}, "Skip to the content"),
            E.header(
                E.p({"class": "version"}, f"Version {info['version']}"),
                E.h1(info["title"]),
                *_prose(info["description"]),
                E.p(E.a({"href": "/openapi.json"}, "OpenAPI 3.1 document"), " · ", *_schemas()),
            ),
            E.div({"class": "columns"}, writer.navigation(), writer.main()),
        ),
    )
    written: bytes = html.tostring(root, doctype="<!doctype html>", encoding="utf-8")
    return written


def _schemas() -> list[HtmlElement]:
    return [E.a({"href": "/schemas/trustwright-v1.xsd"}, "XML Schema")]


class _Writer:
    """Writes the parts of the page; references are looked up in the document."""

    def __init__(self, document: Plain) -> None:
        self._document = document
        self._resources = [
            (summary, list(paths))
            for summary, paths in groupby(
                document["paths"].items(), key=lambda path: str(path[1]["summary"])
            )
        ]

    def navigation(self) -> HtmlElement:
        links = [(_anchor(summary), summary) for summary, _ in self._resources]
        links += [("errors", "Errors"), ("shapes", "Shapes")]
        items = [E.li(E.a({"href": f"#{anchor}"}, text)) for anchor, text in links]
        return E.nav({"aria-label": "On this page"}, E.ul(*items))

    def main(self) -> HtmlElement:
        sections = [self._resource(summary, paths) for summary, paths in self._resources]
        return E.main({"id": "content"}, *sections, _errors(), self._shapes())

    def _resource(self, summary: str, paths: list[tuple[str, Plain]]) -> HtmlElement:
        # The first path is the one without suffix, which answers in every format.
        first = paths[0][1]
        parameters = [self._parameter(self._found(each)) for each in first["parameters"]]
        operation = next(first[each] for each in ("get", "post", "put") if each in first)
        answers = {status: self._found(each) for status, each in operation["responses"].items()}
        bodies = operation.get("requestBody", {}).get("content", {})
        return E.section(
            {"id": _anchor(summary)},
            E.h2(summary),
            E.ul({"class": "addresses"}, *(_address(path, item) for path, item in paths)),
            E.h3("Parameters"),
            E.dl(*_flat(parameters)),
            *([E.h3("Body"), E.dl(*_flat(_bodies(bodies)))] if bodies else []),
            E.h3("Answers"),
            E.dl(*_flat(_answers(answers))),
        )

    def _parameter(self, parameter: Plain) -> tuple[HtmlElement, HtmlElement]:
        schema = parameter["schema"]
        facts = [str(schema["type"]), f"in the {parameter['in']}", *_limits(schema)]
        facts += ["required"] if parameter.get("required") else []
        return _term(parameter["name"], ", ".join(facts)), E.dd(*_inline(parameter["description"]))

    def _shapes(self) -> HtmlElement:
        schemas = self._document["components"]["schemas"]
        return E.section(
            {"id": "shapes"}, E.h2("Shapes"), *(_shape(*each) for each in schemas.items())
        )

    def _found(self, value: Plain) -> Plain:
        """The value itself, or what its reference points to."""
        reference = value.get("$ref")
        if reference is None:
            return value
        found: Any = self._document
        for name in reference.removeprefix("#/").split("/"):
            found = found[name]
        plain: Plain = found
        return plain


def _bodies(bodies: Mapping[str, Plain]) -> Iterator[tuple[HtmlElement, HtmlElement]]:
    for media_type, body in bodies.items():
        schema = body["schema"]
        yield (
            E.dt(E.code(media_type)),
            E.dd(*_inline(schema.get("description", "")), *_references(schema)),
        )


def _answers(answers: Mapping[str, Plain]) -> Iterator[tuple[HtmlElement, HtmlElement]]:
    refused = [status for status in answers if int(status) >= 400]
    for status, answer in answers.items():
        if status not in refused:
            content = answer.get("content", {})
            found = (_references(each["schema"]) for each in content.values())
            shapes = {shape.text: shape for each in found for shape in each}
            links = [piece for shape in shapes.values() for piece in (" ", shape)]
            yield (
                _term(status, " or ".join(content)),
                E.dd(*_inline(answer["description"]), *links),
            )
    yield (
        E.dt(*(piece for status in refused for piece in (E.code(status), " "))),
        E.dd("Refused, with a ", _shape_link("Problem"), ": ", E.a({"href": "#errors"}, "errors")),
    )


def _errors() -> HtmlElement:
    rows = [
        (status_of(kind()), kind.code, kind.title)
        for kind in kinds()
        if kind is not TrustwrightError
    ]
    rows.append((500, INTERNAL_ERROR, title(INTERNAL_ERROR, "en")))
    entries = [
        (_term(code, str(status), anchor=code), E.dd(text)) for status, code, text in sorted(rows)
    ]
    return E.section(
        {"id": "errors"},
        E.h2("Errors"),
        E.p(
            "Every refusal is a problem of RFC 9457 with a stable code; its message comes in the"
            " language that Accept-Language prefers."
        ),
        E.dl(*_flat(entries)),
    )


def _shape(name: str, schema: Plain) -> HtmlElement:
    required = schema.get("required", ())
    properties = [
        (
            _term(key, _type(value) + ("" if key in required else ", optional")),
            E.dd(*_inline(value.get("description", "")), *_references(value)),
        )
        for key, value in schema.get("properties", {}).items()
    ]
    values = ", ".join(map(str, schema.get("enum", ())))
    return E.article(
        {"id": f"shape-{name}"},
        E.h3(name),
        *_prose(schema.get("description", "")),
        *([E.p("One of ", E.code(values), ".")] if values else []),
        *([E.dl(*_flat(properties))] if properties else []),
    )


def _address(path: str, item: Plain) -> HtmlElement:
    methods = [name.upper() for name in ("post", "put", "get", "head") if name in item]
    head, *others = path.split("/")
    parts = [piece for each in others for piece in (E.wbr(), f"/{each}")]
    spans = [E.span({"class": "method"}, each) for each in methods]
    return E.li(*spans, " ", E.code(head, *parts))


def _term(name: str, facts: str, *, anchor: str | None = None) -> HtmlElement:
    attributes = {"id": anchor} if anchor else {}
    return E.dt(attributes, E.code(name), " ", E.span({"class": "facts"}, facts))


def _type(schema: Plain) -> str:
    if "$ref" in schema:
        return "object"
    kind = str(schema.get("type", "object"))
    return ", ".join([kind if kind != "array" else "list", *_limits(schema)])


def _references(schema: Plain) -> Iterator[HtmlElement]:
    for value in (schema, schema.get("items", {}), *schema.get("anyOf", ())):
        if "$ref" in value:
            yield _shape_link(str(value["$ref"]).rpartition("/")[2])


def _shape_link(name: str) -> HtmlElement:
    return E.a({"href": f"#shape-{name}"}, name)


def _limits(schema: Plain) -> Iterator[str]:
    if "minimum" in schema and "maximum" in schema:
        yield f"{schema['minimum']} to {schema['maximum']}"
    elif "minimum" in schema:
        yield f"at least {schema['minimum']}"
    if "enum" in schema:
        yield "one of " + ", ".join(schema["enum"])
    if "format" in schema:
        yield str(schema["format"])
    if "default" in schema:
        yield f"default {schema['default']}"


def _prose(text: str) -> list[HtmlElement]:
    return [E.p(*_inline(part)) for part in text.split("\n\n") if part.strip()]


def _inline(text: str) -> list[str | HtmlElement]:
    """Text with what stands between backticks as code."""
    pieces = text.split("`")
    return [E.code(each) if place % 2 else each for place, each in enumerate(pieces) if each]


def _anchor(text: str) -> str:
    return "".join(each if each.isalnum() else "-" for each in text.lower()).strip("-")


def _flat(pairs: Iterable[tuple[HtmlElement, HtmlElement]]) -> Iterator[HtmlElement]:
    for term, description in pairs:
        yield from (term, description)
