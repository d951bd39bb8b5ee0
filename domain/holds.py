"""Texts that wait for a person's look before they are published (systems.md §4, GP-4, DSA-3).

    WAITING → RELEASED | ASKED | IN_CASE | LAPSED | REPLACED | WITHDRAWN
    ASKED → RELEASED | IN_CASE | LAPSED | REPLACED | WITHDRAWN
    IN_CASE → RELEASED | REPLACED | WITHDRAWN

Only title and text wait: the review itself is published, and its stars count. A program may hold
a text for three working days at most, with its reasons to the author at once; then the text is
published by itself (LAPSED). To keep it back longer takes a StatementOfReasons, which only a
person can make (GP-8, NEVER-13). Every end but the author's own (REPLACED, WITHDRAWN) publishes
the text: no hold ends in its being dropped.

TrustwrightError
├── NotFound                       there is no such thing
│   └── HoldNotFound               HOLD_NOT_FOUND
└── Conflict                       the state of things forbids it
    ├── HoldStepForbidden          HOLD_STEP_FORBIDDEN
    └── HoldChanged                HOLD_CHANGED
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

from domain.calendars import Calendar
from domain.decisions import Moderator, Scope, Source, StatementOfReasons
from domain.errors import Conflict, NotFound, ReasonsMissing


@dataclass(frozen=True, slots=True)
class HoldPolicy:
    """Texts that a check has stopped: working days that they wait at most, and findings kept.

    An author who is asked to change one has ``asked_days``.
    """

    working_days: int = 3  # review.hold_days
    asked_days: int = 7
    findings: int = 100


HOLDS = HoldPolicy()


class HoldNotFound(NotFound):
    code = "HOLD_NOT_FOUND"
    title = "There is no text that waits with this id."


class HoldStepForbidden(Conflict):
    code = "HOLD_STEP_FORBIDDEN"
    title = "From where the text stands now, this step is not possible."


class HoldChanged(Conflict):
    code = "HOLD_CHANGED"
    title = "Somebody else, or the author, has changed this meanwhile; look at it again."


class HoldState(StrEnum):
    """Where a text that was stopped stands; the first three are open."""

    WAITING = "WAITING"
    ASKED = "ASKED"
    IN_CASE = "IN_CASE"
    RELEASED = "RELEASED"
    LAPSED = "LAPSED"
    REPLACED = "REPLACED"
    WITHDRAWN = "WITHDRAWN"

    @property
    def is_open(self) -> bool:
        """Whether the text is out of view."""
        return self in OPEN

    @property
    def publishes(self) -> bool:
        """Whether the text is published with this end."""
        return self in (HoldState.RELEASED, HoldState.LAPSED)


OPEN: Final = frozenset({HoldState.WAITING, HoldState.ASKED, HoldState.IN_CASE})
_TIMED: Final = (HoldState.WAITING, HoldState.ASKED)


@dataclass(frozen=True, slots=True)
class HoldNotice:
    """What the author is told at once: what was found, until when, and what to do (DSA-3).

    It is a delay by a program, no decision: ``automated_decision`` cannot be true. Raises
    ReasonsMissing where a part is missing, or where the delay has no end.
    """

    facts: str
    explanation: str
    redress: str
    held_at: datetime
    until: datetime
    scope: Literal[Scope.TEXT] = field(default=Scope.TEXT, init=False)
    source: Literal[Source.OWN] = field(default=Source.OWN, init=False)
    automated_detection: Literal[True] = field(default=True, init=False)
    automated_decision: Literal[False] = field(default=False, init=False)

    def __post_init__(self) -> None:
        for name in ("facts", "explanation", "redress"):
            if not getattr(self, name).strip():
                raise ReasonsMissing(field=name)
        if self.until <= self.held_at:
            raise ReasonsMissing("A delay ends after it has begun.", field="until")


@dataclass(frozen=True, slots=True)
class Hold:
    """A text that was stopped; ``due_at`` is when it is published by itself.

    None while a moderation case decides, which ends the hold with itself.
    """

    state: HoldState
    due_at: datetime | None

    def release(self, moderator: Moderator) -> "Hold":
        """WAITING or ASKED → RELEASED: a person finds nothing that would keep it back."""
        del moderator  # That there is one is the condition; the use case writes it down.
        return self._moved(HoldState.RELEASED, None, from_=_TIMED)

    def ask(self, reasons: StatementOfReasons) -> "Hold":
        """WAITING → ASKED: a person asks the author to change it, until a day (DSA-3).

        Raises ReasonsMissing where the statement is not about the text, or names no day.
        """
        _check(reasons)
        if reasons.until is None:
            raise ReasonsMissing("A request to change a text names a day.", field="until")
        return self._moved(HoldState.ASKED, reasons.until, from_=(HoldState.WAITING,))

    def take(self, reasons: StatementOfReasons) -> "Hold":
        """WAITING or ASKED → IN_CASE: a moderation case decides; the text waits for its end."""
        _check(reasons)
        return self._moved(HoldState.IN_CASE, None, from_=_TIMED)

    def close(self) -> "Hold":
        """IN_CASE → RELEASED: the case has ended; a review that it removed is hidden whole."""
        return self._moved(HoldState.RELEASED, None, from_=(HoldState.IN_CASE,))

    def replace(self) -> "Hold":
        """Any open state → REPLACED: the author has written something else."""
        return self._moved(HoldState.REPLACED, None, from_=OPEN)

    def withdraw(self) -> "Hold":
        """Any open state → WITHDRAWN: the author has taken the review back."""
        return self._moved(HoldState.WITHDRAWN, None, from_=OPEN)

    def lapse(self, now: datetime) -> "Hold":
        """What time alone brings about: once due, the text is published. Else the same hold."""
        is_due = self.state in _TIMED and self.due_at is not None and now >= self.due_at
        return self._moved(HoldState.LAPSED, None, from_=_TIMED) if is_due else self

    def _moved(
        self, to: HoldState, due_at: datetime | None, *, from_: Iterable[HoldState]
    ) -> "Hold":
        if self.state not in from_:
            raise HoldStepForbidden
        return replace(self, state=to, due_at=due_at)


def held(now: datetime, calendar: Calendar) -> Hold:
    """The hold of a text that a check has just stopped: three working days at most."""
    return Hold(HoldState.WAITING, calendar.after_working_days(now, HOLDS.working_days))


def _check(reasons: StatementOfReasons) -> None:
    if reasons.scope is not Scope.TEXT:
        raise ReasonsMissing("This statement is not about the text.", field="scope")
