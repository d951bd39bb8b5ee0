"""Invitations: each a permission to write one review of one purchase."""

from datetime import datetime
from typing import Final

from sqlalchemy import Column, ForeignKey, Integer, UniqueConstraint, bindparam
from sqlmodel import Field, Session, col, select

from store.columns import Table, UtcDateTime
from store.orders import Order


class Invitation(Table, table=True):
    """``subject_id`` is 0 for the shop itself, else the product: one of each per order, ever."""

    __tablename__ = "invitations"
    __table_args__ = (UniqueConstraint("order_id", "subject_id"),)

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    shop_id: int = Field(
        sa_column=Column(Integer, ForeignKey("shops.id"), nullable=False, index=True)
    )
    order_id: int = Field(sa_column=Column(Integer, ForeignKey("orders.id"), nullable=False))
    subject_id: int = 0
    kind: str = Field(max_length=20)
    state: str = Field(max_length=20)
    issued_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)


# Built once: building these statements costs as much as running them.
_WITH_ORDER: Final = (
    select(Invitation, Order)
    .join(Order, col(Order.id) == col(Invitation.order_id))
    .where(col(Invitation.public_id) == bindparam("public_id"))
)
_BY_SUBJECT: Final = select(Invitation).where(
    col(Invitation.order_id) == bindparam("order_id"),
    col(Invitation.subject_id) == bindparam("subject_id"),
)


def with_order(session: Session, public_id: str) -> tuple[Invitation, Order] | None:
    """The invitation with this id, and the order that it was issued for."""
    return session.exec(_WITH_ORDER, params={"public_id": public_id}).first()


def by_subject(session: Session, order_id: int, subject_id: int) -> Invitation | None:
    """The invitation of this order for the shop (0) or one product."""
    parameters = {"order_id": order_id, "subject_id": subject_id}
    return session.exec(_BY_SUBJECT, params=parameters).first()
