"""Documents of a claim: which kinds there are, and what has to be said with them (systems.md §36).

TrustwrightError
├── NotFound
│   └── ClaimDocumentNotFound      CLAIM_DOCUMENT_NOT_FOUND
├── Conflict
│   └── ClaimDocumentsClosed       CLAIM_DOCUMENTS_CLOSED
├── Invalid
│   ├── ClaimDocumentInvalid       CLAIM_DOCUMENT_INVALID
│   ├── ClaimDocumentsTooMany      CLAIM_DOCUMENTS_TOO_MANY
│   └── FileInfected               FILE_INFECTED
└── Unavailable
    └── ScannerSilent              SCANNER_SILENT
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from domain import texts
from domain.errors import Conflict, Invalid, NotFound, Unavailable


class ClaimDocumentNotFound(NotFound):
    code = "CLAIM_DOCUMENT_NOT_FOUND"
    title = "There is no document with this id."


class ClaimDocumentsClosed(Conflict):
    code = "CLAIM_DOCUMENTS_CLOSED"
    title = "The claim has been decided; documents are not taken any more."


class ClaimDocumentInvalid(Invalid):
    code = "CLAIM_DOCUMENT_INVALID"
    title = "A withdrawal needs its day, a return its tracking number; days are not to come."


class ClaimDocumentsTooMany(Invalid):
    code = "CLAIM_DOCUMENTS_TOO_MANY"
    title = "Each side hands in at most twenty documents."


class FileInfected(Invalid):
    code = "FILE_INFECTED"
    title = "The virus scanner has found something in this file; it was not kept."


class ScannerSilent(Unavailable):
    code = "SCANNER_SILENT"
    title = "The virus scanner does not answer, so the file was not taken; try again later."


class DocumentKind(StrEnum):
    """What a document shows."""

    ORDER = "ORDER"
    PAYMENT = "PAYMENT"
    WITHDRAWAL = "WITHDRAWAL"
    RETURN = "RETURN"
    CORRESPONDENCE = "CORRESPONDENCE"
    IBAN = "IBAN"


FILES: Final = tuple(kind for kind in DocumentKind if kind is not DocumentKind.IBAN)
"""Kinds that are handed in as files; an account is typed in."""

COUNT: Final = 20
"""How many documents each side may hand in (claim.documents)."""
RETENTION_MONTHS: Final = 36
"""How long documents are kept after a claim is closed (case.documents_months)."""
TRACKING_CHARACTERS: Final = 80


@dataclass(frozen=True, slots=True)
class Told:
    """What is said with a file: its kind, the day of a withdrawal, the number of a return."""

    kind: DocumentKind
    day: date | None = None
    tracking: str = ""


def told(kind: str, day: str, tracking: str, *, today: date) -> Told:
    """What a form says with a file; raises ClaimDocumentInvalid or TextInvalid."""
    if kind not in set(FILES):
        raise ClaimDocumentInvalid("There is no such kind of document.", field="kind")
    document = DocumentKind(kind)
    number = texts.clean_line(tracking, most=TRACKING_CHARACTERS, field="tracking")
    if document is DocumentKind.RETURN and not number:
        raise ClaimDocumentInvalid(field="tracking")
    if document is not DocumentKind.WITHDRAWAL:
        return Told(document, None, number if document is DocumentKind.RETURN else "")
    declared = _day(day)
    if declared is None or declared > today:
        raise ClaimDocumentInvalid(field="day")
    return Told(document, declared)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
