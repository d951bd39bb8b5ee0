"""The three syntaxes read back as RDF graphs, each by a reader that is not ours where one exists.

JSON-LD is read by rdflib, RDFa by pyRdfa3. For microdata there is no maintained reader that keeps
every character, so that the rules of HTML's microdata stand below, on html5lib's tree. Graphs are
compared without data types: only JSON-LD knows numbers.
"""

import io
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

import html5lib
from pyRdfa import pyRdfa
from rdflib import RDF, BNode, Graph, Literal, URIRef
from rdflib.plugins.parsers.jsonld import to_rdf
from rdflib.term import Identifier

BASE = "https://page.example/p"
VOCABULARY = "https://schema.org/"
ADDRESSES = (
    "availability",
    "certificationStatus",
    "image",
    "itemCondition",
    "logo",
    "merchantReturnLink",
    "priceType",
    "returnPolicyCategory",
    "sameAs",
    "url",
    "variesBy",
)
NUMBERS = frozenset(
    VOCABULARY + name
    for name in (
        "bestRating",
        "merchantReturnDays",
        "price",
        "ratingCount",
        "ratingValue",
        "reviewCount",
        "worstRating",
    )
)
CONTEXT = {"@vocab": VOCABULARY} | {name: {"@type": "@id"} for name in ADDRESSES}
_SCRIPT = re.compile(r'<script type="application/ld\+json">(.*)</script>\Z', re.DOTALL)
_LINKS = {"a": "href", "area": "href", "link": "href", "img": "src", "object": "data"}


def page(fragment: str) -> str:
    """A whole document around a fragment."""
    return (
        '<!DOCTYPE html><html lang="en"><head><title>page</title></head><body>'
        f"{fragment}</body></html>"
    )


def strict_json(text: str) -> Any:
    """JSON as search engines read it: no NaN, no Infinity, no key twice (X2)."""

    def refuse(constant: str) -> float:
        raise AssertionError(constant)

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        assert len({key for key, _ in pairs}) == len(pairs)
        return dict(pairs)

    return json.loads(text, parse_constant=refuse, object_pairs_hook=once)


def script_of(html: str) -> Any:
    """The JSON of the one script block, as an HTML parser finds it."""
    tree = html5lib.parse(page(html), namespaceHTMLElements=False)
    (script,) = tree.iter("script")
    match = _SCRIPT.match(html)
    assert match is not None
    assert match.group(1) == script.text
    return strict_json(match.group(1))


def of_jsonld(html: str) -> Graph:
    document = script_of(html) | {"@context": CONTEXT}
    return _untyped(to_rdf(document, Graph(), base=BASE))


def of_rdfa(html: str) -> Graph:
    reader = pyRdfa(base=BASE, media_type="text/html")
    graph = reader.graph_from_source(io.StringIO(page(html)), rdfOutput=True)
    uses = URIRef("http://www.w3.org/ns/rdfa#usesVocabulary")
    return _untyped(triple for triple in graph if triple[1] != uses)


def of_microdata(html: str) -> Graph:
    graph = Graph()
    tree = html5lib.parse(page(html), namespaceHTMLElements=False)
    for element in tree.iter():
        if "itemscope" in element.attrib and "itemprop" not in element.attrib:
            _read_item(element, graph)
    return _untyped(graph)


def _read_item(element: Element, graph: Graph) -> Identifier:
    name = element.get("itemid")
    subject = BNode() if name is None else URIRef(urljoin(BASE, name))
    kind = element.attrib["itemtype"]
    vocabulary = kind.rpartition("/")[0] + "/"
    graph.add((subject, RDF.type, URIRef(kind)))
    for found in _properties(element):
        value = _read_item(found, graph) if "itemscope" in found.attrib else _value(found)
        for prop in found.attrib["itemprop"].split():
            graph.add((subject, URIRef(vocabulary + prop), value))
    return subject


def _properties(element: Element) -> Iterator[Element]:
    for child in element:
        if "itemprop" in child.attrib:
            yield child
        if "itemscope" not in child.attrib:
            yield from _properties(child)


def _value(element: Element) -> Identifier:
    link = _LINKS.get(element.tag)
    if link is not None:
        return URIRef(urljoin(BASE, element.get(link, "")))
    if element.tag == "meta":
        return Literal(element.attrib["content"])
    if element.tag == "time":
        return Literal(element.attrib["datetime"])
    return Literal("".join(element.itertext()))


def _untyped(triples: Iterator[Any] | Graph) -> Graph:
    """Numbers as decimals in one form, days and texts as they are."""
    graph = Graph()
    for subject, predicate, value in triples:
        if isinstance(value, Literal):
            text = str(value)
            if str(predicate) in NUMBERS:
                text = format(Decimal(text).normalize(), "f")
            value = Literal(text)
        graph.add((subject, predicate, value))
    return graph
