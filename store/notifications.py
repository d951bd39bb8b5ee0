"""What users want to hear of new reviews, per shop, where they have chosen."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Column, ForeignKey, Integer
from sqlmodel import Field, Session, col, select

from domain.notifications import Band, Delivery, Wishes
from store.columns import Table, UtcDateTime


class Notification(Table, table=True):
    """One user's choice for one shop; ``bands`` are separated by spaces, perhaps none."""

    __tablename__ = "notification_choices"

    user_id: int = Field(sa_column=Column(Integer, ForeignKey("users.id"), primary_key=True))
    shop_id: int = Field(
        sa_column=Column(Integer, ForeignKey("shops.id"), primary_key=True, index=True)
    )
    bands: str = Field(max_length=40)
    delivery: str = Field(max_length=10)
    changed_at: datetime = Field(sa_type=UtcDateTime)

    @property
    def wishes(self) -> Wishes:
        """The choice as the rules see it."""
        bands = frozenset(Band(name) for name in self.bands.split())
        return Wishes(bands, Delivery(self.delivery))


_EVERY: Final = select(Notification)


def find(session: Session, user_id: int, shop_id: int) -> Notification | None:
    """What the user has chosen for the shop, if anything."""
    return session.get(Notification, (user_id, shop_id))


def of_user(session: Session, user_id: int) -> dict[int, Wishes]:
    """What the user has chosen, by the shops' internal ids."""
    rows = session.exec(_EVERY.where(col(Notification.user_id) == user_id))
    return {row.shop_id: row.wishes for row in rows}


def of_shop(session: Session, shop_id: int) -> dict[int, Wishes]:
    """What users have chosen for the shop, by their internal ids."""
    rows = session.exec(_EVERY.where(col(Notification.shop_id) == shop_id))
    return {row.user_id: row.wishes for row in rows}


def daily_shops(session: Session) -> Sequence[int]:
    """Internal ids of the shops of which somebody wants to hear once a day."""
    query = select(Notification.shop_id).where(col(Notification.delivery) == Delivery.DAILY)
    return session.exec(query.distinct().order_by(col(Notification.shop_id))).all()
