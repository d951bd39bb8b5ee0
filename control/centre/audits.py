"""Screens of auditors: the queue by deadline, one audit with all criteria, verdicts and steps."""

from enum import StrEnum
from typing import Final

from control.centre import shop_audits
from control.centre.holds import seen_in
from control.centre.screens import Answer, Form, Page, Screen, See, Visit
from domain import audits as rules
from domain.audit_decisions import AuditDecisionKind, AuditGround, AuditOutcome
from domain.audits import AUDITS, VERDICTS_OPEN, AuditParty, AuditState, AuditStep, CheckResult
from domain.errors import Invalid
from domain.findings import MessageKind, Verdict, replies
from domain.markets import MARKETS
from domain.packs import PRICE_LISTS
from domain.policies import NOTICES
from domain.rights import Action
from services import (
    audit_decisions,
    audit_steps,
    audit_views,
    audits,
    duties,
    findings,
    prechecks,
    proofs,
)
from services.audit_decisions import Reasons
from services.audits import Check
from services.findings import Given
from services.installation import Work

_ROOT: Final = "/control/operator/audits"
_ONE: Final = f"{_ROOT}/{{audit_id}}"
_POINT: Final = f"{_ONE}/points/{{criterion}}"
_ZONES: Final = {market.code: market.zone for market in MARKETS.values()}


class Do(StrEnum):
    """What an auditor may do with a whole audit, besides the steps of the table."""

    TAKE = "TAKE"
    GIVE_BACK = "GIVE_BACK"


def _queue(visit: Visit) -> Answer:
    say, query = visit.words.say, visit.query
    state = query.get("state", "")
    state = state if state in set(AuditState) else ""
    mine = query.get("mine", "") == "1"
    officer = duties.officer(visit.person)
    with visit.installation.database.read() as session:
        found = audit_views.queue(
            session,
            officer,
            words=query.get("words", "").strip(),
            state=state,
            mine=mine,
            now=visit.now,
        )
    values = {
        "found": found,
        "url": _ROOT,
        "zones": _ZONES,
        "searched": query.get("words", ""),
        "chosen": state,
        "mine": mine,
        "states": [
            ("", say("audits.running")),
            *((each, say(f"audits.state.{each}")) for each in AuditState),
        ],
    }
    return Page("centre/audits.html", say("audits.title"), values, active="audits")


def _seen(visit: Visit) -> audit_views.AuditFile:
    with visit.installation.database.read() as session:
        return audit_views.for_auditor(
            session,
            visit.installation.database.keys,
            visit.path["audit_id"],
            duties.officer(visit.person),
            language=visit.language,
            now=visit.now,
        )


def _shown(visit: Visit) -> Answer:
    say, file = visit.words.say, _seen(visit)
    state = file.line.state
    steps = [step for step in rules.steps(state, AuditParty.AUDITOR) if step in _STEPS]
    kinds = [kind for kind in AuditDecisionKind if state in rules.TRANSITIONS[kind.step].from_]
    values = {
        "file": file,
        "url": f"{_ROOT}/{file.line.audit_id}",
        "zone": _ZONES[file.line.market],
        "steps": [(step, say(f"audits.step.{step}")) for step in steps],
        "kinds": [(kind, say(f"audits.decide.{kind}")) for kind in kinds],
        "grounds": [(each, say(f"audit.ground.{each}")) for each in AuditGround],
        "checks": [(Check.IDENTITY, file.identity), (Check.CREDIT, file.credit)],
        "results": [(each, say(f"audits.result.{each}")) for each in CheckResult],
        "outcomes": [(each, say(f"audits.complaint.{each}")) for each in AuditOutcome],
        "most": AUDITS.text_characters,
        "note_most": AUDITS.note_characters,
        "notice_days": visit.words.number(AUDITS.notice_days),
    }
    title = f"{say('audits.one')}: {file.line.shop_name}"
    return Page("centre/audit.html", title, values, active="audits")


def _step(visit: Visit, form: Form) -> Answer:
    name, audit_id = form.text("step"), visit.path["audit_id"]
    officer, seen = duties.officer(visit.person), seen_in(form)
    actor, now = visit.actor, visit.now
    with visit.installation.database.write() as work:
        if name == Do.TAKE:
            audits.take(work, audit_id, officer, seen=seen, actor=actor, now=now)
        elif name == Do.GIVE_BACK:
            audits.give_back(work, audit_id, officer, seen=seen, actor=actor, now=now)
        elif name in _STEPS:
            _move(visit, form, work, AuditStep(name))
        else:
            raise Invalid(field="step")
    return See(f"{_ROOT}/{audit_id}", "audits.stepDone")


def _move(visit: Visit, form: Form, work: Work, step: AuditStep) -> None:
    audit_id, officer, why = visit.path["audit_id"], duties.officer(visit.person), form.text("why")
    seen, actor, now = seen_in(form), visit.actor, visit.now
    match step:
        case AuditStep.REFUSE | AuditStep.CANCEL:
            audit_steps.stop(work, audit_id, step, why, officer, seen=seen, actor=actor, now=now)
        case AuditStep.REPORT:
            audit_steps.report(work, audit_id, officer, seen=seen, actor=actor, now=now)
        case AuditStep.SEND_BACK:
            audit_steps.send_back(work, audit_id, officer, seen=seen, actor=actor, now=now)
        case AuditStep.PASS:
            audit_steps.approve(work, audit_id, officer, seen=seen, actor=actor, now=now)
        case AuditStep.CERTIFY:
            prices = PRICE_LISTS[visit.installation.settings.prices]
            audit_steps.certify(
                work, audit_id, officer, prices=prices, seen=seen, actor=actor, now=now
            )
        case AuditStep.REINSTATE:
            audit_decisions.reinstate(work, audit_id, why, officer, seen=seen, actor=actor, now=now)
        case _:
            audit_steps.begin(work, audit_id, step, officer, seen=seen, actor=actor, now=now)


def _check(visit: Visit, form: Form) -> Answer:
    try:
        check, result = Check(form.text("check")), CheckResult(form.text("result"))
    except ValueError:
        raise Invalid(field="result") from None
    with visit.installation.database.write() as work:
        audits.record(
            work,
            visit.path["audit_id"],
            check,
            result,
            form.text(f"{check}_note"),
            duties.officer(visit.person),
            actor=visit.actor,
            now=visit.now,
        )
    return See(_url(visit), "audits.checked")


def _precheck(visit: Visit, form: Form) -> Answer:
    del form
    with visit.installation.database.write() as work:
        found = audits.held_by(work, visit.path["audit_id"], duties.officer(visit.person))
        prechecks.ask(work, found.row, now=visit.now)
    return See(_url(visit), "audits.precheckAsked")


def _decide(visit: Visit, form: Form) -> Answer:
    try:
        kind, ground = AuditDecisionKind(form.text("kind")), AuditGround(form.text("ground"))
    except ValueError:
        raise Invalid(field="kind") from None
    reasons = Reasons(kind, ground, form.text("facts"), form.text("explanation"))
    with visit.installation.database.write() as work:
        audit_decisions.decide(
            work,
            visit.path["audit_id"],
            reasons,
            duties.officer(visit.person),
            seen=seen_in(form),
            actor=visit.actor,
            now=visit.now,
        )
    return See(_url(visit), "audits.decided")


def _answer(visit: Visit, form: Form) -> Answer:
    try:
        outcome = AuditOutcome(form.text("outcome"))
    except ValueError:
        raise Invalid(field="outcome") from None
    with visit.installation.database.write() as work:
        audit_decisions.answer(
            work,
            visit.path["audit_id"],
            visit.path["decision_id"],
            outcome,
            form.text("answer"),
            duties.officer(visit.person),
            actor=visit.actor,
            now=visit.now,
        )
    return See(_url(visit), "audits.complaintAnswered")


def _point(visit: Visit) -> Answer:
    say, file = visit.words.say, _seen(visit)
    point = file.point(visit.path["criterion"])
    state = file.line.state
    values = {
        "file": file,
        "point": point,
        "url": _url(visit),
        "zone": _ZONES[file.line.market],
        "verdicts": [(each, say(f"audits.verdict.{each}")) for each in Verdict],
        "verdict": point.verdict or (point.finding.proposed if point.finding else ""),
        "may_judge": file.line.is_mine and state in VERDICTS_OPEN,
        "may_speak": file.line.is_mine and point.is_open and bool(replies(state)),
        "on_point": [(each, say(f"audits.on.{each}")) for each in replies(state)],
        "most": AUDITS.text_characters,
        "url_most": AUDITS.address_characters,
    }
    title = f"{say('audits.point')} {point.criterion.code}"
    return Page("centre/audit_point.html", title, values, active="audits")


def _judge(visit: Visit, form: Form) -> Answer:
    try:
        verdict = Verdict(form.text("verdict"))
    except ValueError:
        raise Invalid(field="verdict") from None
    file = form.files.get("screenshot")
    screenshot = proofs.checked(file.body) if file is not None and file.body else None
    given = Given(
        verdict,
        form.text("evidence_url"),
        form.text("explanation"),
        form.text("advice"),
        screenshot,
    )
    installation = visit.installation
    with installation.database.write() as work:
        findings.judge(
            work,
            installation.settings.home,
            visit.path["audit_id"],
            visit.path["criterion"],
            given,
            duties.officer(visit.person),
            actor=visit.actor,
            now=visit.now,
        )
    return See(_url(visit), "audits.judged")


def _speak(visit: Visit, form: Form) -> Answer:
    try:
        kind = MessageKind(form.text("do"))
    except ValueError:
        raise Invalid(field="do") from None
    with visit.installation.database.write() as work:
        findings.reply(
            work,
            visit.path["audit_id"],
            visit.path["criterion"],
            kind,
            form.text("text"),
            duties.officer(visit.person),
            actor=visit.actor,
            now=visit.now,
        )
    return See(_url(visit), "audits.said")


def _file(visit: Visit) -> Answer:
    # Whoever may not audit this shop does not see its files either.
    _seen(visit)
    return shop_audits.download(visit, shop_key="")


def _url(visit: Visit) -> str:
    return f"{_ROOT}/{visit.path['audit_id']}"


_STEPS: Final = frozenset(
    {
        AuditStep.CONTACT,
        AuditStep.REFUSE,
        AuditStep.START,
        AuditStep.REPORT,
        AuditStep.SEND_BACK,
        AuditStep.PASS,
        AuditStep.CERTIFY,
        AuditStep.REINSTATE,
        AuditStep.CANCEL,
    }
)

SCREENS: Final[tuple[Screen, ...]] = (
    Screen(_ROOT, Action.AUDIT_RUN, read=_queue, menu="audits"),
    Screen(_ONE, Action.AUDIT_RUN, read=_shown, write=_step),
    Screen(f"{_ONE}/checks", Action.AUDIT_RUN, write=_check, again=_shown),
    Screen(f"{_ONE}/precheck", Action.AUDIT_RUN, write=_precheck, again=_shown),
    Screen(f"{_ONE}/decisions", Action.AUDIT_RUN, write=_decide, again=_shown),
    Screen(f"{_ONE}/decisions/{{decision_id}}", Action.AUDIT_RUN, write=_answer, again=_shown),
    Screen(
        _POINT,
        Action.AUDIT_RUN,
        read=_point,
        write=_judge,
        upload_bytes=NOTICES.proof_bytes,
    ),
    Screen(f"{_POINT}/thread", Action.AUDIT_RUN, write=_speak, again=_point),
    Screen(f"{_ONE}/files/{{file_id}}", Action.AUDIT_RUN, read=_file),
)
