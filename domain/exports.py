"""Exports: everything that a shop has here, in forms that other programs read (MIG-5).

TrustwrightError
└── Conflict                       the state of things forbids it
    └── ExportTooLarge             EXPORT_TOO_LARGE
"""

from enum import StrEnum

from domain.errors import Conflict


class ExportTooLarge(Conflict):
    code = "EXPORT_TOO_LARGE"
    title = "That is more than a workbook may hold; choose CSV or JSON lines."


class ExportFormat(StrEnum):
    """Tables as CSV or JSON lines in an archive, or as the sheets of a workbook."""

    CSV = "csv"
    XLSX = "xlsx"
    JSONL = "jsonl"

    @property
    def ending(self) -> str:
        """How a file's name ends."""
        return "xlsx" if self is ExportFormat.XLSX else "zip"

    @property
    def media_type(self) -> str:
        if self is ExportFormat.XLSX:
            return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        return "application/zip"
