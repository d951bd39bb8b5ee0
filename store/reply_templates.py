"""Reply templates: texts that a shop's staff answers with, by language."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Column, ForeignKey, Integer, UniqueConstraint, func
from sqlmodel import Field, Session, col, select

from store.columns import Table, UtcDateTime


class ReplyTemplate(Table, table=True):
    """A text with placeholders, under a name that is unique in its shop and language."""

    __tablename__ = "reply_templates"
    __table_args__ = (UniqueConstraint("shop_id", "language", "name"),)

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    shop_id: int = Field(sa_column=Column(Integer, ForeignKey("shops.id"), nullable=False))
    language: str = Field(max_length=8)
    name: str = Field(max_length=80)
    text: str
    changed_at: datetime = Field(sa_type=UtcDateTime)


def of_shop(session: Session, shop_id: int) -> Sequence[ReplyTemplate]:
    """A shop's templates by language and name."""
    query = (
        select(ReplyTemplate)
        .where(col(ReplyTemplate.shop_id) == shop_id)
        .order_by(col(ReplyTemplate.language), col(ReplyTemplate.name))
    )
    return session.exec(query).all()


def by_public_id(session: Session, shop_id: int, public_id: str) -> ReplyTemplate | None:
    """The shop's template with this id."""
    query = select(ReplyTemplate).where(
        col(ReplyTemplate.public_id) == public_id, col(ReplyTemplate.shop_id) == shop_id
    )
    return session.exec(query).first()


def by_name(session: Session, shop_id: int, language: str, name: str) -> ReplyTemplate | None:
    """The shop's template of this name in this language."""
    query = select(ReplyTemplate).where(
        col(ReplyTemplate.shop_id) == shop_id,
        col(ReplyTemplate.language) == language,
        col(ReplyTemplate.name) == name,
    )
    return session.exec(query).first()


def count(session: Session, shop_id: int) -> int:
    """How many templates a shop has."""
    query = select(func.count()).where(col(ReplyTemplate.shop_id) == shop_id)
    return session.exec(query).one()
