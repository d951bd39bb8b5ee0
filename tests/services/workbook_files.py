"""Workbooks for tests: as a real program writes them, and by hand for what no program writes."""

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import xlsxwriter

from domain import upload_lines
from domain.uploads import Outcome, Table

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
    types: str | bytes = CONTENT_TYPES,
    extra: Mapping[str, bytes] | None = None,
    method: int = ZIP_DEFLATED,
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
    with ZipFile(out, "w", method) as archive:
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
