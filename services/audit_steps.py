"""Use cases in which the findings have a say: report, recheck, pass, certify (systems.md §31)."""

from datetime import datetime

from domain import audits as rules
from domain import findings as finding_rules
from domain import texts
from domain.actors import Actor
from domain.audits import AUDITS, AuditParty, AuditState, AuditStep
from domain.duties import Officer
from domain.errors import ReasonsMissing
from domain.packs import PriceList
from schemas import criteria_sets
from services import audit_documents, audit_mails, audits, calendars, certificates, findings, frames
from services.audits import Held
from store.database import Work

PLAIN = (AuditStep.CONTACT, AuditStep.START)
STOPS = (AuditStep.REFUSE, AuditStep.CANCEL)


def begin(
    work: Work,
    audit_id: str,
    step: AuditStep,
    officer: Officer,
    *,
    seen: int,
    actor: Actor,
    now: datetime,
) -> None:
    """CONTACT: the auditor got in touch, the pre-check begins; START: it went well.

    Raises AuditNotFound, AuditChanged, OwnShop, AuditNotYours or AuditStepForbidden.
    """
    if step not in PLAIN:
        raise rules.AuditStepForbidden
    found = audits.held_by(work, audit_id, officer, seen=seen)
    audits.move(work, found, step, AuditParty.AUDITOR, actor=actor, now=now)
    if step is AuditStep.CONTACT:
        found.row.contacted_at = now
        work.session.add(found.row)


def stop(
    work: Work,
    audit_id: str,
    step: AuditStep,
    why: str,
    officer: Officer,
    *,
    seen: int,
    actor: Actor,
    now: datetime,
) -> None:
    """REFUSE: the pre-check failed; CANCEL: the shop cannot be audited. It is told why.

    Raises as ``begin`` does, or ReasonsMissing.
    """
    if step not in STOPS:
        raise rules.AuditStepForbidden
    found = audits.held_by(work, audit_id, officer, seen=seen)
    said = texts.clean(why, most=AUDITS.note_characters, field="why")
    if not said:
        raise ReasonsMissing(field="why")
    audits.move(work, found, step, AuditParty.AUDITOR, actor=actor, now=now, reason=said)
    audit_mails.stopped(work, found.shop, found.row, said, now=now)


def report(
    work: Work, audit_id: str, officer: Officer, *, seen: int, actor: Actor, now: datetime
) -> None:
    """Send the report; raises as ``begin`` does, or FindingIncomplete naming the criterion."""
    found = audits.held_by(work, audit_id, officer, seen=seen)
    _check_report(work, found)
    audits.move(work, found, AuditStep.REPORT, AuditParty.AUDITOR, actor=actor, now=now)
    row = found.row
    row.report_sent_at = now
    work.session.add(row)
    progress = finding_rules.progress(findings.judged(work.session, row))
    audit_documents.send(work, row, found.shop, now=now)
    audit_mails.reported(work, found.shop, row, progress, now=now)


def hand_in(work: Work, shop_key: str, audit_id: str, *, actor: Actor, now: datetime) -> None:
    """The shop has fixed and answered: the auditor looks again.

    Raises AuditNotFound, AuditStepForbidden or FindingsUnanswered.
    """
    found = audits.held_for_shop(work, shop_key, audit_id)
    rules.after(AuditState(found.row.state), AuditStep.HAND_IN, AuditParty.SHOP)
    finding_rules.check_answered(findings.judged(work.session, found.row))
    audits.move(work, found, AuditStep.HAND_IN, AuditParty.SHOP, actor=actor, now=now)


def send_back(
    work: Work, audit_id: str, officer: Officer, *, seen: int, actor: Actor, now: datetime
) -> None:
    """After a recheck points are still open; raises as ``report`` does."""
    found = audits.held_by(work, audit_id, officer, seen=seen)
    _check_report(work, found)
    audits.move(work, found, AuditStep.SEND_BACK, AuditParty.AUDITOR, actor=actor, now=now)
    _tell_recheck(work, found, now)


def approve(
    work: Work, audit_id: str, officer: Officer, *, seen: int, actor: Actor, now: datetime
) -> None:
    """Every criterion that must be fulfilled is, or does not apply: the audit is passed.

    With it the member gets its protection frame, where there is a guarantor (§39). Raises as
    ``report`` does, or FindingsOpen naming what is missing.
    """
    found = audits.held_by(work, audit_id, officer, seen=seen)
    row = found.row
    _check_report(work, found)
    criteria = criteria_sets.of(row.market, row.criteria_version)
    finding_rules.check_passed(criteria, findings.judged(work.session, row))
    audits.move(work, found, AuditStep.PASS, AuditParty.AUDITOR, actor=actor, now=now)
    row.passed_at = now
    row.valid_until = rules.valid_until(now, calendars.of_market(row.market))
    work.session.add(row)
    _tell_recheck(work, found, now)
    frames.validated(work, found.shop, now=now)


def certify(
    work: Work,
    audit_id: str,
    officer: Officer,
    *,
    prices: PriceList,
    seen: int,
    actor: Actor,
    now: datetime,
) -> None:
    """Issue the certificate of an audit that was passed; an older audit of the shop ends with it.

    Raises as ``begin`` does, AuditUnchecked, or MarkConditionMissing where the frame, the
    guarantor or the pack is missing.
    """
    row = audits.held_by(work, audit_id, officer, seen=seen).row
    certificates.issue(work, row, prices=prices, actor=actor, now=now)


def _check_report(work: Work, found: Held) -> None:
    row = found.row
    criteria = criteria_sets.of(row.market, row.criteria_version)
    finding_rules.check_report(criteria, findings.judged(work.session, row))


def _tell_recheck(work: Work, found: Held, now: datetime) -> None:
    audit_documents.send(work, found.row, found.shop, now=now)
    progress = finding_rules.progress(findings.judged(work.session, found.row))
    audit_mails.rechecked(work, found.shop, found.row, progress, now=now)
