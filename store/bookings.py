"""What shops have booked: the membership itself and its packs (systems.md §§1, 2)."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Column, ForeignKey, Integer
from sqlmodel import Field, Session, col, select

from store.columns import Table, UtcDateTime


class Booking(Table, table=True):
    """One pack on one shop; ``price_minor`` a month, as it was when ordered.

    ``ends_at`` is set by cancelling: until then it runs on.
    """

    __tablename__ = "bookings"

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    shop_id: int = Field(
        sa_column=Column(Integer, ForeignKey("shops.id"), nullable=False, index=True)
    )
    pack: str = Field(max_length=20)
    state: str = Field(max_length=10)
    price_minor: int
    currency: str = Field(max_length=3)
    ordered_at: datetime = Field(sa_type=UtcDateTime)
    accepted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ends_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    reason: str = Field(default="", max_length=500)


def of_shop(session: Session, shop_id: int) -> Sequence[Booking]:
    """Everything the shop has booked, the latest first."""
    query = select(Booking).where(col(Booking.shop_id) == shop_id)
    return session.exec(query.order_by(col(Booking.id).desc())).all()


def by_public_id(session: Session, public_id: str) -> Booking | None:
    """The booking; its row is held until the transaction ends."""
    query = select(Booking).where(col(Booking.public_id) == public_id)
    locked = query.with_for_update().execution_options(populate_existing=True)
    return session.exec(locked).first()


def latest(session: Session, shop_id: int, pack: str) -> Booking | None:
    """What the shop has booked last of this pack."""
    query = select(Booking).where(col(Booking.shop_id) == shop_id, col(Booking.pack) == pack)
    return session.exec(query.order_by(col(Booking.id).desc())).first()


def ending(
    session: Session, states: Collection[str], until: datetime, *, since: datetime | None = None
) -> Sequence[Booking]:
    """Bookings in these states that end at ``until`` or before, and after ``since``.

    Those of one shop follow each other.
    """
    query = select(Booking).where(col(Booking.state).in_(states), col(Booking.ends_at) <= until)
    if since is not None:
        query = query.where(col(Booking.ends_at) > since)
    return session.exec(query.order_by(col(Booking.shop_id), col(Booking.id))).all()
