"""Use cases of findings: verdicts of auditors, answers of shops, and what goes to and fro (§33)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from domain import findings as rules
from domain import texts
from domain.actors import Actor
from domain.audits import (
    AUDITS,
    VERDICTS_OPEN,
    AuditParty,
    AuditState,
    AuditStep,
    AuditStepForbidden,
)
from domain.duties import Officer
from domain.findings import FindingInvalid, FindingNotFound, Judged, MessageKind, Verdict
from domain.pages import PageAddressInvalid
from schemas import criteria_sets
from services import audit as log
from services import audits, finding_files
from services.proofs import Checked
from store import findings as rows
from store.audits import Audit
from store.database import Work
from store.findings import Finding, FindingMessage


@dataclass(frozen=True, slots=True)
class Given:
    """What an auditor says of one criterion; ``screenshot`` is a checked file or None."""

    verdict: Verdict
    evidence_url: str = ""
    explanation: str = ""
    advice: str = ""
    screenshot: Checked | None = None


def judged(session: Session, row: Audit) -> list[Judged]:
    """Every criterion of an audit with its verdict, in the order of the set."""
    found = {finding.criterion: finding for finding in rows.of_audit(session, row.id)}
    criteria = criteria_sets.of(row.market, row.criteria_version)
    return [_judged(each.code, found.get(each.code)) for each in criteria.criteria]


def judge(
    work: Work,
    home: Path,
    audit_id: str,
    criterion: str,
    given: Given,
    officer: Officer,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Give or change the verdict about one criterion, while an audit or a recheck is under way.

    Raises AuditNotFound, OwnShop, AuditNotYours, AuditStepForbidden, CriterionNotFound,
    PageAddressInvalid, TextInvalid or FindingFilesTooMany.
    """
    found = audits.held_by(work, audit_id, officer)
    if found.row.state not in VERDICTS_OPEN:
        raise AuditStepForbidden
    finding = _finding(work, found.row, criterion)
    before = finding.verdict
    finding.evidence_url = _address(given.evidence_url)
    most = AUDITS.text_characters
    finding.explanation = texts.clean(given.explanation, most=most, field="explanation")
    finding.advice = texts.clean(given.advice, most=most, field="advice")
    finding.verdict, finding.seen_at = given.verdict, now
    finding.closed_at = now if given.verdict.fulfils else None
    _changed(work, finding, actor, now)
    if given.screenshot is not None:
        kept = finding_files.keep(
            work, home, finding.id, AuditParty.AUDITOR, [given.screenshot], now=now
        )
        finding.screenshot_id = kept[0]
        work.session.add(finding)
    log.log(
        work,
        actor,
        "finding.judged",
        audit_id,
        now=now,
        before={"criterion": criterion, "verdict": before},
        after={"criterion": criterion, "verdict": given.verdict},
    )


def answer(
    work: Work,
    home: Path,
    shop_key: str,
    audit_id: str,
    criterion: str,
    text: str,
    files: Sequence[Checked],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """The shop answers a finding, with files; the first answer after a report begins the fixing.

    Raises AuditNotFound, AuditStepForbidden, FindingNotFound, FindingInvalid, TextInvalid or
    FindingFilesTooMany.
    """
    found = audits.held_for_shop(work, shop_key, audit_id)
    if not AuditState(found.row.state).is_with_shop:
        raise AuditStepForbidden
    finding = _open_finding(work, found.row, criterion)
    said = _said(text)
    finding.shop_answer = said
    _speak(work, finding, AuditParty.SHOP, MessageKind.ANSWER, said, actor, now)
    finding_files.keep(work, home, finding.id, AuditParty.SHOP, files, now=now)
    if found.row.state == AuditState.REPORT_SENT:
        audits.move(work, found, AuditStep.FIX, AuditParty.SHOP, actor=actor, now=now)
    after = {"criterion": criterion, "files": len(files)}
    log.log(work, actor, "finding.answered", audit_id, now=now, after=after)


def reply(
    work: Work,
    audit_id: str,
    criterion: str,
    kind: MessageKind,
    text: str,
    officer: Officer,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """The auditor answers the shop about a point.

    COMMENT says something while the shop fixes it; at a recheck RETURNED gives it back, with why,
    and ACCEPTED finds it fulfilled: then it is OK from now on, closed, and ``text`` may be empty.

    Raises AuditNotFound, OwnShop, AuditNotYours, AuditStepForbidden, FindingNotFound,
    FindingInvalid or TextInvalid.
    """
    found = audits.held_by(work, audit_id, officer)
    if kind not in rules.replies(AuditState(found.row.state)):
        raise AuditStepForbidden
    finding = _open_finding(work, found.row, criterion)
    said = _said(text, may_be_empty=kind is MessageKind.ACCEPTED)
    if kind is MessageKind.ACCEPTED:
        finding.verdict, finding.closed_at = Verdict.OK, now
    finding.auditor_answer = said or finding.auditor_answer
    _speak(work, finding, AuditParty.AUDITOR, kind, said, actor, now)
    after = {"criterion": criterion, "kind": kind}
    log.log(work, actor, "finding.replied", audit_id, now=now, after=after)


def _finding(work: Work, row: Audit, criterion: str) -> Finding:
    """The finding about a criterion of the audit's set; new where there is none."""
    criteria_sets.of(row.market, row.criteria_version).get(criterion)
    found = rows.one(work.session, row.id, criterion)
    return found or Finding(audit_id=row.id, criterion=criterion)


def _open_finding(work: Work, row: Audit, criterion: str) -> Finding:
    """A finding that says something needs doing; raises FindingNotFound."""
    finding = rows.one(work.session, row.id, criterion)
    if finding is None or not finding.verdict or not Verdict(finding.verdict).needs_words:
        raise FindingNotFound(field="criterion")
    return finding


def _said(text: str, *, may_be_empty: bool = False) -> str:
    said = texts.clean(text, most=AUDITS.text_characters, field="text")
    if not said and not may_be_empty:
        raise FindingInvalid(field="text")
    return said


def _speak(
    work: Work,
    finding: Finding,
    party: AuditParty,
    kind: MessageKind,
    text: str,
    actor: Actor,
    now: datetime,
) -> None:
    if rows.count_messages(work.session, finding.id) >= AUDITS.messages:
        raise FindingInvalid("This finding has as many messages as it may.", field="text")
    message = FindingMessage(
        finding_id=finding.id, party=party, kind=kind, author=actor.name, text=text, at=now
    )
    work.session.add(message)
    _changed(work, finding, actor, now)


def _changed(work: Work, finding: Finding, actor: Actor, now: datetime) -> None:
    finding.changed_by, finding.changed_at = actor.name, now
    work.session.add(finding)
    work.session.flush()


def _address(text: str) -> str:
    address = texts.clean_line(text, most=AUDITS.address_characters, field="evidence_url")
    if address and not address.startswith(("https://", "http://")):
        raise PageAddressInvalid(field="evidence_url")
    return address


def _judged(code: str, finding: Finding | None) -> Judged:
    if finding is None or not finding.verdict:
        return Judged(code, None)
    return Judged(
        code,
        Verdict(finding.verdict),
        finding.explanation,
        finding.advice,
        finding.shop_answer,
    )
