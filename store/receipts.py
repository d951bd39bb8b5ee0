"""Receipts that authors got for what they sent: a salted hash, and by when it is answered."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, UniqueConstraint
from sqlmodel import Field, Session, col, select

from store.columns import Table, UtcDateTime


class Receipt(Table, table=True):
    """That a version of a review came in (LOG-10): ``number`` counts the versions from 1.

    ``digest`` is 64 hexadecimal digits over ``salt`` and what was sent. Without its salt, which
    erasure removes, it leads to nothing (LOG-6, LOG-7).
    """

    __tablename__ = "review_receipts"
    __table_args__ = (UniqueConstraint("review_id", "number"),)

    id: int = Field(default=None, primary_key=True)
    review_id: int = Field(sa_column=Column(Integer, ForeignKey("reviews.id"), nullable=False))
    number: int
    salt: bytes | None = Field(default=None, sa_type=LargeBinary)
    digest: str = Field(max_length=64)
    issued_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)


def of_review(session: Session, review_id: int) -> Sequence[Receipt]:
    """The receipts of a review, the newest first."""
    query = select(Receipt).where(col(Receipt.review_id) == review_id)
    return session.exec(query.order_by(col(Receipt.number).desc())).all()
