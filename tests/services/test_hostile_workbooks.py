"""Workbooks that are made to harm: they cost little, run nothing, and are refused in words."""

import io
import struct
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from zipfile import ZIP_BZIP2, ZIP_LZMA, ZipFile

import pytest

from domain.uploads import (
    Outcome,
    UploadHasMacros,
    UploadPolicy,
    UploadProtected,
    UploadTooLarge,
    UploadUnpackedTooLarge,
    UploadUnreadable,
)
from services import upload_files, workbooks
from tests.services.workbook_files import CONTENT_TYPES, HEADER, outcomes, packed, row

LINE = row(2, "a@example.org", "A-1")
MACROS = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"


@contextmanager
def within(most: int) -> Iterator[None]:
    """Fails where more than ``most`` bytes of memory were in use at once."""
    tracemalloc.start()
    try:
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < most


def test_a_million_lines_are_given_up_at_the_first_that_is_too_many() -> None:
    one = "".join(row(number, "a@example.org", "A") for number in range(2, 12_002))
    body = packed(row(1, *HEADER) + one + "<row/>" * 1_000_000)
    with pytest.raises(UploadTooLarge):
        upload_files.read(body)


@pytest.mark.parametrize("element", ["<c><f/></c>", "<mergeCells/>", "<x/>"])
def test_a_few_bytes_that_unpack_to_millions_of_elements_are_refused(element: str) -> None:
    body = packed(row(1, *HEADER) + element * 3_000_001)
    assert len(body) < 100_000
    with pytest.raises(UploadUnpackedTooLarge):
        upload_files.read(body)


def test_a_place_of_a_million_letters_is_refused_before_it_is_counted() -> None:
    body = packed(row(1, *HEADER) + f'<row r="2"><c r="{"A" * 1_000_000}1"><v>1</v></c></row>')
    with pytest.raises(UploadUnreadable):
        upload_files.read(body)


def test_one_cell_at_the_far_end_costs_no_memory() -> None:
    far = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    body = packed(row(1, *HEADER) + far)
    with within(20_000_000):
        assert len(upload_files.read(body).rows) <= 2


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "a.xml"])
def test_a_zip_bomb_is_not_unpacked(part: str) -> None:
    bomb = packed(extra={part: b"<a>" + b" " * 110_000_000 + b"</a>"})
    assert len(bomb) < 1_000_000
    with within(20_000_000), pytest.raises(UploadUnpackedTooLarge):
        upload_files.read(bomb)


def test_a_part_that_is_too_large_by_itself_is_not_read_to_its_end() -> None:
    body = packed(xl__worksheets__sheet1_xml=b"<a>" + b" " * 41_000_000 + b"</a>")
    with within(20_000_000), pytest.raises(UploadUnpackedTooLarge):
        upload_files.read(body)


def test_a_part_that_is_larger_than_it_says_is_not_unpacked() -> None:
    name = b"xl/worksheets/sheet1.xml"
    body = bytearray(packed(xl__worksheets__sheet1_xml=b"<a>" + b" " * 41_000_000 + b"</a>"))
    # Both places that tell how large it is: before the part, and in the list of the parts.
    for place in (body.index(name) - 30 + 22, body.rindex(name) - 46 + 24):
        body[place : place + 4] = struct.pack("<I", 100)
    with within(20_000_000), pytest.raises(UploadUnreadable):
        upload_files.read(bytes(body))


def test_an_archive_within_a_workbook_is_never_opened() -> None:
    inner = packed(extra={"xl/deep.xml": b"<a>" + b" " * 30_000_000 + b"</a>"})
    nested = packed(row(1, *HEADER) + LINE, extra={"xl/embeddings/a.xlsx": inner, "b.zip": inner})
    with within(20_000_000):
        assert outcomes(upload_files.read(nested)) == [Outcome.READY]


def test_an_archive_of_a_hundred_thousand_parts_is_not_listed() -> None:
    out = io.BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr("a", b"")
    one = out.getvalue()
    entry = one[one.index(b"PK\x01\x02") : one.index(b"PK\x05\x06")]
    start, number = one.index(entry), 90_000
    # The list of the parts says the same ninety thousand times.
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 9, 9, len(entry) * number, start, 0)
    with within(20_000_000), pytest.raises(UploadUnpackedTooLarge):
        upload_files.read(one[:start] + entry * number + end)


@pytest.mark.parametrize("method", [ZIP_BZIP2, ZIP_LZMA])
def test_a_method_that_unpacks_without_bounds_is_not_begun(method: int) -> None:
    bomb = packed(xl__worksheets__sheet1_xml=b" " * 30_000_000, method=method)
    with within(5_000_000), pytest.raises(UploadUnreadable):
        upload_files.read(bomb)


def test_texts_that_nobody_names_are_not_kept_without_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workbooks, "POLICY", UploadPolicy(text_bytes=2_000_000))
    many = "<sst>" + "<si><t>ab</t></si>" * 100_000 + "</sst>"
    wide = "<sst>" + f"<si><t>\U0001f600{'x' * 3_999}</t></si>" * 900 + "</sst>"
    for texts in (many, wide):
        body = packed(row(1, *HEADER), xl__sharedStrings_xml=texts)
        with within(10_000_000), pytest.raises(UploadUnpackedTooLarge):
            upload_files.read(body)


def test_one_long_text_that_every_cell_names_is_counted_each_time() -> None:
    shared = f"<sst><si><t>{'x' * 4_000}</t></si></sst>"
    named = "".join(f'<c r="{letter}{{0}}" t="s"><v>0</v></c>' for letter in "ABCDEFGHIJKLMN")
    rows = "".join(f'<row r="{n}">{named.format(n)}</row>' for n in range(2, 10_002))
    body = packed(row(1, *HEADER) + rows, xl__sharedStrings_xml=shared)
    assert len(body) < 1_000_000
    with pytest.raises(UploadUnpackedTooLarge):
        upload_files.read(body)


def test_formulas_without_end_are_kept_of_the_columns_that_are_looked_at() -> None:
    line = '<row r="{}">' + "<c><f>1</f></c>" * 2_000 + "</row>"
    rows = "".join(line.format(number) for number in range(2, 52))
    body = packed(row(1, *HEADER) + rows)
    with within(3_000_000):
        assert set(outcomes(upload_files.read(body))) == {Outcome.FORMULA}


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


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_macros_are_refused_however_the_workbook_names_them(encoding: str) -> None:
    override = f'<Override PartName="/xl/workbook.xml" ContentType="{MACROS}"/>'
    types = CONTENT_TYPES.replace("/>", f">{override}</Types>")
    types = types.replace('version="1.0"', f'version="1.0" encoding="{encoding}"')
    with pytest.raises(UploadHasMacros):
        upload_files.read(packed(row(1, *HEADER), types=types.encode(encoding)))


def test_macros_that_the_workbook_does_not_name_are_refused() -> None:
    with pytest.raises(UploadHasMacros):
        upload_files.read(packed(row(1, *HEADER), extra={"xl/vbaProject.bin": b"\xd0\xcf"}))


def test_passwords_and_older_formats_are_refused() -> None:
    with pytest.raises(UploadProtected):
        upload_files.read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512)
    locked = bytearray(packed(row(1, *HEADER)))
    entry = locked.index(b"PK\x01\x02")
    locked[entry + 8] |= 1
    with pytest.raises(UploadProtected):
        upload_files.read(bytes(locked))


def test_a_workbook_that_ends_too_early_is_refused_wherever_it_does() -> None:
    whole = packed(row(1, *HEADER) + LINE)
    for end in range(4, len(whole) - 1, 37):
        with pytest.raises(UploadUnreadable):
            upload_files.read(whole[:end])
