"""Tasks of the operator's staff: what a person has to look at, who, and until when.

TrustwrightError
├── NotFound                       there is no such thing
│   └── StaffTaskNotFound          STAFF_TASK_NOT_FOUND
├── Conflict                       the state of things forbids it
│   └── StaffTaskClosed            STAFF_TASK_CLOSED
└── Invalid                        a value breaks a rule
    ├── StaffTaskNoteMissing       STAFF_TASK_NOTE_MISSING
    └── ShopChangeMissing          SHOP_CHANGE_MISSING (systems.md §31)
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.errors import Conflict, Invalid, NotFound
from domain.rights import OperatorRole


class StaffTaskNotFound(NotFound):
    code = "STAFF_TASK_NOT_FOUND"
    title = "There is no task with this id for you."


class StaffTaskClosed(Conflict):
    code = "STAFF_TASK_CLOSED"
    title = "Somebody has closed this task already."


class StaffTaskNoteMissing(Invalid):
    code = "STAFF_TASK_NOTE_MISSING"
    title = "Say in a few words what came of the task."


class ShopChangeMissing(Invalid):
    code = "SHOP_CHANGE_MISSING"
    title = "Say what has changed in the shop."


class TaskKind(StrEnum):
    """What a task is about."""

    FRAME_INDIVIDUAL = "FRAME_INDIVIDUAL"
    FRAME_REVIEW = "FRAME_REVIEW"
    REVIEW_CERTIFICATE = "REVIEW_CERTIFICATE"
    MARK_MISUSE = "MARK_MISUSE"
    SHOP_CHANGED = "SHOP_CHANGED"
    AUDIT_COMPLAINT = "AUDIT_COMPLAINT"


@dataclass(frozen=True, slots=True)
class TaskRule:
    """Who sees tasks of a kind, and in how many working days one is done."""

    roles: frozenset[OperatorRole]
    working_days: int


_FINANCE: Final = frozenset({OperatorRole.FINANCE})
_AUDITOR: Final = frozenset({OperatorRole.AUDITOR})

RULES: Final[Mapping[TaskKind, TaskRule]] = {
    # What touches solvency is for finance alone (systems.md §39).
    TaskKind.FRAME_INDIVIDUAL: TaskRule(_FINANCE, 5),
    TaskKind.FRAME_REVIEW: TaskRule(_FINANCE, 2),
    TaskKind.REVIEW_CERTIFICATE: TaskRule(_AUDITOR, 5),
    TaskKind.MARK_MISUSE: TaskRule(_AUDITOR, 1),
    TaskKind.SHOP_CHANGED: TaskRule(_AUDITOR, 5),
    TaskKind.AUDIT_COMPLAINT: TaskRule(_AUDITOR, 10),
}
"""Our default for each kind (systems.md §§31, 32, 34, 39)."""

NOTE_CHARACTERS: Final = 2_000
NOTES_CHARACTERS: Final = 20_000
"""The most that one note has, and all that are noted of one task."""


def kinds_for(roles: Iterable[OperatorRole]) -> tuple[TaskKind, ...]:
    """The kinds of tasks that somebody with these roles sees, in the order of the list."""
    held = frozenset(roles)
    return tuple(kind for kind in TaskKind if RULES[kind].roles & held)
