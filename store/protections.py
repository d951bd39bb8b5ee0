"""Protections of purchases, and buyers who have agreed to more than one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Final, TypeVar

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    ScalarResult,
    String,
    UniqueConstraint,
    and_,
    any_,
    bindparam,
    column,
    delete,
    exists,
    or_,
    table,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import make_transient_to_detached
from sqlmodel import Field, Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from domain.certificates import CertificateState
from domain.protections import ProtectionState
from store.columns import Table, UtcDateTime
from store.guarantors import Guarantor
from store.shops import Shop


class Protection(Table, table=True):
    """One protected purchase; amounts in minor units, once for each order of a shop.

    It runs from ``starts_at`` until ``ends_at``, which is 00:00 UTC and not part of it.
    ``cover_minor`` is in ``currency``, ``cover_eur_minor`` its value in EUR cents at the rate of
    ``fx_date``, which stays as it is. A claim extended it at ``extended_at``, Protection Plus
    prolonged it at ``prolonged_at``. The address is empty from ``forgotten_at`` on.
    """

    __tablename__ = "protections"
    __table_args__ = (
        UniqueConstraint("shop_id", "order_reference"),
        Index(None, "state", "ends_at"),
        Index(None, "shop_id", "starts_at"),
        Index(
            "ix_protections_to_forget",
            "ends_at",
            sqlite_where=text("forgotten_at IS NULL"),
            postgresql_where=text("forgotten_at IS NULL"),
        ),
    )

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    shop_id: int = Field(sa_column=Column(Integer, ForeignKey("shops.id"), nullable=False))
    guarantor_id: int = Field(
        sa_column=Column(Integer, ForeignKey("guarantors.id"), nullable=False)
    )
    order_reference: str = Field(max_length=255)
    ordered_at: datetime = Field(sa_type=UtcDateTime)
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str = Field(max_length=3)
    payment_type: str = Field(max_length=30)
    payment_raw: str = Field(max_length=100)
    buyer_cipher: bytes | None = Field(default=None, sa_type=LargeBinary)
    buyer_hash: str = Field(max_length=64, index=True)
    language: str = Field(max_length=8)
    residence: str = Field(max_length=2)
    tier: str = Field(max_length=12)
    cover_minor: int = Field(sa_type=BigInteger)
    cover_eur_minor: int = Field(sa_type=BigInteger)
    fx_rate: str = Field(max_length=30)
    fx_date: date
    starts_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime)
    state: str = Field(max_length=12)
    extended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    prolonged_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    expiry_told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    forgotten_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)


class ProtectionMember(Table, table=True):
    """A buyer who has agreed that later orders are protected too, or who has booked Plus.

    ``consented_at`` without ``withdrawn_at`` is the consent to the text ``consent_version``. Plus
    runs until ``plus_ends_at``; ``plus_cancelled_at`` is when the buyer ended it for then.
    """

    __tablename__ = "protection_members"

    id: int = Field(default=None, primary_key=True)
    buyer_hash: str = Field(max_length=64, unique=True)
    email_cipher: bytes
    language: str = Field(max_length=8)
    residence: str = Field(max_length=2)
    consent_version: str = Field(default="", max_length=80)
    consented_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    plus_starts_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    plus_ends_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    plus_cancelled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


@dataclass(frozen=True, slots=True)
class Search:
    """Which protections of a shop a list shows, the latest first, after ``before_id``.

    ``text`` is a protection's number or the reference of an order.
    """

    text: str = ""
    state: str = ""
    before_id: int | None = None
    most: int = 50


_PLAINLY: Final = {"synchronize_session": False}
_Row = TypeVar("_Row")
_TABLE: Final = Table.metadata.tables[Protection.__tablename__]
_CLAIMS: Final = table("claims", column("protection_id"), column("closed_at"))
_CERTIFICATES: Final = table("certificates", column("shop_id"), column("state"))
_OF_ORDERS: Final = select(Protection).where(
    col(Protection.shop_id) == bindparam("shop"),
    col(Protection.order_reference).in_(bindparam("references", expanding=True)),
)


def add_many(session: Session, rows: Collection[Protection]) -> Sequence[Protection]:
    """Store protections of a shop; left out is whose order has one, also of another transaction.

    Returns those that were stored, in the order of their references, in which every transaction
    stores them: two with the same orders wait for each other in one direction.
    """
    if not rows:
        return []
    ordered = sorted(rows, key=lambda row: row.order_reference)
    values = [row.model_dump(exclude={"id"}) for row in ordered]
    added = session.connection().execute(_adding(session.get_bind().dialect.name), values)
    found = {row.order_reference: row.id for row in added}
    stored = [row for row in ordered if row.order_reference in found]
    for row in stored:
        row.id = found[row.order_reference]
        # It is as the database has it, so that nothing is stored or read once more.
        make_transient_to_detached(row)
        session.add(row)
    return stored


# Built once for each dialect: building a statement costs more than running it.
@cache
def _adding(dialect: str) -> Any:
    insert: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    adding = insert(_TABLE).on_conflict_do_nothing(index_elements=["shop_id", "order_reference"])
    return adding.returning(_TABLE.c.order_reference, _TABLE.c.id)


def by_public_id(session: Session, public_id: str, *, lock: bool = False) -> Protection | None:
    """The protection with this number; ``lock`` holds its row until the transaction ends."""
    query = select(Protection).where(col(Protection.public_id) == public_id)
    return session.exec(_held(query) if lock else query).first()


def by_orders(session: Session, shop_id: int, references: Collection[str]) -> dict[str, Protection]:
    """The protections of these orders of a shop, by reference."""
    if not references:
        return {}
    told = {"shop": shop_id, "references": list(references)}
    return {row.order_reference: row for row in session.exec(_OF_ORDERS, params=told)}


def by_order(session: Session, shop_id: int, reference: str) -> Protection | None:
    """The protection of this order of a shop."""
    return by_orders(session, shop_id, [reference]).get(reference)


def refreshed(session: Session, row: Protection) -> Protection:
    """The row as it is now, held until the transaction ends."""
    return session.exec(_held(select(Protection).where(col(Protection.id) == row.id))).one()


def end(session: Session, state: str, now: datetime, *, most: int) -> Sequence[str]:
    """End what is over of those in this state; returns their numbers."""
    chosen = (
        select(Protection.id)
        .where(col(Protection.state) == state, col(Protection.ends_at) <= now)
        .order_by(col(Protection.ends_at), col(Protection.id))
        .limit(most)
    )
    ended = (
        update(Protection)
        .where(
            col(Protection.id).in_(chosen),
            # Once more: who has waited for a row looks at it as it is now.
            col(Protection.state) == state,
            col(Protection.ends_at) <= now,
        )
        .values(state=ProtectionState.ENDED.value, ended_at=col(Protection.ends_at))
        .returning(col(Protection.public_id))
    )
    return session.execute(ended, execution_options=_PLAINLY).scalars().all()


def expiring(
    session: Session, states: Collection[str], now: datetime, until: datetime, *, most: int
) -> Sequence[Protection]:
    """Those in these states that end by ``until`` and whose buyers were not told; held.

    What a claim has extended is left out.
    """
    query = (
        select(Protection)
        .where(
            col(Protection.state).in_(list(states)),
            col(Protection.ends_at) > now,
            col(Protection.ends_at) <= until,
            col(Protection.expiry_told_at).is_(None),
            col(Protection.extended_at).is_(None),
        )
        .order_by(col(Protection.ends_at), col(Protection.id))
    )
    return session.exec(_held(query.limit(most))).all()


def listed(session: Session, shop_id: int, search: Search) -> Sequence[Protection]:
    """A shop's protections, the latest first."""
    query = select(Protection).where(col(Protection.shop_id) == shop_id)
    if search.text:
        is_meant = or_(
            col(Protection.public_id) == search.text,
            col(Protection.order_reference) == search.text,
        )
        query = query.where(is_meant)
    if search.state:
        query = query.where(col(Protection.state) == search.state)
    if search.before_id is not None:
        query = query.where(col(Protection.id) < search.before_id)
    return session.exec(query.order_by(col(Protection.id).desc()).limit(search.most)).all()


def of_shop(session: Session, shop_id: int) -> Sequence[Protection]:
    """All protections of a shop, the first one first."""
    query = select(Protection).where(col(Protection.shop_id) == shop_id)
    return session.exec(query.order_by(col(Protection.id))).all()


def of_buyer(
    session: Session, buyer_hash: str, *, most: int
) -> Sequence[tuple[Protection, Shop, Guarantor]]:
    """The protections of one buyer, the latest first, each with its shop and its guarantor."""
    query = (
        select(Protection, Shop, Guarantor)
        .join(Shop, col(Shop.id) == col(Protection.shop_id))
        .join(Guarantor, col(Guarantor.id) == col(Protection.guarantor_id))
        .where(col(Protection.buyer_hash) == buyer_hash)
        .order_by(col(Protection.id).desc())
    )
    return session.exec(query.limit(most)).all()


def forget(
    session: Session, ended_before: datetime, claimed_before: datetime, now: datetime, *, most: int
) -> int:
    """Empty who was protected until before these moments, without and with a paid claim.

    Whoever waits for the end of a claim, or for the money, is not forgotten.
    """
    is_claimed = col(Protection.state) == ProtectionState.CLAIMED
    open_claims = select(_CLAIMS.c.protection_id).where(_CLAIMS.c.closed_at.is_(None))
    chosen = (
        select(Protection.id)
        .where(
            col(Protection.forgotten_at).is_(None),
            col(Protection.id).not_in(open_claims),
            or_(
                col(Protection.ends_at) < claimed_before,
                and_(~is_claimed, col(Protection.ends_at) < ended_before),
            ),
        )
        .order_by(col(Protection.ends_at), col(Protection.id))
        .limit(most)
    )
    return empty(session, col(Protection.id).in_(chosen), now)


def empty(session: Session, which: ColumnElement[bool], now: datetime) -> int:
    """Empty whose protections these were, and how they were paid for; returns how many."""
    emptied = update(Protection).where(which)
    values = {"buyer_cipher": None, "buyer_hash": "", "payment_raw": "", "forgotten_at": now}
    done = session.execute(
        emptied.values(**values).returning(col(Protection.id)),
        execution_options=_PLAINLY,
    )
    return len(done.all())


def member(session: Session, buyer_hash: str, *, lock: bool = False) -> ProtectionMember | None:
    """What a buyer has agreed to or booked; ``lock`` holds the row."""
    query = _MEMBER_LOCKED if lock else _MEMBER
    return session.exec(query, params={"buyer": buyer_hash}).first()


def members(session: Session, buyer_hashes: Collection[str]) -> dict[str, ProtectionMember]:
    """What these buyers have agreed to or booked, by their hash."""
    found = session.exec(_MEMBERS, params={"buyers": list(buyer_hashes)})
    return {row.buyer_hash: row for row in found}


def agreed(
    session: Session, shop_id: int, buyer_hashes: Collection[str], text: str
) -> Sequence[ProtectionMember]:
    """Those of these buyers who agree to this text; nobody where the shop has no valid certificate.

    One look for many orders at once, of which hardly any has a buyer who does.
    """
    told = {"buyers": list(buyer_hashes), "shop": shop_id, "text": text}
    return session.exec(_agreed(session.get_bind().dialect.name), params=told).all()


@cache
def _agreed(dialect: str) -> SelectOfScalar[ProtectionMember]:
    """PostgreSQL takes hundreds of addresses faster as one array."""
    buyer = col(ProtectionMember.buyer_hash)
    is_meant = (
        buyer == any_(bindparam("buyers", type_=postgresql.ARRAY(String)))
        if dialect == "postgresql"
        else buyer.in_(bindparam("buyers", expanding=True))
    )
    return select(ProtectionMember).where(
        is_meant,
        col(ProtectionMember.consented_at).is_not(None),
        col(ProtectionMember.withdrawn_at).is_(None),
        col(ProtectionMember.consent_version) == bindparam("text"),
        exists().where(
            _CERTIFICATES.c.shop_id == bindparam("shop"),
            _CERTIFICATES.c.state == CertificateState.VALID.value,
        ),
    )


def put_member(session: Session, row: ProtectionMember) -> ProtectionMember:
    """Store a buyer who agrees or books for the first time, else their language and residence.

    Returns the row, held until the transaction ends.
    """
    dialect = session.get_bind().dialect.name
    insert: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    told = {"language": row.language, "residence": row.residence}
    putting = insert(ProtectionMember).on_conflict_do_update(
        index_elements=["buyer_hash"], set_=told
    )
    values = row.model_dump(exclude={"id"})
    put: ScalarResult[ProtectionMember] = session.scalars(
        putting.returning(ProtectionMember), [values], execution_options={"populate_existing": True}
    )
    return put.one()


def with_plus(session: Session, now: datetime, *, most: int) -> Sequence[ProtectionMember]:
    """Members whose Protection Plus goes on, or went on until not long before, by its start."""
    query = select(ProtectionMember).where(
        col(ProtectionMember.plus_starts_at).is_not(None),
        or_(
            col(ProtectionMember.plus_ends_at).is_(None),
            col(ProtectionMember.plus_ends_at) > now,
        ),
    )
    return session.exec(query.order_by(col(ProtectionMember.plus_starts_at)).limit(most)).all()


def drop_member(session: Session, buyer_hash: str) -> None:
    """Remove what a buyer has agreed to and booked."""
    session.execute(delete(ProtectionMember).where(col(ProtectionMember.buyer_hash) == buyer_hash))


def _held(query: SelectOfScalar[_Row]) -> SelectOfScalar[_Row]:
    return query.with_for_update().execution_options(populate_existing=True)


_MEMBER: Final = select(ProtectionMember).where(
    col(ProtectionMember.buyer_hash) == bindparam("buyer")
)
_MEMBER_LOCKED: Final = _held(_MEMBER)
_MEMBERS: Final = select(ProtectionMember).where(
    col(ProtectionMember.buyer_hash).in_(bindparam("buyers", expanding=True))
)
