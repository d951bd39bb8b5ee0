"""Steps of tests of tickets: somebody asks, Clara answers, and what both see."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import func
from sqlmodel import col, select

from domain.actors import READER
from domain.duties import Officer
from domain.tickets import Channel, NewTicket
from services import ticket_views, tickets
from services.installation import Installation
from services.ticket_views import Facts, Followed, TicketView
from services.tickets import Opened
from store.mails import Mail
from tests.services import payable

NOW: Final = payable.AT
CLARA: Final = Officer("usr-clara")
EMAIL: Final = "dario@example.org"
TEXT: Final = "My parcel from March has never come, and the shop says nothing."


def ask(installation: Installation, *, at: datetime = NOW, **told: Any) -> Opened:
    """A ticket by the form, from Dario in English unless something else is told."""
    values = {"subject": "No parcel", "text": TEXT, "name": "Dario", "email": EMAIL} | told
    channel = values.pop("channel", Channel.WEB)
    with installation.database.write() as work:
        new = NewTicket(channel, values.pop("language", "en"), "DE", **values)
        return tickets.open_(work, new, actor=READER, now=at)


def view(installation: Installation, opened: Opened, *, at: datetime = NOW) -> TicketView:
    """A ticket as staff sees it."""
    with installation.database.read() as session:
        keys = installation.database.keys
        return ticket_views.file(session, keys, opened.ticket_id, now=at)


def facts(installation: Installation, opened: Opened) -> Facts:
    """What everybody sees of a ticket, with staff's notes."""
    return view(installation, opened).facts


def followed(installation: Installation, opened: Opened) -> Followed:
    """A ticket as its person sees it."""
    with installation.database.read() as session:
        return ticket_views.followed(session, installation.database.keys, opened.token)


def answer(
    installation: Installation,
    opened: Opened,
    text: str = "Which order is it?",
    *,
    at: datetime = NOW,
    solves: bool = False,
    template: str = "",
) -> None:
    """Clara answers the ticket as it is."""
    seen, ticket_id = view(installation, opened).version, opened.ticket_id
    with installation.database.write() as work:
        tickets.answer(
            work,
            ticket_id,
            text,
            officer=CLARA,
            seen=seen,
            now=at,
            solves=solves,
            template=template,
        )


def write(
    installation: Installation, opened: Opened, text: str = "P-1.", *, at: datetime = NOW
) -> None:
    """The person writes on."""
    with installation.database.write() as work:
        tickets.write(work, opened.token, text, now=at)


def mailed(installation: Installation) -> list[str]:
    """The keys of all mails, in order."""
    with installation.database.read() as session:
        return list(session.exec(select(Mail.key).order_by(col(Mail.id))))


def count(installation: Installation, table: type) -> int:
    """How many rows a table has."""
    with installation.database.read() as session:
        return session.exec(select(func.count()).select_from(table)).one()
