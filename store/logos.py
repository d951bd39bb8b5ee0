"""Shops' logos, as they are sent: re-encoded, one for each shop."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Integer
from sqlmodel import Field, Session, col, select

from store.columns import Table, UtcDateTime


class Logo(Table, table=True):
    """The logo of one shop; ``tag`` changes with the picture, edges are in px."""

    __tablename__ = "shop_logos"

    shop_id: int = Field(
        sa_column=Column(Integer, ForeignKey("shops.id"), primary_key=True, autoincrement=False)
    )
    body: bytes
    media_type: str = Field(max_length=20)
    tag: str = Field(max_length=32)
    width: int
    height: int
    updated_at: datetime = Field(sa_type=UtcDateTime)


def of_shop(session: Session, shop_id: int) -> Logo | None:
    """The shop's logo, with its bytes."""
    return session.get(Logo, shop_id)


def tag_of(session: Session, shop_id: int) -> str | None:
    """The tag of the shop's logo, without its bytes."""
    return session.exec(select(Logo.tag).where(col(Logo.shop_id) == shop_id)).first()
