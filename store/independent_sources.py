"""Independent sources, the orders that they have confirmed, and evidence that was lost again.

A confirmation keeps no order number, only a keyed hash of it: most are of orders that nobody
reviews (LOG-8).
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    UniqueConstraint,
    delete,
)
from sqlmodel import Field, Session, col, select

from store.columns import Table, UtcDateTime


class IndependentSource(Table, table=True):
    """A payment provider or carrier that the operator has registered, with its secret."""

    __tablename__ = "independent_sources"

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    kind: str = Field(max_length=20)
    name: str = Field(max_length=60)
    secret_cipher: bytes = Field(sa_type=LargeBinary)
    created_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class OrderConfirmation(Table, table=True):
    """That a source has seen an order; once withdrawn it stays so."""

    __tablename__ = "order_confirmations"
    __table_args__ = (
        UniqueConstraint("source_id", "shop_id", "reference_hash"),
        Index(None, "shop_id", "reference_hash"),
    )

    id: int = Field(default=None, primary_key=True)
    source_id: int = Field(
        sa_column=Column(Integer, ForeignKey("independent_sources.id"), nullable=False)
    )
    shop_id: int = Field(sa_column=Column(Integer, ForeignKey("shops.id"), nullable=False))
    reference_hash: str = Field(max_length=64)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    told_at: datetime = Field(sa_type=UtcDateTime, index=True)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class EvidenceLoss(Table, table=True):
    """The statement that a review's level has fallen, as its author was told it (LVL-6, DSA-3)."""

    __tablename__ = "evidence_losses"

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    review_id: int = Field(
        sa_column=Column(Integer, ForeignKey("reviews.id"), nullable=False, index=True)
    )
    kind: str = Field(max_length=30)
    source: str = Field(max_length=80)
    level_before: int
    level_after: int
    facts: str
    explanation: str
    redress: str
    automated_detection: bool
    automated_decision: bool
    lost_at: datetime = Field(sa_type=UtcDateTime)


def by_public_id(session: Session, public_id: str) -> IndependentSource | None:
    """The source with this id, also one that has been ended."""
    query = select(IndependentSource).where(col(IndependentSource.public_id) == public_id)
    return session.exec(query).first()


def listed(session: Session) -> Sequence[IndependentSource]:
    """All sources, the oldest first."""
    return session.exec(select(IndependentSource).order_by(col(IndependentSource.id))).all()


def of_source(
    session: Session, source_id: int, shop_id: int, reference_hash: str
) -> OrderConfirmation | None:
    """What a source has said of an order."""
    query = select(OrderConfirmation).where(
        col(OrderConfirmation.source_id) == source_id,
        col(OrderConfirmation.shop_id) == shop_id,
        col(OrderConfirmation.reference_hash) == reference_hash,
    )
    return session.exec(query).first()


def standing(
    session: Session, shop_id: int, reference_hash: str
) -> Sequence[tuple[OrderConfirmation, IndependentSource]]:
    """Who has confirmed an order and has not withdrawn it, the first ones first."""
    query = (
        select(OrderConfirmation, IndependentSource)
        .join(IndependentSource, col(IndependentSource.id) == col(OrderConfirmation.source_id))
        .where(
            col(OrderConfirmation.shop_id) == shop_id,
            col(OrderConfirmation.reference_hash) == reference_hash,
            col(OrderConfirmation.withdrawn_at).is_(None),
        )
        .order_by(col(OrderConfirmation.id))
    )
    return session.exec(query).all()


def losses_of(session: Session, review_id: int) -> Sequence[EvidenceLoss]:
    """What evidence a review has lost, in its order."""
    query = select(EvidenceLoss).where(col(EvidenceLoss.review_id) == review_id)
    return session.exec(query.order_by(col(EvidenceLoss.id))).all()


def forget(session: Session, told_before: datetime, *, most: int) -> int:
    """Remove what was confirmed before then, ``most`` at once; returns how many."""
    due = (
        select(OrderConfirmation.id)
        .where(col(OrderConfirmation.told_at) < told_before)
        .order_by(col(OrderConfirmation.told_at))
        .limit(most)
    )
    numbers = session.exec(due).all()
    if numbers:
        session.execute(delete(OrderConfirmation).where(col(OrderConfirmation.id).in_(numbers)))
    return len(numbers)
