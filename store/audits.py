"""Audits of shops, their steps, and decisions that end or suspend what they led to."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Text,
    and_,
    or_,
    text,
    update,
)
from sqlmodel import Field, Session, col, func, select

from store.columns import Table, UtcDateTime
from store.shops import Shop


class Audit(Table, table=True):
    """One audit of one shop (systems.md §31); a shop has one that is running at most.

    ``criteria_version`` is that of the set with which it began. ``auditor`` is who has it now,
    ``auditors`` everybody who ever had it, separated by spaces. ``due_at`` is the operator's or
    the shop's next deadline. What the shop declared when it ordered is in ``declared``, separated
    by spaces. ``told_days`` is how many days before the end the shop was last reminded, 0 if not.
    What staff noted about identity and credit is encrypted.
    """

    __tablename__ = "audits"
    __table_args__ = (
        Index(
            "uq_audits_running",
            "shop_id",
            unique=True,
            sqlite_where=text("is_running"),
            postgresql_where=text("is_running"),
        ),
        Index(None, "state", "due_at"),
    )

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    shop_id: int = Field(
        sa_column=Column(Integer, ForeignKey("shops.id"), nullable=False, index=True)
    )
    market: str = Field(max_length=5)
    language: str = Field(max_length=2)
    criteria_version: str = Field(max_length=20)
    state: str = Field(max_length=12)
    is_running: bool = True
    is_self_audit: bool = False
    version: int = 1
    declared: str = Field(default="", max_length=200)
    test_url: str = Field(default="", max_length=500)
    auditor: str = Field(default="", max_length=120)
    auditors: str = Field(default="", sa_column=Column(Text, nullable=False))
    ordered_by: str = Field(max_length=120)
    ordered_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    contacted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    report_sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    passed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    certified_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    valid_until: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    told_days: int = 0
    identity: str = Field(default="", max_length=8)
    identity_note: bytes | None = Field(default=None, sa_type=LargeBinary)
    identity_by: str = Field(default="", max_length=120)
    identity_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    credit: str = Field(default="", max_length=8)
    credit_note: bytes | None = Field(default=None, sa_type=LargeBinary)
    credit_by: str = Field(default="", max_length=120)
    credit_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class AuditStep(Table, table=True):
    """One step of an audit; both sides see it and its party, ``actor`` is for staff."""

    __tablename__ = "audit_steps"

    id: int = Field(default=None, primary_key=True)
    audit_id: int = Field(
        sa_column=Column(Integer, ForeignKey("audits.id"), nullable=False, index=True)
    )
    step: str = Field(max_length=16)
    from_state: str = Field(max_length=12)
    to_state: str = Field(max_length=12)
    party: str = Field(max_length=12)
    actor: str = Field(max_length=120)
    at: datetime = Field(sa_type=UtcDateTime)


class AuditDecision(Table, table=True):
    """A person's decision to suspend or withdraw, with its reasons, and the complaint about it.

    It takes effect at ``effective_at``, and has once ``effected_at`` is there; ``outcome`` is what
    another auditor decided about the complaint.
    """

    __tablename__ = "audit_decisions"
    __table_args__ = (Index(None, "effected_at", "effective_at"),)

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    audit_id: int = Field(
        sa_column=Column(Integer, ForeignKey("audits.id"), nullable=False, index=True)
    )
    kind: str = Field(max_length=12)
    ground: str = Field(max_length=32)
    facts: str = Field(sa_column=Column(Text, nullable=False))
    explanation: str = Field(sa_column=Column(Text, nullable=False))
    redress: str = Field(sa_column=Column(Text, nullable=False))
    is_danger: bool = False
    auditor: str = Field(max_length=120)
    decided_at: datetime = Field(sa_type=UtcDateTime)
    effective_at: datetime = Field(sa_type=UtcDateTime)
    effected_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    complaint: str = Field(default="", sa_column=Column(Text, nullable=False))
    complained_by: str = Field(default="", max_length=120)
    complained_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decider: str = Field(default="", max_length=120)
    outcome: str = Field(default="", max_length=12)
    outcome_explanation: str = Field(default="", sa_column=Column(Text, nullable=False))
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


_TIMED: Final = ("CERTIFIED", "SUSPENDED")


def by_public_id(session: Session, public_id: str, *, lock: bool = False) -> Audit | None:
    """The audit with this id; ``lock`` holds its row until the transaction ends."""
    query = select(Audit).where(col(Audit.public_id) == public_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.exec(query).first()


def of_shop(session: Session, shop_id: int) -> Sequence[Audit]:
    """All audits of a shop, the latest first."""
    query = select(Audit).where(col(Audit.shop_id) == shop_id).order_by(col(Audit.id).desc())
    return session.exec(query).all()


def ordered(
    session: Session,
    shop_id: int,
    *,
    states: Sequence[str],
    since: datetime | None,
    after: Audit | None,
    most: int,
) -> Sequence[Audit]:
    """Audits of a shop, the latest order first; all of them stand behind ``after``."""
    query = (
        select(Audit)
        .where(col(Audit.shop_id) == shop_id)
        .order_by(col(Audit.ordered_at).desc(), col(Audit.id).desc())
        .limit(most)
    )
    if states:
        query = query.where(col(Audit.state).in_(states))
    if since is not None:
        query = query.where(col(Audit.ordered_at) >= since)
    if after is not None:
        is_next = and_(col(Audit.ordered_at) == after.ordered_at, col(Audit.id) < after.id)
        query = query.where(or_(col(Audit.ordered_at) < after.ordered_at, is_next))
    return session.exec(query).all()


def running(session: Session, shop_id: int) -> Audit | None:
    """The audit of the shop that has not come to its end yet."""
    query = select(Audit).where(col(Audit.shop_id) == shop_id, col(Audit.is_running))
    return session.exec(query).first()


def certified(session: Session, shop_id: int) -> Audit | None:
    """The latest audit of the shop that led to a certificate which has not ended."""
    query = select(Audit).where(col(Audit.shop_id) == shop_id, col(Audit.state).in_(_TIMED))
    return session.exec(query.order_by(col(Audit.id).desc())).first()


def queue(
    session: Session, *, states: Sequence[str], words: str, auditor: str, most: int
) -> Sequence[tuple[Audit, Shop]]:
    """Audits in these states, the nearest deadline first, of shops with ``words`` in their name.

    ``auditor`` is a public id, empty for everybody's.
    """
    query = (
        select(Audit, Shop)
        .join(Shop, col(Shop.id) == col(Audit.shop_id))
        .where(col(Audit.state).in_(states))
    )
    if words:
        like = words.lower()
        query = query.where(
            or_(
                func.lower(col(Shop.name)).contains(like, autoescape=True),
                col(Shop.domain).contains(like, autoescape=True),
                col(Audit.public_id) == words,
            )
        )
    if auditor:
        query = query.where(col(Audit.auditor) == auditor)
    order = (col(Audit.due_at).is_(None), col(Audit.due_at), col(Audit.id))
    return session.exec(query.order_by(*order).limit(most)).all()


def ending(session: Session, until: datetime) -> Sequence[str]:
    """Ids of the audits whose certificate is valid no longer than ``until``."""
    query = select(Audit.public_id).where(
        col(Audit.state).in_(_TIMED), col(Audit.valid_until) <= until
    )
    return session.exec(query.order_by(col(Audit.id))).all()


def steps_of(session: Session, audit_id: int) -> Sequence[AuditStep]:
    """The steps of an audit in their order."""
    query = select(AuditStep).where(col(AuditStep.audit_id) == audit_id)
    return session.exec(query.order_by(col(AuditStep.id))).all()


def decisions_of(session: Session, audit_id: int) -> Sequence[AuditDecision]:
    """The decisions about an audit, the latest first."""
    query = select(AuditDecision).where(col(AuditDecision.audit_id) == audit_id)
    return session.exec(query.order_by(col(AuditDecision.id).desc())).all()


def decision(session: Session, public_id: str) -> AuditDecision | None:
    """The decision with this id."""
    return session.exec(
        select(AuditDecision).where(col(AuditDecision.public_id) == public_id)
    ).first()


def decisions_due(session: Session, now: datetime) -> Sequence[str]:
    """Ids of the decisions whose notice is over and which have not taken effect."""
    query = select(AuditDecision.public_id).where(
        col(AuditDecision.effected_at).is_(None),
        col(AuditDecision.revoked_at).is_(None),
        col(AuditDecision.effective_at) <= now,
    )
    return session.exec(query.order_by(col(AuditDecision.id))).all()


def end_others(session: Session, audit: Audit, *, state: str, now: datetime) -> None:
    """End the shop's older audits, whose certificate a newer one has replaced."""
    session.exec(
        update(Audit)
        .where(
            col(Audit.shop_id) == audit.shop_id,
            col(Audit.id) != audit.id,
            col(Audit.state).in_(_TIMED),
        )
        .values(state=state, closed_at=now, version=Audit.version + 1)
    )
