"""No more letters about the law, by the link of one: here, or by a mail program (RFC 8058)."""

from typing import Final

from control.centre.screens import Answer, Caller, Form, Page, PublicScreen, See
from domain import languages
from domain.errors import PageNotFound
from services import law_letters


def _leaving(caller: Caller) -> Answer:
    return _left(caller, is_done=caller.query.get("said") == "done")


def _left(caller: Caller, *, is_done: bool) -> Page:
    words = caller.words
    law_letters.reader_in(caller.installation.database.keys, caller.path["seal"])
    values = {
        "lead": words.say("law_letters.leaveLead"),
        "leave": words.say("law_letters.leave"),
        "done": words.say("law_letters.left") if is_done else "",
        "action": _path(caller),
    }
    return Page("reviewing/unsubscribe.html", words.say("law_letters.leave"), values)


def _leave(caller: Caller, form: Form) -> Answer:
    """One click is enough; a mail program gets its answer at once and need not follow us."""
    with caller.installation.database.write() as work:
        law_letters.leave(work, caller.path["seal"], now=caller.now)
    if form.text("List-Unsubscribe") == "One-Click":
        return _left(caller, is_done=True)
    return See(f"{_path(caller)}?said=done")


def _path(caller: Caller) -> str:
    language = caller.path["language"]
    if language not in languages.SUPPORTED:
        raise PageNotFound
    return law_letters.leave_path(language, caller.path["seal"])


SCREENS: Final = (PublicScreen("/{language}/law-letters/{seal}", read=_leaving, write=_leave),)
