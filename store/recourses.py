"""Recourses: what shops owe for payouts."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Text, or_
from sqlmodel import Field, Session, col, select

from store.claims import Claim
from store.columns import Table, UtcDateTime
from store.payouts import Payout
from store.shops import Shop


class Recourse(Table, table=True):
    """One invoice to a shop for one payout: minor units of ``currency``.

    ``insurer_minor`` is what an insurer bears where the shop does not pay, as the rule was at
    ``invoiced_at``. ``version`` rises with each change.
    """

    __tablename__ = "recourses"
    __table_args__ = (Index(None, "state", "due_at"), Index(None, "shop_id"))

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    payout_id: int = Field(
        sa_column=Column(Integer, ForeignKey("payouts.id"), nullable=False, unique=True)
    )
    shop_id: int = Field(sa_column=Column(Integer, ForeignKey("shops.id"), nullable=False))
    number: str = Field(max_length=20, unique=True)
    amount_minor: int = Field(sa_column=Column(BigInteger, nullable=False))
    insurer_minor: int = Field(sa_column=Column(BigInteger, nullable=False))
    currency: str = Field(max_length=3)
    state: str = Field(max_length=12)
    reason: str = Field(default="", sa_column=Column(Text, nullable=False))
    invoiced_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    version: int = 1


def by_public_id(session: Session, public_id: str) -> Recourse | None:
    """The recourse with this id, locked until the end."""
    query = select(Recourse).where(col(Recourse.public_id) == public_id)
    query = query.with_for_update().execution_options(populate_existing=True)
    return session.exec(query).first()


def of_payout(session: Session, payout_id: int) -> Recourse | None:
    """The recourse for a payout."""
    return session.exec(select(Recourse).where(col(Recourse.payout_id) == payout_id)).first()


def claim_of(session: Session, row: Recourse) -> Claim | None:
    """The claim that was paid."""
    query = select(Claim).join(Payout, col(Payout.claim_id) == col(Claim.id))
    return session.exec(query.where(col(Payout.id) == row.payout_id)).first()


def listed(
    session: Session,
    states: Collection[str],
    *,
    shop_id: int | None = None,
    text: str = "",
    most: int,
) -> Sequence[tuple[Recourse, Claim, Shop]]:
    """Recourses in these states, those first that are due first; of one shop, or of all.

    With ``text`` those whose own number, or that of their claim, begins so, in any state.
    """
    query = (
        select(Recourse, Claim, Shop)
        .join(Payout, col(Payout.id) == col(Recourse.payout_id))
        .join(Claim, col(Claim.id) == col(Payout.claim_id))
        .join(Shop, col(Shop.id) == col(Recourse.shop_id))
        .order_by(col(Recourse.due_at), col(Recourse.id))
        .limit(most)
    )
    if text:
        numbers = (Recourse.number, Recourse.public_id, Claim.public_id)
        query = query.where(or_(*(col(each).startswith(text, autoescape=True) for each in numbers)))
    else:
        query = query.where(col(Recourse.state).in_(states))
    if shop_id is not None:
        query = query.where(col(Recourse.shop_id) == shop_id)
    return session.exec(query).all()
