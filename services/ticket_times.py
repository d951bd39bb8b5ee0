"""What time does to tickets: silence reminds and closes, and who asked is forgotten (§37)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session

from domain.actors import SYSTEM
from domain.mails import MailKey
from domain.tickets import CLOSE_AFTER, REMIND_AFTER, TICKETS, TicketEvent, TicketState
from domain.windows import day_of, midnight, months_before
from services import audit, case_mails, ticket_mails, tickets
from store import tickets as rows
from store.database import Work
from store.tickets import Ticket
from widgets import texts

_BATCH: Final = 500


def due(session: Session, *, now: datetime) -> Sequence[str]:
    """Ids of the tickets whose person is to be reminded, or has been silent for too long."""
    return rows.waiting(session, TicketState.WAITING, now - REMIND_AFTER, now - CLOSE_AFTER)


def lapse(work: Work, ticket_id: str, *, now: datetime) -> str:
    """Remind the person, or close their ticket over their silence: one step; returns which.

    Empty where somebody has written or answered meanwhile. However late a reminder goes, the
    person has the same days after it.
    """
    row = rows.by_public_id(work.session, ticket_id, lock=True)
    if row is None or row.state != TicketState.WAITING or row.waiting_since is None:
        return ""
    if row.reminded_at is None:
        if now < row.waiting_since + REMIND_AFTER:
            return ""
        _remind(work, row, now)
        return "reminded"
    if now < row.reminded_at + CLOSE_AFTER:
        return ""
    tickets.move(work, row, TicketEvent.CLOSE, SYSTEM, now=now)
    return "closed"


def _remind(work: Work, row: Ticket, now: datetime) -> None:
    row.reminded_at = now
    work.session.add(row)
    audit.log(work, SYSTEM, "ticket.reminded", row.public_id, now=now)
    day = case_mails.last_day(now + CLOSE_AFTER, row.market, texts.of(row.language))
    ticket_mails.to_person(work, row, MailKey.TICKET_REMINDER, {"until": day}, now=now)


def close_due(work: Work, *, now: datetime) -> int:
    """Close what was solved 14 days ago, and forget who asked 12 months after; returns how many."""
    before = now - timedelta(days=TICKETS.reopen_days)
    closed = rows.solved_before(work.session, TicketState.SOLVED, before, most=_BATCH)
    for row in closed:
        tickets.move(work, row, TicketEvent.CLOSE, SYSTEM, now=now)
    old = midnight(months_before(day_of(now), TICKETS.kept_months))
    forgotten = rows.closed_before(work.session, old, most=_BATCH)
    for row in forgotten:
        _forget(work, row)
    if forgotten:
        told = {"tickets": len(forgotten)}
        audit.log(work, SYSTEM, "tickets.forgotten", "tickets", now=now, after=told)
    return len(closed) + len(forgotten)


def _forget(work: Work, row: Ticket) -> None:
    row.person_cipher = row.subject_cipher = row.order_cipher = None
    row.email_hash = ""
    work.session.add(row)
    for message in rows.messages(work.session, row.id):
        message.cipher = None
        work.session.add(message)
