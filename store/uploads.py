"""Uploaded files of orders, and what became of each of their lines."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, update
from sqlmodel import Field, Session, col, func, select

from store import inserting, orders
from store.columns import Table, UtcDateTime
from store.invitations import Invitation
from store.mails import Suppression
from store.orders import Order

_CHUNK = 500


class Upload(Table, table=True):
    """One file; its encrypted bytes lie in the home folder until ``removed_at``.

    ``rows`` counts its lines, ``ready`` those that were found good, ``orders`` the orders in
    them. Who confirmed it said so of this very file, which ``sha256`` names.
    """

    __tablename__ = "uploads"

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    shop_id: int = Field(
        sa_column=Column(Integer, ForeignKey("shops.id"), nullable=False, index=True)
    )
    file_name: str = Field(max_length=200)
    sha256: str = Field(max_length=64)
    size: int
    state: str = Field(max_length=12)
    rows: int
    ready: int
    orders: int
    uploaded_by: str = Field(max_length=80)
    uploaded_at: datetime = Field(sa_type=UtcDateTime, index=True)
    text_version: str | None = Field(default=None, max_length=40)
    confirmed_by: str | None = Field(default=None, max_length=80)
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    send_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class UploadLine(Table, table=True):
    """One line by its number in the file; ``leader`` is the first line of the same order.

    ``cipher`` holds what the line says, encrypted, until the file is removed.
    """

    __tablename__ = "upload_lines"
    __table_args__ = (Index("ix_upload_lines_outcome", "upload_id", "outcome", "number"),)

    upload_id: int = Field(sa_column=Column(Integer, ForeignKey("uploads.id"), primary_key=True))
    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    leader: int
    reference: str = Field(max_length=255)
    outcome: str = Field(max_length=20)
    cipher: bytes | None = Field(default=None, sa_type=LargeBinary)


_LINES: Final = Table.metadata.tables[UploadLine.__tablename__]


class Reached(NamedTuple):
    """An order that the shop brought before: who it is for, and whether somebody was asked."""

    reference: str
    email_hash: str
    is_invited: bool


def by_public_id(
    session: Session, shop_id: int, public_id: str, *, lock: bool = False
) -> Upload | None:
    """The shop's upload with this id; ``lock`` holds its row until the transaction ends."""
    query = select(Upload).where(col(Upload.shop_id) == shop_id, col(Upload.public_id) == public_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.exec(query).first()


def by_id(session: Session, upload_id: int) -> Upload | None:
    """The upload with this internal id, held until the transaction ends."""
    query = select(Upload).where(col(Upload.id) == upload_id)
    return session.exec(query.with_for_update().execution_options(populate_existing=True)).first()


def shop_id(session: Session, upload_id: int) -> int | None:
    """The internal id of the shop whose upload this is."""
    return session.exec(select(Upload.shop_id).where(col(Upload.id) == upload_id)).first()


def of_shop(session: Session, shop_id: int, *, before: int | None, limit: int) -> Sequence[Upload]:
    """Uploads of a shop, the newest first, from below the number ``before``."""
    query = select(Upload).where(col(Upload.shop_id) == shop_id)
    if before is not None:
        query = query.where(col(Upload.id) < before)
    return session.exec(query.order_by(col(Upload.id).desc()).limit(limit)).all()


def count_since(session: Session, shop_id: int, since: datetime) -> int:
    """How many files the shop has uploaded since then."""
    query = select(func.count()).where(
        col(Upload.shop_id) == shop_id, col(Upload.uploaded_at) >= since
    )
    return session.exec(query).one()


def add_lines(session: Session, lines: Sequence[Mapping[str, Any]]) -> None:
    """Store lines: columns of ``UploadLine`` each."""
    inserting.add_many(session, _LINES, lines)


def counts(session: Session, upload_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """How many lines of each upload have which outcome."""
    query = (
        select(UploadLine.upload_id, UploadLine.outcome, func.count())
        .where(col(UploadLine.upload_id).in_(upload_ids))
        .group_by(col(UploadLine.upload_id), col(UploadLine.outcome))
    )
    found: dict[int, dict[str, int]] = {upload_id: {} for upload_id in upload_ids}
    for upload_id, outcome, number in session.exec(query).all():
        found[upload_id][outcome] = number
    return found


def lines(
    session: Session,
    upload_id: int,
    *,
    after: int = 0,
    limit: int,
    outcomes: Collection[str] | None = None,
) -> Sequence[UploadLine]:
    """Lines above the number ``after`` in their order, those with these outcomes only."""
    query = select(UploadLine).where(
        col(UploadLine.upload_id) == upload_id, col(UploadLine.number) > after
    )
    if outcomes is not None:
        query = query.where(col(UploadLine.outcome).in_(outcomes))
    return session.exec(query.order_by(col(UploadLine.number)).limit(limit)).all()


def line(session: Session, upload_id: int, number: int) -> UploadLine | None:
    """One line by its number."""
    return session.get(UploadLine, (upload_id, number))


def next_orders(
    session: Session, upload_id: int, *, outcome: str, most: int
) -> Sequence[UploadLine]:
    """The lines of the next ``most`` orders that have this outcome, whole orders only."""
    mine = (col(UploadLine.upload_id) == upload_id, col(UploadLine.outcome) == outcome)
    # Lines of an order are settled together, so the first one tells of all of them.
    first = select(UploadLine.number).where(*mine, col(UploadLine.number) == col(UploadLine.leader))
    leaders = session.exec(first.order_by(col(UploadLine.number)).limit(most)).all()
    if not leaders:
        return ()
    query = select(UploadLine).where(*mine, col(UploadLine.leader).in_(leaders))
    return session.exec(query.order_by(col(UploadLine.number))).all()


def waiting_orders(
    session: Session, upload_id: int, outcome: str, leaders: Collection[int] | None
) -> int:
    """How many orders of an upload have this outcome, of these or of all."""
    query = select(func.count(func.distinct(col(UploadLine.leader)))).where(
        col(UploadLine.upload_id) == upload_id, col(UploadLine.outcome) == outcome
    )
    if leaders is not None:
        query = query.where(col(UploadLine.leader).in_(leaders))
    return session.exec(query).one()


def settle(
    session: Session, upload_id: int, outcome: str, *, was: str, leaders: Collection[int] | None
) -> int:
    """Give the lines of these orders, or of all, another outcome; returns how many lines."""
    statement = update(UploadLine).where(
        col(UploadLine.upload_id) == upload_id, col(UploadLine.outcome) == was
    )
    if leaders is not None:
        statement = statement.where(col(UploadLine.leader).in_(leaders))
    return session.connection().execute(statement.values(outcome=outcome)).rowcount


def reached(session: Session, shop_id: int, references: Sequence[str]) -> Iterable[Reached]:
    """Those of the orders with these references that the shop brought before."""
    for start in range(0, len(references), _CHUNK):
        found = orders.by_references(session, shop_id, references[start : start + _CHUNK])
        asked = _asked(session, [order.id for order in found.values()])
        for order in found.values():
            yield Reached(order.reference, order.email_hash, order.id in asked)


def _asked(session: Session, order_ids: Collection[int]) -> Collection[int]:
    """Those of these orders for which somebody is or was to be invited."""
    if not order_ids:
        return ()
    query = select(Invitation.order_id).where(
        col(Invitation.order_id).in_(order_ids), col(Invitation.state) != "SUPPRESSED"
    )
    return set(session.exec(query).all())


def opted_out(session: Session, account_id: int, hashes: Sequence[str]) -> set[str]:
    """Those of these addresses, as keyed hashes, that want no mail of the account's shops."""
    found: set[str] = set()
    for start in range(0, len(hashes), _CHUNK):
        query = select(Suppression.recipient_hash).where(
            col(Suppression.account_id) == account_id,
            col(Suppression.recipient_hash).in_(hashes[start : start + _CHUNK]),
        )
        found.update(session.exec(query).all())
    return found


def move_invitations(
    session: Session, upload_id: int, state: str, *, was: str, reason: str, reference: str | None
) -> Sequence[str]:
    """Give what an upload scheduled another state, for one order or for all; returns its ids.

    One statement, so that none of them is another one's meanwhile.
    """
    statement = update(Invitation).where(
        col(Invitation.upload_id) == upload_id, col(Invitation.state) == was
    )
    if reference is not None:
        order_ids = select(Order.id).where(col(Order.reference) == reference)
        statement = statement.where(col(Invitation.order_id).in_(order_ids))
    moved = statement.values(state=state, reason=reason).returning(col(Invitation.public_id))
    return session.connection().execute(moved).scalars().all()


def invited(session: Session, upload_id: int, references: Collection[str]) -> dict[str, str]:
    """In which state the invitations of these orders are that the upload scheduled."""
    query = (
        select(Order.reference, Invitation.state)
        .join(Invitation, col(Invitation.order_id) == col(Order.id))
        .where(
            col(Invitation.upload_id) == upload_id,
            col(Invitation.is_mailed),
            col(Order.reference).in_(references),
        )
        .order_by(col(Invitation.id).desc())
    )
    return {reference: state for reference, state in session.exec(query).all()}


def states(session: Session, upload_id: int) -> dict[str, int]:
    """How many invitations of an upload are in which state."""
    query = (
        select(Invitation.state, func.count())
        .where(col(Invitation.upload_id) == upload_id, col(Invitation.is_mailed))
        .group_by(col(Invitation.state))
    )
    return {state: number for state, number in session.exec(query).all()}


def old(session: Session, before: datetime) -> Sequence[Upload]:
    """Uploads from before this moment that still hold what the file said."""
    query = select(Upload).where(col(Upload.uploaded_at) < before, col(Upload.removed_at).is_(None))
    return session.exec(query.with_for_update()).all()


def forget(session: Session, upload_id: int) -> None:
    """Remove what the lines of an upload say; what became of them stays."""
    statement = update(UploadLine).where(col(UploadLine.upload_id) == upload_id)
    session.connection().execute(statement.values(cipher=None))


def kept(session: Session) -> set[str]:
    """Ids of the uploads whose bytes are there."""
    return set(session.exec(select(Upload.public_id).where(col(Upload.removed_at).is_(None))).all())
