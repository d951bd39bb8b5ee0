"""Screens of a shop about questions that a person wants it to read along (systems.md §37)."""

from typing import Final

from control.centre import tickets as pages
from control.centre.screens import Answer, Form, Page, Screen, See, Visit
from domain import rights
from domain.rights import Action
from domain.tickets import TICKETS
from services import ticket_views, tickets

_ROOT: Final = "/control/shops/{shop_key}/questions"
_ONE: Final = f"{_ROOT}/{{ticket_id}}"


def _listed(visit: Visit) -> Answer:
    database = visit.installation.database
    with database.read() as session:
        found = ticket_views.shared(session, database.keys, visit.shop_key)
    values = {
        "found": found,
        "url": _ROOT.format(shop_key=visit.shop_key),
        "zones": pages.ZONES,
    }
    return Page(
        "centre/questions.html", visit.words.say("menu.questions"), values, active="questions"
    )


def _show(visit: Visit) -> Answer:
    database, ticket_id = visit.installation.database, visit.path["ticket_id"]
    with database.read() as session:
        found = ticket_views.of_shop(session, database.keys, visit.shop_key, ticket_id)
    may = rights.may(visit.person.grants, Action.CLAIMS_ANSWER, visit.shop_key)
    values = {
        **pages.facts(found.facts),
        "url": f"{_ROOT.format(shop_key=visit.shop_key)}/{ticket_id}/messages",
        "may_write": found.may_write and may,
        "text_most": TICKETS.text_characters,
    }
    title = visit.words.say("tickets.one")
    return Page("centre/question.html", title, values, active="questions")


def _write(visit: Visit, form: Form) -> Answer:
    ticket_id = visit.path["ticket_id"]
    with visit.installation.database.write() as work:
        tickets.write_as_shop(
            work,
            visit.shop_key,
            ticket_id,
            form.text("text"),
            actor=visit.actor,
            now=visit.now,
        )
    return See(f"{_ROOT.format(shop_key=visit.shop_key)}/{ticket_id}", "help.written")


SCREENS: Final[tuple[Screen, ...]] = (
    Screen(_ROOT, Action.CLAIMS_SEE, read=_listed, menu="questions"),
    Screen(_ONE, Action.CLAIMS_SEE, read=_show),
    Screen(f"{_ONE}/messages", Action.CLAIMS_ANSWER, write=_write, again=_show),
)
