"""Use cases of tickets: people ask for help, staff answers, and both see what was said (§37)."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import orjson

from domain import ids
from domain import tickets as rules
from domain.actors import READER, SYSTEM, Actor, Role
from domain.duties import File, Handler, Officer
from domain.errors import ShopNotFound
from domain.ids import Prefix
from domain.mails import MailKey, Recipient
from domain.orders import normalise_email
from domain.tickets import (
    TICKETS,
    NewTicket,
    Party,
    TicketChanged,
    TicketEvent,
    TicketNotFound,
    TicketState,
    TicketStepForbidden,
    TicketsTooMany,
)
from domain.windows import day_of, midnight, months_before
from services import audit, calendars, case_mails, mails
from store import shops
from store import tickets as rows
from store.database import Work
from store.keys import Keyring
from store.tickets import Ticket, TicketMessage
from widgets import texts

_PURPOSE: Final = "ticket-link"
_BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Opened:
    """A ticket that was opened; ``token`` leads its person to it."""

    ticket_id: str
    token: str


def open_(work: Work, new: NewTicket, *, actor: Actor, now: datetime) -> Opened:
    """Take what somebody asks; the person is mailed the way to it, where there is an address.

    Raises TicketInvalid, TextInvalid, MailAddressInvalid, ShopNotFound or TicketsTooMany.
    """
    new = rules.checked(new)
    shop = shops.by_key(work.session, new.shop_key) if new.shop_key else None
    if new.shop_key and shop is None:
        raise ShopNotFound
    email_hash = work.keys.hash_email(normalise_email(new.email)) if new.email else ""
    today = midnight(day_of(now))
    if email_hash and rows.opened_since(work.session, email_hash, today) >= TICKETS.per_day:
        raise TicketsTooMany
    person = orjson.dumps({"name": new.name, "email": new.email}).decode()
    calendar = calendars.of_market(new.market)
    row = Ticket(
        public_id=ids.new(Prefix.TICKET),
        channel=new.channel,
        language=new.language,
        market=new.market,
        subject_cipher=work.keys.encrypt(new.subject),
        person_cipher=work.keys.encrypt(person),
        email_hash=email_hash,
        shop_id=shop.id if shop else None,
        order_cipher=work.keys.encrypt(new.reference) if new.reference else None,
        state=TicketState.NEW,
        opened_at=now,
        due_at=calendar.after_working_days(now, TICKETS.answer_working_days),
    )
    work.session.add(row)
    work.session.flush()
    _say(work, row, Party.PERSON, new.text, "", now)
    after = {"channel": row.channel, "market": row.market}
    audit.log(work, actor, "ticket.opened", row.public_id, now=now, after=after)
    due = case_mails.last_day(row.due_at, row.market, texts.of(row.language))
    _mail(work, row, MailKey.TICKET_RECEIVED, {"due": due}, now)
    return Opened(row.public_id, token_of(work.keys, row.public_id))


def write(work: Work, token: str, text: str, *, now: datetime) -> None:
    """The person writes on; a solved ticket is taken up again.

    Raises TicketNotFound, TicketStepForbidden once it is closed, TicketInvalid or TextInvalid.
    """
    row = by_token(work, token)
    _say(work, row, Party.PERSON, rules.said(text), "", now)
    _move(work, row, TicketEvent.WRITE, READER, now)


def satisfy(work: Work, token: str, told: str, *, now: datetime) -> None:
    """How content the person is with the help; it stands nowhere else.

    Raises TicketNotFound, TicketInvalid, or TicketStepForbidden before it is solved.
    """
    row = by_token(work, token)
    if row.state not in (TicketState.SOLVED, TicketState.CLOSED):
        raise TicketStepForbidden
    row.satisfaction = rules.satisfaction(told)
    work.session.add(row)
    audit.log(work, READER, "ticket.rated", row.public_id, now=now)


def take(work: Work, ticket_id: str, *, officer: Officer, seen: int, now: datetime) -> None:
    """NEW → OPEN: somebody looks after it. Raises as ``answer`` does, but no text."""
    row = held(work, ticket_id, officer, seen)
    row.handler = officer.name
    _move(work, row, TicketEvent.TAKE, _actor(officer), now)


def answer(
    work: Work,
    ticket_id: str,
    text: str,
    *,
    officer: Officer,
    seen: int,
    now: datetime,
    solves: bool = False,
) -> None:
    """Answer the person by mail; where it ``solves`` the matter, ask how content they are.

    Raises TicketNotFound, TicketChanged, TicketStepForbidden, TicketInvalid, TextInvalid, OwnShop
    for a shop of a company of the officer's own, or DutiesConflict for a ticket of their own.
    """
    row = held(work, ticket_id, officer, seen)
    said = rules.said(text)
    _say(work, row, Party.STAFF, said, officer.name, now)
    row.handler = officer.name
    row.answered_at = row.answered_at or now
    event = TicketEvent.SOLVE if solves else TicketEvent.ANSWER
    _move(work, row, event, _actor(officer), now)
    _mail(work, row, MailKey.TICKET_ANSWERED, {"text": said}, now)
    if solves:
        row.solved_at = now
        until = now + timedelta(days=TICKETS.reopen_days)
        day = case_mails.last_day(until, row.market, texts.of(row.language))
        _mail(work, row, MailKey.TICKET_SOLVED, {"until": day}, now)


def note(
    work: Work, ticket_id: str, text: str, *, officer: Officer, seen: int, now: datetime
) -> None:
    """What staff notes for staff, such as a call. Raises as ``answer`` does."""
    row = held(work, ticket_id, officer, seen)
    _say(work, row, Party.NOTE, rules.said(text), officer.name, now)
    row.version += 1
    work.session.add(row)
    audit.log(work, _actor(officer), "ticket.noted", row.public_id, now=now)


def became(work: Work, row: Ticket, thing: str, *, officer: Officer, now: datetime) -> None:
    """Note which claim or report has come of a ticket that is held."""
    row.became = thing
    row.version += 1
    work.session.add(row)
    after = {"became": thing}
    audit.log(work, _actor(officer), "ticket.became", row.public_id, now=now, after=after)


def close_due(work: Work, *, now: datetime) -> int:
    """Close what was solved 14 days ago, and forget who asked 12 months after; returns how many."""
    before = now - timedelta(days=TICKETS.reopen_days)
    closed = rows.solved_before(work.session, TicketState.SOLVED, before, most=_BATCH)
    for row in closed:
        row.closed_at = now
        _move(work, row, TicketEvent.CLOSE, SYSTEM, now)
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


def token_of(keys: Keyring, ticket_id: str) -> str:
    """What stands in the address under which the person sees a ticket."""
    return f"{ticket_id}.{keys.keyed_hash(_PURPOSE, ticket_id)[:32]}"


def by_token(work: Work, token: str) -> Ticket:
    """The ticket that a link leads to, its row held; raises TicketNotFound."""
    row = rows.by_public_id(work.session, ticket_in(work.keys, token), lock=True)
    if row is None:
        raise TicketNotFound
    return row


def ticket_in(keys: Keyring, token: str) -> str:
    """The id that a token names; raises TicketNotFound for one that was not made here."""
    ticket_id = token.partition(".")[0]
    if not hmac.compare_digest(token_of(keys, ticket_id).encode(), token.encode()):
        raise TicketNotFound
    return ticket_id


def held(work: Work, ticket_id: str, officer: Officer, seen: int) -> Ticket:
    """The ticket with this id, its row held, for somebody who may handle it.

    Raises TicketNotFound, TicketChanged, OwnShop or DutiesConflict.
    """
    row = rows.by_public_id(work.session, ticket_id, lock=True)
    if row is None:
        raise TicketNotFound
    shop = shops.by_id(work.session, row.shop_id) if row.shop_id else None
    Handler(officer, File(shop.account_id if shop else 0, buyer_hash=row.email_hash))
    if row.version != seen:
        raise TicketChanged
    return row


def _actor(officer: Officer) -> Actor:
    return Actor(Role.OPERATOR, officer.name)


def person_of(keys: Keyring, row: Ticket) -> tuple[str, str]:
    """Name and address of who asks; empty where none was given, or they are forgotten."""
    if row.person_cipher is None:
        return "", ""
    said = orjson.loads(keys.decrypt(row.person_cipher))
    return said["name"], said["email"]


def _say(work: Work, row: Ticket, party: Party, text: str, author: str, now: datetime) -> None:
    message = TicketMessage(
        ticket_id=row.id, party=party, author=author, cipher=work.keys.encrypt(text), said_at=now
    )
    work.session.add(message)
    work.session.flush()


def _move(work: Work, row: Ticket, event: TicketEvent, actor: Actor, now: datetime) -> None:
    before = TicketState(row.state)
    row.state = rules.step(before, event)
    row.version += 1
    if row.state is not TicketState.SOLVED and row.state is not TicketState.CLOSED:
        row.solved_at = None
    work.session.add(row)
    after = {"state": row.state}
    audit.log(
        work,
        actor,
        f"ticket.{event.lower()}",
        row.public_id,
        now=now,
        before={"state": before},
        after=after,
    )


def _mail(work: Work, row: Ticket, key: MailKey, values: dict[str, str], now: datetime) -> None:
    name, email = person_of(work.keys, row)
    if not email:
        return
    subject = work.keys.decrypt(row.subject_cipher or b"")
    url = f"/{row.language}/help/{token_of(work.keys, row.public_id)}"
    told = {"subject": subject, "ticket_url": url} | values
    once = f"{key}:{row.public_id}:{row.version}"
    to = Recipient(email, name, row.language)
    mails.send(work, key, to, told, shop=None, now=now, once=once)
