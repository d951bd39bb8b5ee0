"""What staff and the person see of tickets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from domain import tickets as rules
from domain.tickets import Channel, Party, TicketNotFound, TicketState
from services import tickets
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
class TicketView:
    """A ticket; ``is_overdue`` where the first answer is late."""

    ticket_id: str
    channel: Channel
    language: str
    market: str
    subject: str
    name: str
    email: str
    shop_name: str
    reference: str
    became: str
    state: TicketState
    opened_at: datetime
    due_at: datetime
    answered_at: datetime | None
    is_overdue: bool
    satisfaction: int | None
    version: int
    said: tuple[Said, ...] = ()


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
    return [_view(keys, row, now, names) for row in found]


def file(session: Session, keys: Keyring, ticket_id: str, *, now: datetime) -> TicketView:
    """A ticket with everything that was said in it; raises TicketNotFound."""
    row = rows.by_public_id(session, ticket_id)
    if row is None:
        raise TicketNotFound
    return _whole(session, keys, row, now, frozenset(Party))


def followed(session: Session, keys: Keyring, token: str, *, now: datetime) -> TicketView:
    """A ticket as its person sees it, without notes; raises TicketNotFound."""
    row = rows.by_public_id(session, tickets.ticket_in(keys, token))
    if row is None:
        raise TicketNotFound
    return _whole(session, keys, row, now, frozenset({Party.PERSON, Party.STAFF}))


def _whole(
    session: Session, keys: Keyring, row: Ticket, now: datetime, parties: frozenset[Party]
) -> TicketView:
    """A ticket with what these have said in it."""
    names = shops.names(session, {row.shop_id} if row.shop_id else set())
    said = tuple(
        Said(Party(each.party), keys.decrypt(each.cipher or b""), each.said_at)
        for each in rows.messages(session, row.id)
        if each.party in parties
    )
    return replace(_view(keys, row, now, names), said=said)


def _view(keys: Keyring, row: Ticket, now: datetime, names: Mapping[int, str]) -> TicketView:
    name, email = tickets.person_of(keys, row)
    return TicketView(
        ticket_id=row.public_id,
        channel=Channel(row.channel),
        language=row.language,
        market=row.market,
        subject=keys.decrypt(row.subject_cipher or b""),
        name=name,
        email=email,
        shop_name=names.get(row.shop_id or 0, ""),
        reference=keys.decrypt(row.order_cipher or b""),
        became=row.became,
        state=TicketState(row.state),
        opened_at=row.opened_at,
        due_at=row.due_at,
        answered_at=row.answered_at,
        is_overdue=rules.is_overdue(row.due_at, row.answered_at, now),
        satisfaction=row.satisfaction,
        version=row.version,
    )
