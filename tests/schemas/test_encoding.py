"""JSON and XML hold the same names and values, whatever the words in them are."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from pydantic import ValidationError

from schemas import encoding
from schemas.badges import Badge
from schemas.grades import GradeAnswer
from schemas.problems import Problem
from schemas.reviews import ReviewPage
from schemas.shapes import Shape
from schemas.snapshots import Kind
from tests.widgets import examples
from widgets import views

PROBLEM = Problem(
    title="No shop has this key.",
    status=404,
    detail="No shop has this key.",
    code="TS_ID_NOT_FOUND",
    message="No shop has this key.",
)
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z")
problems = st.builds(
    Problem,
    title=examples.words,
    status=st.integers(400, 599),
    detail=examples.words,
    code=st.just("PARAMETER_INVALID"),
    field=st.none() | examples.words,
    instance=st.none() | examples.words,
    message=examples.words,
)


def tree_of(shape: Shape) -> etree._Element:
    return etree.fromstring(encoding.to_xml(shape))


@given(examples.any_answer() | problems)
def test_an_answer_comes_back_equal_from_json_and_from_xml(shape: Shape) -> None:
    kind = type(shape)
    assert encoding.from_json(kind, encoding.to_json(shape)) == shape
    assert encoding.from_xml(kind, encoding.to_xml(shape)) == shape


def test_the_xml_says_what_it_is_and_has_no_namespace() -> None:
    page = examples.answers(examples.SHOP, examples.figures_of(5))[Kind.REVIEWS]
    body = encoding.to_xml(page)
    assert body.startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n<reviewPage><shop><key>")
    assert b"xmlns" not in body


def test_lists_are_wrapped_and_their_items_named_after_their_shape() -> None:
    page = examples.answers(examples.SHOP, examples.figures_of(5))[Kind.REVIEWS]
    root = tree_of(page)
    assert root.findtext("reviews/review/marks/DELIVERY") == "5"
    assert root.findtext("reviews/review/rating") == "4.67"
    assert root.findtext("reviews/review/verified") == "true"


def test_a_problem_has_the_names_and_namespace_of_its_rfc() -> None:
    root = etree.fromstring(encoding.to_xml(PROBLEM))
    assert root.tag == "{urn:ietf:rfc:7807}problem"
    assert root.findtext("{urn:ietf:rfc:7807}status") == "404"
    assert root.findtext("{urn:ietf:rfc:7807}Message") == PROBLEM.message


def test_the_message_of_a_problem_has_its_capital_letter() -> None:
    assert json.loads(encoding.to_json(PROBLEM)) == {
        "type": "about:blank",
        "title": "No shop has this key.",
        "status": 404,
        "detail": "No shop has this key.",
        "code": "TS_ID_NOT_FOUND",
        "Message": "No shop has this key.",
    }


@given(examples.any_answer())
def test_keys_without_value_are_absent_and_never_null(shape: Shape) -> None:
    assert None not in list(values_of(json.loads(encoding.to_json(shape))))


@given(examples.any_answer())
def test_moments_are_in_utc_and_in_whole_seconds(shape: Shape) -> None:
    found = [
        text for key, text in pairs_of(json.loads(encoding.to_json(shape))) if key[-2:] == "At"
    ]
    assert all(MOMENT.match(str(text)) for text in found)


def test_a_page_of_no_reviews_has_an_empty_list() -> None:
    empty = views.ReviewPage((), None, None)
    page = examples.answers(examples.SHOP, examples.figures_of(), empty)[Kind.REVIEWS]
    assert json.loads(encoding.to_json(page))["reviews"] == []
    assert encoding.from_xml(ReviewPage, encoding.to_xml(page)) == page


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"<badge><surprise>1</surprise></badge>", id="unknown element"),
        pytest.param(b"<badge/>", id="empty"),
        pytest.param(b"<gradeAnswer><grade><rating>NaN</rating></grade></gradeAnswer>", id="NaN"),
    ],
)
def test_another_document_is_refused(body: bytes) -> None:
    with pytest.raises(ValidationError):
        encoding.from_xml(Badge, body)


def test_entities_are_not_expanded() -> None:
    answer = examples.answers(examples.SHOP, examples.figures_of(5))[Kind.GRADE]
    body = encoding.to_xml(answer).partition(b"\n")[2]
    bomb = b'<!DOCTYPE x [<!ENTITY e "expanded">]>' + body.replace(b"X0123", b"&e;X0123", 1)
    assert b"expanded" not in encoding.to_json(encoding.from_xml(GradeAnswer, bomb))


def pairs_of(node: object) -> list[tuple[str, object]]:
    """Every key with its value, at any depth."""
    if isinstance(node, dict):
        return [*node.items(), *(pair for inner in node.values() for pair in pairs_of(inner))]
    return [pair for inner in node for pair in pairs_of(inner)] if isinstance(node, list) else []


def values_of(node: object) -> list[object]:
    return [value for _, value in pairs_of(node)]
