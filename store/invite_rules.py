"""When shops have their buyers invited, what they leave out, and the moments at which mails go."""

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import Column, ForeignKey, Integer, Text, UniqueConstraint, bindparam, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, col, select

from store.columns import Table, UtcDateTime

_INSERTS: Final[dict[str, Any]] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


class InviteRule(Table, table=True):
    """One rule for each shop, event type and kind of review; absent ones have the defaults.

    ``delay`` is an ISO 8601 duration, ``time_of_day`` ``HH:MM`` in UTC, ``quiet_days`` ISO week
    days, parted by commas (1 is Monday).
    """

    __tablename__ = "invite_rules"
    __table_args__ = (UniqueConstraint("shop_id", "event_type", "kind"),)

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    shop_id: int = Field(sa_column=Column(Integer, ForeignKey("shops.id"), nullable=False))
    event_type: str = Field(max_length=60)
    kind: str = Field(max_length=20)
    is_enabled: bool
    delay: str = Field(max_length=20)
    time_of_day: str = Field(max_length=5)
    apply_trigger_date: bool
    reminder_days: int | None = None
    quiet_days: str = Field(default="", max_length=20)
    changed_at: datetime = Field(sa_type=UtcDateTime)


class CollectionSettings(Table, table=True):
    """How a shop's unsigned orders are confirmed, and whom it leaves out (a JSON list)."""

    __tablename__ = "collection_settings"

    shop_id: int = Field(
        sa_column=Column(Integer, ForeignKey("shops.id"), primary_key=True, autoincrement=False)
    )
    confirms: str = Field(max_length=10)
    exclusions: str = Field(sa_type=Text)
    changed_at: datetime = Field(sa_type=UtcDateTime)


class SendSlot(Table, table=True):
    """A minute at which invitations leave: with its row comes the job that sends them."""

    __tablename__ = "send_slots"

    at: datetime = Field(sa_type=UtcDateTime, primary_key=True)


# Built once: building this statement costs as much as running it.
_OF_SHOP: Final = select(InviteRule).where(col(InviteRule.shop_id) == bindparam("shop_id"))


def of_shop(session: Session, shop_id: int) -> list[InviteRule]:
    """The rules that the shop has changed."""
    return list(session.exec(_OF_SHOP, params={"shop_id": shop_id}).all())


def settings(session: Session, shop_id: int) -> CollectionSettings | None:
    return session.get(CollectionSettings, shop_id)


def keep_slots(session: Session, moments: Collection[datetime]) -> list[datetime]:
    """Those of these minutes that were not there yet."""
    statement = _keeping(session.get_bind().dialect.name)
    values = [{"at": moment} for moment in sorted(moments)]
    return list(session.connection().execute(statement, values).scalars())


@cache
def _keeping(dialect: str) -> Any:
    insert = _INSERTS[dialect](Table.metadata.tables[SendSlot.__tablename__])
    return insert.on_conflict_do_nothing(index_elements=["at"]).returning(insert.table.c.at)


def forget_slots(session: Session, before: datetime) -> None:
    """Remove minutes that have passed."""
    session.execute(delete(SendSlot).where(col(SendSlot.at) < before))
