"""Files of orders are read whatever spreadsheet programs make of them, and within limits."""

import io
import time
import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from domain import upload_lines
from domain.errors import TrustwrightError
from domain.uploads import (
    Outcome,
    Table,
    UploadEmpty,
    UploadHasMacros,
    UploadProtected,
    UploadTooLarge,
    UploadUnreadable,
)
from services import upload_files, uploads
from store.keys import Keyring

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HEADER = ("email", "reference", "transactionDate")
CONTENT_TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
WORKBOOK = (
    '<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '{properties}<sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
LINKS = '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>'


def book(fill: Callable[[Any, Any], None], **options: Any) -> bytes:
    """A workbook as a real program writes it."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, **options}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        fill(workbook, sheet)
    return out.getvalue()


def packed(
    rows: str = "",
    *,
    after: str = "",
    properties: str = "",
    types: str = CONTENT_TYPES,
    extra: Mapping[str, bytes] | None = None,
    **parts: str | bytes,
) -> bytes:
    """A workbook made by hand, of one sheet; ``parts`` replace or add parts."""
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": types,
        "xl/workbook.xml": WORKBOOK.format(properties=properties),
        "xl/_rels/workbook.xml.rels": LINKS,
        "xl/worksheets/sheet1.xml": f"<worksheet><sheetData>{rows}</sheetData>{after}</worksheet>",
    }
    files |= {name.replace("__", "/").replace("_xml", ".xml"): body for name, body in parts.items()}
    files |= extra or {}
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return out.getvalue()


def row(number: int, *cells: str) -> str:
    inline = "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells)
    return f'<row r="{number}">{inline}</row>'


def outcomes(table: Table) -> list[Outcome]:
    places = upload_lines.columns(table.rows[0].cells)
    return [
        upload_lines.read(each, places, now=NOON, from_1904=table.from_1904).outcome
        for each in table.rows[1:]
    ]


def cells(table: Table) -> Sequence[tuple[str, ...]]:
    return [each.cells for each in table.rows]


def test_a_workbook_keeps_numbers_dates_and_texts() -> None:
    def fill(workbook: Any, sheet: Any) -> None:
        day = workbook.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_string(1, 0, "a@example.org")
        sheet.write_number(1, 1, 100_000_001)
        sheet.write_datetime(1, 2, datetime(2026, 11, 1), day)  # noqa: DTZ001 - as workbooks have it
        sheet.write_rich_string(2, 0, "b@", workbook.add_format({"bold": True}), "example.org")
        sheet.write_number(2, 1, 4711.5)
        sheet.write_boolean(2, 2, True)

    table = upload_files.read(book(fill))
    assert cells(table)[1:] == [
        ("a@example.org", "100000001", "46327"),
        ("b@example.org", "4711.5", "1"),
    ]
    assert outcomes(table) == [Outcome.READY, Outcome.DATE_INVALID]


def test_days_counted_from_1904_are_the_same_days() -> None:
    def fill(workbook: Any, sheet: Any) -> None:
        sheet.write_row(1, 0, ("a@example.org", "A-1"))
        moment = datetime(2026, 11, 1)  # noqa: DTZ001 - as workbooks have it
        sheet.write_datetime(1, 2, moment, workbook.add_format({"num_format": "d.m.yy"}))

    body = book(fill, date_1904=True)
    file = uploads.read(Keyring("k" * 32), "a.xlsx", body, now=NOON)
    assert file.lines[0].ordered_at == datetime(2026, 11, 1, tzinfo=UTC)


def test_formulas_and_what_they_could_not_calculate_refuse_their_line() -> None:
    def fill(_: Any, sheet: Any) -> None:
        sheet.write_formula(1, 0, '="a@"&"example.org"', None, "a@example.org")
        sheet.write_string(1, 1, "A-1")
        sheet.write_row(2, 0, ("b@example.org", "A-2"))
        sheet.write_formula(2, 2, "=1/0", None, "#DIV/0!")
        sheet.write_row(3, 0, ("c@example.org", "A-3"))

    assert outcomes(upload_files.read(book(fill))) == [
        Outcome.FORMULA,
        Outcome.FORMULA,
        Outcome.READY,
    ]


def test_merged_cells_refuse_all_of_their_lines() -> None:
    def fill(_: Any, sheet: Any) -> None:
        for number in range(1, 6):
            sheet.write_row(number, 0, (f"a{number}@example.org", f"A-{number}"))
        sheet.merge_range(2, 0, 3, 0, "x@example.org")

    assert outcomes(upload_files.read(book(fill))) == [
        Outcome.READY,
        Outcome.MERGED,
        Outcome.MERGED,
        Outcome.READY,
        Outcome.READY,
    ]


def test_empty_lines_count_between_others_and_not_after_the_last() -> None:
    rows = row(1, *HEADER) + '<row r="2"/>' + row(4, "a@example.org", "A-1")
    rows += "".join(f'<row r="{number}"><c r="A{number}" s="3"/></row>' for number in range(5, 90))
    table = upload_files.read(packed(rows))
    assert [each.number for each in table.rows] == [1, 3, 4]
    assert outcomes(table) == [Outcome.EMPTY, Outcome.READY]


def test_a_million_lines_are_given_up_at_the_first_that_is_too_many() -> None:
    one = "".join(row(number, "a@example.org", "A") for number in range(2, 12_002))
    body = packed(row(1, *HEADER) + one + "<row/>" * 1_000_000)
    started = time.process_time()
    with pytest.raises(UploadTooLarge):
        upload_files.read(body)
    assert time.process_time() - started < 5


def test_ten_thousand_lines_are_read_and_one_more_is_not() -> None:
    lines = [";".join(HEADER[:2]), *(f"a{n}@example.org;A-{n}" for n in range(10_000))]
    assert len(upload_files.read("\n".join(lines).encode()).rows) == 10_001
    assert len(upload_files.read(("\n".join(lines) + "\n" * 50).encode()).rows) == 10_001
    with pytest.raises(UploadTooLarge):
        upload_files.read("\n".join([*lines, "b@example.org;B"]).encode())
    with pytest.raises(UploadTooLarge):
        upload_files.read(("\n".join(lines) + "\n" * 50_000).encode())


def test_one_cell_at_the_far_end_costs_no_memory() -> None:
    far = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    tracemalloc.start()
    table = upload_files.read(packed(row(1, *HEADER) + far))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000_000
    assert len(table.rows) <= 2


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "a.xml"])
def test_a_zip_bomb_is_not_unpacked(part: str) -> None:
    bomb = packed(extra={part: b"<a>" + b" " * 200_000_000 + b"</a>"})
    assert len(bomb) < 1_000_000
    tracemalloc.start()
    with pytest.raises(UploadTooLarge):
        upload_files.read(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000_000


def test_a_part_that_is_larger_than_it_says_is_not_unpacked() -> None:
    body = packed(xl__worksheets__sheet1_xml=b"<a>" + b" " * 60_000_000 + b"</a>")
    with pytest.raises(UploadTooLarge):
        upload_files.read(body)


def test_texts_that_name_texts_that_name_texts_are_refused() -> None:
    laughs = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    sheet = f"{laughs}<worksheet><sheetData>{row(1, '&b;')}</sheetData></worksheet>"
    outside = '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><sst><si><t>&a;</t></si></sst>'
    for body in (
        packed(xl__worksheets__sheet1_xml=sheet),
        packed(row(1, *HEADER), xl__sharedStrings_xml=outside),
    ):
        with pytest.raises(UploadUnreadable):
            upload_files.read(body)


def test_macros_and_passwords_are_refused() -> None:
    kind = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    macros = CONTENT_TYPES.replace("/>", f">{kind}</Types>")
    with pytest.raises(UploadHasMacros):
        upload_files.read(packed(row(1, *HEADER), types=macros))
    with pytest.raises(UploadProtected):
        upload_files.read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512)
    locked = bytearray(packed(row(1, *HEADER)))
    entry = locked.index(b"PK\x01\x02")
    locked[entry + 8] |= 1
    with pytest.raises(UploadProtected):
        upload_files.read(bytes(locked))


@pytest.mark.parametrize(
    "body",
    [
        b"PK\x03\x04 nothing",
        packed(xl__workbook_xml="<workbook/>"),
        packed(xl__workbook_xml="<workbook>"),
        packed(xl__worksheets__sheet1_xml=b"\xff\xfe\x00"),
        packed('<row r="x"/>'),
        packed(row(5, "a") + row(4, "b")),
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
