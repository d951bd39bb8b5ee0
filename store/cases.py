"""Cases: reported reviews on their way to a decision, what was said in them, and complaints."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    and_,
    delete,
    func,
    or_,
    text,
    update,
)
from sqlmodel import Field, Session, col, select

from domain.cases import CaseState
from domain.complaints import ComplaintState
from store.columns import Table, UtcDateTime
from store.reviews import Review
from store.shops import Shop

_NAMES: Final = String(400).with_variant(Text(), "postgresql")


class Case(Table, table=True):
    """The check of one review; several notices may have led to it.

    ``stars`` are the review's own when it was reported. ``deciders`` are the public ids of the
    people who have decided in it, separated by spaces, ``decision`` that of the last decision.
    ``version`` rises with each change, so that two moderators notice each other. ``wake_at`` is
    when a job looks at it again. A review has one pending case at most. ``decisions`` counts the
    decisions in it; ``forgotten_at`` is when names and what was said were removed.
    """

    __tablename__ = "cases"
    __table_args__ = (
        Index(
            "uq_cases_pending",
            "review_id",
            unique=True,
            sqlite_where=text("is_pending"),
            postgresql_where=text("is_pending"),
        ),
        Index(None, "shop_id", "opened_at"),
        Index(None, "state", "due_at"),
    )

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    review_id: int = Field(
        sa_column=Column(Integer, ForeignKey("reviews.id"), nullable=False, index=True)
    )
    shop_id: int = Field(sa_column=Column(Integer, ForeignKey("shops.id"), nullable=False))
    state: str = Field(max_length=20)
    outcome: str | None = Field(default=None, max_length=20)
    reason: str = Field(max_length=30)
    stars: int
    opened_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    remind_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    wake_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    is_pending: bool = True
    deciders: str = Field(default="", sa_column=Column(_NAMES, nullable=False))
    decision: str | None = Field(default=None, max_length=40)
    version: int = 1
    decisions: int = Field(default=0, sa_column=Column(Integer, nullable=False, server_default="0"))
    forgotten_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Message(Table, table=True):
    """What somebody said in a case: ``party`` and ``kind`` say who and why.

    ``notice_id`` is that of the reporter who said it: several may have reported one review.
    """

    __tablename__ = "case_messages"

    id: int = Field(default=None, primary_key=True)
    case_id: int = Field(
        sa_column=Column(Integer, ForeignKey("cases.id"), nullable=False, index=True)
    )
    party: str = Field(max_length=20)
    kind: str = Field(max_length=20)
    notice_id: int | None = None
    text: str = Field(sa_column=Column(Text, nullable=False))
    said_at: datetime = Field(sa_type=UtcDateTime)


class Complaint(Table, table=True):
    """A complaint about a decision: one of each person concerned, about each one (DSA-4).

    ``complainant`` is AUTHOR, SHOP or the public id of a reader's notice, ``decision_number`` which
    of the case's decisions it is about, ``notice_id`` the notice of the reporter who complains.
    """

    __tablename__ = "complaints"
    __table_args__ = (
        UniqueConstraint("case_id", "complainant", "decision_number"),
        Index(None, "state", "due_at"),
    )

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    case_id: int = Field(sa_column=Column(Integer, ForeignKey("cases.id"), nullable=False))
    side: str = Field(max_length=20)
    complainant: str = Field(max_length=40)
    decision_number: int
    notice_id: int | None = None
    text: str = Field(sa_column=Column(Text, nullable=False))
    state: str = Field(max_length=20)
    filed_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)
    decider: str | None = Field(default=None, max_length=120)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    explanation: str = Field(default="", sa_column=Column(Text, nullable=False))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part of a list ended: the moment by which it is in order, and the id."""

    moment: datetime
    public_id: str


@dataclass(frozen=True, slots=True)
class Search:
    """Which cases a list shows: of these states, this shop and language; ``most`` of them.

    The most urgent come first, or with ``newest`` those that were opened last; all of them stand
    behind the place ``after``.
    """

    states: tuple[str, ...] = ()
    shop_id: int | None = None
    language: str = ""
    most: int = 100
    newest: bool = False
    after: Place | None = None


_URGENT: Final[Any] = func.coalesce(Case.due_at, Case.decided_at, Case.opened_at, type_=UtcDateTime)


def moment_of(row: Case, search: Search) -> datetime:
    """By what a case stands where it does in the list of a search."""
    return row.opened_at if search.newest else row.due_at or row.decided_at or row.opened_at


def by_public_id(session: Session, public_id: str) -> Case | None:
    """The case with this id."""
    return session.exec(select(Case).where(col(Case.public_id) == public_id)).first()


def by_id(session: Session, case_id: int) -> Case | None:
    """The case with this number."""
    return session.get(Case, case_id)


def pending(session: Session, review_id: int) -> Case | None:
    """The case in which a review is being checked."""
    query = select(Case).where(col(Case.review_id) == review_id, col(Case.is_pending))
    return session.exec(query).first()


def awake(session: Session, now: datetime) -> Sequence[str]:
    """Ids of the cases that a job has to look at, and of those whose review was taken back."""
    due = select(Case.public_id).where(col(Case.wake_at) <= now)
    withdrawn = (
        select(Case.public_id)
        .join(Review, col(Review.id) == col(Case.review_id))
        .where(col(Case.is_pending), col(Review.state) == "DISCARDED")
    )
    return sorted({*session.exec(due).all(), *session.exec(withdrawn).all()})


def found(session: Session, search: Search) -> Sequence[tuple[Case, Review, Shop]]:
    """Cases with their reviews and shops, in the order that the search asks for."""
    urgent = (_URGENT, col(Case.public_id))
    newest = (col(Case.opened_at).desc(), col(Case.public_id).desc())
    query = (
        select(Case, Review, Shop)
        .join(Review, col(Review.id) == col(Case.review_id))
        .join(Shop, col(Shop.id) == col(Case.shop_id))
        .order_by(*(newest if search.newest else urgent))
        .limit(search.most)
    )
    if search.states:
        query = query.where(col(Case.state).in_(search.states))
    if search.shop_id is not None:
        query = query.where(col(Case.shop_id) == search.shop_id)
    if search.language:
        query = query.where(col(Review.language) == search.language)
    if search.after is not None:
        moment, public_id = search.after.moment, search.after.public_id
        key: Any = col(Case.opened_at) if search.newest else _URGENT
        is_later = key < moment if search.newest else key > moment
        own = col(Case.public_id)
        is_next = own < public_id if search.newest else own > public_id
        query = query.where(or_(is_later, and_(key == moment, is_next)))
    return session.exec(query).all()


def counts(session: Session) -> dict[str, int]:
    """How many cases stand in each state."""
    rows = session.exec(select(Case.state, func.count()).group_by(col(Case.state))).all()
    return {state: number for state, number in rows}


def messages(session: Session, case_id: int) -> Sequence[Message]:
    """What was said in a case, in its order."""
    query = select(Message).where(col(Message.case_id) == case_id).order_by(col(Message.id))
    return session.exec(query).all()


def complaints(session: Session, case_id: int) -> Sequence[Complaint]:
    """The complaints in a case, in their order."""
    query = select(Complaint).where(col(Complaint.case_id) == case_id).order_by(col(Complaint.id))
    return session.exec(query).all()


def complaint_by_public_id(session: Session, public_id: str) -> Complaint | None:
    """The complaint with this id."""
    return session.exec(select(Complaint).where(col(Complaint.public_id) == public_id)).first()


def open_complaints(
    session: Session, *, after: Place | None, most: int
) -> Sequence[tuple[Complaint, Case, Shop]]:
    """Complaints that wait for a decision, with their cases, the most urgent first."""
    query = (
        select(Complaint, Case, Shop)
        .join(Case, col(Case.id) == col(Complaint.case_id))
        .join(Shop, col(Shop.id) == col(Case.shop_id))
        .where(col(Complaint.state) == ComplaintState.OPEN)
        .order_by(col(Complaint.due_at), col(Complaint.public_id))
        .limit(most)
    )
    if after is not None:
        due_at, own = col(Complaint.due_at), col(Complaint.public_id)
        is_next = and_(due_at == after.moment, own > after.public_id)
        query = query.where(or_(due_at > after.moment, is_next))
    return session.exec(query).all()


def forgettable(session: Session, before: datetime, *, most: int) -> Sequence[int]:
    """Numbers of the closed cases in which nobody has decided anything since this moment."""
    complained = select(Complaint.case_id).where(col(Complaint.decided_at) >= before)
    query = (
        select(Case.id)
        .where(col(Case.state) == CaseState.CLOSED, col(Case.decided_at) < before)
        .where(col(Case.forgotten_at).is_(None), col(Case.id).not_in(complained))
        .order_by(col(Case.id))
        .limit(most)
    )
    return session.exec(query).all()


def forget(session: Session, case_ids: Collection[int], now: datetime) -> None:
    """Delete what people have said in these cases, and note when."""
    session.execute(delete(Message).where(col(Message.case_id).in_(case_ids)))
    plainly = {"synchronize_session": False}
    complaints = update(Complaint).where(col(Complaint.case_id).in_(case_ids)).values(text="")
    session.execute(complaints, execution_options=plainly)
    forgotten = update(Case).where(col(Case.id).in_(case_ids)).values(forgotten_at=now)
    session.execute(forgotten, execution_options=plainly)
