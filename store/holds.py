"""Texts that wait for a person's look before they are published; encrypted, in no other table."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Text, text
from sqlmodel import Field, Session, col, select

from store.cases import Case
from store.columns import Table, UtcDateTime
from store.reviews import Review
from store.shops import Shop


class Hold(Table, table=True):
    """One text that a check has stopped, with the statement that its author got (DSA-3).

    ``cipher`` is the encrypted title and text, and gone once the hold has ended; ``found`` is a
    JSON list of findings without the words themselves, ``digest`` tells the same text again. At
    ``due_at`` the text is published, unless a person has decided otherwise, which ``decision``
    names. A review has one open hold at most.
    """

    __tablename__ = "review_holds"
    __table_args__ = (
        Index(
            "uq_review_holds_open",
            "review_id",
            unique=True,
            sqlite_where=text("is_open"),
            postgresql_where=text("is_open"),
        ),
        Index(None, "is_open", "due_at"),
    )

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    review_id: int = Field(
        sa_column=Column(Integer, ForeignKey("reviews.id"), nullable=False, index=True)
    )
    shop_id: int = Field(sa_column=Column(Integer, ForeignKey("shops.id"), nullable=False))
    state: str = Field(max_length=12)
    is_open: bool = True
    cipher: bytes | None = Field(default=None, sa_type=LargeBinary)
    digest: str = Field(max_length=64)
    found: str = Field(sa_column=Column(Text, nullable=False))
    language: str = Field(max_length=8)
    facts: str = Field(sa_column=Column(Text, nullable=False))
    explanation: str = Field(sa_column=Column(Text, nullable=False))
    redress: str = Field(sa_column=Column(Text, nullable=False))
    held_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decider: str = Field(default="", max_length=120)
    decision: str = Field(default="", max_length=40)
    version: int = 1


def by_public_id(session: Session, public_id: str) -> Hold | None:
    """The hold with this id."""
    return session.exec(select(Hold).where(col(Hold.public_id) == public_id)).first()


def open_of(session: Session, review_id: int) -> Hold | None:
    """The hold in which a text of this review waits now."""
    query = select(Hold).where(col(Hold.review_id) == review_id, col(Hold.is_open))
    return session.exec(query).first()


def latest(session: Session, review_id: int) -> Hold | None:
    """The last hold of this review, open or ended."""
    query = select(Hold).where(col(Hold.review_id) == review_id).order_by(col(Hold.id).desc())
    return session.exec(query.limit(1)).first()


def waiting(session: Session, *, language: str, most: int) -> Sequence[tuple[Hold, Review, Shop]]:
    """Open holds, the oldest first, in one language or in all."""
    query = (
        select(Hold, Review, Shop)
        .join(Review, col(Review.id) == col(Hold.review_id))
        .join(Shop, col(Shop.id) == col(Hold.shop_id))
        .where(col(Hold.is_open))
    )
    if language:
        query = query.where(col(Hold.language) == language)
    return session.exec(query.order_by(col(Hold.id)).limit(most)).all()


def due(session: Session, now: datetime) -> Sequence[str]:
    """Ids of the open holds whose time is over."""
    query = select(Hold.public_id).where(col(Hold.is_open), col(Hold.due_at) <= now)
    return session.exec(query.order_by(col(Hold.id))).all()


def with_case_ended(session: Session, state: str) -> Sequence[str]:
    """Ids of the open holds in this state whose review is in no pending case any more."""
    pending = select(Case.id).where(
        col(Case.review_id) == col(Hold.review_id), col(Case.is_pending)
    )
    query = select(Hold.public_id).where(
        col(Hold.is_open), col(Hold.state) == state, ~pending.exists()
    )
    return session.exec(query.order_by(col(Hold.id))).all()
