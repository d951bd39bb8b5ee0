"""Formats of exports: a workbook is one file, tables travel in an archive."""

import pytest

from domain.exports import ExportFormat


@pytest.mark.parametrize(
    ("form", "ending", "media_type"),
    [
        (ExportFormat.CSV, "zip", "application/zip"),
        (ExportFormat.JSONL, "zip", "application/zip"),
        (
            ExportFormat.XLSX,
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
    ],
)
def test_each_format_has_its_ending_and_type(
    form: ExportFormat, ending: str, media_type: str
) -> None:
    assert (form.ending, form.media_type) == (ending, media_type)
