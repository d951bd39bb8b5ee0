"""Guarantors: who stands behind the protection of buyers; at most one is active."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Column, Index, Text, text
from sqlmodel import Field, Session, col, select

from store.columns import Table, UtcDateTime


class Guarantor(Table, table=True):
    """One company that pays for a purchase that went wrong (systems.md §35).

    ``is_demo`` is one that covers nothing really, and is named so wherever it stands.
    """

    __tablename__ = "guarantors"
    __table_args__ = (
        Index(
            "uq_guarantors_active",
            "is_active",
            unique=True,
            sqlite_where=text("is_active"),
            postgresql_where=text("is_active"),
        ),
    )

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    name: str = Field(max_length=200)
    address: str = Field(sa_column=Column(Text, nullable=False))
    licence_note: str = Field(sa_column=Column(Text, nullable=False))
    contact: str = Field(max_length=200)
    is_active: bool = False
    is_demo: bool = False
    version: int = 1
    created_at: datetime = Field(sa_type=UtcDateTime)
    changed_at: datetime = Field(sa_type=UtcDateTime)


def by_public_id(session: Session, public_id: str, *, lock: bool = False) -> Guarantor | None:
    """The guarantor with this id; ``lock`` holds its row until the transaction ends."""
    query = select(Guarantor).where(col(Guarantor.public_id) == public_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.exec(query).first()


def by_id(session: Session, guarantor_id: int) -> Guarantor | None:
    """The guarantor with this number."""
    return session.get(Guarantor, guarantor_id)


def active(session: Session) -> Guarantor | None:
    """The one that stands behind protections now."""
    return session.exec(_ACTIVE).first()


# Built once: building this statement costs as much as running it.
_ACTIVE: Final = select(Guarantor).where(col(Guarantor.is_active))


def every(session: Session) -> Sequence[Guarantor]:
    """All of them, in the order in which they came."""
    return session.exec(select(Guarantor).order_by(col(Guarantor.id))).all()
