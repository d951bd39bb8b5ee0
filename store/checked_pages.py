"""Pages of a shop that it had us check, each with what was found the last time."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Column, ForeignKey, Integer, Text, UniqueConstraint
from sqlmodel import Field, Session, col, select

from store.columns import Table, UtcDateTime


class CheckedPage(Table, table=True):
    """One page of one shop, looked at by one kind of ``job``.

    ``verdict`` is the weightiest thing that was found, or the code of why the page cannot be
    had; ``report`` is a JSON object, empty in that case.
    """

    __tablename__ = "checked_pages"
    __table_args__ = (UniqueConstraint("shop_id", "job", "url"),)

    id: int = Field(default=None, primary_key=True)
    shop_id: int = Field(sa_column=Column(Integer, ForeignKey("shops.id"), nullable=False))
    job: str = Field(max_length=40)
    url: str = Field(max_length=2000)
    checked_at: datetime = Field(sa_type=UtcDateTime)
    verdict: str = Field(max_length=40)
    report: str = Field(default="", sa_column=Column(Text, nullable=False))


def of_shop(session: Session, shop_id: int, job: str) -> Sequence[CheckedPage]:
    """The shop's pages that this job has looked at, the latest first."""
    query = select(CheckedPage).where(col(CheckedPage.shop_id) == shop_id)
    latest = col(CheckedPage.checked_at).desc(), col(CheckedPage.id).desc()
    return session.exec(query.where(col(CheckedPage.job) == job).order_by(*latest)).all()
