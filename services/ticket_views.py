"""What staff, the person and a shop that reads along see of tickets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from domain import tickets as rules
from domain.tickets import SIDES, Channel, Party, TicketNotFound, TicketState
from services import ticket_mails, tickets
from store import shops
from store import tickets as rows
from store.keys import Keyring
from store.tickets import Ticket

_MOST = 200


@dataclass(frozen=True, slots=True)
class Said:
    """Something that was said; empty once it was forgotten."""

    party: Party
    text: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """What person and shop see of a ticket alike, and staff too (systems.md §37: neutral).

    ``said`` leaves out what staff notes for staff, except where staff looks.
    """

    ticket_id: str
    language: str
    market: str
    subject: str
    shop_name: str
    reference: str
    became: str
    state: TicketState
    opened_at: datetime
    due_at: datetime
    answered_at: datetime | None
    is_shared: bool
    said: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Followed:
    """A ticket by its link: the facts, and what concerns the person alone."""

    facts: Facts
    may_write: bool
    satisfaction: int | None


@dataclass(frozen=True, slots=True)
class SharedView:
    """A ticket that a shop reads along: the facts, and whether it may write."""

    facts: Facts
    may_write: bool


@dataclass(frozen=True, slots=True)
class TicketView:
    """A ticket for staff; ``is_overdue`` where the first answer is late."""

    facts: Facts
    channel: Channel
    name: str
    email: str
    is_overdue: bool
    satisfaction: int | None
    version: int


def queue(
    session: Session, keys: Keyring, states: Sequence[TicketState], *, now: datetime
) -> Sequence[TicketView]:
    """Tickets in these states, those first whose answer is due first."""
    return _listed(session, keys, rows.listed(session, states, most=_MOST), now)


def search(session: Session, keys: Keyring, text: str, *, now: datetime) -> Sequence[TicketView]:
    """Tickets in any state, the latest first, by number or shop.

    Addresses are not searched for: what is searched for stands in addresses of pages.
    """
    return _listed(session, keys, rows.found(session, text, most=_MOST), now)


def _listed(
    session: Session, keys: Keyring, found: Sequence[Ticket], now: datetime
) -> Sequence[TicketView]:
    names = shops.names(session, {row.shop_id for row in found if row.shop_id})
    return [_view(keys, row, now, _facts(keys, row, names)) for row in found]


def file(session: Session, keys: Keyring, ticket_id: str, *, now: datetime) -> TicketView:
    """A ticket with everything that was said in it; raises TicketNotFound."""
    row = rows.by_public_id(session, ticket_id)
    if row is None:
        raise TicketNotFound
    return _view(keys, row, now, _whole(session, keys, row, frozenset(Party)))


def followed(session: Session, keys: Keyring, token: str) -> Followed:
    """A ticket as its person sees it, without notes; raises TicketNotFound."""
    row = rows.by_public_id(session, tickets.ticket_in(keys, token))
    if row is None:
        raise TicketNotFound
    facts = _whole(session, keys, row, SIDES)
    is_over = facts.state is TicketState.CLOSED and row.solved_at is not None
    may_write = not is_over and row.person_cipher is not None
    return Followed(facts, may_write, row.satisfaction)


def shared(session: Session, keys: Keyring, shop_key: str) -> Sequence[Facts]:
    """Tickets that a shop reads along, the latest first, without what was said in them."""
    shop = shops.by_key(session, shop_key)
    if shop is None:
        return ()
    names = {shop.id: shop.name}
    return [_facts(keys, row, names) for row in rows.shared_with(session, shop.id, most=_MOST)]


def of_shop(session: Session, keys: Keyring, shop_key: str, ticket_id: str) -> SharedView:
    """A ticket as a shop sees it that reads along: as the person does.

    Raises TicketNotFound, also for another shop's and for one that is not shared.
    """
    row, shop = rows.by_public_id(session, ticket_id), shops.by_key(session, shop_key)
    if row is None or shop is None or row.shop_id != shop.id or row.shared_at is None:
        raise TicketNotFound
    facts = _whole(session, keys, row, SIDES)
    return SharedView(facts, facts.state is not TicketState.CLOSED)


def _whole(session: Session, keys: Keyring, row: Ticket, parties: frozenset[Party]) -> Facts:
    """The facts of a ticket with what these have said in it."""
    names = shops.names(session, {row.shop_id} if row.shop_id else set())
    said = tuple(
        Said(Party(each.party), keys.decrypt(each.cipher or b""), each.said_at)
        for each in rows.messages(session, row.id)
        if each.party in parties
    )
    return replace(_facts(keys, row, names), said=said)


def _facts(keys: Keyring, row: Ticket, names: Mapping[int, str]) -> Facts:
    return Facts(
        ticket_id=row.public_id,
        language=row.language,
        market=row.market,
        subject=keys.decrypt(row.subject_cipher or b""),
        shop_name=names.get(row.shop_id or 0, ""),
        reference=keys.decrypt(row.order_cipher or b""),
        became=row.became,
        state=TicketState(row.state),
        opened_at=row.opened_at,
        due_at=row.due_at,
        answered_at=row.answered_at,
        is_shared=row.shared_at is not None,
    )


def _view(keys: Keyring, row: Ticket, now: datetime, facts: Facts) -> TicketView:
    name, email = ticket_mails.person_of(keys, row)
    return TicketView(
        facts=facts,
        channel=Channel(row.channel),
        name=name,
        email=email,
        is_overdue=rules.is_overdue(row.due_at, row.answered_at, now),
        satisfaction=row.satisfaction,
        version=row.version,
    )
