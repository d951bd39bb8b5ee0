"""Replies: the shop's one public answer to a review."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Integer
from sqlmodel import Field, Session, col, select

from store.columns import Table, UtcDateTime


class Reply(Table, table=True):
    """One per review (systems.md §11)."""

    __tablename__ = "replies"

    id: int = Field(default=None, primary_key=True)
    review_id: int = Field(
        sa_column=Column(Integer, ForeignKey("reviews.id"), nullable=False, unique=True)
    )
    text: str
    author: str = Field(max_length=120)
    created_at: datetime = Field(sa_type=UtcDateTime)
    edited_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def by_review(session: Session, review_id: int) -> Reply | None:
    """The reply to this review, if there is one."""
    return session.exec(select(Reply).where(col(Reply.review_id) == review_id)).first()
