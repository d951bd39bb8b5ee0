"""Claims of protected buyers, their steps, and what was said in them; texts are encrypted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Text,
    and_,
    case,
    func,
    literal,
    or_,
    update,
)
from sqlmodel import Field, Session, col, select

from store.columns import Table, UtcDateTime
from store.protections import Protection
from store.shops import Shop


class Claim(Table, table=True):
    """One claim about one protection (systems.md §36).

    ``version`` rises with each change, so that two people notice each other; ``rules`` is the
    version of the rules of the last step. ``wake_at`` is when a job looks at it again. Amounts
    are minor units of ``currency``; the four that a buyer declares are None until then,
    ``shop_refunded_minor``, what the shop says it has refunded, unless its answer is a refund, and
    ``approved_minor`` until a person has approved. ``handlers`` are the public ids of
    everybody who has handled it, separated by spaces, ``handler`` that of who has it now,
    ``assessed_by`` who approved or rejected, ``decider`` who decided the appeal. The settlement
    stands once both have agreed. At ``covered_until`` the protection ends.
    """

    __tablename__ = "claims"
    __table_args__ = (
        Index(None, "shop_id", "opened_at"),
        Index(None, "state", "due_at"),
    )

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    protection_id: int = Field(
        sa_column=Column(Integer, ForeignKey("protections.id"), nullable=False, unique=True)
    )
    shop_id: int = Field(sa_column=Column(Integer, ForeignKey("shops.id"), nullable=False))
    buyer_hash: str = Field(max_length=64, index=True)
    problem: str = Field(max_length=24)
    reason: str = Field(max_length=24)
    state: str = Field(max_length=16)
    version: int = 1
    rules: str = Field(max_length=12)
    opened_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    remind_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reminded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    wake_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    covered_until: datetime = Field(sa_type=UtcDateTime)
    received_on: date | None = Field(default=None, sa_column=Column(Date))
    withdrawn_on: date | None = Field(default=None, sa_column=Column(Date))
    answer: str = Field(default="", max_length=12)
    answer_on: date | None = Field(default=None, sa_column=Column(Date))
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    shop_refunded_minor: int | None = Field(default=None, sa_column=Column(BigInteger))
    settlement_minor: int | None = Field(default=None, sa_column=Column(BigInteger))
    settlement_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    settlement_buyer: bool | None = None
    settlement_shop: bool | None = None
    currency: str = Field(max_length=3)
    cover_minor: int = Field(sa_column=Column(BigInteger, nullable=False))
    paid_minor: int | None = Field(default=None, sa_column=Column(BigInteger))
    refunds_minor: int | None = Field(default=None, sa_column=Column(BigInteger))
    chargeback_minor: int | None = Field(default=None, sa_column=Column(BigInteger))
    kept_minor: int | None = Field(default=None, sa_column=Column(BigInteger))
    approved_minor: int | None = Field(default=None, sa_column=Column(BigInteger))
    assigned_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    is_extended: bool = False
    handler: str = Field(default="", max_length=120)
    handlers: str = Field(default="", sa_column=Column(Text, nullable=False))
    assessed_by: str = Field(default="", max_length=120)
    assessed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    appealed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decider: str = Field(default="", max_length=120)


class ClaimStep(Table, table=True):
    """One step of a claim: what happened, who did it, and by which version of the rules.

    Both sides see each step and its party; ``actor`` is for the operator's staff.
    """

    __tablename__ = "claim_steps"

    id: int = Field(default=None, primary_key=True)
    claim_id: int = Field(
        sa_column=Column(Integer, ForeignKey("claims.id"), nullable=False, index=True)
    )
    event: str = Field(max_length=20)
    from_state: str = Field(max_length=16)
    to_state: str = Field(max_length=16)
    party: str = Field(max_length=12)
    actor: str = Field(max_length=120)
    rules: str = Field(max_length=12)
    at: datetime = Field(sa_type=UtcDateTime)


class ClaimMessage(Table, table=True):
    """What somebody said in a claim, encrypted; ``kind`` says what for.

    ``cipher`` is gone once the time to keep it is over.
    """

    __tablename__ = "claim_messages"

    id: int = Field(default=None, primary_key=True)
    claim_id: int = Field(
        sa_column=Column(Integer, ForeignKey("claims.id"), nullable=False, index=True)
    )
    party: str = Field(max_length=12)
    kind: str = Field(max_length=16)
    cipher: bytes | None = Field(default=None, sa_type=LargeBinary)
    said_at: datetime = Field(sa_type=UtcDateTime)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part of a list ended: closed or not, the moment by which it stands, and the id."""

    is_closed: bool
    moment: datetime
    public_id: str


@dataclass(frozen=True, slots=True)
class Search:
    """Which claims a list shows, open ones before closed, the most urgent first, behind ``after``.

    ``text`` is the beginning of a claim's or protection's id, or an order reference.
    """

    states: tuple[str, ...] = ()
    shop_id: int | None = None
    text: str = ""
    most: int = 50
    after: Place | None = None


_CLOSED: Final[Any] = case((col(Claim.closed_at).is_(None), 0), else_=1)
# Where nothing is due, a claim stands behind all that have a deadline.
_NEVER: Final = datetime(2200, 1, 1, tzinfo=UTC)
_URGENT: Final[Any] = func.coalesce(
    Claim.due_at, Claim.closed_at, literal(_NEVER, UtcDateTime), type_=UtcDateTime
)


def moment_of(row: Claim) -> datetime:
    """By what a claim stands where it does in a list."""
    return row.due_at or row.closed_at or _NEVER


def by_public_id(session: Session, public_id: str, *, lock: bool = False) -> Claim | None:
    """The claim with this id; with ``lock`` nobody else changes it until the end."""
    query = select(Claim).where(col(Claim.public_id) == public_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.exec(query).first()


def by_id(session: Session, claim_id: int) -> Claim | None:
    """The claim with this number."""
    return session.get(Claim, claim_id)


def of_protection(session: Session, protection_id: int, *, lock: bool = False) -> Claim | None:
    """The claim about this protection; there is one at most, ``lock`` as above."""
    query = select(Claim).where(col(Claim.protection_id) == protection_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.exec(query).first()


def of_buyer(session: Session, buyer_hash: str) -> Sequence[tuple[Claim, Protection, Shop]]:
    """The claims of one buyer, the latest first."""
    query = (
        select(Claim, Protection, Shop)
        .join(Protection, col(Protection.id) == col(Claim.protection_id))
        .join(Shop, col(Shop.id) == col(Claim.shop_id))
        .where(col(Claim.buyer_hash) == buyer_hash)
        .order_by(col(Claim.id).desc())
        .limit(200)
    )
    return session.exec(query).all()


def awake(session: Session, now: datetime) -> Sequence[str]:
    """Ids of the claims in which something happens by itself, in the order of their time."""
    query = select(Claim.public_id).where(col(Claim.wake_at) <= now)
    return session.exec(query.order_by(col(Claim.wake_at), col(Claim.id))).all()


def found(session: Session, search: Search) -> Sequence[tuple[Claim, Protection, Shop]]:
    """Claims with their protections and shops, the most urgent first."""
    query = (
        select(Claim, Protection, Shop)
        .join(Protection, col(Protection.id) == col(Claim.protection_id))
        .join(Shop, col(Shop.id) == col(Claim.shop_id))
        .order_by(_CLOSED, _URGENT, col(Claim.public_id))
        .limit(search.most)
    )
    if search.states:
        query = query.where(col(Claim.state).in_(search.states))
    if search.shop_id is not None:
        query = query.where(col(Claim.shop_id) == search.shop_id)
    if search.text:
        is_meant = or_(
            col(Claim.public_id).startswith(search.text, autoescape=True),
            col(Protection.public_id).startswith(search.text, autoescape=True),
            col(Protection.order_reference) == search.text,
            col(Shop.name) == search.text,
        )
        query = query.where(is_meant)
    if search.after is not None:
        closed, moment = int(search.after.is_closed), search.after.moment
        is_next = and_(moment == _URGENT, col(Claim.public_id) > search.after.public_id)
        is_later = and_(closed == _CLOSED, or_(moment < _URGENT, is_next))
        query = query.where(or_(closed < _CLOSED, is_later))
    return session.exec(query).all()


def opened(
    session: Session,
    shop_id: int,
    *,
    states: Sequence[str],
    since: datetime | None,
    after: Claim | None,
    most: int,
) -> Sequence[tuple[Claim, Protection]]:
    """Claims about a shop, the latest report first; all of them stand behind ``after``."""
    query = (
        select(Claim, Protection)
        .join(Protection, col(Protection.id) == col(Claim.protection_id))
        .where(col(Claim.shop_id) == shop_id)
        .order_by(col(Claim.opened_at).desc(), col(Claim.id).desc())
        .limit(most)
    )
    if states:
        query = query.where(col(Claim.state).in_(states))
    if since is not None:
        query = query.where(col(Claim.opened_at) >= since)
    if after is not None:
        is_next = and_(col(Claim.opened_at) == after.opened_at, col(Claim.id) < after.id)
        query = query.where(or_(col(Claim.opened_at) < after.opened_at, is_next))
    return session.exec(query).all()


def steps(session: Session, claim_id: int) -> Sequence[ClaimStep]:
    """What has happened in a claim, in its order."""
    query = select(ClaimStep).where(col(ClaimStep.claim_id) == claim_id)
    return session.exec(query.order_by(col(ClaimStep.id))).all()


def messages(session: Session, claim_id: int) -> Sequence[ClaimMessage]:
    """What was said in a claim, in its order."""
    query = select(ClaimMessage).where(col(ClaimMessage.claim_id) == claim_id)
    return session.exec(query.order_by(col(ClaimMessage.id))).all()


def forgettable(session: Session, before: datetime, *, most: int) -> Sequence[Claim]:
    """Claims that were closed before this moment and still tell of a buyer."""
    query = (
        select(Claim)
        .where(col(Claim.closed_at) < before, col(Claim.buyer_hash) != "")
        .order_by(col(Claim.id))
        .limit(most)
    )
    return session.exec(query).all()


def forget(session: Session, claims: Sequence[Claim]) -> None:
    """Empty what was said in these claims, and whose they were."""
    numbers = [claim.id for claim in claims]
    plainly = {"synchronize_session": False}
    emptied = update(ClaimMessage).where(col(ClaimMessage.claim_id).in_(numbers))
    session.execute(emptied.values(cipher=None), execution_options=plainly)
    for claim in claims:
        claim.buyer_hash = ""
        session.add(claim)


def said(session: Session, claim_id: int) -> int:
    """How many messages a claim holds."""
    query = select(func.count()).where(col(ClaimMessage.claim_id) == claim_id)
    return session.exec(query).one()
