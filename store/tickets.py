"""Tickets of the consumer service, and what was said in them; both encrypted."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, and_, or_
from sqlmodel import Field, Session, col, func, select

from store.columns import Table, UtcDateTime
from store.shops import Shop


class Ticket(Table, table=True):
    """One matter of one person, who need not be a buyer.

    ``person_cipher`` is the name and address of the person, gone once they are forgotten, and
    ``email_hash`` what they are found by. ``became`` is the id of the claim or moderation case
    that came of it. ``due_at`` is when the first answer should be there. While it waits for the
    person, ``waiting_since`` is when the answer went and ``reminded_at`` when they were reminded.
    ``shared_at`` is since when the shop reads along, as the person wants it. ``satisfaction`` is 1
    to 5, and stands nowhere near a review. ``version`` rises with each change.
    """

    __tablename__ = "tickets"
    __table_args__ = (Index(None, "state", "due_at"),)

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    channel: str = Field(max_length=8)
    language: str = Field(max_length=5)
    market: str = Field(max_length=8)
    subject_cipher: bytes | None = Field(default=None, sa_type=LargeBinary)
    person_cipher: bytes | None = Field(default=None, sa_type=LargeBinary)
    email_hash: str = Field(default="", max_length=64, index=True)
    shop_id: int | None = Field(
        default=None, sa_column=Column(Integer, ForeignKey("shops.id"), nullable=True, index=True)
    )
    order_cipher: bytes | None = Field(default=None, sa_type=LargeBinary)
    became: str = Field(default="", max_length=40)
    state: str = Field(max_length=8)
    handler: str = Field(default="", max_length=120)
    opened_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    waiting_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reminded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    shared_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    solved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    satisfaction: int | None = None
    version: int = 1


class TicketMessage(Table, table=True):
    """What somebody said in a ticket: the person, the staff, or a note that only staff reads."""

    __tablename__ = "ticket_messages"

    id: int = Field(default=None, primary_key=True)
    ticket_id: int = Field(
        sa_column=Column(Integer, ForeignKey("tickets.id"), nullable=False, index=True)
    )
    party: str = Field(max_length=8)
    author: str = Field(default="", max_length=120)
    cipher: bytes | None = Field(default=None, sa_type=LargeBinary)
    said_at: datetime = Field(sa_type=UtcDateTime)


def by_public_id(session: Session, public_id: str, *, lock: bool = False) -> Ticket | None:
    """The ticket with this id; with ``lock`` nobody else changes it until the end."""
    query = select(Ticket).where(col(Ticket.public_id) == public_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.exec(query).first()


def messages(session: Session, ticket_id: int) -> Sequence[TicketMessage]:
    """What was said in a ticket, in order."""
    query = select(TicketMessage).where(col(TicketMessage.ticket_id) == ticket_id)
    return session.exec(query.order_by(col(TicketMessage.id))).all()


def said_by(session: Session, ticket_id: int, party: str) -> int:
    """How many messages of a party a ticket has."""
    query = select(func.count()).where(
        col(TicketMessage.ticket_id) == ticket_id, col(TicketMessage.party) == party
    )
    return session.exec(query).one()


def listed(session: Session, states: Collection[str], *, most: int) -> Sequence[Ticket]:
    """Tickets in these states, those first whose answer is due first."""
    query = select(Ticket).where(col(Ticket.state).in_(states))
    return session.exec(query.order_by(col(Ticket.due_at), col(Ticket.id)).limit(most)).all()


def waiting(session: Session, state: str, answered: datetime, reminded: datetime) -> Sequence[str]:
    """Ids of tickets in ``state`` whose person is silent since ``answered`` and was not reminded,
    or was reminded at or before ``reminded``.
    """
    is_due = or_(
        and_(col(Ticket.reminded_at).is_(None), col(Ticket.waiting_since) <= answered),
        col(Ticket.reminded_at) <= reminded,
    )
    query = select(Ticket.public_id).where(col(Ticket.state) == state, is_due)
    return session.exec(query.order_by(col(Ticket.id))).all()


def shared_with(session: Session, shop_id: int, *, most: int) -> Sequence[Ticket]:
    """Tickets that a shop reads along, the latest first."""
    query = select(Ticket).where(col(Ticket.shop_id) == shop_id, col(Ticket.shared_at).is_not(None))
    return session.exec(query.order_by(col(Ticket.id).desc()).limit(most)).all()


def found(session: Session, text: str, *, most: int) -> Sequence[Ticket]:
    """Tickets whose number, or that of what came of them, begins so, or of a shop; latest first."""
    shop = select(Shop.id).where(or_(col(Shop.name) == text, col(Shop.shop_key) == text))
    is_meant = or_(
        col(Ticket.public_id).startswith(text, autoescape=True),
        col(Ticket.became).startswith(text, autoescape=True),
        col(Ticket.shop_id).in_(shop),
    )
    query = select(Ticket).where(is_meant).order_by(col(Ticket.id).desc())
    return session.exec(query.limit(most)).all()


def opened_since(session: Session, email_hash: str, moment: datetime) -> int:
    """How many tickets somebody has opened since a moment."""
    query = select(func.count()).where(
        col(Ticket.email_hash) == email_hash, col(Ticket.opened_at) >= moment
    )
    return session.exec(query).one()


def of_person(session: Session, email_hash: str) -> Sequence[Ticket]:
    """Every ticket of a person."""
    query = select(Ticket).where(col(Ticket.email_hash) == email_hash).order_by(col(Ticket.id))
    return session.exec(query).all()


def solved_before(session: Session, state: str, moment: datetime, *, most: int) -> Sequence[Ticket]:
    """Tickets that have been in ``state`` since before a moment, as ``solved_at`` says.

    Nobody else changes them until the end.
    """
    query = select(Ticket).where(col(Ticket.state) == state, col(Ticket.solved_at) < moment)
    held = query.order_by(col(Ticket.id)).limit(most).with_for_update()
    return session.exec(held.execution_options(populate_existing=True)).all()


def closed_before(session: Session, moment: datetime, *, most: int) -> Sequence[Ticket]:
    """Tickets that were closed before a moment and still say whose they are."""
    query = select(Ticket).where(
        col(Ticket.closed_at) < moment, col(Ticket.person_cipher).is_not(None)
    )
    return session.exec(query.limit(most)).all()
