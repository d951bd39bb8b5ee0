"""Imports: what a shop declared about the reviews that it brought from elsewhere."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Column, ForeignKey, Integer
from sqlmodel import Field, Session, col, select

from store.columns import Table, UtcDateTime
from store.reviews import Review


class Import(Table, table=True):
    """One declaration of a shop; ``source`` names the former service on every review."""

    __tablename__ = "imports"

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    shop_id: int = Field(
        sa_column=Column(Integer, ForeignKey("shops.id"), nullable=False, index=True)
    )
    origin: str = Field(max_length=20)
    source: str = Field(max_length=80)
    signed_by: str = Field(max_length=80)
    declared_at: datetime = Field(sa_type=UtcDateTime)


def known(session: Session, shop_id: int, source: str, ids: Iterable[str]) -> set[str]:
    """Which of these ids of the former service the shop has brought already (MIG-4)."""
    query = select(Review.original_id).where(
        col(Review.shop_id) == shop_id,
        col(Review.imported_from) == source,
        col(Review.original_id).in_(list(ids)),
    )
    return {found for found in session.exec(query) if found is not None}
