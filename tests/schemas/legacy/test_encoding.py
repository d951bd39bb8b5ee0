"""The legacy envelope in JSON and XML: the contract's bytes, and the same words in both."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from domain import texts
from domain.ids import Prefix
from schemas.legacy import encoding
from schemas.legacy.envelopes import Body, failure
from tests.widgets import examples as own
from tests.widgets.legacy import examples

DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

# A leaf is its text; what has elements or keys is a list of names and trees.
Tree = str | list[tuple[str, "Tree"]]


def tree_of_xml(element: etree._Element) -> Tree:
    if len(element):
        return [(str(child.tag), tree_of_xml(child)) for child in element]
    return element.text or ""


def tree_of_json(value: Any) -> Tree:
    if isinstance(value, dict) and value:
        return [(name, tree_of_json(inner)) for name, inner in value.items()]
    if isinstance(value, list) and value:
        return [("", tree_of_json(inner)) for inner in value]
    if not isinstance(value, str):
        return ""
    return value.replace("\r\n", "\n").replace("\r", "\n")


def without_item_names(tree: Tree, of_json: Tree) -> Tree:
    """The XML's tree with nameless items where JSON has a list."""
    if isinstance(tree, str) or isinstance(of_json, str):
        return tree
    return [
        (json_name and name, without_item_names(inner, json_inner))
        for (name, inner), (json_name, json_inner) in zip(tree, of_json, strict=True)
    ]


def test_the_envelope_has_the_keys_of_the_contract_in_alphabetical_order() -> None:
    body = Body({"shop": {}}, count=20, parameters={"page": "0"})
    assert encoding.to_json(body) == (
        b'{"response":{"code":200,"data":{"shop":{}},"message":"SUCCESS",'
        b'"responseInfo":{"apiVersion":"2.4.18","count":20,'
        b'"parameters":[{"name":"page","value":"0"}]},"status":"SUCCESS"}}'
    )


def test_the_envelope_in_xml_has_the_same_names_and_order() -> None:
    body = Body({"shop": {}}, count=20, parameters={"page": "0"})
    assert encoding.to_xml(body) == DECLARATION + (
        b"<response><code>200</code><data><shop/></data><message>SUCCESS</message>"
        b"<responseInfo><apiVersion>2.4.18</apiVersion><count>20</count><parameters>"
        b"<parameter><name>page</name><value>0</value></parameter></parameters></responseInfo>"
        b"<status>SUCCESS</status></response>"
    )


def test_an_error_has_no_data_in_either_format() -> None:
    body = failure(404, "TS_ID_NOT_FOUND")
    assert encoding.to_json(body) == (
        b'{"response":{"code":404,"message":"TS_ID_NOT_FOUND",'
        b'"responseInfo":{"apiVersion":"2.4.18"},"status":"ERROR"}}'
    )
    assert encoding.to_xml(body) == DECLARATION + (
        b"<response><code>404</code><message>TS_ID_NOT_FOUND</message>"
        b"<responseInfo><apiVersion>2.4.18</apiVersion></responseInfo>"
        b"<status>ERROR</status></response>"
    )


@pytest.mark.parametrize("number", ["5.00", "4.60", "4.0", "0.10"])
def test_a_number_keeps_the_decimals_it_was_given(number: str) -> None:
    body = Body({"overallMark": Decimal(number)})
    assert f'"overallMark":{number}}}'.encode() in encoding.to_json(body)
    assert f"<overallMark>{number}</overallMark>".encode() in encoding.to_xml(body)


def test_booleans_are_written_as_in_json() -> None:
    body = Body({"yes": True, "no": False})
    assert b"<yes>true</yes><no>false</no>" in encoding.to_xml(body)


def test_an_empty_list_is_an_empty_wrapper() -> None:
    body = Body({"shop": {"reviews": []}})
    assert b'"shop":{"reviews":[]}' in encoding.to_json(body)
    assert b"<shop><reviews/></shop>" in encoding.to_xml(body)


def test_line_breaks_are_crlf_in_json_and_lf_in_xml() -> None:
    body = Body({"comment": "one\r\ntwo"})
    assert rb'"comment":"one\r\ntwo"' in encoding.to_json(body)
    assert b"<comment>one\ntwo</comment>" in encoding.to_xml(body)


def test_what_xml_cannot_carry_is_dropped_there() -> None:
    body = Body({"comment": "a\x00\x1b\ud800\uffff]]>&<b\rc"})
    root = etree.fromstring(encoding.to_xml(body))
    assert root.findtext("data/comment") == "a]]>&<b\nc"


def test_letters_of_all_languages_stay_readable() -> None:
    body = Body({"name": "Bücher & Töne 💶 שלום"})
    assert "Bücher & Töne 💶 שלום".encode() in encoding.to_json(body)
    assert "Bücher &amp; Töne 💶 שלום".encode() in encoding.to_xml(body)


def test_a_part_of_an_answer_is_written_as_in_the_whole() -> None:
    item = {"sku": "<1>", "overallMark": Decimal("5.0"), "productReviews": [{"mark": "5"}]}
    body = Body({"shop": {"products": [item]}})
    assert encoding.plain_to_json(item) in encoding.to_json(body)
    assert encoding.fragment("product", item).encode() in encoding.to_xml(body)


@given(st.characters())
def test_every_letter_reaches_xml_or_is_dropped_as_the_standard_says(letter: str) -> None:
    root = etree.fromstring(encoding.fragment("comment", {"text": letter}).encode())
    expected = "\n" if letter == "\r" else texts.writable(letter)
    assert (root.findtext("text") or "") == expected


def test_a_value_that_has_no_place_on_the_wire_is_an_error_of_ours() -> None:
    with pytest.raises(TypeError):
        encoding.to_json(Body({"mark": object()}))


def test_a_list_without_a_name_for_its_items_is_an_error_of_ours() -> None:
    with pytest.raises(KeyError):
        encoding.to_xml(Body({"surprises": [{}]}))


@given(examples.bodies | examples.feeds())
def test_json_and_xml_say_the_same(body: Body) -> None:
    numbers_as_text = json.loads(encoding.to_json(body), parse_float=str, parse_int=str)
    of_json = tree_of_json(numbers_as_text["response"])
    of_xml = tree_of_xml(etree.fromstring(encoding.to_xml(body)))
    assert without_item_names(of_xml, of_json) == of_json


@given(examples.bodies | examples.feeds())
def test_absent_values_are_omitted_and_never_null(body: Body) -> None:
    assert None not in list(values_of(json.loads(encoding.to_json(body))))


def values_of(node: object) -> list[object]:
    """Every value at any depth."""
    inside = list(node.values()) if isinstance(node, dict) else node
    if not isinstance(inside, list):
        return []
    return [*inside, *(value for inner in inside for value in values_of(inner))]


@given(st.uuids())
def test_a_uid_is_32_digits_and_leads_back_however_it_is_written(uuid: Any) -> None:
    review_id = f"rev-{uuid}"
    digits = encoding.uid(review_id)
    assert digits == uuid.hex
    for written in (digits, digits.upper(), str(uuid), str(uuid).upper()):
        assert encoding.public_id(Prefix.REVIEW, written) == review_id


@pytest.mark.parametrize("text", ["", "-", "abc", "g" * 32, "0" * 33, "0" * 32 + "\n", "٣" * 32])
def test_what_is_no_uid_is_the_id_of_nothing(text: str) -> None:
    assert encoding.public_id(Prefix.REVIEW, text) == "rev-"


@given(own.cursors)
def test_what_has_no_id_of_its_own_gets_one_for_each_role(review_id: str) -> None:
    derived = {encoding.derived_uid(role, review_id) for role in ("comment", "reviewer")}
    assert len(derived) == 2
    assert encoding.uid(review_id) not in derived
    assert all(len(digits) == 32 and set(digits) <= set("0123456789abcdef") for digits in derived)
