"""Widgets: configured elements that a shop's pages name by their id (embed.md 6)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Column, ForeignKey, Integer
from sqlmodel import Field, Session, col, select

from store.columns import Table, UtcDateTime
from store.shops import Shop


class Widget(Table, table=True):
    """A widget of one shop; ``config`` is a JSON object, ``locale`` such as ``de-DE``."""

    __tablename__ = "widgets"

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    shop_id: int = Field(
        sa_column=Column(Integer, ForeignKey("shops.id"), nullable=False, index=True)
    )
    application_type: str = Field(max_length=40)
    locale: str = Field(max_length=5)
    config: str = Field(max_length=1000)
    created_at: datetime = Field(sa_type=UtcDateTime)


def with_shop(session: Session, public_id: str) -> tuple[Widget, Shop] | None:
    """The widget with this id, and its shop."""
    query = (
        select(Widget, Shop)
        .join(Shop, col(Shop.id) == col(Widget.shop_id))
        .where(col(Widget.public_id) == public_id)
    )
    return session.exec(query).first()


def with_keys(session: Session, shop_key: str | None = None) -> Sequence[tuple[Widget, str]]:
    """Widgets with their shops' keys, in the order in which they were added; all, or a shop's."""
    query = select(Widget, Shop.shop_key).join(Shop, col(Shop.id) == col(Widget.shop_id))
    if shop_key is not None:
        query = query.where(col(Shop.shop_key) == shop_key)
    return session.exec(query.order_by(col(Widget.id))).all()
