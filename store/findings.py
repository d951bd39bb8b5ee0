"""What an audit found, criterion by criterion, with the thread and the files of each finding."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Column, ForeignKey, Integer, Text, UniqueConstraint
from sqlmodel import Field, Session, col, func, select

from store.audits import Audit
from store.columns import Table, UtcDateTime


class Finding(Table, table=True):
    """One criterion of one audit (systems.md §33).

    ``verdict`` is empty until an auditor has given one; ``proposed`` and ``proposal`` are what a
    program has seen. ``shop_answer`` and ``auditor_answer`` are the latest of the thread.
    ``closed_at`` is when the auditor accepted it.
    """

    __tablename__ = "audit_findings"
    __table_args__ = (UniqueConstraint("audit_id", "criterion"),)

    id: int = Field(default=None, primary_key=True)
    audit_id: int = Field(
        sa_column=Column(Integer, ForeignKey("audits.id"), nullable=False, index=True)
    )
    criterion: str = Field(max_length=24)
    verdict: str = Field(default="", max_length=16)
    evidence_url: str = Field(default="", max_length=2000)
    screenshot_id: str = Field(default="", max_length=40)
    seen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    explanation: str = Field(default="", sa_column=Column(Text, nullable=False))
    advice: str = Field(default="", sa_column=Column(Text, nullable=False))
    shop_answer: str = Field(default="", sa_column=Column(Text, nullable=False))
    auditor_answer: str = Field(default="", sa_column=Column(Text, nullable=False))
    proposed: str = Field(default="", max_length=16)
    proposal: str = Field(default="", max_length=40)
    proposed_url: str = Field(default="", max_length=2000)
    proposed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    changed_by: str = Field(default="", max_length=120)
    changed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class FindingMessage(Table, table=True):
    """What one side said about a finding; ``kind`` says what it does."""

    __tablename__ = "finding_messages"

    id: int = Field(default=None, primary_key=True)
    finding_id: int = Field(
        sa_column=Column(Integer, ForeignKey("audit_findings.id"), nullable=False, index=True)
    )
    party: str = Field(max_length=12)
    kind: str = Field(max_length=12)
    author: str = Field(max_length=120)
    text: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime = Field(sa_type=UtcDateTime)


class FindingFile(Table, table=True):
    """A file of a finding, whose encrypted bytes lie in the home folder until ``removed_at``."""

    __tablename__ = "finding_files"

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    finding_id: int = Field(
        sa_column=Column(Integer, ForeignKey("audit_findings.id"), nullable=False, index=True)
    )
    party: str = Field(max_length=12)
    media_type: str = Field(max_length=40)
    size: int
    handed_in_at: datetime = Field(sa_type=UtcDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def of_audit(session: Session, audit_id: int) -> Sequence[Finding]:
    """The findings of an audit, in no particular order."""
    return session.exec(select(Finding).where(col(Finding.audit_id) == audit_id)).all()


def one(session: Session, audit_id: int, criterion: str) -> Finding | None:
    """The finding of an audit about this criterion."""
    query = select(Finding).where(
        col(Finding.audit_id) == audit_id, col(Finding.criterion) == criterion
    )
    return session.exec(query).first()


def messages_of(session: Session, audit_id: int) -> Sequence[FindingMessage]:
    """All messages of an audit, in the order in which they came."""
    query = (
        select(FindingMessage)
        .join(Finding, col(Finding.id) == col(FindingMessage.finding_id))
        .where(col(Finding.audit_id) == audit_id)
    )
    return session.exec(query.order_by(col(FindingMessage.id))).all()


def count_messages(session: Session, finding_id: int) -> int:
    """How many messages a finding has."""
    query = select(func.count()).where(col(FindingMessage.finding_id) == finding_id)
    return session.exec(query).one()


def files_of(session: Session, audit_id: int) -> Sequence[FindingFile]:
    """The files of an audit that are there, in the order in which they came."""
    query = (
        select(FindingFile)
        .join(Finding, col(Finding.id) == col(FindingFile.finding_id))
        .where(col(Finding.audit_id) == audit_id, col(FindingFile.removed_at).is_(None))
    )
    return session.exec(query.order_by(col(FindingFile.id))).all()


def file_of(session: Session, audit_id: int, file_id: str) -> FindingFile | None:
    """The file of an audit with this id, if its bytes are there."""
    query = (
        select(FindingFile)
        .join(Finding, col(Finding.id) == col(FindingFile.finding_id))
        .where(
            col(Finding.audit_id) == audit_id,
            col(FindingFile.public_id) == file_id,
            col(FindingFile.removed_at).is_(None),
        )
    )
    return session.exec(query).first()


def count_files(session: Session, finding_id: int, party: str) -> int:
    """How many files a side has handed in for a finding."""
    query = select(func.count()).where(
        col(FindingFile.finding_id) == finding_id, col(FindingFile.party) == party
    )
    return session.exec(query).one()


def files_of_closed(session: Session, before: datetime) -> Sequence[FindingFile]:
    """Files of audits that were closed before a moment, whose bytes are still there."""
    query = (
        select(FindingFile)
        .join(Finding, col(Finding.id) == col(FindingFile.finding_id))
        .join(Audit, col(Audit.id) == col(Finding.audit_id))
        .where(col(FindingFile.removed_at).is_(None), col(Audit.closed_at) < before)
    )
    return session.exec(query).all()


def kept_files(session: Session) -> set[str]:
    """Ids of the files whose bytes are there."""
    query = select(FindingFile.public_id).where(col(FindingFile.removed_at).is_(None))
    return set(session.exec(query).all())
