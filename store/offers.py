"""Rights and roles that were offered to somebody and that nobody has accepted yet."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, UniqueConstraint, delete
from sqlmodel import Field, Session, col, select

from store.columns import Table, UtcDateTime
from store.shops import Shop


class Offer(Table, table=True):
    """What a person may accept: rights on a shop, or roles on the operator's side.

    The row goes when it is settled; the log keeps what became of it. ``granted`` are rights or
    roles, separated by spaces. ``email_cipher`` is the address as the inviter wrote it, so that
    a list of theirs tells nothing that they did not know. Without ``shop_id`` it is about roles.
    """

    __tablename__ = "offers"
    __table_args__ = (UniqueConstraint("user_id", "shop_id"),)

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    user_id: int = Field(sa_column=Column(Integer, ForeignKey("users.id"), nullable=False))
    shop_id: int | None = Field(
        default=None, sa_column=Column(Integer, ForeignKey("shops.id"), nullable=True, index=True)
    )
    granted: str = Field(max_length=200)
    email_cipher: bytes = Field(sa_type=LargeBinary)
    inviter: str = Field(max_length=170)
    made_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)


class OfferedShop(NamedTuple):
    """An offer with the shop that it is about, if it is about one."""

    offer: Offer
    shop_key: str | None
    shop_name: str | None


def by_public_id(
    session: Session, public_id: str, now: datetime, *, lock: bool = False
) -> Offer | None:
    """The offer, unless its time is over; ``lock`` holds its row until the transaction ends."""
    query = select(Offer).where(col(Offer.public_id) == public_id, col(Offer.expires_at) > now)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.exec(query).first()


def of_shop(session: Session, shop_id: int | None, now: datetime) -> Sequence[Offer]:
    """What waits on a shop, or with None on the operator's side, the oldest first."""
    is_there = col(Offer.shop_id).is_(None) if shop_id is None else col(Offer.shop_id) == shop_id
    query = select(Offer).where(is_there, col(Offer.expires_at) > now)
    return session.exec(query.order_by(col(Offer.id))).all()


def of_user(session: Session, user_id: int, now: datetime) -> Sequence[OfferedShop]:
    """What a person may accept, the oldest first."""
    query = (
        select(Offer, Shop.shop_key, Shop.name)
        .join(Shop, col(Shop.id) == col(Offer.shop_id), isouter=True)
        .where(col(Offer.user_id) == user_id, col(Offer.expires_at) > now)
        .order_by(col(Offer.id))
    )
    return [OfferedShop(*row) for row in session.exec(query).all()]


def pending(session: Session, user_id: int, shop_id: int | None) -> Offer | None:
    """What the person was offered there, also where its time is over."""
    is_there = col(Offer.shop_id).is_(None) if shop_id is None else col(Offer.shop_id) == shop_id
    return session.exec(select(Offer).where(col(Offer.user_id) == user_id, is_there)).first()


def expired(session: Session, now: datetime) -> Sequence[Offer]:
    """Offers whose time is over."""
    query = select(Offer).where(col(Offer.expires_at) <= now).order_by(col(Offer.id))
    return session.exec(query).all()


def drop_at(session: Session, user_id: int, shop_id: int | None) -> None:
    """Forget what the person was offered there: somebody decided what they hold."""
    found = pending(session, user_id, shop_id)
    if found is not None:
        session.delete(found)
        session.flush()


def drop(session: Session, user_id: int) -> None:
    """Forget everything that the person was offered."""
    session.execute(delete(Offer).where(col(Offer.user_id) == user_id))
