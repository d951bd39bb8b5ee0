"""Screens of the consumer service: the form for everybody, a ticket by its link, the desk (§37)."""

from enum import StrEnum
from typing import Final

from control.centre.claims import day
from control.centre.holds import seen_in
from control.centre.screens import (
    Answer,
    Caller,
    Form,
    Page,
    PublicScreen,
    Screen,
    See,
    Visit,
    Words,
)
from domain import answer_templates as rules
from domain import languages, shop_keys
from domain.actors import READER
from domain.claims import Problem
from domain.errors import Invalid, PageNotFound
from domain.markets import MARKETS
from domain.notices import NoticeReason, reason_of
from domain.rights import Action
from domain.tickets import SATISFACTION, TICKETS, Channel, NewTicket, TicketState
from schemas import answer_templates
from services import duties, ticket_turns, ticket_views, tickets
from services.installation import Work
from services.ticket_views import Facts, TicketView

_ROOT: Final = "/control/operator/tickets"
_CHARACTERS: Final = 254
ZONES: Final = {market.code: market.zone for market in MARKETS.values()}
_OPEN: Final = (TicketState.NEW, TicketState.OPEN, TicketState.WAITING)
_LIMITS: Final = {
    "subject_most": TICKETS.subject_characters,
    "text_most": TICKETS.text_characters,
    "name_most": TICKETS.name_characters,
    "reference_most": TICKETS.reference_characters,
}
_TEMPLATE_CHARACTERS: Final = 60


class TicketStep(StrEnum):
    """What staff may do with a ticket."""

    TAKE = "TAKE"
    ANSWER = "ANSWER"
    SOLVE = "SOLVE"
    NOTE = "NOTE"
    CLAIM = "CLAIM"
    REPORT = "REPORT"


def _language(caller: Caller) -> str:
    language = caller.path["language"]
    if language not in languages.SUPPORTED:
        raise PageNotFound
    return language


def _ask(caller: Caller) -> Answer:
    language, say = _language(caller), caller.words.say
    desks = caller.installation.settings.desks
    values = {
        "action": f"/{language}/help",
        "desks": [(caller.words.market_name(code), desk) for code, desk in desks.items()],
        "markets": _markets(caller.words),
        "shop_key": caller.query.get("shop", ""),
        "days": caller.words.number(TICKETS.answer_working_days),
        **_LIMITS,
    }
    return Page("centre/help.html", say("help.title"), values)


def _send(caller: Caller, form: Form) -> Answer:
    language = _language(caller)
    new = _new(form, Channel.WEB, language)
    with caller.installation.database.write() as work:
        opened = tickets.open_(work, new, actor=READER, now=caller.now)
    return See(f"/{language}/help/{opened.token}", "help.sent")


def _new(form: Form, channel: Channel, language: str) -> NewTicket:
    shop_key = form.text("shop")
    return NewTicket(
        channel=channel,
        language=language,
        market=form.text("market"),
        subject=form.text("subject"),
        text=form.text("text"),
        name=form.text("name"),
        email=form.text("email"),
        shop_key=shop_keys.parse(shop_key) if shop_key else "",
        reference=form.text("reference"),
        is_shared=form.is_ticked("share"),
    )


def _follow(caller: Caller) -> Answer:
    language, token, say = _language(caller), caller.path["token"], caller.words.say
    database = caller.installation.database
    with database.read() as session:
        found = ticket_views.followed(session, database.keys, token)
    values = {
        **facts(found.facts),
        "url": f"/{language}/help/{token}",
        "may_write": found.may_write,
        "may_rate": found.facts.state in (TicketState.SOLVED, TicketState.CLOSED),
        "marks": [(mark, say(f"help.mark.{mark}")) for mark in SATISFACTION],
        "mark": str(found.satisfaction or ""),
        **_LIMITS,
    }
    return Page("centre/help_followed.html", say("help.followed"), values)


def facts(ticket: Facts) -> dict[str, object]:
    """What the pages of person, shop and staff show alike."""
    return {"ticket": ticket, "zone": ZONES[ticket.market]}


def _write(caller: Caller, form: Form) -> Answer:
    language, token = _language(caller), caller.path["token"]
    with caller.installation.database.write() as work:
        tickets.write(work, token, form.text("text"), now=caller.now)
    return See(f"/{language}/help/{token}", "help.written")


def _rate(caller: Caller, form: Form) -> Answer:
    language, token = _language(caller), caller.path["token"]
    with caller.installation.database.write() as work:
        tickets.satisfy(work, token, form.text("satisfaction"), now=caller.now)
    return See(f"/{language}/help/{token}", "help.rated")


def _queue(visit: Visit) -> Answer:
    say, database = visit.words.say, visit.installation.database
    is_done = visit.query.get("state") == "done"
    states = (TicketState.SOLVED, TicketState.CLOSED) if is_done else _OPEN
    text = visit.query.get("q", "").strip()[:_CHARACTERS]
    with database.read() as session:
        if text:
            found = ticket_views.search(session, database.keys, text, now=visit.now)
        else:
            found = ticket_views.queue(session, database.keys, states, now=visit.now)
    values = {
        "found": found,
        "url": _ROOT,
        "zones": ZONES,
        "is_done": is_done,
        "text": text,
        "most": _CHARACTERS,
    }
    return Page("centre/tickets.html", say("tickets.title"), values, active="tickets")


def _blank(visit: Visit) -> Answer:
    say = visit.words.say
    values = {
        "url": f"{_ROOT}/new",
        "channels": [
            (each, say(f"tickets.channel.{each}")) for each in (Channel.PHONE, Channel.EMAIL)
        ],
        "markets": _markets(visit.words),
        "tongues": [(tag, visit.words.language_name(tag)) for tag in languages.SUPPORTED],
        "language": visit.language,
        **_LIMITS,
    }
    return Page("centre/ticket_new.html", say("tickets.new"), values, active="tickets")


def _take_in(visit: Visit, form: Form) -> Answer:
    try:
        channel = Channel(form.text("channel"))
    except ValueError:
        raise Invalid(field="channel") from None
    new = _new(form, channel, form.text("language"))
    with visit.installation.database.write() as work:
        opened = tickets.open_(work, new, actor=visit.actor, now=visit.now)
    return See(f"{_ROOT}/{opened.ticket_id}", "tickets.taken")


def _show(visit: Visit) -> Answer:
    say, database = visit.words.say, visit.installation.database
    with database.read() as session:
        ticket = ticket_views.file(session, database.keys, visit.path["ticket_id"], now=visit.now)
    values = {
        **facts(ticket.facts),
        **_templates(visit, ticket),
        "own": ticket,
        "url": f"{_ROOT}/{ticket.facts.ticket_id}",
        "problems": [(each, say(f"claim.problem.{each}")) for each in Problem],
        "reasons": [(each, say(f"notice.reason.{each}")) for each in NoticeReason],
        "is_open": ticket.facts.state in _OPEN,
        **_LIMITS,
    }
    title = ticket.facts.subject or say("tickets.one")
    return Page("centre/ticket.html", title, values, active="tickets")


def _templates(visit: Visit, ticket: TicketView) -> dict[str, object]:
    """The templates that fit the ticket, and the text of the one that was chosen, in the
    language of the person; it is a draft that staff changes before it goes.
    """
    told, version = ticket.facts, answer_templates.VERSIONS[-1]
    values = rules.values(told.ticket_id, shop=told.shop_name, reference=told.reference)
    found = rules.fitting(answer_templates.of(version), told.language, values)
    chosen = visit.query.get("template", "")
    return {
        "templates": [(name, answer_templates.label(name, visit.language)) for name in found],
        "template": f"{chosen}@{version}" if chosen in found else "",
        "prepared": found.get(chosen, ""),
    }


def _do(visit: Visit, form: Form) -> Answer:
    try:
        step = TicketStep(form.text("step"))
    except ValueError:
        raise Invalid(field="step") from None
    with visit.installation.database.write() as work:
        _step(work, step, visit, form)
    return See(f"{_ROOT}/{visit.path['ticket_id']}", f"tickets.done.{step}")


def _step(work: Work, step: TicketStep, visit: Visit, form: Form) -> None:
    """One step of staff; raises Invalid for a problem or reason that there is not."""
    ticket_id, seen = visit.path["ticket_id"], seen_in(form)
    text, officer, now = form.text("text"), duties.officer(visit.person), visit.now
    if step is TicketStep.TAKE:
        tickets.take(work, ticket_id, officer=officer, seen=seen, now=now)
    elif step is TicketStep.NOTE:
        tickets.note(work, ticket_id, text, officer=officer, seen=seen, now=now)
    elif step is TicketStep.CLAIM:
        _to_claim(work, visit, form, ticket_id, seen)
    elif step is TicketStep.REPORT:
        _to_report(work, visit, form, ticket_id, seen)
    else:
        solves = step is TicketStep.SOLVE
        tickets.answer(
            work,
            ticket_id,
            text,
            officer=officer,
            seen=seen,
            now=now,
            solves=solves,
            template=form.text("template")[:_TEMPLATE_CHARACTERS],
        )


def _to_claim(work: Work, visit: Visit, form: Form, ticket_id: str, seen: int) -> None:
    try:
        problem = Problem(form.text("problem"))
    except ValueError:
        raise Invalid(field="problem") from None
    ticket_turns.to_claim(
        work,
        ticket_id,
        form.text("protection"),
        problem,
        officer=duties.officer(visit.person),
        seen=seen,
        now=visit.now,
        received_on=day(form, "received_on"),
        withdrawn_on=day(form, "withdrawn_on"),
    )


def _to_report(work: Work, visit: Visit, form: Form, ticket_id: str, seen: int) -> None:
    ticket_turns.to_report(
        work,
        ticket_id,
        form.text("review"),
        reason_of(form.text("reason")),
        good_faith=form.is_ticked("good_faith"),
        officer=duties.officer(visit.person),
        seen=seen,
        now=visit.now,
    )


def _markets(words: Words) -> list[tuple[str, str]]:
    return [("", words.say("help.choose")), *((code, words.market_name(code)) for code in MARKETS)]


_LINK: Final = "/{language}/help/{token}"
SCREENS: Final[tuple[Screen, ...]] = (
    Screen(_ROOT, Action.TICKETS_HANDLE, read=_queue, menu="tickets"),
    Screen(f"{_ROOT}/new", Action.TICKETS_HANDLE, read=_blank, write=_take_in),
    Screen(f"{_ROOT}/{{ticket_id}}", Action.TICKETS_HANDLE, read=_show, write=_do),
)
PUBLIC_SCREENS: Final[tuple[PublicScreen, ...]] = (
    PublicScreen("/{language}/help", read=_ask, write=_send, is_guarded=True),
    PublicScreen(_LINK, read=_follow, write=_write, is_guarded=True),
    PublicScreen(f"{_LINK}/satisfaction", write=_rate, again=_follow, is_guarded=True),
)
