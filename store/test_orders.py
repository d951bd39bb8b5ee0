"""Orders that auditors placed to see whether a shop keeps what it promises (systems.md §31)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, Integer, Text
from sqlmodel import Field, Session, col, select

from store.columns import Table, UtcDateTime


class TestOrder(Table, table=True):
    """One test order of one shop, what came of it, and the user who placed it."""

    __tablename__ = "test_orders"
    __table_args__ = (Index(None, "shop_id", "ordered_at"),)

    id: int = Field(default=None, primary_key=True)
    shop_id: int = Field(sa_column=Column(Integer, ForeignKey("shops.id"), nullable=False))
    ordered_at: datetime = Field(sa_type=UtcDateTime)
    has_passed: bool
    note: str = Field(sa_column=Column(Text, nullable=False))
    auditor: str = Field(max_length=120)
    noted_at: datetime = Field(sa_type=UtcDateTime)


def of_shop(session: Session, shop_id: int, *, most: int) -> Sequence[TestOrder]:
    """The shop's test orders, the latest first."""
    query = select(TestOrder).where(col(TestOrder.shop_id) == shop_id)
    latest = col(TestOrder.ordered_at).desc(), col(TestOrder.id).desc()
    return session.exec(query.order_by(*latest).limit(most)).all()
