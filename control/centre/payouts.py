"""Screens of finance: what has to be paid, the files for the bank, and what shops owe (§36)."""

from enum import StrEnum
from typing import Final

from control.centre.holds import seen_in
from control.centre.screens import Answer, File, Form, Page, Screen, See, Visit
from domain import rights
from domain.errors import Invalid
from domain.markets import MARKETS
from domain.payouts import REFERENCE_CHARACTERS, PayoutState
from domain.recourses import RECOURSES, RecourseState
from domain.rights import Action
from services import duties, payout_views, payouts, recourses

_ROOT: Final = "/control/operator/payouts"
_RECOURSES: Final = "/control/operator/recourses"
_CHARACTERS: Final = 60
_OWN: Final = "/control/shops/{shop_key}/recourses"
_ZONES: Final = {market.code: market.zone for market in MARKETS.values()}
_OPEN: Final = (PayoutState.PREPARED, PayoutState.FAILED, PayoutState.IN_FILE)
_DONE: Final = (PayoutState.PAID, PayoutState.BY_HAND)
_OPEN_RECOURSES: Final = tuple(state for state in RecourseState if state.is_open)
_ENDS: Final = (
    RecourseState.PAID,
    RecourseState.INSURER,
    RecourseState.WRITTEN_OFF,
    RecourseState.INVOICED,
)


class PayoutStep(StrEnum):
    """What finance may note about one payout."""

    PAID = "PAID"
    FAILED = "FAILED"
    BY_HAND = "BY_HAND"


_NOTED: Final = {
    PayoutState.IN_FILE: (PayoutStep.PAID, PayoutStep.FAILED),
    PayoutState.PAID: (PayoutStep.FAILED,),
    PayoutState.BY_HAND: (PayoutStep.FAILED,),
}


def _queue(visit: Visit) -> Answer:
    say, database = visit.words.say, visit.installation.database
    is_done = visit.query.get("state") == "done"
    claim_id = visit.query.get("claim", "").strip()
    with database.read() as session:
        officer = duties.officer(visit.person)
        states = _DONE if is_done else _OPEN
        found = payout_views.queue(session, database.keys, officer, states, claim_id=claim_id)
        files = payout_views.files(session)
    may_pay = rights.may(visit.person.grants, Action.PAYOUTS_MAKE, None)
    values = {
        "payable": [each for each in found if each.state.is_payable],
        "sent": [each for each in found if not each.state.is_payable],
        "files": files,
        "url": _ROOT,
        "zones": _ZONES,
        "is_done": is_done,
        "claim": claim_id,
        "may_pay": may_pay,
        "has_account": bool(visit.installation.settings.payout_iban),
        "most": REFERENCE_CHARACTERS,
        "steps": {
            state: [(step, say(f"payouts.step.{step}")) for step in steps]
            for state, steps in _NOTED.items()
        },
    }
    return Page("centre/payouts.html", say("payouts.title"), values, active="payouts")


def _make_file(visit: Visit, form: Form) -> Answer:
    with visit.installation.database.write() as work:
        made = payouts.make_file(
            work,
            form.listed("payout"),
            duties.officer(visit.person),
            visit.installation.settings,
            now=visit.now,
        )
    return See(_ROOT, "payouts.someLeft" if made.left else "payouts.fileMade")


def _step(visit: Visit, form: Form) -> Answer:
    try:
        step = PayoutStep(form.text("step"))
    except ValueError:
        raise Invalid(field="step") from None
    does = {
        PayoutStep.PAID: payouts.mark_paid,
        PayoutStep.FAILED: payouts.mark_failed,
        PayoutStep.BY_HAND: payouts.pay_by_hand,
    }[step]
    with visit.installation.database.write() as work:
        officer = duties.officer(visit.person)
        payout_id, reference = form.text("payout"), form.text("reference")
        does(work, payout_id, officer, reference, seen=seen_in(form), now=visit.now)
    return See(_ROOT, f"payouts.done.{step}")


def _download(visit: Visit) -> Answer:
    with visit.installation.database.write() as work:
        name, body = payouts.download(work, visit.path["run_id"], actor=visit.actor, now=visit.now)
    return File(name, "application/xml", body)


def _recourses(visit: Visit) -> Answer:
    say = visit.words.say
    is_done = visit.query.get("state") == "done"
    states = tuple(RecourseState) if is_done else _OPEN_RECOURSES
    text = visit.query.get("q", "").strip()[:_CHARACTERS]
    with visit.installation.database.read() as session:
        found = payout_views.recourses(session, states, now=visit.now, text=text)
    values = {
        "lines": found,
        "url": _RECOURSES,
        "text": text,
        "most_text": _CHARACTERS,
        "payouts_url": _ROOT,
        "zones": _ZONES,
        "is_done": is_done,
        "may_end": rights.may(visit.person.grants, Action.PAYOUTS_MAKE, None),
        "most": RECOURSES.reason_characters,
        "steps": [("", say("recourses.choose"))]
        + [(step, say(f"recourses.step.{step}")) for step in _ENDS],
    }
    return Page("centre/recourses.html", say("recourses.title"), values, active="recourses")


def _end(visit: Visit, form: Form) -> Answer:
    try:
        after = RecourseState(form.text("step"))
    except ValueError:
        raise Invalid(field="step") from None
    with visit.installation.database.write() as work:
        recourses.end(
            work,
            form.text("recourse"),
            after,
            form.text("reason"),
            officer=duties.officer(visit.person),
            seen=seen_in(form),
            now=visit.now,
        )
    return See(_RECOURSES, "recourses.noted")


def _own(visit: Visit) -> Answer:
    say = visit.words.say
    with visit.installation.database.read() as session:
        found = payout_views.recourses(
            session, tuple(RecourseState), now=visit.now, shop_key=visit.shop_key
        )
    url = _OWN.replace("{shop_key}", visit.shop_key)
    values = {
        "lines": found,
        "url": url,
        "claims_url": f"/control/shops/{visit.shop_key}/claims",
        "zones": _ZONES,
        "may_contest": rights.may(visit.person.grants, Action.CLAIMS_ANSWER, visit.shop_key),
        "most": RECOURSES.reason_characters,
    }
    return Page("centre/recourses_own.html", say("recourses.own"), values, active="recourse")


def _contest(visit: Visit, form: Form) -> Answer:
    with visit.installation.database.write() as work:
        recourses.contest(
            work,
            visit.shop_key,
            form.text("recourse"),
            form.text("reason"),
            actor=visit.actor,
            now=visit.now,
        )
    return See(_OWN.replace("{shop_key}", visit.shop_key), "recourses.contested")


SCREENS: Final[tuple[Screen, ...]] = (
    Screen(_ROOT, Action.PAYOUTS_SEE, read=_queue, menu="payouts"),
    Screen(f"{_ROOT}/file", Action.PAYOUTS_MAKE, write=_make_file, again=_queue),
    Screen(f"{_ROOT}/step", Action.PAYOUTS_MAKE, write=_step, again=_queue),
    Screen(f"{_ROOT}/files/{{run_id}}", Action.PAYOUTS_MAKE, read=_download),
    Screen(_RECOURSES, Action.PAYOUTS_SEE, read=_recourses, menu="recourses"),
    Screen(f"{_RECOURSES}/step", Action.PAYOUTS_MAKE, write=_end, again=_recourses),
    Screen(_OWN, Action.CLAIMS_SEE, read=_own, menu="recourse"),
    Screen(f"{_OWN}/contest", Action.CLAIMS_ANSWER, write=_contest, again=_own),
)
