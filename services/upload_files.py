"""Reads uploaded files as tables, .xlsx or .csv, and makes the template to fill in (§25)."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any, Final

import xlsxwriter

from domain import spreadsheets
from domain.upload_lines import Column
from domain.uploads import (
    POLICY,
    Row,
    Table,
    UploadEmpty,
    UploadTooLarge,
    UploadUnreadable,
)
from services import workbooks

_DELIMITERS: Final = ";,\t"
_BOMS: Final = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
# What no table is, though each of them could be read as text of some kind.
_BINARY: Final = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"{\\rtf")
_EXAMPLE: Final = {
    Column.EMAIL: "maria.muster@example.org",
    Column.REFERENCE: "A-1001",
    Column.FIRST_NAME: "Maria",
    Column.LAST_NAME: "Muster",
    Column.DATE: "2026-11-20",
    Column.LANGUAGE: "de",
    Column.PRODUCT_NAME: "Teapot, blue",
    Column.PRODUCT_SKU: "TP-7",
    Column.PRODUCT_URL: "https://shop.example/teapot",
}


def read(body: bytes) -> Table:
    """The lines of a file, seen by what is in it and not by its name.

    Raises UploadTooLarge, UploadUnreadable, UploadProtected, UploadHasMacros or UploadEmpty.
    """
    if len(body) > POLICY.bytes:
        raise UploadTooLarge(field="file")
    if not body.strip():
        raise UploadEmpty(field="file")
    is_workbook = body.startswith((workbooks.ZIP, workbooks.COMPOUND))
    return workbooks.read(body) if is_workbook else _from_csv(_decoded(body))


def _decoded(body: bytes) -> str:
    """The text of a .csv file: UTF-8, UTF-16, or Windows-1252 where it is neither."""
    if body.startswith(_BINARY):
        raise UploadUnreadable(field="file")
    try:
        for mark, encoding in _BOMS:
            if body.startswith(mark):
                return _text(body[len(mark) :].decode(encoding))
        if wide := _wide(body):
            return _text(body.decode(wide))
        return _text(body.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    try:
        return _text(body.decode("cp1252"))
    except UnicodeDecodeError:
        raise UploadUnreadable(field="file") from None


def _wide(body: bytes) -> str:
    """UTF-16 without a mark, as every second byte of its English names shows."""
    start = body[:40]
    if start[1::2] and not any(start[1::2]):
        return "utf-16-le"
    return "utf-16-be" if start[::2] and not any(start[::2]) else ""


def _text(text: str) -> str:
    if "\x00" in text:
        raise UploadUnreadable(field="file")
    return text


def _from_csv(text: str) -> Table:
    """The lines of a text; one whose quotation marks stand open is none."""
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        rows = tuple(_rows(lines))
    except csv.Error:
        raise UploadUnreadable(field="file") from None
    last = max((index for index, row in enumerate(rows) if any(row.cells)), default=-1)
    return Table(rows[: last + 1])


def _delimiter(text: str) -> str:
    """The sign that stands most often in the first line that says something."""
    first = next((line for line in io.StringIO(text) if line.strip()), "")
    return max(_DELIMITERS, key=first.count)


def _rows(lines: Iterator[list[str]]) -> Iterator[Row]:
    # The line of the names, and as many empty ones after the last as editors leave.
    for number, cells in enumerate(lines, start=1):
        if number > 2 * POLICY.rows:
            raise UploadTooLarge(field="file")
        kept = cells[: POLICY.columns]
        if number > POLICY.rows + 1 and any(cell.strip() for cell in kept):
            raise UploadTooLarge(field="file")
        yield Row(number, tuple(cell[: POLICY.cell_characters] for cell in kept))


def template_csv() -> bytes:
    """A .csv file to fill in, with an example."""
    return csv_file([list(Column), [_EXAMPLE.get(column, "") for column in Column]])


def template_xlsx() -> bytes:
    """An .xlsx file to fill in, with an example; its cells are texts, dates too."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("orders")
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        sheet.set_column(0, len(Column) - 1, 18, text)
        for place, column in enumerate(Column):
            sheet.write_string(0, place, column, bold)
            sheet.write_string(1, place, _EXAMPLE.get(column, ""), text)
    return out.getvalue()


def csv_file(lines: Sequence[Sequence[Any]]) -> bytes:
    """Lines as UTF-8 with the mark by which spreadsheet programs know it; no cell calculates."""
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(
        [spreadsheets.text(str(cell)) for cell in line] for line in lines
    )
    return b"\xef\xbb\xbf" + out.getvalue().encode()
