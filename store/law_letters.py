"""Letters about changes of the law: what was written for a market, and who wants to have them."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlmodel import Field, Session, col, func, select

from store.columns import Table, UtcDateTime
from store.shops import Shop
from store.users import Grant


class LawLetter(Table, table=True):
    """One letter of an auditor for the members of one market; ``sent_at`` is empty before."""

    __tablename__ = "law_letters"

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    market: str = Field(max_length=8, index=True)
    author: str = Field(max_length=120)
    written_at: datetime = Field(sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class LawLetterText(Table, table=True):
    """What a letter says in one language."""

    __tablename__ = "law_letter_texts"

    letter_id: int = Field(
        sa_column=Column(Integer, ForeignKey("law_letters.id"), primary_key=True)
    )
    language: str = Field(sa_column=Column(String(2), primary_key=True))
    subject: str = Field(max_length=120)
    text: str


class LawSubscription(Table, table=True):
    """That a person wants the letters of a market, since when, and to which text they agreed.

    ``ended_at`` is when they wanted them no more; the row stays as the proof of the consent.
    """

    __tablename__ = "law_subscriptions"

    user_id: int = Field(sa_column=Column(Integer, ForeignKey("users.id"), primary_key=True))
    market: str = Field(sa_column=Column(String(8), primary_key=True))
    text_version: str = Field(max_length=20)
    agreed_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def by_public_id(session: Session, public_id: str, *, lock: bool = False) -> LawLetter | None:
    """The letter with this id; with ``lock`` nobody else changes it until the end."""
    query = select(LawLetter).where(col(LawLetter.public_id) == public_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.exec(query).first()


def texts_of(session: Session, letter_ids: Collection[int]) -> Sequence[LawLetterText]:
    """What these letters say, each by language."""
    query = select(LawLetterText).where(col(LawLetterText.letter_id).in_(letter_ids))
    order = col(LawLetterText.letter_id), col(LawLetterText.language)
    return session.exec(query.order_by(*order)).all()


def listed(session: Session, *, most: int) -> Sequence[LawLetter]:
    """Letters of all markets, the latest first."""
    return session.exec(select(LawLetter).order_by(col(LawLetter.id).desc()).limit(most)).all()


def sent(session: Session, market: str, *, most: int) -> Sequence[LawLetter]:
    """Letters that went to the members of a market, the latest first."""
    query = select(LawLetter).where(
        col(LawLetter.market) == market, col(LawLetter.sent_at).is_not(None)
    )
    return session.exec(query.order_by(col(LawLetter.sent_at).desc()).limit(most)).all()


def subscription(
    session: Session, user_id: int, market: str, *, lock: bool = False
) -> LawSubscription | None:
    """What a person has said about the letters of a market."""
    query = select(LawSubscription).where(
        col(LawSubscription.user_id) == user_id, col(LawSubscription.market) == market
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.exec(query).first()


def subscribers(
    session: Session, market: str, right: str, *, after: int, most: int
) -> Sequence[tuple[int, str]]:
    """Who wants the letters of a market and holds ``right`` on a shop there: internal ids in
    order, after one, each with the key of one such shop.
    """
    person = col(LawSubscription.user_id)
    query = (
        select(person, func.min(Shop.shop_key))
        .join(Grant, col(Grant.user_id) == person)
        .join(Shop, col(Shop.id) == col(Grant.shop_id))
        .where(
            col(LawSubscription.market) == market,
            col(LawSubscription.ended_at).is_(None),
            col(Shop.market) == market,
            col(Grant.right) == right,
            person > after,
        )
    )
    return session.exec(query.group_by(person).order_by(person).limit(most)).all()
