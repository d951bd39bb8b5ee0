"""Decisions that take a certificate away, and who hears a complaint about them."""

from datetime import timedelta

import pytest

from domain.audit_decisions import (
    AuditComplaintClosed,
    AuditComplaintExists,
    AuditDecisionKind,
    AuditDecisionNotFound,
    AuditGround,
    AuditOutcome,
)
from domain.audits import AuditState
from domain.duties import DutiesConflict, Officer
from domain.errors import ReasonsMissing
from domain.rights import OperatorRole
from domain.staff_tasks import TaskKind
from jobs import audits as jobs
from services import audit_decisions, staff_tasks
from services.audit_decisions import Reasons
from services.installation import Installation
from tests.services import audited, reported
from tests.services.audited import ADA, AS_ADA, AS_BEA, BEA, certificate, certified, state
from tests.services.steps import ANNA, NOON

REASONS = Reasons(
    AuditDecisionKind.SUSPEND,
    AuditGround.CRITERIA_NOT_MET,
    "The imprint is gone since Monday.",
    "Without an imprint nobody knows who sells here.",
)
DANGER = Reasons(
    AuditDecisionKind.SUSPEND,
    AuditGround.BUYERS_IN_DANGER,
    "Nothing was delivered for weeks.",
    "Buyers would lose money if the mark stayed.",
)


def decide(installation: Installation, audit_id: str, reasons: Reasons = REASONS) -> str:
    with installation.database.write() as work:
        return audit_decisions.decide(
            work,
            audit_id,
            reasons,
            ADA,
            seen=audited.version(work, audit_id),
            actor=AS_ADA,
            now=NOON,
        )


def complain(installation: Installation, ordered: audited.Ordered, decision_id: str) -> None:
    with installation.database.write() as work:
        audit_decisions.complain(
            work,
            ordered.shop_key,
            ordered.audit_id,
            decision_id,
            "The imprint was there all the time.",
            actor=ANNA,
            now=NOON,
        )


def reply(
    installation: Installation,
    audit_id: str,
    decision_id: str,
    officer: Officer = BEA,
    outcome: AuditOutcome = AuditOutcome.REVERSED,
) -> None:
    with installation.database.write() as work:
        audit_decisions.answer(
            work,
            audit_id,
            decision_id,
            outcome,
            "The page was there, as the archive shows.",
            officer,
            actor=AS_BEA,
            now=NOON,
        )


def test_a_suspension_comes_with_reasons_and_fourteen_days_later(
    installation: Installation,
) -> None:
    ordered = certified(installation)
    with pytest.raises(ReasonsMissing):
        decide(installation, ordered.audit_id, Reasons(REASONS.kind, REASONS.ground, "", "Why."))
    decide(installation, ordered.audit_id)
    assert reported.mails(installation.database)[-1] == "suspended"
    early = NOON + timedelta(days=13)
    assert jobs.watch(installation, now=early.isoformat()) == {}
    assert state(installation, ordered.audit_id) == AuditState.CERTIFIED
    late = NOON + timedelta(days=14)
    assert jobs.watch(installation, now=late.isoformat()) == {"suspend": 1}
    assert jobs.watch(installation, now=late.isoformat()) == {}
    assert state(installation, ordered.audit_id) == AuditState.SUSPENDED
    assert certificate(installation).state == "SUSPENDED"


def test_danger_for_buyers_takes_the_mark_away_at_once(installation: Installation) -> None:
    ordered = certified(installation)
    decide(installation, ordered.audit_id, DANGER)
    assert state(installation, ordered.audit_id) == AuditState.SUSPENDED
    assert certificate(installation).state == "SUSPENDED"
    with installation.database.write() as work:
        audit_decisions.reinstate(
            work,
            ordered.audit_id,
            "All orders were delivered by now.",
            ADA,
            seen=audited.version(work, ordered.audit_id),
            actor=AS_ADA,
            now=NOON,
        )
    assert state(installation, ordered.audit_id) == AuditState.CERTIFIED
    assert certificate(installation).state == "VALID"


def test_a_complaint_is_heard_by_somebody_who_had_no_part_in_it(
    installation: Installation,
) -> None:
    ordered = certified(installation)
    decision_id = decide(installation, ordered.audit_id, DANGER)
    with pytest.raises(AuditComplaintClosed):
        reply(installation, ordered.audit_id, decision_id)
    complain(installation, ordered, decision_id)
    with pytest.raises(AuditComplaintExists):
        complain(installation, ordered, decision_id)
    with pytest.raises(AuditDecisionNotFound):
        complain(installation, ordered, "adc-none")
    with pytest.raises(DutiesConflict):
        reply(installation, ordered.audit_id, decision_id, ADA)
    with installation.database.read() as session:
        (task,) = staff_tasks.listed(session, {OperatorRole.AUDITOR}, now=NOON)
    assert task.kind is TaskKind.AUDIT_COMPLAINT
    reply(installation, ordered.audit_id, decision_id)
    assert state(installation, ordered.audit_id) == AuditState.CERTIFIED
    assert certificate(installation).state == "VALID"
    with installation.database.read() as session:
        assert staff_tasks.listed(session, {OperatorRole.AUDITOR}, now=NOON) == []


def test_the_task_of_complaints_stays_open_until_the_last_one_is_answered(
    installation: Installation,
) -> None:
    ordered = certified(installation)
    decisions = [decide(installation, ordered.audit_id) for _ in range(2)]
    for decision_id in decisions:
        complain(installation, ordered, decision_id)
    for decision_id, waiting in zip(decisions, (1, 0), strict=True):
        reply(installation, ordered.audit_id, decision_id, outcome=AuditOutcome.UPHELD)
        with installation.database.read() as session:
            found = staff_tasks.listed(session, {OperatorRole.AUDITOR}, now=NOON)
        assert len(found) == waiting


def test_a_decision_that_is_reversed_before_its_day_is_not_carried_out(
    installation: Installation,
) -> None:
    ordered = certified(installation)
    decision_id = decide(installation, ordered.audit_id)
    complain(installation, ordered, decision_id)
    reply(installation, ordered.audit_id, decision_id)
    assert jobs.watch(installation, now=(NOON + timedelta(days=15)).isoformat()) == {}
    assert state(installation, ordered.audit_id) == AuditState.CERTIFIED


def test_a_withdrawal_ends_the_certificate_for_good(installation: Installation) -> None:
    ordered = certified(installation)
    reasons = Reasons(AuditDecisionKind.WITHDRAW, DANGER.ground, DANGER.facts, DANGER.explanation)
    decision_id = decide(installation, ordered.audit_id, reasons)
    assert state(installation, ordered.audit_id) == AuditState.WITHDRAWN
    assert certificate(installation).state == "WITHDRAWN"
    complain(installation, ordered, decision_id)
    reply(installation, ordered.audit_id, decision_id, outcome=AuditOutcome.UPHELD)
    assert state(installation, ordered.audit_id) == AuditState.WITHDRAWN
