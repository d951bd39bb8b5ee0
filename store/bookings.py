"""What shops have booked: the membership itself and its packs (systems.md §§1, 2)."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Column, ForeignKey, Integer, func
from sqlmodel import Field, Session, col, select

from store.columns import Table, UtcDateTime
from store.shops import Shop


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


def shop_id_of(session: Session, public_id: str) -> int | None:
    """The internal id of the shop that has booked this."""
    return session.exec(select(Booking.shop_id).where(col(Booking.public_id) == public_id)).first()


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


def ordered_before(session: Session, before: datetime) -> Sequence[Booking]:
    """Orders from before that nobody has accepted; those of one shop follow each other."""
    query = select(Booking).where(col(Booking.state) == "ORDERED", col(Booking.ordered_at) < before)
    return session.exec(query.order_by(col(Booking.shop_id), col(Booking.id))).all()


def listed(
    session: Session, *, state: str, before_id: int | None, limit: int
) -> Sequence[tuple[Booking, str, str]]:
    """Bookings with the key and name of their shop, the latest first; an empty state is any."""
    query = select(Booking, Shop.shop_key, Shop.name).join(
        Shop, col(Shop.id) == col(Booking.shop_id)
    )
    if state:
        query = query.where(col(Booking.state) == state)
    if before_id is not None:
        query = query.where(col(Booking.id) < before_id)
    return session.exec(query.order_by(col(Booking.id).desc()).limit(limit)).all()


def counts(session: Session) -> dict[str, int]:
    """How many bookings stand in each state."""
    query = select(Booking.state, func.count()).group_by(col(Booking.state))
    return dict(session.exec(query).all())


def accounts_with(session: Session, pack: str, states: Collection[str]) -> Sequence[int]:
    """The accounts of which a shop has this pack in one of these states."""
    query = select(Shop.account_id).join(Booking, col(Booking.shop_id) == col(Shop.id)).distinct()
    query = query.where(col(Booking.pack) == pack, col(Booking.state).in_(states))
    return session.exec(query.order_by(col(Shop.account_id))).all()


def states(
    session: Session, shop_ids: Collection[int], packs: Collection[str]
) -> dict[tuple[int, str], str]:
    """The state of what each shop has booked last of each of these packs."""
    query = select(Booking.shop_id, Booking.pack, Booking.state).where(
        col(Booking.shop_id).in_(shop_ids), col(Booking.pack).in_(packs)
    )
    rows = session.exec(query.order_by(col(Booking.id))).all()
    return {(shop_id, pack): state for shop_id, pack, state in rows}
