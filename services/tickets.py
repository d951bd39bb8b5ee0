"""Use cases of tickets: people ask for help, staff answers, and both see what was said (§37)."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson

from domain import ids
from domain import tickets as rules
from domain.actors import READER, Actor, Role
from domain.duties import File, Handler, Officer
from domain.errors import ShopNotFound
from domain.ids import Prefix
from domain.mails import MailKey
from domain.orders import normalise_email
from domain.tickets import (
    LIMITED,
    TICKETS,
    NewTicket,
    Party,
    TicketChanged,
    TicketEvent,
    TicketMessagesTooMany,
    TicketNotFound,
    TicketState,
    TicketStepForbidden,
    TicketsTooMany,
)
from domain.windows import day_of, midnight
from services import audit, calendars, case_mails, ticket_mails
from store import shops
from store import tickets as rows
from store.database import Work
from store.keys import Keyring
from store.tickets import Ticket, TicketMessage
from widgets import texts


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
        shared_at=now if new.is_shared else None,
    )
    work.session.add(row)
    work.session.flush()
    say(work, row, Party.PERSON, new.text, "", now=now)
    after = {"channel": row.channel, "market": row.market, "shared": new.is_shared}
    audit.log(work, actor, "ticket.opened", row.public_id, now=now, after=after)
    due = case_mails.last_day(row.due_at, row.market, texts.of(row.language))
    ticket_mails.to_person(work, row, MailKey.TICKET_RECEIVED, {"due": due}, now=now)
    ticket_mails.to_shop(work, row, new.text, now=now)
    return Opened(row.public_id, ticket_mails.token_of(work.keys, row.public_id))


def write(work: Work, token: str, text: str, *, now: datetime) -> None:
    """The person writes on; what was solved, or closed over their silence, is taken up again.

    Raises TicketNotFound, TicketStepForbidden once it is solved and closed or the person is
    forgotten, TicketMessagesTooMany, TicketInvalid or TextInvalid.
    """
    row = by_token(work, token)
    said = rules.said(text)
    if row.person_cipher is None:
        raise TicketStepForbidden
    is_solved = row.solved_at is not None
    event = rules.written(TicketState(row.state), is_solved=is_solved)
    say(work, row, Party.PERSON, said, "", now=now)
    move(work, row, event, READER, now=now)
    ticket_mails.to_shop(work, row, said, now=now)


def write_as_shop(
    work: Work, shop_key: str, ticket_id: str, text: str, *, actor: Actor, now: datetime
) -> None:
    """A shop that reads along writes; the person is mailed it, and staff sees it.

    What is solved stays so. Raises TicketNotFound, also for a ticket of another shop or one that
    is not shared, TicketStepForbidden once it is closed, TicketMessagesTooMany, TicketInvalid or
    TextInvalid.
    """
    row = rows.by_public_id(work.session, ticket_id, lock=True)
    shop = shops.by_key(work.session, shop_key)
    if row is None or shop is None or row.shop_id != shop.id or row.shared_at is None:
        raise TicketNotFound
    said = rules.said(text)
    say(work, row, Party.SHOP, said, actor.name, now=now)
    move(work, row, rules.written_by_shop(TicketState(row.state)), actor, now=now)
    ticket_mails.to_person(work, row, MailKey.TICKET_MESSAGE, {"text": said}, now=now)


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
    move(work, row, TicketEvent.TAKE, _actor(officer), now=now)


def answer(
    work: Work,
    ticket_id: str,
    text: str,
    *,
    officer: Officer,
    seen: int,
    now: datetime,
    solves: bool = False,
    template: str = "",
) -> None:
    """Answer the person by mail, and the shop where it reads along; where it ``solves`` the
    matter, ask the person how content they are.

    ``template`` is the name and version of the template with which the text began, for the log.
    Raises TicketNotFound, TicketChanged, TicketStepForbidden, TicketInvalid, TextInvalid, OwnShop
    for a shop of a company of the officer's own, or DutiesConflict for a ticket of their own.
    """
    row = held(work, ticket_id, officer, seen)
    said = rules.said(text)
    say(work, row, Party.STAFF, said, officer.name, now=now)
    row.handler = officer.name
    row.answered_at = row.answered_at or now
    event = TicketEvent.SOLVE if solves else TicketEvent.ANSWER
    move(work, row, event, _actor(officer), now=now, template=template)
    ticket_mails.to_person(work, row, MailKey.TICKET_ANSWERED, {"text": said}, now=now)
    ticket_mails.to_shop(work, row, said, now=now)
    if solves:
        row.solved_at = now
        until = now + timedelta(days=TICKETS.reopen_days)
        day = case_mails.last_day(until, row.market, texts.of(row.language))
        ticket_mails.to_person(work, row, MailKey.TICKET_SOLVED, {"until": day}, now=now)
    else:
        row.waiting_since = now


def note(
    work: Work, ticket_id: str, text: str, *, officer: Officer, seen: int, now: datetime
) -> None:
    """What staff notes for staff, such as a call. Raises as ``answer`` does."""
    row = held(work, ticket_id, officer, seen)
    say(work, row, Party.NOTE, rules.said(text), officer.name, now=now)
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


def by_token(work: Work, token: str) -> Ticket:
    """The ticket that a link leads to, its row held; raises TicketNotFound."""
    row = rows.by_public_id(work.session, ticket_in(work.keys, token), lock=True)
    if row is None:
        raise TicketNotFound
    return row


def ticket_in(keys: Keyring, token: str) -> str:
    """The id that a token names; raises TicketNotFound for one that was not made here."""
    ticket_id = token.partition(".")[0]
    if not hmac.compare_digest(ticket_mails.token_of(keys, ticket_id).encode(), token.encode()):
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


def say(work: Work, row: Ticket, party: Party, text: str, author: str, *, now: datetime) -> None:
    """Note what somebody has said in a ticket that is held; raises TicketMessagesTooMany."""
    if party in LIMITED and rows.said_by(work.session, row.id, party) >= TICKETS.messages:
        raise TicketMessagesTooMany
    message = TicketMessage(
        ticket_id=row.id, party=party, author=author, cipher=work.keys.encrypt(text), said_at=now
    )
    work.session.add(message)
    work.session.flush()


def move(
    work: Work, row: Ticket, event: TicketEvent, actor: Actor, *, now: datetime, template: str = ""
) -> None:
    """Take a ticket that is held one step on; raises TicketStepForbidden."""
    before = TicketState(row.state)
    row.state = rules.step(before, event)
    row.version += 1
    row.waiting_since = row.reminded_at = row.closed_at = None
    if row.state not in (TicketState.SOLVED, TicketState.CLOSED):
        row.solved_at = None
    if row.state is TicketState.CLOSED:
        row.closed_at = now
    work.session.add(row)
    after = {"state": row.state} | ({"template": template} if template else {})
    audit.log(
        work,
        actor,
        f"ticket.{event.lower()}",
        row.public_id,
        now=now,
        before={"state": before},
        after=after,
    )
