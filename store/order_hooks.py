"""Addresses at which shop systems tell of orders, their latest calls, and shops' consents."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, delete
from sqlmodel import Field, Session, col, select

from store.columns import Table, UtcDateTime
from store.shops import Shop


class OrderHook(Table, table=True):
    """One address; its secret is kept encrypted, since some systems choose it themselves.

    ``former_cipher`` is the secret before, which is good for a while after the change.
    """

    __tablename__ = "order_hooks"

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    shop_id: int = Field(
        sa_column=Column(Integer, ForeignKey("shops.id"), nullable=False, index=True)
    )
    system: str = Field(max_length=20)
    name: str = Field(max_length=120)
    secret_cipher: bytes = Field(sa_type=LargeBinary)
    former_cipher: bytes | None = Field(default=None, sa_type=LargeBinary)
    secret_changed_at: datetime = Field(sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)


class OrderHookCall(Table, table=True):
    """What one call was about, and what became of it; nothing of its contents."""

    __tablename__ = "order_hook_calls"
    __table_args__ = (Index("ix_order_hook_calls_hook_id_id", "hook_id", "id"),)

    id: int = Field(default=None, primary_key=True)
    hook_id: int = Field(
        sa_column=Column(Integer, ForeignKey("order_hooks.id", ondelete="CASCADE"), nullable=False)
    )
    called_at: datetime = Field(sa_type=UtcDateTime)
    topic: str = Field(max_length=80)
    reference: str = Field(max_length=255)
    outcome: str = Field(max_length=20)
    detail: str = Field(max_length=200)


class OrderConsent(Table, table=True):
    """A shop's word that it holds its buyers' consent: which text, who gave it, and when."""

    __tablename__ = "order_consents"

    shop_id: int = Field(
        sa_column=Column(Integer, ForeignKey("shops.id"), primary_key=True, autoincrement=False)
    )
    version: str = Field(max_length=40)
    given_by: str = Field(max_length=80)
    given_at: datetime = Field(sa_type=UtcDateTime)


def of_shop(session: Session, shop_id: int) -> Sequence[OrderHook]:
    """The shop's addresses, the oldest first."""
    query = select(OrderHook).where(col(OrderHook.shop_id) == shop_id)
    return session.exec(query.order_by(col(OrderHook.id))).all()


def by_public_id(session: Session, shop_id: int, public_id: str) -> OrderHook | None:
    """The shop's address with this id."""
    query = select(OrderHook).where(
        col(OrderHook.shop_id) == shop_id, col(OrderHook.public_id) == public_id
    )
    return session.exec(query).first()


def with_shop(session: Session, shop_key: str, public_id: str) -> tuple[OrderHook, Shop] | None:
    """An address and the shop whose key stands before it in the path."""
    query = (
        select(OrderHook, Shop)
        .join(Shop, col(Shop.id) == col(OrderHook.shop_id))
        .where(col(OrderHook.public_id) == public_id, col(Shop.shop_key) == shop_key)
    )
    return session.exec(query).first()


def consent(session: Session, shop_id: int) -> OrderConsent | None:
    """What the shop has said about its buyers' consent, if it has."""
    return session.get(OrderConsent, shop_id)


def calls(session: Session, hook_id: int, *, limit: int) -> Sequence[OrderHookCall]:
    """The latest calls of an address, the newest first."""
    query = select(OrderHookCall).where(col(OrderHookCall.hook_id) == hook_id)
    return session.exec(query.order_by(col(OrderHookCall.id).desc()).limit(limit)).all()


def trim(session: Session, hook_id: int, *, most: int) -> None:
    """Keep the latest ``most`` calls of an address, and no more."""
    oldest = (
        select(OrderHookCall.id)
        .where(col(OrderHookCall.hook_id) == hook_id)
        .order_by(col(OrderHookCall.id).desc())
        .offset(most)
        .limit(1)
    )
    number = session.exec(oldest).first()
    if number is not None:
        statement = delete(OrderHookCall).where(
            col(OrderHookCall.hook_id) == hook_id, col(OrderHookCall.id) <= number
        )
        session.connection().execute(statement)


def remove(session: Session, hook: OrderHook) -> None:
    """Remove an address, and the list of its calls."""
    session.connection().execute(delete(OrderHookCall).where(col(OrderHookCall.hook_id) == hook.id))
    session.delete(hook)
