"""Screens of moderators: reviews about which something was noticed, in the order of their score."""

from enum import StrEnum
from typing import Final

from control.centre.holds import seen_in
from control.centre.screens import Answer, Form, Page, Screen, See, Visit
from domain import languages
from domain.decisions import MINIMUM_EXPLANATION
from domain.errors import Invalid, ReasonsMissing
from domain.markets import MARKETS
from domain.notices import NoticeReason, reason_of
from domain.rights import Action
from domain.signals import SIGNALS
from services import hold_cases, moderators, signal_views, signals
from services.hold_cases import Opening

_ROOT: Final = "/control/operator/signals"
_ZONES: Final = {market.code: market.zone for market in MARKETS.values()}


class SignalStep(StrEnum):
    """What a moderator may do with a line of the queue."""

    CLOSE = "CLOSE"
    CASE = "CASE"


def _queue(visit: Visit) -> Answer:
    say = visit.words.say
    language = visit.query.get("language", "")
    with visit.installation.database.read() as session:
        decider = moderators.decider(session, visit.person)
        found = signal_views.queue(session, decider, language=language)
    tongues = sorted({*languages.SUPPORTED, *decider.languages})
    values = {
        "found": found,
        "url": _ROOT,
        "zones": _ZONES,
        "chosen": language,
        "days": visit.words.number(SIGNALS.trace_days),
        "tongues": [
            ("", say("moderation.allLanguages")),
            *((tag, visit.words.language_name(tag)) for tag in tongues),
        ],
    }
    return Page("centre/signals.html", say("signals.title"), values, active="signals")


def _show(visit: Visit) -> Answer:
    say = visit.words.say
    with visit.installation.database.read() as session:
        decider = moderators.decider(session, visit.person)
        file = signal_views.file(session, visit.path["case_id"], decider, now=visit.now)
    values = {
        "file": file,
        "url": f"{_ROOT}/{file.line.case_id}",
        "zone": _ZONES[file.line.market],
        "steps": [(step, say(f"signals.step.{step}")) for step in SignalStep],
        "reasons": [(each, say(f"notice.reason.{each}")) for each in NoticeReason],
        "reason": NoticeReason.NO_PURCHASE,
        "most": SIGNALS.note_characters,
    }
    title = f"{say('signals.one')}: {file.line.shop_name}"
    return Page("centre/signal.html", title, values, active="signals")


def _decide(visit: Visit, form: Form) -> Answer:
    case_id, note, seen = visit.path["case_id"], form.text("note"), seen_in(form)
    try:
        step = SignalStep(form.text("step"))
    except ValueError:
        raise Invalid(field="step") from None
    if len(note) < MINIMUM_EXPLANATION:
        raise ReasonsMissing(f"Say why in at least {MINIMUM_EXPLANATION} characters.", field="note")
    with visit.installation.database.write() as work:
        decider = moderators.decider(work.session, visit.person)
        if step is SignalStep.CASE:
            opening = Opening(reason_of(form.text("reason")), note)
            hold_cases.take_signals(work, case_id, opening, decider, seen=seen, now=visit.now)
        else:
            signals.looked_at(work, case_id, note, decider, seen=seen, now=visit.now)
    return See(_ROOT, f"signals.done.{step}")


SCREENS: Final[tuple[Screen, ...]] = (
    Screen(_ROOT, Action.MODERATE, read=_queue, menu="signals"),
    Screen(f"{_ROOT}/{{case_id}}", Action.MODERATE, read=_show, write=_decide),
)
