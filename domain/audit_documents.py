"""Documents of audits: numbered, each version sent once and never changed (systems.md §33).

TrustwrightError
├── NotFound                       there is no such thing
│   └── AuditDocumentNotFound      AUDIT_DOCUMENT_NOT_FOUND
└── Conflict                       the state of things forbids it
    └── AuditDocumentNotDrawn      AUDIT_DOCUMENT_NOT_DRAWN
"""

from typing import Final

from domain.errors import Conflict, NotFound

_DIGITS: Final = 12


class AuditDocumentNotFound(NotFound):
    code = "AUDIT_DOCUMENT_NOT_FOUND"
    title = "This shop has no such audit document."


class AuditDocumentNotDrawn(Conflict):
    code = "AUDIT_DOCUMENT_NOT_DRAWN"
    title = "The document is still being drawn; try again in a minute."


def number(audit_id: str, version: int) -> str:
    """The number of a version of an audit's document: ``AUD-3F0A91C27B5E-2``.

    The end of the audit's id is random, so that numbers tell nothing of how many audits there are.
    """
    return f"AUD-{audit_id[-_DIGITS:].upper()}-{version}"
