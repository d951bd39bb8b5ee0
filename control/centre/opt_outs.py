"""The screen of opt-outs: how many there are, and a list of people to add to them (§6, MIG-8)."""

from typing import Final

from control.centre.screens import Answer, Form, Page, Screen, Visit
from domain.opt_outs import MOST
from domain.rights import Action
from services import opt_outs
from services.opt_outs import Noted

_ROOT: Final = "/control/shops/{shop_key}/opt-outs"


def _show(visit: Visit) -> Answer:
    return _page(visit)


def _note(visit: Visit, form: Form) -> Answer:
    with visit.installation.database.write() as work:
        noted = opt_outs.note(
            work, visit.shop_key, form.text("emails"), actor=visit.actor, now=visit.now
        )
    return _page(visit, noted)


def _page(visit: Visit, noted: Noted | None = None) -> Page:
    """What was just noted stands above the form, and in it whatever was no address."""
    words = visit.words
    with visit.installation.database.read() as session:
        number = opt_outs.count(session, visit.shop_key)
    values = {
        "number": words.say("optOuts.number", number=words.number(number)),
        "noted": _told(visit, noted) if noted else "",
        "refused": "\n".join(noted.refused) if noted else "",
        "hint": words.say("optOuts.emailsHint", most=words.number(MOST)),
        "url": _ROOT.format(shop_key=visit.shop_key),
        "list_url": f"/control/shops/{visit.shop_key}/invitations",
    }
    return Page("centre/opt_outs.html", words.say("optOuts.title"), values, active="invitations")


def _told(visit: Visit, noted: Noted) -> str:
    words = visit.words
    said = words.say(
        "optOuts.noted", added=words.number(noted.added), known=words.number(noted.known)
    )
    return f"{said} {words.say('optOuts.refused')}" if noted.refused else said


SCREENS: Final[tuple[Screen, ...]] = (Screen(_ROOT, Action.ORDERS_MANAGE, _show, _note),)
