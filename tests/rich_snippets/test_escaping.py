"""Escaping and serialisation: each rule of rich-snippets.md §3 under its id."""

import re
from dataclasses import replace
from decimal import Decimal
from xml.etree.ElementTree import Element

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rich_snippets import documents, gtins, jsonld, literals, microdata, rdfa
from rich_snippets.nodes import Node
from rich_snippets.reasons import Code
from schemas.syntaxes import Syntax
from tests.rich_snippets import graphs
from tests.rich_snippets.examples import (
    PRODUCT,
    REVIEW,
    Case,
    cases,
    find,
    grade_of,
    group_of,
    placed,
    product_of,
    root,
    shop_of,
    words,
)

BREAKOUT = "</script><!--<script>]]>&amp;\u2028\u2029"
HOSTILE = product_of(
    replace(PRODUCT, name=BREAKOUT, brand=BREAKOUT, mpn=BREAKOUT),
    reviews=(replace(REVIEW, title=BREAKOUT, comment=BREAKOUT),),
)
LINK_TYPES = {"application/ld+json"}


def nodes_in(case: Case) -> list[Node]:
    return [case.snippet.node] if case.snippet.node else []


def elements_of(html: str) -> list[Element]:
    tree = html5lib.parse(graphs.page(html), namespaceHTMLElements=False)
    body = tree.find("body")
    assert body is not None
    return list(body.iter())[1:]


def test_x1_json_ld_is_escaped_and_says_the_same() -> None:
    document = jsonld.document(root(HOSTILE))
    assert not set(document) & set("<>&\u2028\u2029")
    assert graphs.strict_json(document)["name"] == literals.plain(BREAKOUT)
    assert "ö" in document
    assert "\\u003c" in document


@given(cases())
def test_x2_json_ld_is_strict(case: Case) -> None:
    for node in nodes_in(case):
        document = jsonld.document(node)
        assert "\n" not in document
        assert graphs.strict_json(document)["@context"] == "https://schema.org"


@given(cases())
def test_x3_values_and_counts_are_json_numbers(case: Case) -> None:
    names = {name.rpartition("/")[2] for name in graphs.NUMBERS}
    for node in nodes_in(case):
        document = graphs.strict_json(jsonld.document(node))
        stack = [document]
        while stack:
            found = stack.pop()
            for name, value in found.items() if isinstance(found, dict) else ():
                if name in names:
                    assert type(value) in (int, float)
            stack += found.values() if isinstance(found, dict) else found
            stack = [each for each in stack if isinstance(each, dict | list)]


@pytest.mark.parametrize(
    ("shown", "written"),
    [("3.994", "3.99"), ("3.995", "4.00"), ("1.005", "1.01"), ("4", "4"), ("4.00", "4")],
)
def test_x4_values_are_quantized_half_up(shown: str, written: str) -> None:
    snippet = product_of(reviews=(replace(REVIEW, rating=Decimal(shown)),))
    (rating,) = find(snippet, "Rating")
    assert str(rating.get("ratingValue")) == written


def test_x4_two_decimals_survive_in_json() -> None:
    document = graphs.strict_json(jsonld.document(root(product_of(grade=grade_of(5, 5, 4)))))
    assert document["aggregateRating"]["ratingValue"] == 4.67


@given(words)
def test_x5_no_control_character_is_written(text: str) -> None:
    plain = literals.plain(text)
    assert re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef]", plain) is None
    assert not any(ord(character) & 0xFFFE == 0xFFFE for character in plain)
    assert literals.plain(plain) == plain
    plain.encode()


def test_x5_what_people_write_stays() -> None:
    for text in ("]]>", "שלום \u202eevil\u202c", "👩‍👩‍👧 💶", "a\n\tb", "one\u2028two"):
        assert literals.plain(text) == text
    assert literals.plain("line\r\nline\rline\x85 ") == "line\nline\nline"


@pytest.mark.parametrize("syntax", [Syntax.MICRODATA, Syntax.RDFA])
def test_x6_dates_have_content_besides_time(syntax: Syntax) -> None:
    html = documents.html(product_of(placement=placed(syntax=syntax))).decode()
    times = [element for element in elements_of(html) if element.tag == "time"]
    assert times
    for element in times:
        assert element.get("content") == element.get("datetime") == element.text


@given(cases())
def test_x7_items_and_properties_are_well_formed(case: Case) -> None:
    for node in nodes_in(case):
        for element in elements_of(microdata.html(node)):
            assert ("itemscope" in element.attrib) == ("itemtype" in element.attrib)
            assert element.get("itemtype", "https://schema.org/").startswith("https://schema.org/")
            if element.tag == "meta":
                assert element.get("content")
        for element in elements_of(rdfa.html(node)):
            assert element.tag != "meta" or element.get("content")


def test_x7_every_property_is_inside_an_item() -> None:
    def check(element: Element, *, inside: bool) -> None:
        assert inside or "itemprop" not in element.attrib
        for child in element:
            check(child, inside=inside or "itemscope" in element.attrib)

    for snippet in (product_of(), group_of(), shop_of()):
        check(elements_of(microdata.html(root(snippet)))[0], inside=False)


def test_x8_a_script_end_never_ends_the_block() -> None:
    html = jsonld.html(root(HOSTILE))
    assert html.lower().count("</script") == 1
    assert html.count("<!--") == 0
    assert graphs.script_of(html)["review"][0]["name"] == literals.plain(BREAKOUT)


@given(cases())
def test_x8_nothing_leaves_its_element(case: Case) -> None:
    tags = {"bdi", "div", "link", "meta", "p", "s", "small", "span", "strong", "time"}
    for node in nodes_in(case):
        assert [element.tag for element in elements_of(jsonld.html(node))] == ["script"]
        for html in (microdata.html(node), rdfa.html(node)):
            assert {element.tag for element in elements_of(html)} <= tags


def test_x9_a_document_has_one_syntax() -> None:
    marks = {
        Syntax.JSONLD: "application/ld+json",
        Syntax.MICRODATA: "itemscope",
        Syntax.RDFA: "typeof=",
    }
    for syntax, mark in marks.items():
        html = documents.html(product_of(placement=placed(syntax=syntax))).decode()
        assert mark in html
        assert not any(other in html for other in set(marks.values()) - {mark})


def test_a_snippet_that_says_nothing_is_empty() -> None:
    nothing = product_of(replace(PRODUCT, name=""))
    assert nothing.reasons[0].code is Code.FIELD_MISSING
    assert (documents.html(nothing), documents.json_ld(nothing)) == (b"", b"{}")
    assert documents.json_ld(product_of()).startswith(b'{"@context":"https://schema.org"')


def test_a_texts_language_and_direction_stay_inside_it() -> None:
    html = microdata.html(root(product_of()))
    assert '<strong itemprop="name"><bdi lang="de">Gern wieder</bdi></strong>' in html
    odd = product_of(reviews=(replace(REVIEW, language='x" onload="y'),))
    assert "onload" not in microdata.html(root(odd))


@given(st.text(max_size=14))
def test_a_gtin_is_digits(text: str) -> None:
    assert not gtins.is_valid(text) or set(text) <= set("0123456789")
