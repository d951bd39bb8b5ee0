"""Audit documents are tagged PDF/UA-1, and nothing that somebody wrote is read as markup."""

import io
import unicodedata
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from domain import languages
from widgets import pdf_documents

AT: Final = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)
HOSTILE: Final = (
    '#panic("x") #import "@preview/a:1.0.0" #read("/etc/passwd")',
    "$ x^2 $ @reference <label> [content] {code}",
    "*bold* _slanted_ `raw` \\ \\u{41} ~ -- --- ... 'a' \"b\"",
    "= heading == heading - item + item / term: text // comment /* comment */",
    '"}],"title":"injected',
)


def content(text: str = "text", *, points: int = 1, language: str = "en") -> dict[str, Any]:
    rows = [["Finding", text], ["Advice", text]]
    point = {"title": f"A-1: {text}", "verdict": "Not fulfilled", "rows": rows}
    return {
        "title": "Audit document",
        "author": "Trustwright",
        "language": language,
        "number": "AUD-1-1",
        "lead": text,
        "summary": {"title": "Summary", "rows": [["Shop", text]]},
        "groups_head": ["Group", "fulfilled", "open"],
        "groups": [{"name": "Identity", "fulfilled": "0", "open": "1", "points": [point] * points}],
        "closing": {"title": "About", "text": "About", "rows": [["Hash", "a" * 64]]},
    }


def read(found: dict[str, Any]) -> PdfReader:
    return PdfReader(io.BytesIO(pdf_documents.drawn("audit", found, at=AT)))


def said(reader: PdfReader) -> str:
    text = " ".join(page.extract_text() for page in reader.pages)
    return " ".join(text.replace("\u200b", "").split())


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_appear_word_for_word(text: str) -> None:
    assert said(read(content(text))).count(" ".join(text.split())) == 5


@settings(max_examples=30)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_text_can_be_drawn(text: str) -> None:
    assert "Identity" in said(read(content(text)))


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_a_document_is_tagged_and_tells_its_language_and_title(language: str) -> None:
    reader = read(content(language=language))
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == language
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data()
    assert reader.metadata is not None
    assert reader.metadata.title == "Audit document"
    assert [each.title for each in reader.outline if not isinstance(each, list)]


def test_the_same_content_gives_the_same_bytes() -> None:
    first, second = (pdf_documents.drawn("audit", content(points=5), at=AT) for _ in range(2))
    assert first == second


def test_a_sign_without_a_picture_is_shown_as_missing_and_the_rest_as_it_is() -> None:
    text = said(read(content("Łódź 日本 Ελλάδα Москва 100 €")))
    assert "Łódź \ufffd\ufffd Ελλάδα Москва 100 €" in text


def test_what_is_kept_can_be_drawn() -> None:
    known = [
        chr(number)
        for number in range(0x20, 0x3000)
        if pdf_documents._UNKNOWN.match(chr(number)) is None
        and unicodedata.category(chr(number)) not in ("Cn", "Cc")
    ]
    assert len(known) > 400
    assert pdf_documents._compiled("audit", content("".join(known)), AT).startswith(b"%PDF")


def test_a_long_address_stays_on_the_page() -> None:
    address = "https://shop.example/" + "path/" * 60
    reader = read(content(address))
    for page in reader.pages:
        for line in page.extract_text().splitlines():
            assert len(line) < 130
    assert said(reader).replace(" ", "").count(address) == 5


def test_no_font_of_the_system_is_used() -> None:
    pages: Any = read(content()).pages
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert fonts
    assert all("LibertinusSerif" in font for font in fonts)
