"""Decisions about reviews with their statements of reasons, and the append-only log."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, insert, update
from sqlmodel import Field, Session, col, select

from store import inserting
from store.columns import Table, UtcDateTime


class Decision(Table, table=True):
    """A statement of reasons (DSA-3) or a restoration; never taken by a program (NEVER-13).

    Until ``sent_at`` is set, the person affected has still to be told (FR-4).
    """

    __tablename__ = "decisions"
    __table_args__ = (CheckConstraint("NOT automated_decision", name="by_a_person"),)

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    review_id: int = Field(
        sa_column=Column(Integer, ForeignKey("reviews.id"), nullable=False, index=True)
    )
    kind: str = Field(max_length=20)
    moderator: str = Field(max_length=120)
    ground: str | None = Field(default=None, max_length=40)
    facts: str = ""
    explanation: str
    redress: str = ""
    source: str | None = Field(default=None, max_length=20)
    automated_detection: bool = False
    automated_decision: bool = False
    scope: str = Field(default="REVIEW", max_length=20)
    territory: str = Field(default="EVERYWHERE", max_length=40)
    decided_at: datetime = Field(sa_type=UtcDateTime)
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class AuditEntry(Table, table=True):
    """One line of the append-only log (systems.md §0.7); JSON in ``before`` and ``after``."""

    __tablename__ = "audit_log"
    __table_args__ = (
        Index("ix_audit_log_actor", "actor", "id"),
        Index("ix_audit_log_action", "action", "id"),
    )

    id: int = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    actor: str = Field(max_length=120)
    role: str = Field(max_length=40)
    action: str = Field(max_length=60)
    object: str = Field(max_length=60, index=True)
    before: str = ""
    after: str = ""
    reason: str = ""


_LOG: Final = Table.metadata.tables[AuditEntry.__tablename__]
_APPEND: Final = insert(_LOG)


def append(session: Session, entry: dict[str, Any]) -> None:
    """Write a line of the log by a plain statement: every use case writes one."""
    with session.no_autoflush:
        session.execute(_APPEND, entry)


def append_many(session: Session, entries: Sequence[Mapping[str, Any]]) -> None:
    """Write many lines of the log, all columns of each."""
    inserting.add_many(session, _LOG, entries)


def by_public_id(session: Session, public_id: str) -> Decision | None:
    """The decision with this id."""
    return session.exec(select(Decision).where(col(Decision.public_id) == public_id)).first()


def last(session: Session, review_id: int) -> Decision | None:
    """The latest decision about the review with this internal id."""
    query = (
        select(Decision)
        .where(col(Decision.review_id) == review_id)
        .order_by(col(Decision.id).desc())
        .limit(1)
    )
    return session.exec(query).first()


def mark_sent(session: Session, public_id: str, at: datetime) -> None:
    """Note when the person affected was first told of a decision (FR-4)."""
    untold = (col(Decision.public_id) == public_id, col(Decision.sent_at).is_(None))
    session.execute(update(Decision).where(*untold).values(sent_at=at))


def history(session: Session, things: Collection[str]) -> list[tuple[datetime, str, str]]:
    """When, by whom and what was done to these things, in its order."""
    query = (
        select(AuditEntry.at, AuditEntry.actor, AuditEntry.action)
        .where(col(AuditEntry.object).in_(things))
        .order_by(col(AuditEntry.id))
    )
    return [(at, actor, action) for at, actor, action in session.exec(query).all()]
