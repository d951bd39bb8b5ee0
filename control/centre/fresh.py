"""The question who somebody is, asked once more before a change, and what was to be done (§38).

The page keeps what was sent as hidden fields and sends it to the same address again, together
with the answer. Secrets are not kept: after the answer their form is shown anew.
"""

from dataclasses import replace
from typing import Final

from control.centre.screens import Answer, Form, Page, Refusal, Visit
from domain.logins import FreshSignInNeeded, is_fresh
from domain.policies import LOGINS
from services import fresh_sign_ins, sessions
from services.fresh_sign_ins import Proof

ASKED: Final = "fresh"
ONLY: Final = "fresh_only"
PASSWORD: Final = "fresh_password"  # noqa: S105 the name of a field
CODE: Final = "fresh_code"
_ANSWER: Final = "answer"
_OWN: Final = frozenset({ASKED, ONLY, PASSWORD, CODE, _ANSWER, "csrf", "username"})


def is_asked(visit: Visit) -> bool:
    """Whether the form was refused for want of an answer, or with a wrong one."""
    refusal = visit.refusal
    if refusal is None:
        return False
    is_open = ASKED in refusal.input and not is_fresh(visit.person.proved_at, visit.now)
    return is_open or refusal.code == FreshSignInNeeded.code


def question(visit: Visit, refusal: Refusal, action: str) -> Page:
    """The page that asks; it goes on to ``action`` with what was sent there."""
    with visit.installation.database.read() as session:
        ways = fresh_sign_ins.ways(session, visit.person)
    kept = [
        (name, value)
        for name in refusal.input
        if name not in _OWN
        for value in refusal.lists.get(name, ())
    ]
    values = {
        "kept": kept,
        "only": refusal.has_secrets or ONLY in refusal.input,
        "action": action,
        "ways": ways,
        "minutes": visit.words.number(LOGINS.fresh_minutes),
    }
    return Page("centre/fresh.html", visit.words.say("fresh.title"), values)


def answered(visit: Visit, form: Form) -> tuple[Visit, str | None]:
    """The visit after the answer that the form holds, and the token of its login.

    Nothing happens to a form without one. Raises what a wrong answer does.
    """
    if not form.is_ticked(ASKED):
        return visit, None
    proof = Proof(form.values.get(PASSWORD, ""), form.text(CODE), form.values.get(_ANSWER, ""))
    token = fresh_sign_ins.show(visit.installation, visit.person, proof, now=visit.now)
    person = sessions.signed_in(visit.installation, token, now=visit.now)
    if person is None:
        raise FreshSignInNeeded
    return replace(visit, person=person, actor=person.actor), token


def is_only_answer(form: Form) -> bool:
    """Whether the form holds nothing but the answer, since what was to be done is secret."""
    return form.is_ticked(ASKED) and form.is_ticked(ONLY)


def go_on(visit: Visit, shown: Answer | None) -> Answer | None:
    """The page on which the change is made, with a word that it can be made now."""
    if not isinstance(shown, Page):
        return shown
    return replace(shown, values={**shown.values, "notice": visit.words.say("fresh.done")})
