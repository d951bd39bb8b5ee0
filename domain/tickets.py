"""Tickets: somebody asks the consumer service for help, and staff answers (systems.md §37).

    NEW → OPEN → WAITING ⇄ OPEN → SOLVED → CLOSED
    SOLVED → OPEN where the person writes again
    WAITING → CLOSED where the person stays silent, → OPEN where they write after all

TrustwrightError
├── NotFound                       there is no such thing
│   └── TicketNotFound             TICKET_NOT_FOUND
├── Conflict                       the state of things forbids it
│   ├── TicketStepForbidden        TICKET_STEP_FORBIDDEN
│   ├── TicketChanged              TICKET_CHANGED
│   └── TicketMessagesTooMany      TICKET_MESSAGES_TOO_MANY
├── Invalid                        a value breaks a rule
│   └── TicketInvalid              TICKET_INVALID
└── TooMany                        too often
    └── TicketsTooMany             TICKETS_TOO_MANY
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from domain import languages, mails, texts
from domain.errors import Conflict, Invalid, NotFound, TooMany
from domain.markets import MARKETS


class TicketNotFound(NotFound):
    code = "TICKET_NOT_FOUND"
    title = "There is no ticket with this id."


class TicketStepForbidden(Conflict):
    code = "TICKET_STEP_FORBIDDEN"
    title = "From where the ticket stands now, this step is not possible."


class TicketChanged(Conflict):
    code = "TICKET_CHANGED"
    title = "Somebody else has changed this ticket meanwhile; look at it again before you go on."


class TicketMessagesTooMany(Conflict):
    code = "TICKET_MESSAGES_TOO_MANY"
    title = "You cannot write any more in this ticket; we answer what you have sent."


class TicketInvalid(Invalid):
    code = "TICKET_INVALID"
    title = (
        "A ticket has an address to answer to, a subject and a text; where a shop shall read "
        "along, it names the shop."
    )


class TicketsTooMany(TooMany):
    code = "TICKETS_TOO_MANY"
    title = "You have asked often today; we answer what you have sent first."


class Channel(StrEnum):
    """By which way somebody has asked; calls are noted by staff."""

    WEB = "WEB"
    EMAIL = "EMAIL"
    PHONE = "PHONE"


class TicketState(StrEnum):
    """Where a ticket stands; WAITING waits for the person."""

    NEW = "NEW"
    OPEN = "OPEN"
    WAITING = "WAITING"
    SOLVED = "SOLVED"
    CLOSED = "CLOSED"


class Party(StrEnum):
    """Who has said something; a NOTE is read by staff alone."""

    PERSON = "PERSON"
    SHOP = "SHOP"
    STAFF = "STAFF"
    NOTE = "NOTE"


SIDES: Final = frozenset({Party.PERSON, Party.SHOP, Party.STAFF})
"""Whose words person and shop read alike (systems.md §37: neutral)."""
LIMITED: Final = frozenset({Party.PERSON, Party.SHOP})
"""Who writes in a ticket so often and no more; each side by itself, so that neither silences the
other.
"""


class TicketEvent(StrEnum):
    """What moves a ticket; REOPEN is what a person writes after their silence has closed it.

    COMMENT is what a shop writes about what is solved: it stands there and moves nothing.
    """

    TAKE = "TAKE"
    ANSWER = "ANSWER"
    WRITE = "WRITE"
    COMMENT = "COMMENT"
    SOLVE = "SOLVE"
    CLOSE = "CLOSE"
    REOPEN = "REOPEN"


@dataclass(frozen=True, slots=True)
class TicketPolicy:
    """Working days until the first answer, days and months, characters, and tickets of a day.

    A solved ticket can be taken up again for ``reopen_days``. Who does not reply to an answer is
    reminded after ``remind_days``, and ``close_days`` after the answer the ticket is closed. Who
    asked is forgotten ``kept_months`` after it was closed. Person and shop write ``messages`` in
    one ticket, each of them. All are our defaults but the first (systems.md §37).
    """

    answer_working_days: int = 1
    reopen_days: int = 14
    remind_days: int = 7
    close_days: int = 14
    kept_months: int = 12
    per_day: int = 10
    messages: int = 100
    subject_characters: int = 120
    text_characters: int = 5_000
    reference_characters: int = 255
    name_characters: int = 120


TICKETS: Final = TicketPolicy()
REMIND_AFTER: Final = timedelta(days=TICKETS.remind_days)
"""How long somebody may be silent after an answer before they are reminded."""
CLOSE_AFTER: Final = timedelta(days=TICKETS.close_days - TICKETS.remind_days)
"""How long after the reminder, however late that went, a ticket is closed over the silence."""
SATISFACTION: Final = (1, 2, 3, 4, 5)

_ASKED: Final = (TicketState.NEW, TicketState.OPEN, TicketState.WAITING)
_STEPS: Final[Mapping[tuple[TicketState, TicketEvent], TicketState]] = {
    (TicketState.NEW, TicketEvent.TAKE): TicketState.OPEN,
    (TicketState.WAITING, TicketEvent.WRITE): TicketState.OPEN,
    (TicketState.SOLVED, TicketEvent.WRITE): TicketState.OPEN,
    (TicketState.SOLVED, TicketEvent.COMMENT): TicketState.SOLVED,
    (TicketState.NEW, TicketEvent.WRITE): TicketState.NEW,
    (TicketState.OPEN, TicketEvent.WRITE): TicketState.OPEN,
    (TicketState.SOLVED, TicketEvent.CLOSE): TicketState.CLOSED,
    (TicketState.WAITING, TicketEvent.CLOSE): TicketState.CLOSED,
    (TicketState.CLOSED, TicketEvent.REOPEN): TicketState.OPEN,
    **{(state, TicketEvent.ANSWER): TicketState.WAITING for state in _ASKED},
    **{(state, TicketEvent.SOLVE): TicketState.SOLVED for state in _ASKED},
}


@dataclass(frozen=True, slots=True)
class NewTicket:
    """What somebody asks: ``reference`` and ``shop_key`` may be empty, and so may ``email`` and
    ``name`` of somebody who calls. The shop reads along where ``is_shared``.
    """

    channel: Channel
    language: str
    market: str
    subject: str
    text: str
    name: str = ""
    email: str = ""
    shop_key: str = ""
    reference: str = ""
    is_shared: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """By which number and when people of a market are helped, as the operator has set it."""

    phone: str = ""
    hours: str = ""


def step(before: TicketState, event: TicketEvent) -> TicketState:
    """Where a ticket stands after an event; raises TicketStepForbidden."""
    try:
        return _STEPS[before, event]
    except KeyError:
        raise TicketStepForbidden from None


def written(state: TicketState, *, is_solved: bool) -> TicketEvent:
    """What it is that the person writes: one more word, or what opens a ticket again that was
    closed over their silence. A solved one that is closed stays so.
    """
    is_reopened = state is TicketState.CLOSED and not is_solved
    return TicketEvent.REOPEN if is_reopened else TicketEvent.WRITE


def written_by_shop(state: TicketState) -> TicketEvent:
    """What it is that a shop writes: whether a matter is solved is the person's to say."""
    return TicketEvent.COMMENT if state is TicketState.SOLVED else TicketEvent.WRITE


def is_overdue(due_at: datetime, answered_at: datetime | None, now: datetime) -> bool:
    """Whether the first answer is late: red (systems.md §37)."""
    return answered_at is None and now >= due_at


def checked(new: NewTicket) -> NewTicket:
    """The ticket, tidied; raises TicketInvalid, TextInvalid or MailAddressInvalid.

    Who writes gives an address to answer to; who calls need not have one.
    """
    if new.market not in MARKETS or new.language not in languages.SUPPORTED:
        raise TicketInvalid("There is no such market or language.", field="market")
    limits = TICKETS
    tidy = NewTicket(
        new.channel,
        new.language,
        new.market,
        texts.clean_line(new.subject, most=limits.subject_characters, field="subject"),
        texts.clean(new.text, most=limits.text_characters, field="text"),
        texts.clean_line(new.name, most=limits.name_characters, field="name"),
        mails.check_address(new.email) if new.email or new.channel is not Channel.PHONE else "",
        new.shop_key,
        texts.clean_line(new.reference, most=limits.reference_characters, field="reference"),
        new.is_shared,
    )
    if tidy.is_shared and not tidy.shop_key:
        raise TicketInvalid("Say which shop shall read it.", field="shop")
    for field, text in (("subject", tidy.subject), ("text", tidy.text)):
        if not text:
            raise TicketInvalid(field=field)
    return tidy


def said(text: str) -> str:
    """What somebody says in a ticket; raises TicketInvalid or TextInvalid."""
    tidy = texts.clean(text, most=TICKETS.text_characters, field="text")
    if not tidy:
        raise TicketInvalid(field="text")
    return tidy


def satisfaction(text: str) -> int:
    """An answer to how content somebody is, 1 to 5; raises TicketInvalid."""
    if text not in {str(mark) for mark in SATISFACTION}:
        raise TicketInvalid("Choose one of the five answers.", field="satisfaction")
    return int(text)


def desks(said: str) -> Mapping[str, Desk]:
    """Numbers and hours by market, as a setting names them; raises ValueError.

    ``DE=+49 30 1234567|Mo-Fr 9-17; FR=+33 1 2345`` - a market without hours shows none.
    """
    found: dict[str, Desk] = {}
    for part in filter(None, (each.strip() for each in said.split(";"))):
        market, separator, desk = part.partition("=")
        phone, _, hours = desk.partition("|")
        if market.strip() not in MARKETS or not separator or not phone.strip():
            raise ValueError("A desk is MARKET=number|hours, parted by semicolons.")
        found[market.strip()] = Desk(phone.strip(), hours.strip())
    return found
