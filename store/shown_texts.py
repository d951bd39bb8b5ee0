"""The texts that buyers were shown: each version once, by the digest of what it says."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Column, Text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, col, select

from store.columns import Table, UtcDateTime


class ShownText(Table, table=True):
    """One version of a mail's texts, as the shop or the platform had written it.

    Invitations name the version that they carried (``invitations.text_id``), which stays when the
    mail itself is gone.
    """

    __tablename__ = "shown_texts"

    id: int = Field(default=None, primary_key=True)
    digest: str = Field(max_length=64, unique=True)
    key: str = Field(max_length=40)
    language: str = Field(max_length=2)
    subject: str = Field(max_length=150)
    body: str = Field(sa_column=Column(Text, nullable=False))
    button: str = Field(max_length=60)
    first_shown_at: datetime = Field(sa_type=UtcDateTime)


def by_digest(session: Session, digest: str) -> ShownText | None:
    """The version with this digest."""
    return session.exec(select(ShownText).where(col(ShownText.digest) == digest)).first()


def by_ids(session: Session, ids: Collection[int]) -> dict[int, ShownText]:
    """These versions by their numbers."""
    query = select(ShownText).where(col(ShownText.id).in_(list(ids)))
    return {row.id: row for row in session.exec(query)}


def add(session: Session, row: ShownText) -> bool:
    """Store a version; False where another transaction was first with it."""
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return False
    return True
