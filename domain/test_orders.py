"""Test orders: an auditor orders as a buyer would, and notes whether the shop kept its promises.

TrustwrightError
└── Invalid                        a value breaks a rule
    └── TestOrderInvalid           TEST_ORDER_INVALID (systems.md §31)
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from domain import texts
from domain.errors import Invalid

NOTE_CHARACTERS: Final = 2_000


class TestOrderInvalid(Invalid):
    code = "TEST_ORDER_INVALID"
    title = "A test order has a day that is not to come, an outcome, and a note that says why."


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a test order: its day, whether the shop passed, and why."""

    ordered_on: date
    has_passed: bool
    note: str


def checked(ordered_on: str, outcome: str, note: str, *, today: date) -> Outcome:
    """The outcome as a form sends it: a day, ``passed`` or ``failed``, and a note.

    Raises TestOrderInvalid, with the field, or TextInvalid.
    """
    try:
        day = date.fromisoformat(ordered_on.strip())
    except ValueError:
        raise TestOrderInvalid(field="ordered_on") from None
    if day > today:
        raise TestOrderInvalid("This day is still to come.", field="ordered_on")
    if outcome not in ("passed", "failed"):
        raise TestOrderInvalid(field="outcome")
    said = texts.clean(note, most=NOTE_CHARACTERS, field="note")
    if not said:
        raise TestOrderInvalid(field="note")
    return Outcome(day, outcome == "passed", said)
