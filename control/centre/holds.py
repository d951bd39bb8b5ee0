"""Screens of moderators: texts that wait for a look, with what was found in them marked."""

from typing import Final

from control.centre.moderation import looks
from control.centre.screens import Answer, Form, Page, Screen, See, Visit
from domain import languages
from domain.decisions import Ground
from domain.errors import Invalid
from domain.holds import HOLDS, HoldState
from domain.markets import MARKETS
from domain.notices import NoticeReason
from domain.policies import NOTICES
from domain.rights import Action
from services import hold_rulings, hold_views, moderators
from services.hold_rulings import HoldStep
from services.rulings import Reasons

_ROOT: Final = "/control/operator/holds"
_ZONES: Final = {market.code: market.zone for market in MARKETS.values()}
_STEPS: Final = {
    HoldState.WAITING: tuple(HoldStep),
    HoldState.ASKED: (HoldStep.RELEASE, HoldStep.CASE),
}
_NUMBER_CHARACTERS: Final = 9


def _queue(visit: Visit) -> Answer:
    say, database = visit.words.say, visit.installation.database
    language = visit.query.get("language", "")
    with database.read() as session:
        decider = moderators.decider(session, visit.person)
        found = hold_views.queue(session, database.keys, decider, language=language)
    tongues = sorted({*languages.SUPPORTED, *decider.languages})
    values = {
        "found": found,
        "url": _ROOT,
        "zones": _ZONES,
        "chosen": language,
        "days": visit.words.number(HOLDS.working_days),
        "tongues": [
            ("", say("moderation.allLanguages")),
            *((tag, visit.words.language_name(tag)) for tag in tongues),
        ],
    }
    return Page("centre/holds.html", say("holds.title"), values, active="holds")


def _show(visit: Visit) -> Answer:
    say = visit.words.say
    with visit.installation.database.write() as work:
        decider = moderators.decider(work.session, visit.person)
        file = hold_views.file(
            work, visit.path["hold_id"], decider, actor=visit.actor, now=visit.now
        )
    steps = _STEPS.get(file.line.state, ())
    values = {
        "file": file,
        "pictures": looks(file.pictures, visit.words),
        "url": f"{_ROOT}/{file.line.hold_id}",
        "zone": _ZONES[file.line.market],
        "steps": [(step, say(f"holds.step.{step}")) for step in steps],
        "grounds": [
            ("", say("case.noGround")),
            *((ground, say(f"ground.{ground}")) for ground in Ground),
        ],
        "reasons": [(each, say(f"notice.reason.{each}")) for each in NoticeReason],
        "reason": NoticeReason.PRIVACY,
        "most": NOTICES.text_characters,
        "days": visit.words.number(HOLDS.asked_days),
    }
    title = f"{say('holds.one')}: {file.line.shop_name}"
    return Page("centre/hold.html", title, values, active="holds")


def _decide(visit: Visit, form: Form) -> Answer:
    try:
        step = HoldStep(form.text("step"))
    except ValueError:
        raise Invalid(field="step") from None
    given = Reasons(form.text("explanation"), form.text("ground"), form.text("facts"))
    with visit.installation.database.write() as work:
        hold_rulings.decide(
            work,
            visit.path["hold_id"],
            step,
            given,
            form.text("reason"),
            moderators.decider(work.session, visit.person),
            seen=seen_in(form),
            now=visit.now,
        )
    return See(_ROOT, f"holds.done.{step}")


def seen_in(form: Form) -> int:
    """The version that a form was drawn from; 0, which is none, for anything else."""
    text = form.text("seen")
    is_one = text.isascii() and text.isdecimal() and len(text) <= _NUMBER_CHARACTERS
    return int(text) if is_one else 0


SCREENS: Final[tuple[Screen, ...]] = (
    Screen(_ROOT, Action.MODERATE, read=_queue, menu="holds"),
    Screen(f"{_ROOT}/{{hold_id}}", Action.MODERATE, read=_show, write=_decide),
)
