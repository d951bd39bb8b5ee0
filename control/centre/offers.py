"""What a person was offered: rights on shops and roles, to be accepted or declined (§38)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from control.centre.account import ACCOUNT
from control.centre.refusals import LOGIN
from control.centre.screens import Answer, Form, Page, Screen, See, Visit, Words
from domain.rights import Action
from services import offers
from services.offers import Offered, Waiting

OFFERS: Final = f"{ACCOUNT}/offers"


@dataclass(frozen=True, slots=True)
class Card:
    """An offer in words: where, and which rights or roles."""

    offered: Offered
    where: str
    granted: str


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """An open offer as a row of the inviter's list."""

    waiting: Waiting
    granted: str


def _show(visit: Visit) -> Answer:
    with visit.installation.database.read() as session:
        found = offers.of_person(session, visit.person, now=visit.now)
    values = {"cards": [_card(each, visit.words) for each in found], "url": OFFERS}
    return Page("centre/offers.html", visit.words.say("offers.title"), values)


def _accept(visit: Visit, _form: Form) -> Answer:
    with visit.installation.database.write() as work:
        offers.accept(work, visit.person, visit.path["offer_id"], now=visit.now)
    return See("/control", "offers.accepted")


def _decline(visit: Visit, _form: Form) -> Answer:
    """Who has nothing else here has no login any more, and no page to go on to."""
    with visit.installation.database.write() as work:
        is_gone = offers.decline(work, visit.person, visit.path["offer_id"], now=visit.now)
    if is_gone:
        return See(LOGIN, "offers.declined", token="")
    return See(OFFERS, "offers.declined")


def waiting_lines(found: Sequence[Waiting], words: Words, kind: str) -> list[WaitingLine]:
    """Rows for open offers; ``kind`` is "right" or "role"."""
    return [WaitingLine(each, named(each.granted, words, kind)) for each in found]


def named(granted: tuple[str, ...], words: Words, kind: str) -> str:
    """Rights or roles by their names."""
    return ", ".join(words.say(f"{kind}.{each}") for each in granted)


def _card(offered: Offered, words: Words) -> Card:
    kind = "right" if offered.shop_name else "role"
    where = offered.shop_name or words.say("operator.side")
    return Card(offered, where, named(offered.granted, words, kind))


SCREENS: Final[tuple[Screen, ...]] = (
    Screen(OFFERS, Action.ACCOUNT_OWN, _show, menu="offers"),
    Screen(f"{OFFERS}/{{offer_id}}/accept", Action.ACCOUNT_OWN, write=_accept, again=_show),
    Screen(f"{OFFERS}/{{offer_id}}/decline", Action.ACCOUNT_OWN, write=_decline, again=_show),
)
