"""What speaks against a review's being genuine: traces, prints of texts, signals, queue of people.

Nothing here is joined into what is public: a signal only brings a review before a person (SIG-0).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    delete,
    func,
    or_,
    update,
)
from sqlalchemy.engine import CursorResult
from sqlmodel import Field, Session, col, select

from store.columns import Table, UtcDateTime
from store.invitations import Invitation
from store.orders import Order
from store.reviews import Review
from store.shops import Shop


class Trace(Table, table=True):
    """How a review was sent: its network as a hash of the day, and the seconds that it took.

    Kept for 90 days at most (GP-5).
    """

    __tablename__ = "review_traces"
    __table_args__ = (Index(None, "network_hash"),)

    review_id: int = Field(
        sa_column=Column(Integer, ForeignKey("reviews.id"), primary_key=True, autoincrement=False)
    )
    shop_id: int = Field(sa_column=Column(Integer, ForeignKey("shops.id"), nullable=False))
    network_hash: str = Field(max_length=64)
    seconds: int | None = None
    noted_at: datetime = Field(sa_type=UtcDateTime, index=True)


class Print(Table, table=True):
    """The SimHash of a text, as a signed number of 64 bits, and its four bands of 16 bits."""

    __tablename__ = "review_prints"

    review_id: int = Field(
        sa_column=Column(Integer, ForeignKey("reviews.id"), primary_key=True, autoincrement=False)
    )
    simhash: int = Field(sa_type=BigInteger)
    band_0: int = Field(index=True)
    band_1: int = Field(index=True)
    band_2: int = Field(index=True)
    band_3: int = Field(index=True)


class Signal(Table, table=True):
    """One thing that was noticed about a review, once of each kind."""

    __tablename__ = "review_signals"

    review_id: int = Field(
        sa_column=Column(Integer, ForeignKey("reviews.id"), primary_key=True, autoincrement=False)
    )
    kind: str = Field(sa_column=Column(String(30), primary_key=True))
    noted_at: datetime = Field(sa_type=UtcDateTime)


class IntegrityCase(Table, table=True):
    """A review that somebody should look at, by its score; ``note`` is what they wrote."""

    __tablename__ = "integrity_cases"
    __table_args__ = (
        UniqueConstraint("review_id"),
        Index(None, "is_open", "score"),
    )

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    review_id: int = Field(sa_column=Column(Integer, ForeignKey("reviews.id"), nullable=False))
    shop_id: int = Field(sa_column=Column(Integer, ForeignKey("shops.id"), nullable=False))
    score: int
    is_open: bool = True
    opened_at: datetime = Field(sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_by: str = Field(default="", max_length=120)
    note: str = ""
    moderation_case: str = Field(default="", max_length=40)
    version: int = 1


BANDS: Final = (col(Print.band_0), col(Print.band_1), col(Print.band_2), col(Print.band_3))


def trace_of(session: Session, review_id: int) -> Trace | None:
    """How this review was sent, while that is known."""
    return session.get(Trace, review_id)


def print_of(session: Session, review_id: int) -> Print | None:
    """The print of this review's text."""
    return session.get(Print, review_id)


def alike(
    session: Session, bands: tuple[int, int, int, int], *, email_hash: str, most: int
) -> Sequence[tuple[int, int, int]]:
    """Prints that share a band, of texts by other people: review, its shop, and SimHash."""
    query = (
        select(Print.review_id, Review.shop_id, Print.simhash)
        .join(Review, col(Review.id) == col(Print.review_id))
        .join(Order, col(Order.id) == col(Review.order_id), isouter=True)
        .where(
            or_(*(column == band for column, band in zip(BANDS, bands, strict=True))),
            or_(col(Order.email_hash).is_(None), col(Order.email_hash) != email_hash),
            col(Review.is_public),
        )
        .limit(most)
    )
    return session.exec(query).all()


def by_address(session: Session, email_hash: str, since: datetime) -> Sequence[tuple[int, int]]:
    """How many reviews people with this address have written since then, by shop."""
    query = (
        select(Review.shop_id, func.count())
        .join(Order, col(Order.id) == col(Review.order_id))
        .where(
            col(Order.email_hash) == email_hash,
            col(Review.subject_id) == 0,
            col(Review.submitted_at) >= since,
        )
        .group_by(col(Review.shop_id))
    )
    return session.exec(query).all()


def from_network(session: Session, network_hash: str, shop_id: int, but: int) -> int:
    """How many orders other than that of a review were reviewed from this network that day."""
    query = (
        select(func.count(func.distinct(Review.order_id)))
        .join(Trace, col(Trace.review_id) == col(Review.id))
        .where(
            col(Trace.network_hash) == network_hash,
            col(Trace.shop_id) == shop_id,
            col(Review.order_id) != but,
        )
    )
    return session.exec(query).one()


def count_between(
    session: Session, shop_id: int, subject_id: int, since: datetime, until: datetime
) -> int:
    """How many reviews of a subject came in from ``since`` on and before ``until``."""
    query = select(func.count()).where(
        col(Review.shop_id) == shop_id,
        col(Review.subject_id) == subject_id,
        col(Review.imported_from).is_(None),
        col(Review.submitted_at) >= since,
        col(Review.submitted_at) < until,
    )
    return session.exec(query).one()


def reviewed_since(
    session: Session, since: datetime, *, orders: int, most: int
) -> Sequence[tuple[int, str, int, int, int]]:
    """Public reviews of authors with so many orders since then, the newest first.

    Each as its id, its author's keyed hash, its shop, its subject and its order.
    """
    public = (
        col(Review.is_public),
        col(Review.submitted_at) >= since,
        col(Order.email_hash) != "",
    )
    joined = col(Order.id) == col(Review.order_id)
    busy = (
        select(Order.email_hash)
        .join(Review, joined)
        .where(*public)
        .group_by(col(Order.email_hash))
        .having(func.count(func.distinct(Order.id)) >= orders)
    )
    told: tuple[Any, ...] = (
        *(col(Review.id), col(Order.email_hash)),
        *(col(Review.shop_id), col(Review.subject_id), col(Order.id)),
    )
    query = (
        select(*told)
        .join(Order, joined)
        .where(*public, col(Order.email_hash).in_(busy))
        .order_by(col(Review.id).desc())
        .limit(most)
    )
    found = session.connection().execute(query)
    return [(review, author, shop, thing, order) for review, author, shop, thing, order in found]


def kinds_of(session: Session, review_ids: Iterable[int]) -> dict[int, list[str]]:
    """What was noticed about each of these reviews."""
    query = select(Signal).where(col(Signal.review_id).in_(list(review_ids)))
    found: dict[int, list[str]] = {}
    for row in session.exec(query.order_by(col(Signal.kind))):
        found.setdefault(row.review_id, []).append(row.kind)
    return found


def case_of(session: Session, review_id: int) -> IntegrityCase | None:
    """The place of this review in the queue, also when somebody has looked at it."""
    query = select(IntegrityCase).where(col(IntegrityCase.review_id) == review_id)
    return session.exec(query).first()


def by_public_id(session: Session, public_id: str) -> IntegrityCase | None:
    """The place in the queue with this id."""
    query = select(IntegrityCase).where(col(IntegrityCase.public_id) == public_id)
    return session.exec(query).first()


def queue(
    session: Session, *, language: str, most: int
) -> Sequence[tuple[IntegrityCase, Review, Shop]]:
    """What waits for a look, the highest score first, in one language or in all."""
    query = (
        select(IntegrityCase, Review, Shop)
        .join(Review, col(Review.id) == col(IntegrityCase.review_id))
        .join(Shop, col(Shop.id) == col(IntegrityCase.shop_id))
        .where(col(IntegrityCase.is_open))
    )
    if language:
        query = query.where(col(Review.language) == language)
    ordered = query.order_by(col(IntegrityCase.score).desc(), col(IntegrityCase.id))
    return session.exec(ordered.limit(most)).all()


def order_of(session: Session, review_id: int) -> tuple[Order, Invitation | None] | None:
    """The order behind a review, and the invitation that wrote it."""
    query = (
        select(Order, Invitation)
        .join(Review, col(Review.order_id) == col(Order.id))
        .join(Invitation, col(Invitation.id) == col(Review.invitation_id), isouter=True)
        .where(col(Review.id) == review_id)
    )
    return session.exec(query).first()


def purge_traces(session: Session, before: datetime, *, most: int) -> int:
    """Remove the oldest traces that were noted before then; returns how many."""
    old = select(Trace.review_id).where(col(Trace.noted_at) < before).limit(most)
    return _rows(session, delete(Trace).where(col(Trace.review_id).in_(old)))


def forget(session: Session, review_id: int) -> None:
    """Remove trace and print of a review that its author has taken back."""
    for table in (Trace, Print):
        session.execute(delete(table).where(col(table.review_id) == review_id))


def close(session: Session, review_id: int, now: datetime) -> None:
    """Nobody has to look at this review any more."""
    mine = (col(IntegrityCase.review_id) == review_id, col(IntegrityCase.is_open))
    session.execute(update(IntegrityCase).where(*mine).values(is_open=False, closed_at=now))


def _rows(session: Session, statement: Any) -> int:
    result = session.execute(statement)
    return result.rowcount if isinstance(result, CursorResult) else 0
