"""Events that shops' programs told of, their types, and the names that shops have for themselves.

Of the buyer an event repeats nothing: that stands with the order, and goes with it.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    UniqueConstraint,
    delete,
    exists,
    update,
)
from sqlalchemy.orm import aliased
from sqlmodel import Field, Session, col, select

from store.columns import Table, UtcDateTime
from store.invite_rules import InviteRule
from store.orders import Order, OrderLine
from store.products import Product
from store.shops import Shop


class EventType(Table, table=True):
    """A type of events that an account has named; the standard ones stand in no row."""

    __tablename__ = "event_types"
    __table_args__ = (UniqueConstraint("account_id", "name"),)

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    account_id: int = Field(sa_column=Column(Integer, ForeignKey("accounts.id"), nullable=False))
    name: str = Field(max_length=60)
    is_active: bool = Field(sa_column=Column(Boolean, nullable=False))
    created_at: datetime = Field(sa_type=UtcDateTime)
    changed_at: datetime = Field(sa_type=UtcDateTime)


class Event(Table, table=True):
    """One event about an order; ``told`` is the rest of what was sent, encrypted JSON."""

    __tablename__ = "events"
    __table_args__ = (Index(None, "shop_id", "reference", "event_type", "received_at"),)

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    shop_id: int = Field(sa_column=Column(Integer, ForeignKey("shops.id"), nullable=False))
    order_id: int = Field(
        sa_column=Column(
            Integer, ForeignKey("orders.id", ondelete="CASCADE"), nullable=False, index=True
        )
    )
    event_type: str = Field(max_length=60)
    reference: str = Field(max_length=255)
    client: str = Field(max_length=40)
    told: bytes = Field(sa_type=LargeBinary)
    received_at: datetime = Field(sa_type=UtcDateTime)


class OwnShopId(Table, table=True):
    """What an account's programs call a shop (``Channel-Id`` with ``user-defined``)."""

    __tablename__ = "own_shop_ids"
    __table_args__ = (UniqueConstraint("account_id", "own_id"),)

    shop_id: int = Field(
        sa_column=Column(Integer, ForeignKey("shops.id"), primary_key=True, autoincrement=False)
    )
    account_id: int = Field(sa_column=Column(Integer, ForeignKey("accounts.id"), nullable=False))
    own_id: str = Field(max_length=120)


def types(session: Session, account_id: int) -> Sequence[EventType]:
    """The types that an account has named, in the order in which it did."""
    query = select(EventType).where(col(EventType.account_id) == account_id)
    return session.exec(query.order_by(col(EventType.id))).all()


def latest(
    session: Session, shop_id: int, event_type: str, reference: str, since: datetime
) -> Event | None:
    """The last event of this type and reference since then."""
    query = (
        select(Event)
        .where(
            col(Event.shop_id) == shop_id,
            col(Event.event_type) == event_type,
            col(Event.reference) == reference,
            col(Event.received_at) >= since,
        )
        .order_by(col(Event.id).desc())
        .limit(1)
    )
    return session.exec(query).first()


def with_order(
    session: Session, account_id: int, public_id: str
) -> tuple[Event, Order, Shop] | None:
    """An event of the account's shops, with its order and shop."""
    query = (
        select(Event, Order, Shop)
        .join(Order, col(Order.id) == col(Event.order_id))
        .join(Shop, col(Shop.id) == col(Event.shop_id))
        .where(col(Event.public_id) == public_id, col(Shop.account_id) == account_id)
    )
    return session.exec(query).first()


def products_of(session: Session, order_id: int) -> Sequence[Product]:
    """The products of an order, in the order of its lines."""
    query = (
        select(Product)
        .join(OrderLine, col(OrderLine.product_id) == col(Product.id))
        .where(col(OrderLine.order_id) == order_id)
        .order_by(col(OrderLine.id))
    )
    return session.exec(query).all()


def own_ids(session: Session, account_id: int) -> dict[int, str]:
    """What an account calls its shops, by their internal ids."""
    query = select(OwnShopId).where(col(OwnShopId.account_id) == account_id)
    return {row.shop_id: row.own_id for row in session.exec(query)}


def shop_called(session: Session, account_id: int, own_id: str) -> Shop | None:
    """The shop that the account calls so."""
    query = (
        select(Shop)
        .join(OwnShopId, col(OwnShopId.shop_id) == col(Shop.id))
        .where(col(OwnShopId.account_id) == account_id, col(OwnShopId.own_id) == own_id)
    )
    return session.exec(query).first()


def rename_rules(session: Session, account_id: int, before: str, after: str) -> None:
    """Let the rules of an account's shops follow a type under its new name.

    A shop that has a rule of the new name for the same kind keeps that one; the old goes.
    """
    shops = select(Shop.id).where(col(Shop.account_id) == account_id)
    new = aliased(InviteRule)
    taken = exists().where(
        col(new.shop_id) == col(InviteRule.shop_id),
        col(new.kind) == col(InviteRule.kind),
        col(new.event_type) == after,
    )
    session.execute(
        update(InviteRule)
        .where(
            col(InviteRule.event_type) == before,
            col(InviteRule.shop_id).in_(shops),
            ~taken,
        )
        .values(event_type=after)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        delete(InviteRule)
        .where(col(InviteRule.event_type) == before, col(InviteRule.shop_id).in_(shops))
        .execution_options(synchronize_session=False)
    )


def forget(session: Session, order_ids: Collection[int]) -> None:
    """Remove the events of orders whose buyers are forgotten."""
    session.execute(delete(Event).where(col(Event.order_id).in_(list(order_ids))))
