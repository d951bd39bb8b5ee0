"""Tasks of the operator's staff: one open task for each kind and subject."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Column, Index, Text, text
from sqlmodel import Field, Session, col, select

from store.columns import Table, UtcDateTime


class StaffTask(Table, table=True):
    """Something that a person of the staff has to look at; ``subject`` is a public id or key."""

    __tablename__ = "staff_tasks"
    __table_args__ = (
        Index(
            "uq_staff_tasks_open",
            "kind",
            "subject",
            unique=True,
            sqlite_where=text("is_open"),
            postgresql_where=text("is_open"),
        ),
        Index(None, "is_open", "due_at"),
    )

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    kind: str = Field(max_length=24)
    subject: str = Field(max_length=120)
    note: str = Field(default="", sa_column=Column(Text, nullable=False))
    is_open: bool = True
    opened_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_by: str = Field(default="", max_length=120)
    closing_note: str = Field(default="", sa_column=Column(Text, nullable=False))


def by_public_id(session: Session, public_id: str, *, lock: bool = False) -> StaffTask | None:
    """The task with this id; ``lock`` holds its row until the transaction ends."""
    query = select(StaffTask).where(col(StaffTask.public_id) == public_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.exec(query).first()


def open_one(session: Session, kind: str, subject: str) -> StaffTask | None:
    """The open task of this kind about this subject."""
    query = select(StaffTask).where(
        col(StaffTask.kind) == kind, col(StaffTask.subject) == subject, col(StaffTask.is_open)
    )
    return session.exec(query).first()


def listed(
    session: Session, *, kinds: Sequence[str], is_open: bool, most: int
) -> Sequence[StaffTask]:
    """Tasks of these kinds: open ones by deadline, closed ones with the latest first."""
    query = select(StaffTask).where(
        col(StaffTask.kind).in_(kinds), col(StaffTask.is_open) == is_open
    )
    order = (
        (col(StaffTask.due_at), col(StaffTask.id))
        if is_open
        else (col(StaffTask.closed_at).desc(), col(StaffTask.id).desc())
    )
    return session.exec(query.order_by(*order).limit(most)).all()
