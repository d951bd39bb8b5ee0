"""Files of orders are read in every form that they usually have, and within limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import TrustwrightError
from domain.uploads import Outcome, UploadEmpty, UploadTooLarge, UploadUnreadable
from services import upload_files, uploads
from store.keys import Keyring
from tests.services.workbook_files import HEADER, NOON, cells, outcomes, packed, row


def test_ten_thousand_lines_are_read_and_one_more_is_not() -> None:
    lines = [";".join(HEADER[:2]), *(f"a{n}@example.org;A-{n}" for n in range(10_000))]
    assert len(upload_files.read("\n".join(lines).encode()).rows) == 10_001
    assert len(upload_files.read(("\n".join(lines) + "\n" * 50).encode()).rows) == 10_001
    with pytest.raises(UploadTooLarge):
        upload_files.read("\n".join([*lines, "b@example.org;B"]).encode())
    with pytest.raises(UploadTooLarge):
        upload_files.read(("\n".join(lines) + "\n" * 50_000).encode())


@pytest.mark.parametrize("line", [b"a@example.org;A-1\n", b"a\n", b"\n"])
def test_a_million_lines_are_not_read(line: bytes) -> None:
    body = b"email;reference\n" + line * 1_000_000
    with pytest.raises(UploadTooLarge):
        upload_files.read(body)


@pytest.mark.parametrize(
    "body",
    [
        b"PK\x03\x04 nothing",
        packed(xl__workbook_xml="<workbook/>"),
        packed(xl__workbook_xml="<workbook>"),
        packed(xl__worksheets__sheet1_xml=b"\xff\xfe\x00"),
        packed('<row r="x"/>'),
        packed('<row r="1"><c r="12"><v>1</v></c></row>'),
        packed('<row r="1"><c r="ÄÖ1"><v>1</v></c></row>'),
        packed('<row r="1"><c r="A1" t="s"><v>99</v></c></row>'),
        packed('<row r="1"><c r="A1" t="s"><v>-1e9</v></c></row>'),
        packed(row(1, "a"), after="<mergeCells>" + '<mergeCell ref="A1:A2"/>' * 10_001),
        packed(row(1, "a"), after='<mergeCell ref="::"/>'),
        packed(row(1, "a"), extra={"xl/_rels/workbook.xml.rels": b""}),
        packed()[:-30],
        b"%PDF-1.7\n",
        b"\x89PNG\r\n\x1a\n",
        b"email;reference\n\x00\x01\x02",
        b'email;reference\n"a@example.org;A-1\n',
        bytes(range(128, 256)),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused(body: bytes) -> None:
    with pytest.raises((UploadUnreadable, UploadEmpty)):
        uploads.read(Keyring("k" * 32), "a", body, now=NOON)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_csv_files_are_read_in_every_usual_form(
    encoding: str, delimiter: str, line_end: str
) -> None:
    lines = [("email", "reference", "productName"), ("a@example.org", "A-1", "Töpfe, für Sie")]
    quoted = [delimiter.join(f'"{cell}"' for cell in line) for line in lines]
    table = upload_files.read((line_end.join(quoted) + line_end).encode(encoding))
    assert cells(table) == lines


@pytest.mark.parametrize(
    "body",
    [
        "email;reference\na@example.org;Töpfe".encode("utf-16-le").replace(b";", b"\x00"),
        b"\xff\xfe" + b"email;reference\na@example.org;A-1\n",
        b"\xef\xbb\xbfemail;reference\na@example.org;A\xff\n\x00",
        b"email;reference\na@example.org;A\x81\n",
        b"email;reference\na@example.org;A\x00-1\n",
        "email;reference\na@example.org;A-1\n".encode("utf-32"),
        "email;reference\na@example.org;A-1\n".encode("cp037"),
    ],
)  # fmt: skip
def test_a_text_in_no_encoding_that_can_be_told_is_refused(body: bytes) -> None:
    with pytest.raises(TrustwrightError) as refused:
        uploads.read(Keyring("k" * 32), "a.csv", body, now=NOON)
    assert refused.value.code in {"UPLOAD_UNREADABLE", "UPLOAD_COLUMNS_MISSING"}


def test_line_breaks_within_a_cell_belong_to_the_cell() -> None:
    table = upload_files.read(b'email;reference;firstName\na@b.example;A-1;"Anna\r\nBcc: x@y.io"')
    assert outcomes(table) == [Outcome.NAME_INVALID]


def test_templates_can_be_read_again() -> None:
    for body in (upload_files.template_csv(), upload_files.template_xlsx()):
        assert outcomes(upload_files.read(body)) == [Outcome.READY]


def test_five_megabytes_are_the_most() -> None:
    with pytest.raises(UploadTooLarge):
        upload_files.read(b"a" * 5_000_001)
    with pytest.raises(UploadEmpty):
        upload_files.read(b" \n ")


@given(st.binary(max_size=400))
def test_no_bytes_whatever_they_are_end_in_another_error(body: bytes) -> None:
    for start in (b"", b"PK\x03\x04", b"email;reference\n"):
        try:
            uploads.read(Keyring("k" * 32), "a", start + body, now=NOON)
        except TrustwrightError:
            continue
