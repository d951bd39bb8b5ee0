"""Recourse: what a shop owes for a payout, and which share an insurer bears (systems.md §36).

    INVOICED → PAID | CONTESTED | WRITTEN_OFF | INSURER
    CONTESTED → INVOICED | PAID | WRITTEN_OFF | INSURER

TrustwrightError
├── NotFound                       there is no such thing
│   └── RecourseNotFound           RECOURSE_NOT_FOUND
├── Conflict                       the state of things forbids it
│   ├── RecourseStepForbidden      RECOURSE_STEP_FORBIDDEN
│   └── RecourseChanged            RECOURSE_CHANGED
└── Invalid                        a value breaks a rule
    └── RecourseReasonMissing      RECOURSE_REASON_MISSING
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain import texts
from domain.errors import Conflict, Invalid, NotFound


class RecourseNotFound(NotFound):
    code = "RECOURSE_NOT_FOUND"
    title = "There is no recourse with this id."


class RecourseStepForbidden(Conflict):
    code = "RECOURSE_STEP_FORBIDDEN"
    title = "From where the recourse stands now, this step is not possible."


class RecourseChanged(Conflict):
    code = "RECOURSE_CHANGED"
    title = "Somebody else has changed this recourse meanwhile; look at it again."


class RecourseReasonMissing(Invalid):
    code = "RECOURSE_REASON_MISSING"
    title = "Say why; both the shop and the insurer may ask."


class RecourseState(StrEnum):
    """Where a recourse stands."""

    INVOICED = "INVOICED"
    CONTESTED = "CONTESTED"
    PAID = "PAID"
    WRITTEN_OFF = "WRITTEN_OFF"
    INSURER = "INSURER"

    @property
    def is_open(self) -> bool:
        """Whether the shop may still have to pay."""
        return self in (RecourseState.INVOICED, RecourseState.CONTESTED)


@dataclass(frozen=True, slots=True)
class RecoursePolicy:
    """Days that a shop has to pay, and percent of what it does not pay that an insurer bears.

    Both are our defaults; a running recourse keeps what held when it was invoiced.
    """

    due_days: int = 14  # recourse.due_days
    insurer_percent: int = 90  # recourse.insurer_percent
    reason_characters: int = 2_000


RECOURSES: Final = RecoursePolicy()

_ENDS: Final = frozenset({RecourseState.PAID, RecourseState.WRITTEN_OFF, RecourseState.INSURER})
_STEPS: Final[Mapping[RecourseState, frozenset[RecourseState]]] = {
    RecourseState.INVOICED: _ENDS | {RecourseState.CONTESTED},
    RecourseState.CONTESTED: _ENDS | {RecourseState.INVOICED},
}


def step(before: RecourseState, after: RecourseState) -> RecourseState:
    """``after``, if it may follow; raises RecourseStepForbidden."""
    if after not in _STEPS.get(before, frozenset()):
        raise RecourseStepForbidden
    return after


def insurer_share(amount: int, percent: int = RECOURSES.insurer_percent) -> int:
    """Minor units that the insurer bears of what the shop does not pay, rounded half up."""
    return (amount * percent + 50) // 100


def reason_of(text: str) -> str:
    """Why a recourse is contested or ended; raises RecourseReasonMissing or TextInvalid."""
    reason = texts.clean(text, most=RECOURSES.reason_characters, field="reason")
    if not reason:
        raise RecourseReasonMissing(field="reason")
    return reason
