"""Webhooks of shops, and every delivery that they made or still have to make."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    Text,
    bindparam,
    delete,
    literal_column,
    text,
)
from sqlmodel import Field, Session, col, func, select

from store.columns import Table, UtcDateTime

_WAITING: Final = "state = 'WAITING'"


class Webhook(Table, table=True):
    """An address of a shop that is told of events; ``events`` are separated by spaces.

    A paused one hears nothing. Its secrets are derived from their number, never stored.
    """

    __tablename__ = "webhooks"

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    shop_id: int = Field(
        sa_column=Column(Integer, ForeignKey("shops.id"), nullable=False, index=True)
    )
    name: str = Field(default="", max_length=120)
    url: str = Field(max_length=2000)
    events: str = Field(max_length=200)
    secret_number: int = 1
    secret_changed_at: datetime = Field(sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    paused_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Delivery(Table, table=True):
    """One event for one webhook, and what came of the calls; ``payload`` is the JSON sent.

    ``status`` is the last answer's (0 where there was none), ``problem`` why it did not do.
    """

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        Index("ix_webhook_deliveries_webhook_id_id", "webhook_id", "id"),
        Index(
            "ix_webhook_deliveries_waiting",
            "webhook_id",
            sqlite_where=text(_WAITING),
            postgresql_where=text(_WAITING),
        ),
    )

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    webhook_id: int = Field(
        sa_column=Column(Integer, ForeignKey("webhooks.id", ondelete="CASCADE"), nullable=False)
    )
    event: str = Field(max_length=40)
    payload: str = Field(sa_column=Column(Text, nullable=False))
    state: str = Field(max_length=20)
    created_at: datetime = Field(sa_type=UtcDateTime, index=True)
    attempts: int = 0
    called_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    next_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    status: int = 0
    problem: str = Field(default="", max_length=200)


def of_shop(session: Session, shop_id: int) -> Sequence[Webhook]:
    """The shop's webhooks, the oldest first."""
    return session.exec(_OF_SHOP, params={"shop": shop_id}).all()


# Built once: building this statement costs as much as running it.
_OF_SHOP: Final = (
    select(Webhook).where(col(Webhook.shop_id) == bindparam("shop")).order_by(col(Webhook.id))
)


def by_public_id(
    session: Session, shop_id: int, public_id: str, *, lock: bool = False
) -> Webhook | None:
    """The shop's webhook with this id; ``lock`` holds its row until the transaction ends."""
    query = select(Webhook).where(
        col(Webhook.shop_id) == shop_id, col(Webhook.public_id) == public_id
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.exec(query).first()


def delivery(session: Session, delivery_id: int) -> tuple[Delivery, Webhook] | None:
    """A delivery and its webhook, held until the transaction ends."""
    query = (
        select(Delivery, Webhook)
        .join(Webhook, col(Webhook.id) == col(Delivery.webhook_id))
        .where(col(Delivery.id) == delivery_id)
        .with_for_update(of=Delivery)
    )
    return session.exec(query).first()


def deliveries(
    session: Session, webhook_id: int, *, before: int | None, limit: int
) -> Sequence[Delivery]:
    """Deliveries of a webhook, the newest first, from below the number ``before``."""
    query = select(Delivery).where(col(Delivery.webhook_id) == webhook_id)
    if before is not None:
        query = query.where(col(Delivery.id) < before)
    return session.exec(query.order_by(col(Delivery.id).desc()).limit(limit)).all()


def delivery_by_public_id(session: Session, webhook_id: int, public_id: str) -> Delivery | None:
    """The webhook's delivery with this id."""
    query = select(Delivery).where(
        col(Delivery.webhook_id) == webhook_id, col(Delivery.public_id) == public_id
    )
    return session.exec(query).first()


def waiting(session: Session, webhook_id: int) -> int:
    """How many deliveries of a webhook have not come to their end."""
    query = select(func.count()).where(
        col(Delivery.webhook_id) == webhook_id, literal_column(_WAITING)
    )
    return session.exec(query).one()


def remove(session: Session, webhook: Webhook) -> None:
    """Remove a webhook, and what it has sent."""
    session.connection().execute(delete(Delivery).where(col(Delivery.webhook_id) == webhook.id))
    session.delete(webhook)


def remove_before(session: Session, before: datetime) -> int:
    """Remove deliveries that are older than this moment; returns how many."""
    statement = delete(Delivery).where(col(Delivery.created_at) < before)
    return session.connection().execute(statement).rowcount
