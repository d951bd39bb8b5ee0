"""Decisions that take a certificate away, with reasons, notice, and a complaint (systems.md §31).

TrustwrightError
├── NotFound                       there is no such thing
│   └── AuditDecisionNotFound      AUDIT_DECISION_NOT_FOUND
└── Conflict                       the state of things forbids it
    ├── AuditComplaintExists       AUDIT_COMPLAINT_EXISTS
    ├── AuditComplaintLate         AUDIT_COMPLAINT_LATE
    └── AuditComplaintClosed       AUDIT_COMPLAINT_CLOSED
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.audits import AUDITS, AuditStep
from domain.decisions import MINIMUM_EXPLANATION, Moderator
from domain.errors import Conflict, NotFound, ReasonsMissing


class AuditDecisionNotFound(NotFound):
    code = "AUDIT_DECISION_NOT_FOUND"
    title = "There is no decision with this id."


class AuditComplaintExists(Conflict):
    code = "AUDIT_COMPLAINT_EXISTS"
    title = "You have complained about this decision already."


class AuditComplaintLate(Conflict):
    code = "AUDIT_COMPLAINT_LATE"
    title = "A complaint is possible within 30 days of the decision."


class AuditComplaintClosed(Conflict):
    code = "AUDIT_COMPLAINT_CLOSED"
    title = "There is no complaint about this decision, or it was answered."


class AuditDecisionKind(StrEnum):
    """What was decided."""

    SUSPEND = "SUSPEND"
    WITHDRAW = "WITHDRAW"

    @property
    def step(self) -> AuditStep:
        """The step that the decision leads to."""
        return AuditStep(self.value)


class AuditGround(StrEnum):
    """The closed list of grounds; none speaks of stars, payments or turnover."""

    CRITERIA_NOT_MET = "CRITERIA_NOT_MET"
    FALSE_INFORMATION = "FALSE_INFORMATION"
    CHANGE_NOT_REPORTED = "CHANGE_NOT_REPORTED"
    MARK_MISUSED = "MARK_MISUSED"
    BUYERS_IN_DANGER = "BUYERS_IN_DANGER"


class AuditOutcome(StrEnum):
    """What another auditor decides about a complaint."""

    UPHELD = "UPHELD"
    REVERSED = "REVERSED"


@dataclass(frozen=True, slots=True)
class AuditStatement:
    """Why a certificate is suspended or withdrawn: facts, ground, explanation and redress.

    It takes a person (``auditor``), as a program decides nothing. Raises ReasonsMissing where a
    part is missing.
    """

    auditor: Moderator
    kind: AuditDecisionKind
    ground: AuditGround
    facts: str
    explanation: str
    redress: str
    decided_at: datetime

    def __post_init__(self) -> None:
        for name in ("facts", "redress"):
            if not getattr(self, name).strip():
                raise ReasonsMissing(field=name)
        if len(self.explanation.strip()) < MINIMUM_EXPLANATION:
            raise ReasonsMissing(
                f"The explanation needs at least {MINIMUM_EXPLANATION} characters.",
                field="explanation",
            )

    @property
    def is_danger(self) -> bool:
        """Whether buyers are in danger, so that there is no notice."""
        return self.ground is AuditGround.BUYERS_IN_DANGER

    @property
    def effective_at(self) -> datetime:
        """When it takes effect: 14 days later, at once where buyers are in danger."""
        days = 0 if self.is_danger else AUDITS.notice_days
        return self.decided_at + timedelta(days=days)


def check_complaint(*, decided_at: datetime, has_complaint: bool, now: datetime) -> None:
    """Raise AuditComplaintExists or AuditComplaintLate where no complaint is possible."""
    if has_complaint:
        raise AuditComplaintExists
    if now > decided_at + timedelta(days=AUDITS.complaint_days):
        raise AuditComplaintLate
