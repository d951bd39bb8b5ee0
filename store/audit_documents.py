"""Audit documents as they were sent: each version once, with its bytes, and never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, Text, UniqueConstraint, update
from sqlmodel import Field, Session, col, func, select

from store.audits import Audit
from store.columns import Table, UtcDateTime
from store.shops import Shop


class AuditDocument(Table, table=True):
    """One version of the document of an audit (systems.md §33).

    ``content`` is what it says as JSON, which ``content_sha256`` is of; ``pdf`` is drawn from it
    by a job, and ``pdf_sha256`` is empty until then. ``language`` is the shop's.
    """

    __tablename__ = "audit_documents"
    __table_args__ = (UniqueConstraint("audit_id", "version"),)

    id: int = Field(default=None, primary_key=True)
    audit_id: int = Field(sa_column=Column(Integer, ForeignKey("audits.id"), nullable=False))
    version: int
    number: str = Field(max_length=60, unique=True)
    language: str = Field(max_length=2)
    content: str = Field(sa_column=Column(Text, nullable=False))
    content_sha256: str = Field(max_length=64)
    pdf: bytes | None = Field(default=None, sa_type=LargeBinary)
    pdf_sha256: str = Field(default="", max_length=64)
    sent_at: datetime = Field(sa_type=UtcDateTime)


@dataclass(frozen=True, slots=True)
class Head:
    """A version without its bytes; ``is_drawn`` once they are there."""

    audit_id: str
    version: int
    number: str
    content_sha256: str
    sent_at: datetime
    is_drawn: bool


def next_version(session: Session, audit_id: int) -> int:
    """The number of the next version of an audit's document, from 1."""
    query = select(func.max(AuditDocument.version)).where(col(AuditDocument.audit_id) == audit_id)
    return (session.exec(query).one() or 0) + 1


def of_shop(session: Session, shop_id: int) -> Sequence[Head]:
    """All versions of the documents of a shop's audits, the latest first."""
    query: Any = (
        select(  # type: ignore[call-overload]  # more columns than its stubs know of
            Audit.public_id,
            AuditDocument.version,
            AuditDocument.number,
            AuditDocument.content_sha256,
            AuditDocument.sent_at,
            AuditDocument.pdf_sha256,
        )
        .join(Audit, col(Audit.id) == col(AuditDocument.audit_id))
        .where(col(Audit.shop_id) == shop_id)
        .order_by(col(AuditDocument.id).desc())
    )
    return [
        Head(audit_id, version, number, content_sha256, sent_at, bool(pdf_sha256))
        for audit_id, version, number, content_sha256, sent_at, pdf_sha256 in session.exec(query)
    ]


def one(session: Session, audit_id: str, version: int) -> tuple[AuditDocument, Audit, Shop] | None:
    """One version of the document of the audit with this public id."""
    query = (
        select(AuditDocument, Audit, Shop)
        .join(Audit, col(Audit.id) == col(AuditDocument.audit_id))
        .join(Shop, col(Shop.id) == col(Audit.shop_id))
        .where(col(Audit.public_id) == audit_id, col(AuditDocument.version) == version)
    )
    return session.exec(query).first()


def keep(session: Session, document_id: int, pdf: bytes, sha256: str) -> bool:
    """Store the drawn bytes, unless they are there already; whether they were stored."""
    statement = (
        update(AuditDocument)
        .where(col(AuditDocument.id) == document_id, col(AuditDocument.pdf_sha256) == "")
        .values(pdf=pdf, pdf_sha256=sha256)
    )
    return session.exec(statement).rowcount == 1


def undrawn(session: Session) -> Sequence[tuple[str, int]]:
    """The audits' public ids and the versions whose PDF is not there yet, the oldest first."""
    query = (
        select(Audit.public_id, AuditDocument.version)
        .join(AuditDocument, col(AuditDocument.audit_id) == col(Audit.id))
        .where(col(AuditDocument.pdf_sha256) == "")
        .order_by(col(AuditDocument.id))
    )
    return session.exec(query).all()
