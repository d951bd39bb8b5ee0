"""Whatever people paste, the stored text can be sent in XML and JSON and means the same."""

import unicodedata

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from domain import texts
from domain.errors import TextInvalid

HUGE = 10**6
anything = st.text(st.characters(codec=None), max_size=60)
spaces_and_controls = st.text(
    st.sampled_from("ab \t\n\r\x00\x0b\x1c\x85\u00a0\u200d\u2028\u0301\u0958\ud800\ufffe"),
    max_size=30,
)


def clean(text: str, most: int = HUGE) -> str:
    return texts.clean(text, most=most, field="comment")


def clean_line(text: str, most: int = HUGE) -> str:
    return texts.clean_line(text, most=most, field="title")


@given(anything | spaces_and_controls)
@example("a \x00 b")
@example("\x1f \u0301e")
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert clean_line(clean_line(text)) == clean_line(text)


@given(anything | spaces_and_controls)
def test_a_clean_text_survives_xml_and_json(text: str) -> None:
    for written in (clean(text), clean_line(text)):
        element = etree.Element("comment")
        element.text = written
        assert (etree.fromstring(etree.tostring(element)).text or "") == written
        assert orjson.loads(orjson.dumps(written)) == written
        assert texts.is_writable(written)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"])))
def test_visible_characters_stay_as_they_are_apart_from_composition(text: str) -> None:
    assert clean(text) == clean_line(text) == unicodedata.normalize("NFC", text)


@given(anything | spaces_and_controls)
def test_a_line_is_one_line_with_single_spaces(text: str) -> None:
    line = clean_line(text)
    assert line == " ".join(line.split())
    assert len(line.splitlines()) <= 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("first\r\nsecond\rthird\nfourth", "first\nsecond\nthird\nfourth"),
        ("  framed \n", "framed"),
        ("two\n\nparagraphs", "two\n\nparagraphs"),
        ("bell\x07 and escape\x1b[31m", "bell and escape[31m"),
        ("nothing\x00hidden", "nothinghidden"),
        ("half \ud83d emoji", "half  emoji"),
        ("whole 😀 emoji", "whole 😀 emoji"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("Cafe\u0301", "Café"),
        ("שלום", "שלום"),
        ("]]></script>\u2028<!--", "]]></script>\u2028<!--"),
        ("\ufffe\uffff", ""),
    ],
)
def test_a_comment_keeps_its_lines_and_loses_what_cannot_be_sent(text: str, expected: str) -> None:
    assert clean(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" a\tb \n c ", "a b c"),
        ("a \x00 b", "a b"),
        ("a\u2028b\u00a0c\x85d", "a b c d"),
        ("\x1f\x1e", ""),
    ],
)
def test_a_title_is_put_on_one_line(text: str, expected: str) -> None:
    assert clean_line(text) == expected


@pytest.mark.parametrize("clean_it", [texts.clean, texts.clean_line, texts.clean_name])
def test_what_remains_may_be_as_long_as_the_limit_and_no_longer(clean_it: type) -> None:
    assert clean_it(f"  {'é' * 10}\x00  ", most=10, field="title") == "é" * 10
    with pytest.raises(TextInvalid) as refusal:
        clean_it("é" * 11, most=10, field="title")
    assert refusal.value.field == "title"
    assert "11" in refusal.value.detail


@pytest.mark.parametrize(
    "name",
    [
        "anna@example.org",
        "Anna @ Töne",
        "https://shop.example",
        "HTTP:shop",
        "ftp://shop.example",
        "www.shop.example",
        "Call 0170 1234567",
        "+49 (0)170/123 45 67",
        "(030) 12345",
        "030-123.45.67",
    ],
)
def test_a_name_with_an_address_a_link_or_a_phone_number_is_refused(name: str) -> None:
    with pytest.raises(TextInvalid) as refusal:
        texts.clean_name(name, most=40, field="author_name")
    assert refusal.value.field == "author_name"


@pytest.mark.parametrize(
    "name", ["", "Anna B.", "Jean-Luc", "O'Neill", "李雷", "Dario 1987", "Anna  B.", "R2-D2"]
)
def test_an_ordinary_name_is_kept(name: str) -> None:
    assert texts.clean_name(name, most=40, field="author_name") == " ".join(name.split())


@given(anything)
def test_writable_means_that_nothing_has_to_be_removed(text: str) -> None:
    without = "".join(character for character in text if texts.is_writable(character))
    assert texts.is_writable(text) is (without == text)
    assert texts.is_writable(without)
    assert texts.writable(text) == without
