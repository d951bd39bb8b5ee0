"""The way of a reported review from notice to decision and complaint (systems.md §12, DSA-4).

    RECEIVED → TRIAGE → REJECTED_OBVIOUS | REMOVED_OBVIOUS | AUTHOR_HEARING
    AUTHOR_HEARING → SHOP_COMMENT → TO_DECIDE → DECIDED → CLOSED

TO_DECIDE is our own: the time between the last word of both sides and a person's decision.
Transitions are methods of the state that they start from. Those that lower visibility take a
StatementOfReasons, which only a person can make; ``lapse``, the one that a program may call,
takes none, and leads to KEPT or to a person (GP-8, NEVER-13).

TrustwrightError
├── NotFound                       there is no such thing
│   └── CaseNotFound               CASE_NOT_FOUND
├── Conflict                       the state of things forbids it
│   ├── CaseStepForbidden          CASE_STEP_FORBIDDEN
│   └── CaseChanged                CASE_CHANGED
└── Gone                           it was possible once
    └── HearingOver                HEARING_OVER
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from domain.calendars import Calendar
from domain.complaints import ComplaintTooLate, SamePerson, Side
from domain.decisions import Finding, Moderator, Restoration, Scope, StatementOfReasons
from domain.errors import Conflict, Gone, NotFound
from domain.notices import NoticeReason
from domain.policies import NOTICES
from domain.windows import day_of, midnight, months_after


class CaseNotFound(NotFound):
    code = "CASE_NOT_FOUND"
    title = "There is no case with this id."


class CaseStepForbidden(Conflict):
    code = "CASE_STEP_FORBIDDEN"
    title = "From where the case stands now, this step is not possible."


class CaseChanged(Conflict):
    code = "CASE_CHANGED"
    title = "Somebody else has changed this case meanwhile; look at it again before you go on."


class HearingOver(Gone):
    code = "HEARING_OVER"
    title = "The time for an answer is over."


class CaseState(StrEnum):
    """Where a case stands; the review is visible and counted in each of the open ones."""

    RECEIVED = "RECEIVED"
    TRIAGE = "TRIAGE"
    AUTHOR_HEARING = "AUTHOR_HEARING"
    SHOP_COMMENT = "SHOP_COMMENT"
    TO_DECIDE = "TO_DECIDE"
    REJECTED_OBVIOUS = "REJECTED_OBVIOUS"
    REMOVED_OBVIOUS = "REMOVED_OBVIOUS"
    DECIDED = "DECIDED"
    CLOSED = "CLOSED"


class Outcome(StrEnum):
    """What was decided; WITHDRAWN says that the author took the review back before."""

    KEPT = "KEPT"
    IMAGE_REMOVED = "IMAGE_REMOVED"
    EDIT_REQUESTED = "EDIT_REQUESTED"
    REMOVED = "REMOVED"
    WITHDRAWN = "WITHDRAWN"

    @property
    def hides(self) -> bool:
        """Whether something of the review is out of view."""
        return self in (Outcome.REMOVED, Outcome.IMAGE_REMOVED)


OPEN: Final = frozenset(
    {
        CaseState.RECEIVED,
        CaseState.TRIAGE,
        CaseState.AUTHOR_HEARING,
        CaseState.SHOP_COMMENT,
        CaseState.TO_DECIDE,
    }
)
_WAITING: Final = (CaseState.AUTHOR_HEARING, CaseState.SHOP_COMMENT)
_PUT: Final = (*_WAITING, CaseState.TO_DECIDE)
_FINAL: Final = (CaseState.REJECTED_OBVIOUS, CaseState.REMOVED_OBVIOUS, CaseState.DECIDED)
_AGAINST: Final = {
    Outcome.KEPT: Side.REPORTER,
    Outcome.REMOVED: Side.AUTHOR,
    Outcome.IMAGE_REMOVED: Side.AUTHOR,
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules look at besides the case: the reasons named, and the review's evidence.

    ``has_answer`` says whether the author has answered in a hearing, ``has_unheard`` whether
    there is a notice that was not put to them.
    """

    reasons: frozenset[NoticeReason]
    has_evidence: bool
    has_open_complaint: bool = False
    has_answer: bool = False
    has_unheard: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """A reported review; ``due_at`` is when something happens or is late, ``deciders`` by name.

    ``decisions`` counts those that there were: each may be complained about by itself.
    """

    state: CaseState
    due_at: datetime | None
    outcome: Outcome | None = None
    remind_at: datetime | None = None
    decided_at: datetime | None = None
    deciders: frozenset[str] = field(default=frozenset())
    decisions: int = 0

    @property
    def is_open(self) -> bool:
        """Whether a decision is still to come."""
        return self.state in OPEN

    @property
    def is_pending(self) -> bool:
        """Whether the review is still being checked, or its author may be about to correct it."""
        return self.is_open or self.outcome is Outcome.EDIT_REQUESTED

    @property
    def wake_at(self) -> datetime | None:
        """When a program has to look at the case again; None while it waits for a person."""
        if self.state in _FINAL and not self.is_pending:
            return self.complaints_until
        if self.state in _WAITING or (self.is_pending and not self.is_open):
            moments = [moment for moment in (self.remind_at, self.due_at) if moment]
            return min(moments, default=None)
        return None

    @property
    def complaints_until(self) -> datetime | None:
        """The first moment at which the decision can no longer be complained about (DSA-4)."""
        if self.decided_at is None:
            return None
        last = months_after(day_of(self.decided_at), NOTICES.complaint_months)
        return midnight(last + timedelta(days=1))

    def take(self) -> "Case":
        """RECEIVED → TRIAGE: a moderator looks at it."""
        return self._moved(CaseState.TRIAGE, self.due_at, from_=(CaseState.RECEIVED,))

    def hear(self, now: datetime, calendar: Calendar) -> "Case":
        """TRIAGE → AUTHOR_HEARING, for 14 days, with a reminder after 7."""
        return self._heard(now, calendar, from_=(CaseState.TRIAGE,))

    @property
    def is_put_to_author(self) -> bool:
        """Whether the hearing has begun, so that a further notice has to be put to the author."""
        return self.state in _PUT

    def hear_again(self, now: datetime, calendar: Calendar) -> "Case":
        """From the hearing on, back to AUTHOR_HEARING: a further notice was put to the author.

        The time for an answer begins anew; nothing is decided on grounds that the author never
        saw.
        """
        return self._heard(now, calendar, from_=_PUT)

    def answer(self, now: datetime, calendar: Calendar) -> "Case":
        """AUTHOR_HEARING → SHOP_COMMENT, for 7 days; raises HearingOver after the time."""
        if self.state is CaseState.AUTHOR_HEARING and self._is_due(now):
            raise HearingOver
        due = calendar.after_days(now, NOTICES.comment_days)
        return self._moved(CaseState.SHOP_COMMENT, due, from_=(CaseState.AUTHOR_HEARING,))

    def comment(self, now: datetime, calendar: Calendar) -> "Case":
        """SHOP_COMMENT → TO_DECIDE: the shop has said what it has to say, or that it has nothing.

        Raises HearingOver after the time.
        """
        if self.state is CaseState.SHOP_COMMENT and self._is_due(now):
            raise HearingOver
        return self._to_decide(now, calendar, from_=(CaseState.SHOP_COMMENT,))

    def reject_as_obvious(self, finding: Finding) -> "Case":
        """TRIAGE → REJECTED_OBVIOUS: the notice is manifestly unfounded; the review stays."""
        return self._decided(
            CaseState.REJECTED_OBVIOUS, Outcome.KEPT, finding, from_=(CaseState.TRIAGE,)
        )

    def remove_as_obvious(self, reasons: StatementOfReasons) -> "Case":
        """TRIAGE → REMOVED_OBVIOUS: manifestly unlawful, with reasons and without a hearing."""
        return self._decided(
            CaseState.REMOVED_OBVIOUS, _hidden(reasons), reasons, from_=(CaseState.TRIAGE,)
        )

    def keep(self, finding: Finding) -> "Case":
        """TO_DECIDE → DECIDED: the review stays as it is."""
        return self._decided(CaseState.DECIDED, Outcome.KEPT, finding, from_=(CaseState.TO_DECIDE,))

    def request_edit(self, finding: Finding, calendar: Calendar) -> "Case":
        """TO_DECIDE → DECIDED: the author is asked to correct it within 7 days, or leaves it."""
        asked = self._decided(
            CaseState.DECIDED, Outcome.EDIT_REQUESTED, finding, from_=(CaseState.TO_DECIDE,)
        )
        return replace(asked, due_at=calendar.after_days(finding.decided_at, NOTICES.edit_days))

    def remove(self, reasons: StatementOfReasons) -> "Case":
        """TO_DECIDE → DECIDED: the review, or its images, go out of view."""
        return self._decided(
            CaseState.DECIDED, _hidden(reasons), reasons, from_=(CaseState.TO_DECIDE,)
        )

    def withdraw(self, now: datetime) -> "Case":
        """Any open state, or a pending edit, → CLOSED: the author has taken the review back."""
        if not self.is_pending:
            raise CaseStepForbidden
        return replace(
            self,
            state=CaseState.CLOSED,
            outcome=Outcome.WITHDRAWN,
            decided_at=now,
            due_at=None,
            remind_at=None,
        )

    def reminded(self) -> "Case":
        """The author has been reminded, once."""
        return replace(self, remind_at=None)

    def is_reminder_due(self, now: datetime) -> bool:
        """Whether the author has to be reminded of the hearing."""
        waits = self.state is CaseState.AUTHOR_HEARING and not self._is_due(now)
        return waits and self.remind_at is not None and now >= self.remind_at

    def proposal(self, facts: Facts) -> Outcome:
        """What silence in the hearing speaks for: REMOVED only where a purchase is in doubt.

        A review with evidence stays: the shop would have to bring evidence against it.
        """
        in_doubt = NoticeReason.NO_PURCHASE in facts.reasons and not facts.has_evidence
        return Outcome.REMOVED if in_doubt else Outcome.KEPT

    def lapse(self, now: datetime, facts: Facts, calendar: Calendar) -> "Case":
        """What time alone brings about; the same case when it is not due.

        An author's silence keeps the review; where they have answered before, or the proposal is
        REMOVED, a person decides. A shop's silence leads to the decision. A week after an edit was
        asked for, the review is kept as its author has left it, unless somebody else has reported
        it meanwhile. After six months the case is closed, unless a complaint is open.
        """
        if self.outcome is Outcome.EDIT_REQUESTED and self._is_due(now):
            return self._after_edit(now, facts, calendar)
        if self.state is CaseState.AUTHOR_HEARING and self._is_due(now):
            return self._after_silence(now, facts, calendar)
        if self.state is CaseState.SHOP_COMMENT and self._is_due(now):
            return self._to_decide(now, calendar, from_=(CaseState.SHOP_COMMENT,))
        if self.state in _FINAL and self._is_final(now, facts):
            return replace(self, state=CaseState.CLOSED, due_at=None)
        return self

    def check_complaint(self, side: Side, now: datetime) -> None:
        """Raise CaseStepForbidden or ComplaintTooLate where this side may not complain."""
        until = self.complaints_until
        is_against = self.outcome is not None and _AGAINST.get(self.outcome) is side
        if until is None or not is_against:
            raise CaseStepForbidden("There is no decision against you in this case.")
        if now >= until or self.state is CaseState.CLOSED:
            raise ComplaintTooLate

    def may_complain(self, side: Side, now: datetime) -> bool:
        """Whether this side may complain."""
        try:
            self.check_complaint(side, now)
        except (CaseStepForbidden, ComplaintTooLate):
            return False
        return True

    def dismiss(self, finding: Finding) -> "Case":
        """A complaint was not upheld, by another person; raises SamePerson."""
        self._check_other(finding.moderator)
        return replace(self, deciders=self.deciders | {finding.moderator.name})

    def restore(self, restoration: Restoration) -> "Case":
        """The author's complaint was upheld, by another person; raises SamePerson."""
        self._check_other(restoration.moderator)
        if self.outcome is None or not self.outcome.hides:
            raise CaseStepForbidden
        return self._overturned(Outcome.KEPT, restoration)

    def overturn(self, reasons: StatementOfReasons) -> "Case":
        """The reporter's complaint was upheld, with reasons, by another person."""
        self._check_other(reasons.moderator)
        if self.outcome is not Outcome.KEPT:
            raise CaseStepForbidden
        return self._overturned(_hidden(reasons), reasons)

    def _overturned(self, outcome: Outcome, by: StatementOfReasons | Restoration) -> "Case":
        return self._decided(CaseState.DECIDED, outcome, by, from_=_FINAL)

    def _decided(
        self,
        to: CaseState,
        outcome: Outcome,
        by: StatementOfReasons | Finding | Restoration,
        *,
        from_: Iterable[CaseState],
    ) -> "Case":
        return replace(
            self._moved(to, None, from_=from_),
            outcome=outcome,
            decided_at=by.decided_at,
            deciders=self.deciders | {by.moderator.name},
            decisions=self.decisions + 1,
        )

    def _heard(self, now: datetime, calendar: Calendar, *, from_: Iterable[CaseState]) -> "Case":
        due = calendar.after_days(now, NOTICES.hearing_days)
        heard = self._moved(CaseState.AUTHOR_HEARING, due, from_=from_)
        return replace(heard, remind_at=now + timedelta(days=NOTICES.reminder_days))

    def _after_edit(self, now: datetime, facts: Facts, calendar: Calendar) -> "Case":
        if facts.has_unheard:
            heard = self._heard(now, calendar, from_=_FINAL)
            return replace(heard, outcome=None, decided_at=None)
        return self._kept(now)

    def _kept(self, now: datetime) -> "Case":
        """Kept by the rule, and by nobody's decision."""
        kept = self._moved(CaseState.DECIDED, None, from_=(*_WAITING, *_FINAL))
        decisions = self.decisions + 1
        return replace(kept, outcome=Outcome.KEPT, decided_at=now, decisions=decisions)

    def _after_silence(self, now: datetime, facts: Facts, calendar: Calendar) -> "Case":
        if facts.has_answer or self.proposal(facts) is Outcome.REMOVED:
            return self._to_decide(now, calendar, from_=(CaseState.AUTHOR_HEARING,))
        return self._kept(now)

    def _to_decide(
        self, now: datetime, calendar: Calendar, *, from_: Iterable[CaseState]
    ) -> "Case":
        due = calendar.after_working_days(now, NOTICES.decision_working_days)
        return self._moved(CaseState.TO_DECIDE, due, from_=from_)

    def _moved(
        self, to: CaseState, due_at: datetime | None, *, from_: Iterable[CaseState]
    ) -> "Case":
        if self.state not in from_:
            raise CaseStepForbidden
        return replace(self, state=to, due_at=due_at, remind_at=None)

    def _is_due(self, now: datetime) -> bool:
        return self.due_at is not None and now >= self.due_at

    def _is_final(self, now: datetime, facts: Facts) -> bool:
        until = self.complaints_until
        return until is not None and now >= until and not facts.has_open_complaint

    def _check_other(self, moderator: Moderator) -> None:
        if moderator.name in self.deciders:
            raise SamePerson


def _hidden(reasons: StatementOfReasons) -> Outcome:
    """What a statement of reasons takes out of view: the review, or its images alone."""
    return Outcome.IMAGE_REMOVED if reasons.scope is Scope.IMAGES else Outcome.REMOVED


def opened(now: datetime, calendar: Calendar) -> Case:
    """The case of a review that nobody is checking yet: triage within one working day."""
    due = calendar.after_working_days(now, NOTICES.triage_working_days)
    return Case(CaseState.RECEIVED, due)
