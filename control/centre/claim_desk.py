"""Screens of case handlers: the queue by deadline, one claim with its steps (systems.md §36)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from control.centre import review_filters
from control.centre.claims import ZONES, amount, amounts, amounts_of, common, seen
from control.centre.screens import Answer, File, Form, Page, Screen, See, Visit
from domain import rights
from domain.claim_states import Event
from domain.claims import ClaimInvalid, ClaimState
from domain.duties import Officer
from domain.rights import Action
from schemas import messages
from services import claim_documents, claim_files, claim_handling, claim_views, duties
from services.claim_views import Shown

_ROOT: Final = "/control/operator/claims"
_ONE: Final = f"{_ROOT}/{{claim_id}}"


@dataclass(frozen=True, slots=True)
class _Said:
    """What a form on a claim says, by whom, about which version."""

    claim_id: str
    officer: Officer
    text: str
    seen: int
    now: datetime


class Step(StrEnum):
    """What a handler may do; each is shown where the claim allows it."""

    TAKE = "TAKE"
    PROPOSE = "PROPOSE"
    FAIL = "FAIL"
    INSOLVENT = "INSOLVENT"
    ASK_DOCUMENTS = "ASK_DOCUMENTS"
    APPROVE = "APPROVE"
    REJECT = "REJECT"


BY_EVENT: Final = {
    Event.FAIL: Step.FAIL,
    Event.INSOLVENT: Step.INSOLVENT,
    Event.EXTEND: Step.ASK_DOCUMENTS,
    Event.ASK_AGAIN: Step.ASK_DOCUMENTS,
    Event.APPROVE: Step.APPROVE,
    Event.UPHOLD: Step.APPROVE,
    Event.REJECT: Step.REJECT,
    Event.DISMISS: Step.REJECT,
}
"""Which button does which step of the table."""


def _queue(visit: Visit) -> Answer:
    state, text = visit.query.get("state", ""), visit.query.get("q", "")
    say = visit.words.say
    with visit.installation.database.read() as session:
        after = visit.query.get("after", "")
        found = claim_views.queue(session, state=state, text=text, after=after, now=visit.now)
    values = {
        "found": found.items,
        "next": review_filters.kept(visit.query, ("state", "q"), after=found.after)
        if found.after
        else "",
        "url": _ROOT,
        "text": text,
        "state": state,
        "states": [
            ("", say("moderation.allOpen")),
            *((each, say(f"claim.state.{each}")) for each in ClaimState),
        ],
        "zones": ZONES,
        "lead": "",
    }
    return Page("centre/claims.html", say("menu.claim_desk"), values, active="claim_desk")


def _shown(visit: Visit) -> Answer:
    claim_id, words = visit.path["claim_id"], visit.words
    with visit.installation.database.write() as work:
        claim = claim_views.seen(work, claim_id, visit.person, now=visit.now)
    may_act = rights.may(visit.person.grants, Action.CLAIMS_HANDLE, None)
    steps = _steps(claim) if may_act and not claim.refusal else []
    url = f"{_ROOT}/{claim_id}"
    values = {
        **common(claim, words),
        "url": url,
        "steps": [(each, words.say(f"claim.step.{each}")) for each in steps],
        "partial": messages.title(claim.refusal, visit.language)
        if may_act and claim.refusal
        else "",
        "needs_amounts": Step.APPROVE in steps,
        "needs_amount": Step.PROPOSE in steps,
        "amounts": amounts(claim, words),
        "settlement_url": "",
        "messages_url": f"{url}/messages" if Step.TAKE in steps else "",
        "documents_url": f"{url}/documents",
        "may_upload": False,
    }
    title = words.say("claim.title", order=claim.head.order)
    return Page("centre/claim_desk.html", title, values, active="claim_desk")


def _steps(claim: Shown) -> list[Step]:
    """What this claim allows now, each once."""
    state = claim.head.state
    possible = {BY_EVENT[event] for event in claim.may if event in BY_EVENT}
    if state.is_open and state is not ClaimState.APPEALED:
        possible.add(Step.TAKE)
    if state is ClaimState.MEDIATION:
        possible.add(Step.PROPOSE)
    return [step for step in Step if step in possible]


def _do(visit: Visit, form: Form) -> Answer:
    claim_id = visit.path["claim_id"]
    try:
        step = Step(form.text("step"))
    except ValueError:
        raise ClaimInvalid(field="step") from None
    said = _Said(claim_id, duties.officer(visit.person), form.text("text"), seen(form), visit.now)
    with visit.installation.database.write() as work:
        currency = claim_files.held(work, claim_id).row.currency
        if step is Step.TAKE:
            claim_handling.take(work, claim_id, said.officer, seen=said.seen, now=said.now)
        elif step is Step.APPROVE:
            loss = amounts_of(form, currency)
            claim_handling.approve(
                work, claim_id, said.officer, loss, said.text, seen=said.seen, now=said.now
            )
        elif step is Step.PROPOSE:
            offered = amount(form, "amount", currency)
            claim_handling.propose(
                work, claim_id, said.officer, offered, said.text, seen=said.seen, now=said.now
            )
        elif step in (Step.FAIL, Step.INSOLVENT):
            go = claim_handling.fail if step is Step.FAIL else claim_handling.insolvent
            go(work, claim_id, said.officer, seen=said.seen, now=said.now)
        else:
            is_request = step is Step.ASK_DOCUMENTS
            say = claim_handling.ask_documents if is_request else claim_handling.reject
            say(work, claim_id, said.officer, said.text, seen=said.seen, now=said.now)
    return See(f"{_ROOT}/{claim_id}", "claim.done")


def _comment(visit: Visit, form: Form) -> Answer:
    claim_id, officer = visit.path["claim_id"], duties.officer(visit.person)
    with visit.installation.database.write() as work:
        claim_handling.comment(work, claim_id, officer, form.text("comment"), now=visit.now)
    return See(f"{_ROOT}/{claim_id}", "claim.sent")


def _document(visit: Visit) -> Answer:
    name, kind, body = claim_documents.read(
        visit.installation,
        visit.path["claim_id"],
        visit.path["document_id"],
        actor=visit.actor,
        now=visit.now,
    )
    return File(name, kind, body)


SCREENS: Final[tuple[Screen, ...]] = (
    Screen(_ROOT, Action.CLAIMS_LOOK, read=_queue, menu="claim_desk"),
    Screen(_ONE, Action.CLAIMS_LOOK, read=_shown),
    Screen(f"{_ONE}/step", Action.CLAIMS_HANDLE, write=_do, again=_shown),
    Screen(f"{_ONE}/messages", Action.CLAIMS_HANDLE, write=_comment, again=_shown),
    Screen(f"{_ONE}/documents/{{document_id}}", Action.CLAIMS_LOOK, read=_document),
)
