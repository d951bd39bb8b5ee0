"""Decisions that take a certificate away: reasons, notice, and a complaint in time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain import audit_decisions as rules
from domain.audit_decisions import (
    AuditComplaintExists,
    AuditComplaintLate,
    AuditDecisionKind,
    AuditGround,
    AuditStatement,
)
from domain.audits import AuditStep
from domain.decisions import Moderator
from domain.errors import ReasonsMissing

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
STATEMENT = AuditStatement(
    Moderator("usr-ada"),
    AuditDecisionKind.SUSPEND,
    AuditGround.CRITERIA_NOT_MET,
    "The imprint is gone.",
    "Without it nobody knows who sells.",
    "You may complain.",
    NOON,
)


def test_a_decision_takes_effect_after_fourteen_days() -> None:
    assert STATEMENT.effective_at == NOON + timedelta(days=14)
    assert not STATEMENT.is_danger


def test_danger_for_buyers_leaves_no_notice() -> None:
    assert replace(STATEMENT, ground=AuditGround.BUYERS_IN_DANGER).effective_at == NOON


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ("facts", {"facts": " "}),
        ("redress", {"redress": ""}),
        ("explanation", {"explanation": "Too short."}),
    ],
)
def test_no_decision_without_complete_reasons(part: str, told: dict[str, Any]) -> None:
    with pytest.raises(ReasonsMissing) as refusal:
        replace(STATEMENT, **told)
    assert refusal.value.field == part


def test_a_program_decides_nothing() -> None:
    with pytest.raises(ReasonsMissing):
        replace(STATEMENT, auditor=Moderator(""))


def test_each_kind_leads_to_its_step() -> None:
    assert [kind.step for kind in AuditDecisionKind] == [AuditStep.SUSPEND, AuditStep.WITHDRAW]


def test_a_complaint_is_possible_once_and_for_thirty_days() -> None:
    last = NOON + timedelta(days=30)
    rules.check_complaint(decided_at=NOON, has_complaint=False, now=last)
    with pytest.raises(AuditComplaintExists):
        rules.check_complaint(decided_at=NOON, has_complaint=True, now=NOON)
    with pytest.raises(AuditComplaintLate):
        rules.check_complaint(decided_at=NOON, has_complaint=False, now=last + timedelta(seconds=1))
