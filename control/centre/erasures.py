"""The operator's screen of erasures: which are open, until when, and what keeps them (GP-6)."""

from typing import Final

from control.centre.screens import Answer, Page, Screen, Visit
from domain.rights import Action
from domain.windows import day_of
from services import erasures

_ROOT: Final = "/control/operator/erasures"


def _show(visit: Visit) -> Answer:
    """Nobody is named: whose data they are stands encrypted in the request, until it is done."""
    words = visit.words
    with visit.installation.database.read() as session:
        found = erasures.listed(session, now=visit.now)
    values = {
        "lines": [
            (each, words.day(day_of(each.asked_at)), words.day(day_of(each.due_at)))
            for each in found.open
        ],
        "done": words.number(found.done),
        "cases_url": "/control/operator/moderation",
    }
    return Page("centre/erasures.html", words.say("erasures.title"), values, active="erasures")


SCREENS: Final[tuple[Screen, ...]] = (
    Screen(_ROOT, Action.OPERATOR_SEE, read=_show, menu="erasures"),
)
