"""Tasks of the operator's staff: one open task for each kind and subject."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Column, CompoundSelect, Index, Text, or_, text, union_all, update
from sqlmodel import Field, Session, col, select

from store.accounts import Account
from store.audits import Audit
from store.certificates import MarkReport
from store.columns import Table, UtcDateTime
from store.shops import Shop


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


def open_subjects(session: Session, kind: str) -> set[str]:
    """What the open tasks of this kind are about."""
    query = select(StaffTask.subject).where(col(StaffTask.kind) == kind, col(StaffTask.is_open))
    return set(session.exec(query).all())


def is_about(session: Session, task: StaffTask, accounts: Collection[int]) -> bool:
    """Whether a task is about one of these accounts, a shop, an audit or a report of theirs."""
    if not accounts:
        return False
    query = select(StaffTask.id).where(
        col(StaffTask.id) == task.id, col(StaffTask.subject).in_(_subjects(accounts))
    )
    return session.exec(query).first() is not None


def _subjects(accounts: Collection[int]) -> CompoundSelect[tuple[str]]:
    """Everything of these accounts that a task may be about."""
    own = select(Shop.id).where(col(Shop.account_id).in_(accounts))
    return union_all(
        select(Account.public_id).where(col(Account.id).in_(accounts)),
        select(Shop.shop_key).where(col(Shop.account_id).in_(accounts)),
        select(Audit.public_id).where(col(Audit.shop_id).in_(own)),
        select(MarkReport.public_id).where(col(MarkReport.shop_id).in_(own)),
    )


def forget_notes(session: Session, kind: str, before: datetime) -> None:
    """Empty what was noted of tasks of this kind that were opened before then."""
    table = Table.metadata.tables[StaffTask.__tablename__]
    old = (table.c.kind == kind) & (table.c.opened_at < before) & (table.c.note != "")
    session.connection().execute(update(table).where(old).values(note=""))


def listed(
    session: Session,
    *,
    kinds: Sequence[str],
    is_open: bool,
    without: Collection[int],
    text: str = "",
    most: int,
) -> Sequence[StaffTask]:
    """Tasks of these kinds: open ones by deadline, closed ones with the latest first.

    Those about the accounts ``without`` are left out; with ``text`` only those stay whose
    subject or number begins so.
    """
    query = select(StaffTask).where(
        col(StaffTask.kind).in_(kinds), col(StaffTask.is_open) == is_open
    )
    if without:
        query = query.where(col(StaffTask.subject).not_in(_subjects(without)))
    if text:
        begins = (StaffTask.subject, StaffTask.public_id)
        query = query.where(or_(*(col(each).startswith(text, autoescape=True) for each in begins)))
    order = (
        (col(StaffTask.due_at), col(StaffTask.id))
        if is_open
        else (col(StaffTask.closed_at).desc(), col(StaffTask.id).desc())
    )
    return session.exec(query.order_by(*order).limit(most)).all()
