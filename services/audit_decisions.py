"""Use cases of decisions that take a certificate away, and of complaints about them (§31).

A person decides, with reasons; after the notice a job carries it out. Another auditor than the
one who decided hears a complaint.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from domain import audit_decisions as rules
from domain import audits as audit_rules
from domain import ids, texts
from domain.actors import SYSTEM, Actor
from domain.audit_decisions import (
    AuditComplaintClosed,
    AuditDecisionKind,
    AuditDecisionNotFound,
    AuditGround,
    AuditOutcome,
    AuditStatement,
)
from domain.audits import AUDITS, AuditParty, AuditState, AuditStep
from domain.certificates import CERTIFICATES
from domain.decisions import MINIMUM_EXPLANATION, Moderator
from domain.duties import Auditor, File, Officer
from domain.errors import ReasonsMissing
from domain.ids import Prefix
from domain.staff_tasks import TaskKind
from services import audit as log
from services import audit_mails, audits, certificates, staff_tasks
from services.audits import Held
from store import audits as rows
from store.audits import Audit, AuditDecision
from store.database import Work
from widgets import texts as words


@dataclass(frozen=True, slots=True)
class Reasons:
    """What an auditor writes about a decision."""

    kind: AuditDecisionKind
    ground: AuditGround
    facts: str
    explanation: str


def decide(
    work: Work,
    audit_id: str,
    reasons: Reasons,
    officer: Officer,
    *,
    seen: int,
    actor: Actor,
    now: datetime,
) -> str:
    """Suspend or withdraw a certificate, in 14 days or at once; returns the decision's id.

    Raises AuditNotFound, AuditChanged, OwnShop, AuditStepForbidden, ReasonsMissing or
    TextInvalid.
    """
    found = audits.held(work, audit_id, seen=seen)
    audits.auditor(found, officer)
    # Refused at once where it could not be carried out later.
    audit_rules.after(AuditState(found.row.state), reasons.kind.step, AuditParty.AUDITOR)
    statement = _statement(found, reasons, officer, now)
    row = AuditDecision(
        public_id=ids.new(Prefix.AUDIT_DECISION),
        audit_id=found.row.id,
        kind=statement.kind,
        ground=statement.ground,
        facts=statement.facts,
        explanation=statement.explanation,
        redress=statement.redress,
        is_danger=statement.is_danger,
        auditor=officer.name,
        decided_at=now,
        effective_at=statement.effective_at,
    )
    work.session.add(row)
    work.session.flush()
    after = {"decision": row.public_id, "kind": row.kind, "ground": row.ground}
    log.log(work, actor, "audit.decided", audit_id, now=now, after=after)
    audit_mails.decided(work, found.shop, found.row, row, now=now)
    if row.effective_at <= now:
        _carry_out(work, found, row, actor, AuditParty.AUDITOR, now)
    return row.public_id


def _statement(found: Held, reasons: Reasons, officer: Officer, now: datetime) -> AuditStatement:
    most, say = AUDITS.text_characters, words.of(found.shop.language).say
    return AuditStatement(
        auditor=Moderator(officer.name),
        kind=reasons.kind,
        ground=reasons.ground,
        facts=texts.clean(reasons.facts, most=most, field="facts"),
        explanation=texts.clean(reasons.explanation, most=most, field="explanation"),
        redress=say("audit.redress", days=str(AUDITS.complaint_days)),
        decided_at=now,
    )


def due(session: Session, *, now: datetime) -> list[str]:
    """Ids of the decisions whose notice is over."""
    return list(rows.decisions_due(session, now))


def carry_out(work: Work, decision_id: str, *, now: datetime) -> str:
    """Carry out a decision whose notice is over; says what was done, empty for nothing."""
    row = rows.decision(work.session, decision_id)
    if row is None:
        return ""
    found = _held(work, row)
    work.session.refresh(row)
    if row.effected_at or row.revoked_at or row.effective_at > now:
        return ""
    kind = AuditDecisionKind(row.kind)
    transition = audit_rules.TRANSITIONS[kind.step]
    if found.row.state not in transition.from_:
        # The certificate has ended in another way meanwhile.
        row.revoked_at = now
        work.session.add(row)
        return ""
    _carry_out(work, found, row, SYSTEM, AuditParty.SYSTEM, now)
    return kind.lower()


def reinstate(
    work: Work,
    audit_id: str,
    why: str,
    officer: Officer,
    *,
    seen: int,
    actor: Actor,
    now: datetime,
) -> None:
    """SUSPENDED → CERTIFIED, for the time that is left.

    Raises AuditNotFound, AuditChanged, OwnShop, AuditStepForbidden, CertificateForbidden or
    CertificateReasonMissing.
    """
    found = audits.held(work, audit_id, seen=seen)
    audits.auditor(found, officer)
    _reinstate(work, found, why, actor, now)


def complain(
    work: Work,
    shop_key: str,
    audit_id: str,
    decision_id: str,
    text: str,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """The shop complains about a decision; another auditor will answer.

    Raises AuditNotFound, AuditDecisionNotFound, AuditComplaintExists, AuditComplaintLate,
    ReasonsMissing or TextInvalid.
    """
    found = audits.held_for_shop(work, shop_key, audit_id)
    row = _decision(work, found, decision_id)
    has_one = row.complained_at is not None
    rules.check_complaint(decided_at=row.decided_at, has_complaint=has_one, now=now)
    said = texts.clean(text, most=AUDITS.text_characters, field="complaint")
    if not said:
        raise ReasonsMissing("Say why you complain.", field="complaint")
    row.complaint, row.complained_by, row.complained_at = said, actor.name, now
    work.session.add(row)
    log.log(work, actor, "audit.complained", audit_id, now=now, after={"decision": decision_id})
    staff_tasks.open(work, TaskKind.AUDIT_COMPLAINT, audit_id, now=now, note=found.shop.name)


def answer(
    work: Work,
    audit_id: str,
    decision_id: str,
    outcome: AuditOutcome,
    explanation: str,
    officer: Officer,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Another auditor upholds a decision, or reverses it, which gives the certificate back.

    A certificate that was withdrawn for good needs a new audit. Raises AuditNotFound,
    AuditDecisionNotFound, AuditComplaintClosed, OwnShop, DutiesConflict for whoever has decided or
    audited, ReasonsMissing or TextInvalid.
    """
    found = audits.held(work, audit_id)
    row = _decision(work, found, decision_id)
    handlers = had_part(found.row, row)
    Auditor(officer, File(found.shop.account_id, handlers=handlers), complaint=True)
    if row.complained_at is None or row.answered_at is not None:
        raise AuditComplaintClosed
    said = texts.clean(explanation, most=AUDITS.text_characters, field="explanation")
    if len(said) < MINIMUM_EXPLANATION:
        raise ReasonsMissing(field="explanation")
    row.decider, row.outcome, row.outcome_explanation = officer.name, outcome, said
    row.answered_at = now
    work.session.add(row)
    after = {"decision": decision_id, "outcome": outcome}
    log.log(work, actor, "audit.complaint_answered", audit_id, now=now, after=after)
    every = rows.decisions_of(work.session, found.row.id)
    if not any(each.complained_at and not each.answered_at for each in every):
        staff_tasks.close_about(work, TaskKind.AUDIT_COMPLAINT, audit_id, actor=actor, now=now)
    if outcome is AuditOutcome.REVERSED:
        _reverse(work, found, row, said, actor, now)


def had_part(audit: Audit, row: AuditDecision) -> frozenset[str]:
    """Who has audited or decided, and hears no complaint about it; public ids of users."""
    return frozenset({row.auditor, *audit.auditors.split()})


def _reverse(
    work: Work, found: Held, row: AuditDecision, why: str, actor: Actor, now: datetime
) -> None:
    if row.effected_at is None:
        row.revoked_at = now
        work.session.add(row)
    elif found.row.state == AuditState.SUSPENDED:
        _reinstate(work, found, why, actor, now)


def _reinstate(work: Work, found: Held, why: str, actor: Actor, now: datetime) -> None:
    audits.move(
        work, found, AuditStep.REINSTATE, AuditParty.AUDITOR, actor=actor, now=now, reason=why
    )
    said = why[: CERTIFICATES.reason_characters]
    certificates.follow(work, found.row, said, actor=actor, now=now)


def _carry_out(
    work: Work, found: Held, row: AuditDecision, actor: Actor, party: AuditParty, now: datetime
) -> None:
    kind = AuditDecisionKind(row.kind)
    audits.move(work, found, kind.step, party, actor=actor, now=now, reason=row.public_id)
    row.effected_at = now
    work.session.add(row)
    reason = words.of(found.shop.language).say(f"audit.ground.{row.ground}")
    certificates.follow(work, found.row, reason, actor=actor, now=now)


def _decision(work: Work, found: Held, decision_id: str) -> AuditDecision:
    row = rows.decision(work.session, decision_id)
    if row is None or row.audit_id != found.row.id:
        raise AuditDecisionNotFound
    return row


def _held(work: Work, row: AuditDecision) -> Held:
    audit = work.session.get_one(Audit, row.audit_id)
    return audits.held(work, audit.public_id)
