"""The published XML Schemas are those of the shapes, and every answer is valid under them."""

import pytest
from hypothesis import given
from lxml import etree

from schemas import encoding, xsd
from schemas.shapes import Shape
from schemas.snapshots import Kind
from tests.schemas.test_encoding import PROBLEM, problems
from tests.widgets import examples

ANSWERS = etree.XMLSchema(etree.parse(xsd.ANSWERS_FILE))
PROBLEMS = etree.XMLSchema(etree.parse(xsd.PROBLEM_FILE))


def test_the_committed_schemas_are_those_of_the_shapes() -> None:
    for file, content in xsd.files().items():
        assert file.read_bytes() == content, "python -m schemas.xsd rewrites it"


@given(examples.any_answer())
def test_every_answer_is_valid(shape: Shape) -> None:
    ANSWERS.assertValid(etree.fromstring(encoding.to_xml(shape)))


@given(problems)
def test_every_problem_is_valid(shape: Shape) -> None:
    PROBLEMS.assertValid(etree.fromstring(encoding.to_xml(shape)))


@pytest.mark.parametrize("path", ["grade/count", "grade/period", "grade/allTimeCount", "shop"])
def test_an_answer_without_what_must_be_there_is_not_valid(path: str) -> None:
    answer = examples.answers(examples.SHOP, examples.figures_of(5))[Kind.STICKER]
    root = etree.fromstring(encoding.to_xml(answer))
    element = root.find(path)
    assert element is not None
    parent = element.getparent()
    assert parent is not None
    parent.remove(element)
    assert not ANSWERS.validate(root)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("grade/rating", "5.01"),
        ("grade/label", "SPLENDID"),
        ("grade/count", "-1"),
        ("reviews/review/stars", "0"),
        ("reviews/review/publishedAt", "yesterday"),
        ("operatedBySeller", "no"),
    ],
)
def test_a_value_out_of_range_is_not_valid(path: str, text: str) -> None:
    answer = examples.answers(examples.SHOP, examples.figures_of(5))[Kind.STICKER]
    root = etree.fromstring(encoding.to_xml(answer))
    element = root.find(path)
    assert element is not None
    element.text = text
    assert not ANSWERS.validate(root)


def test_a_problem_is_no_answer() -> None:
    assert not ANSWERS.validate(etree.fromstring(encoding.to_xml(PROBLEM)))
