"""Payouts of claims, and the files for the bank in which they were sent; both encrypted."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, or_
from sqlmodel import Field, Session, col, func, select

from domain.payouts import PayoutState
from store.claims import Claim
from store.columns import Table, UtcDateTime
from store.shops import Shop


class PayoutRun(Table, table=True):
    """One file for the bank, made once: its bytes, encrypted, and their SHA-256.

    ``cipher`` is gone once the time to keep it is over. ``total_minor`` are minor units of EUR,
    ``message_id`` is how the bank names the file.
    """

    __tablename__ = "payout_runs"

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    message_id: str = Field(max_length=35)
    payouts: int
    total_minor: int = Field(sa_column=Column(BigInteger, nullable=False))
    cipher: bytes | None = Field(default=None, sa_type=LargeBinary)
    digest: str = Field(max_length=64)
    made_by: str = Field(max_length=120)
    made_at: datetime = Field(sa_type=UtcDateTime)


class Payout(Table, table=True):
    """What is paid for one approved claim: minor units of ``currency``; one for each claim.

    ``account_cipher`` is the account that was paid to, and ``payers`` are the public ids of all
    who have had a part in it, separated by spaces. ``reference`` is what the bank or the person
    who paid notes, ``failure`` why the last attempt came back. ``version`` rises with each change.
    """

    __tablename__ = "payouts"
    __table_args__ = (Index(None, "state", "id"),)

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    claim_id: int = Field(
        sa_column=Column(Integer, ForeignKey("claims.id"), nullable=False, unique=True)
    )
    shop_id: int = Field(sa_column=Column(Integer, ForeignKey("shops.id"), nullable=False))
    amount_minor: int = Field(sa_column=Column(BigInteger, nullable=False))
    currency: str = Field(max_length=3)
    state: str = Field(max_length=12)
    run_id: int | None = Field(
        default=None,
        sa_column=Column(Integer, ForeignKey("payout_runs.id"), nullable=True, index=True),
    )
    account_cipher: bytes | None = Field(default=None, sa_type=LargeBinary)
    payers: str = Field(default="", max_length=400)
    reference: str = Field(default="", max_length=140)
    failure: str = Field(default="", max_length=140)
    attempts: int = 0
    prepared_at: datetime = Field(sa_type=UtcDateTime)
    paid_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    version: int = 1


class PayoutReturn(Table, table=True):
    """A payment that had arrived as far as anybody knew, and that the bank has sent back."""

    __tablename__ = "payout_returns"

    id: int = Field(default=None, primary_key=True)
    payout_id: int = Field(
        sa_column=Column(Integer, ForeignKey("payouts.id"), nullable=False, index=True)
    )
    paid_at: datetime = Field(sa_type=UtcDateTime)
    returned_at: datetime = Field(sa_type=UtcDateTime)


def by_public_id(session: Session, public_id: str, *, lock: bool = False) -> Payout | None:
    """The payout with this id; with ``lock`` nobody else changes it until the end."""
    query = select(Payout).where(col(Payout.public_id) == public_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.exec(query).first()


def of_claim(session: Session, claim_id: int) -> Payout | None:
    """The payout of a claim."""
    return session.exec(select(Payout).where(col(Payout.claim_id) == claim_id)).first()


def many(session: Session, public_ids: Collection[str]) -> Sequence[Payout]:
    """The payouts with these ids, in their order of preparation, locked until the end."""
    query = (
        select(Payout)
        .where(col(Payout.public_id).in_(public_ids))
        .order_by(col(Payout.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.exec(query).all()


def prepared_for(session: Session, protection_id: int) -> int:
    """Minor units that were prepared or paid for a protection, by whichever claim."""
    query = (
        select(func.coalesce(func.sum(Payout.amount_minor), 0))
        .join(Claim, col(Claim.id) == col(Payout.claim_id))
        .where(col(Claim.protection_id) == protection_id)
    )
    return int(session.exec(query).one())


def listed(
    session: Session, states: Collection[PayoutState], *, claim_id: str = "", most: int
) -> Sequence[tuple[Payout, Claim, Shop]]:
    """Payouts in these states, the oldest first, or that of the claim with this id or reference."""
    query = (
        select(Payout, Claim, Shop)
        .join(Claim, col(Claim.id) == col(Payout.claim_id))
        .join(Shop, col(Shop.id) == col(Payout.shop_id))
        .order_by(col(Payout.id))
        .limit(most)
    )
    if claim_id:
        is_meant = or_(col(Claim.public_id) == claim_id, col(Payout.reference) == claim_id)
        query = query.where(is_meant)
    else:
        query = query.where(col(Payout.state).in_(states))
    return session.exec(query).all()


def run(session: Session, public_id: str) -> PayoutRun | None:
    """The file with this id."""
    return session.exec(select(PayoutRun).where(col(PayoutRun.public_id) == public_id)).first()


def runs(session: Session, *, most: int) -> Sequence[PayoutRun]:
    """The newest files."""
    return session.exec(select(PayoutRun).order_by(col(PayoutRun.id).desc()).limit(most)).all()


def forget(session: Session, moment: datetime, *, most: int) -> int:
    """Empty files, accounts and reasons of payments from before a moment; returns how many."""
    old = session.exec(
        select(PayoutRun)
        .where(col(PayoutRun.made_at) < moment, col(PayoutRun.cipher).is_not(None))
        .limit(most)
    ).all()
    for file in old:
        file.cipher = None
        session.add(file)
    # Of a payment that came back and was never made again, its preparation counts.
    last = func.coalesce(Payout.paid_at, Payout.prepared_at, type_=UtcDateTime())
    is_kept = or_(col(Payout.account_cipher).is_not(None), col(Payout.failure) != "")
    done = session.exec(select(Payout).where(last < moment, is_kept).limit(most)).all()
    for row in done:
        row.account_cipher, row.failure = None, ""
        session.add(row)
    return len(old) + len(done)
