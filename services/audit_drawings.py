"""Draws stored audit documents as PDF; apart from their use cases, so that only jobs load it."""

from hashlib import sha256

import orjson

from domain.audit_documents import AuditDocumentNotFound
from services.installation import Installation
from store import audit_documents as rows
from widgets import pdf_documents, texts


def draw(installation: Installation, audit_id: str, version: int) -> bool:
    """Draw a version's PDF, unless it is there; whether it was drawn now.

    Nothing is held meanwhile, and of two that draw at once one stores its bytes. Raises
    AuditDocumentNotFound.
    """
    with installation.database.read() as session:
        found = rows.one(session, audit_id, version)
    if found is None:
        raise AuditDocumentNotFound
    document = found[0]
    if document.pdf_sha256:
        return False
    content = orjson.loads(document.content)
    label = texts.of(document.language).say("auditDocument.hash")
    content["closing"]["rows"].append((label, document.content_sha256))
    pdf = pdf_documents.drawn("audit", content, at=document.sent_at)
    with installation.database.write() as work:
        return rows.keep(work.session, document.id, pdf, sha256(pdf).hexdigest())


def draw_missing(installation: Installation) -> int:
    """Draw every version that has no PDF yet, for an installation without a worker; how many."""
    with installation.database.read() as session:
        missing = rows.undrawn(session)
    return sum(draw(installation, audit_id, version) for audit_id, version in missing)
