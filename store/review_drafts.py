"""What somebody has begun to write with an invitation, encrypted until it is sent."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Column, ForeignKey, Integer
from sqlmodel import Field, Session, col, select

from store.columns import Table, UtcDateTime


class ReviewDraft(Table, table=True):
    """The fields of one form as encrypted JSON; an invitation has one draft at most."""

    __tablename__ = "review_drafts"

    invitation_id: int = Field(
        sa_column=Column(
            Integer, ForeignKey("invitations.id"), primary_key=True, autoincrement=False
        )
    )
    content: bytes
    saved_at: datetime = Field(sa_type=UtcDateTime, index=True)


def of_invitation(session: Session, invitation_id: int) -> ReviewDraft | None:
    """The draft of an invitation."""
    return session.get(ReviewDraft, invitation_id)


def older_than(session: Session, before: datetime, *, most: int) -> Sequence[ReviewDraft]:
    """Drafts that were last saved before that moment."""
    query = select(ReviewDraft).where(col(ReviewDraft.saved_at) < before).limit(most)
    return session.exec(query).all()
