"""Orders that shops' pages handed over, and the numbers of the secrets that sign them.

Buyers' addresses are encrypted, with a keyed hash to find them by. The secrets are derived from
the installation's secret and stand in no table.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    bindparam,
    text,
)
from sqlmodel import Field, Session, col, select

from store.columns import Table, UtcDateTime

_TO_CONFIRM: Final = "send_at IS NOT NULL AND order_id IS NULL AND denied_at IS NULL"


class HandOver(Table, table=True):
    """One order as a page told it; ``lines`` is a JSON list, ``wants`` are words.

    It is no order record before ``confirmed_at``, when ``order_id`` names the one that it
    became. ``wants_review`` with the legal basis is what an invitation needs. One that nobody
    has confirmed by ``send_at``, or denied, is confirmed tacitly (LVL-2b).
    """

    __tablename__ = "hand_overs"
    __table_args__ = (
        UniqueConstraint("shop_id", "reference"),
        Index(
            "ix_hand_overs_to_confirm",
            "send_at",
            sqlite_where=text(_TO_CONFIRM),
            postgresql_where=text(_TO_CONFIRM),
        ),
        Index(
            "ix_hand_overs_to_forget",
            "received_at",
            sqlite_where=text("forgotten_at IS NULL"),
            postgresql_where=text("forgotten_at IS NULL"),
        ),
    )

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    shop_id: int = Field(sa_column=Column(Integer, ForeignKey("shops.id"), nullable=False))
    order_id: int | None = Field(
        default=None, sa_column=Column(Integer, ForeignKey("orders.id"), nullable=True, index=True)
    )
    reference: str = Field(max_length=255)
    email_cipher: bytes
    email_hash: str = Field(max_length=64, index=True)
    amount_minor: int | None = Field(default=None, sa_type=BigInteger)
    currency: str = Field(max_length=3)
    payment_type: str = Field(max_length=20)
    payment_text: str = Field(max_length=100)
    estimated_delivery_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    lines: str = Field(sa_type=Text)
    language: str = Field(max_length=2)
    wants_review: bool
    legal_basis: str = Field(max_length=20)
    legal_basis_version: str = Field(max_length=80)
    legal_basis_at: datetime = Field(sa_type=UtcDateTime)
    is_signed: bool
    received_at: datetime = Field(sa_type=UtcDateTime, index=True)
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    send_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    denied_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    denied_by: str = Field(default="", max_length=40, sa_column_kwargs={"server_default": ""})
    forgotten_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ShopSecret(Table, table=True):
    """A secret of a shop by its number; the one with the highest number is the present one."""

    __tablename__ = "shop_secrets"

    shop_id: int = Field(sa_column=Column(Integer, ForeignKey("shops.id"), primary_key=True))
    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    created_at: datetime = Field(sa_type=UtcDateTime)


# Built once: building this statement costs as much as running it.
_BY_REFERENCES: Final = select(HandOver).where(
    col(HandOver.shop_id) == bindparam("shop_id"),
    col(HandOver.reference).in_(bindparam("references", expanding=True)),
)


def by_reference(session: Session, shop_id: int, reference: str) -> HandOver | None:
    """What a page of the shop said of the order with this reference."""
    query = select(HandOver).where(
        col(HandOver.shop_id) == shop_id, col(HandOver.reference) == reference
    )
    return session.exec(query).first()


def by_references(
    session: Session, shop_id: int, references: Collection[str]
) -> dict[str, HandOver]:
    """What pages of the shop said of the orders with these references."""
    parameters = {"shop_id": shop_id, "references": list(references)}
    return {row.reference: row for row in session.exec(_BY_REFERENCES, params=parameters)}


def by_public_id(session: Session, shop_id: int, public_id: str) -> HandOver | None:
    """The hand-over with this id, if it is the shop's; its row is held."""
    query = select(HandOver).where(
        col(HandOver.shop_id) == shop_id, col(HandOver.public_id) == public_id
    )
    return session.exec(query.with_for_update()).first()


def to_confirm(session: Session, until: datetime, *, most: int) -> Sequence[tuple[int, str]]:
    """Shop ids and public ids of orders that count as confirmed by now, the first ones first."""
    query = (
        select(HandOver.shop_id, HandOver.public_id)
        .where(text(_TO_CONFIRM), col(HandOver.send_at) <= until)
        .order_by(col(HandOver.send_at), col(HandOver.id))
        .limit(most)
    )
    return session.exec(query).all()


def unconfirmed(
    session: Session, shop_id: int, *, most: int, before_id: int | None = None
) -> Sequence[HandOver]:
    """Orders of the shop's pages that nobody has confirmed or denied, the newest first."""
    query = select(HandOver).where(
        col(HandOver.shop_id) == shop_id,
        col(HandOver.order_id).is_(None),
        col(HandOver.denied_at).is_(None),
    )
    if before_id is not None:
        query = query.where(col(HandOver.id) < before_id)
    return session.exec(query.order_by(col(HandOver.id).desc()).limit(most)).all()


def is_any(session: Session, shop_id: int) -> bool:
    """Whether a page of the shop ever handed over an order."""
    query = select(HandOver.id).where(col(HandOver.shop_id) == shop_id).limit(1)
    return session.exec(query).first() is not None


def secrets(session: Session, shop_id: int) -> Sequence[ShopSecret]:
    """The shop's secrets, the newest first."""
    query = select(ShopSecret).where(col(ShopSecret.shop_id) == shop_id)
    return session.exec(query.order_by(col(ShopSecret.number).desc())).all()
