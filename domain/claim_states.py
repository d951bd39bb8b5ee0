"""The way of a claim as one table: who may do what where, what follows, and until when (§36).

    REPORTED → SHOP_ASKED → SHOP_ANSWERED → BUYER_CHECK → RESOLVED
    SHOP_ASKED | SHOP_ANSWERED | BUYER_CHECK | RESOLVED → MEDIATION → RESOLVED | REFUND_CLAIM
    REFUND_CLAIM → DOCUMENTS → ASSESSMENT → APPROVED → PAID → RECOURSE
    ASSESSMENT → REJECTED → APPEALED → APPROVED | REJECTED
    any open → WITHDRAWN; REFUND_CLAIM | DOCUMENTS → LAPSED
    RECOURSE → APPROVED, where the bank sends the money back

A program only does what SYSTEM may: it asks, passes on and lapses, and never approves or rejects
a claim. Deadlines count from the moment of the step, so that nobody loses time while the
installation stands still.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from domain.calendars import Calendar
from domain.claims import (
    CLAIMS,
    OPEN,
    Answer,
    ClaimInvalid,
    ClaimParty,
    ClaimReason,
    ClaimState,
    ClaimStepForbidden,
    ClaimTimeOver,
    RefundClaimNotOpen,
)


class Event(StrEnum):
    """What moves a claim, or is noted in its history."""

    REPORT = "REPORT"
    ASK = "ASK"
    SKIP = "SKIP"
    ANSWER = "ANSWER"
    CHECK = "CHECK"
    DISPUTE = "DISPUTE"
    CONFIRM = "CONFIRM"
    REFUSE = "REFUSE"
    REOPEN = "REOPEN"
    SETTLE = "SETTLE"
    FAIL = "FAIL"
    INSOLVENT = "INSOLVENT"
    CLAIM = "CLAIM"
    HAND_IN = "HAND_IN"
    EXTEND = "EXTEND"
    ASK_AGAIN = "ASK_AGAIN"
    APPROVE = "APPROVE"
    REJECT = "REJECT"
    APPEAL = "APPEAL"
    UPHOLD = "UPHOLD"
    DISMISS = "DISMISS"
    PAY = "PAY"
    RECOURSE = "RECOURSE"
    RETURN = "RETURN"
    WITHDRAW = "WITHDRAW"
    LAPSE = "LAPSE"
    REMIND = "REMIND"
    TAKE = "TAKE"
    PROPOSE = "PROPOSE"
    ACCEPT = "ACCEPT"
    DECLINE = "DECLINE"


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim as the rules see it.

    ``due_at`` is when time alone moves it or a person is late, ``remind_at`` when somebody is
    told: the shop that it has not answered, the buyer that a refund can be claimed now.
    ``covered_until`` is the extended end of the protection, exclusive.
    """

    state: ClaimState
    reason: ClaimReason
    covered_until: datetime
    due_at: datetime | None = None
    remind_at: datetime | None = None
    closed_at: datetime | None = None
    is_extended: bool = False
    was_appealed: bool = False
    answer: Answer | None = None

    @property
    def wake_at(self) -> datetime | None:
        """When a program has to look at the claim again; None while it waits for a person."""
        if (self.state, Event.LAPSE) not in TABLE:
            return None
        return min((each for each in (self.remind_at, self.due_at) if each), default=None)

    def may(self, event: Event, now: datetime) -> bool:
        """Whether the event is possible here and now, whoever brings it about."""
        try:
            _check(self, event, now)
        except (ClaimStepForbidden, ClaimTimeOver, RefundClaimNotOpen):
            return False
        return True


_Due = Callable[[Claim, datetime, Calendar], datetime | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table: by whom, to which state, and until when that lasts.

    ``in_time`` says that the deadline of the state before holds for this step.
    """

    by: ClaimParty
    to: ClaimState
    due: _Due
    in_time: bool = False


def _none(claim: Claim, now: datetime, calendar: Calendar) -> None:
    """No deadline: a person acts when they do, or nothing more happens."""
    del claim, now, calendar


def _days(days: int) -> _Due:
    return lambda _, now, calendar: calendar.after_days(now, days)


def _working_days(days: int) -> _Due:
    return lambda _, now, calendar: calendar.after_working_days(now, days)


def _refund_due(claim: Claim, now: datetime, calendar: Calendar) -> datetime:
    return calendar.after_days(refund_opens_at(claim, now), CLAIMS.refund_open_days)


def _longer(claim: Claim, now: datetime, calendar: Calendar) -> datetime:
    """As many days again, counted from the deadline that stands."""
    last = claim.due_at - _INSTANT if claim.due_at else now
    return calendar.after_days(last, CLAIMS.documents_days)


_S: Final = ClaimState
_INSTANT: Final = timedelta(microseconds=1)
_ASKED: Final = _working_days(CLAIMS.shop_working_days)
_CHECK: Final = _days(CLAIMS.check_days)
_MEDIATION: Final = _days(CLAIMS.mediation_days)
_DOCUMENTS: Final = _days(CLAIMS.documents_days)
_ASSESSMENT: Final = _working_days(CLAIMS.assessment_working_days)
_APPEAL: Final = _days(CLAIMS.appeal_days)
_BEFORE_DOCUMENTS: Final = (
    _S.SHOP_ASKED,
    _S.SHOP_ANSWERED,
    _S.BUYER_CHECK,
    _S.MEDIATION,
    _S.REFUND_CLAIM,
)

_WAY: Final[Mapping[tuple[ClaimState, Event], Rule]] = {
    (_S.REPORTED, Event.ASK): Rule(ClaimParty.SYSTEM, _S.SHOP_ASKED, _ASKED),
    (_S.REPORTED, Event.SKIP): Rule(ClaimParty.SYSTEM, _S.REFUND_CLAIM, _refund_due),
    (_S.SHOP_ASKED, Event.ANSWER): Rule(ClaimParty.SHOP, _S.SHOP_ANSWERED, _none, True),
    (_S.SHOP_ASKED, Event.LAPSE): Rule(ClaimParty.SYSTEM, _S.MEDIATION, _MEDIATION),
    (_S.SHOP_ANSWERED, Event.CHECK): Rule(ClaimParty.SYSTEM, _S.BUYER_CHECK, _CHECK),
    (_S.SHOP_ANSWERED, Event.LAPSE): Rule(ClaimParty.SYSTEM, _S.BUYER_CHECK, _CHECK),
    (_S.SHOP_ANSWERED, Event.DISPUTE): Rule(ClaimParty.SYSTEM, _S.MEDIATION, _MEDIATION),
    (_S.SHOP_ANSWERED, Event.CONFIRM): Rule(ClaimParty.BUYER, _S.RESOLVED, _none),
    (_S.BUYER_CHECK, Event.CONFIRM): Rule(ClaimParty.BUYER, _S.RESOLVED, _none),
    (_S.BUYER_CHECK, Event.REFUSE): Rule(ClaimParty.BUYER, _S.MEDIATION, _MEDIATION),
    (_S.BUYER_CHECK, Event.LAPSE): Rule(ClaimParty.SYSTEM, _S.RESOLVED, _none),
    (_S.RESOLVED, Event.REOPEN): Rule(ClaimParty.BUYER, _S.MEDIATION, _MEDIATION),
    (_S.MEDIATION, Event.CONFIRM): Rule(ClaimParty.BUYER, _S.RESOLVED, _none),
    (_S.MEDIATION, Event.SETTLE): Rule(ClaimParty.SYSTEM, _S.RESOLVED, _none),
    (_S.MEDIATION, Event.FAIL): Rule(ClaimParty.HANDLER, _S.REFUND_CLAIM, _refund_due),
    (_S.MEDIATION, Event.LAPSE): Rule(ClaimParty.SYSTEM, _S.REFUND_CLAIM, _refund_due),
    (_S.REFUND_CLAIM, Event.CLAIM): Rule(ClaimParty.BUYER, _S.DOCUMENTS, _DOCUMENTS, True),
    (_S.REFUND_CLAIM, Event.LAPSE): Rule(ClaimParty.SYSTEM, _S.LAPSED, _none),
    (_S.DOCUMENTS, Event.HAND_IN): Rule(ClaimParty.BUYER, _S.ASSESSMENT, _ASSESSMENT, True),
    (_S.DOCUMENTS, Event.EXTEND): Rule(ClaimParty.HANDLER, _S.DOCUMENTS, _longer, True),
    (_S.DOCUMENTS, Event.LAPSE): Rule(ClaimParty.SYSTEM, _S.LAPSED, _none),
    (_S.ASSESSMENT, Event.ASK_AGAIN): Rule(ClaimParty.HANDLER, _S.DOCUMENTS, _DOCUMENTS),
    (_S.ASSESSMENT, Event.APPROVE): Rule(ClaimParty.HANDLER, _S.APPROVED, _none),
    (_S.ASSESSMENT, Event.REJECT): Rule(ClaimParty.HANDLER, _S.REJECTED, _APPEAL),
    (_S.REJECTED, Event.APPEAL): Rule(ClaimParty.BUYER, _S.APPEALED, _ASSESSMENT, True),
    (_S.APPEALED, Event.UPHOLD): Rule(ClaimParty.DECIDER, _S.APPROVED, _none),
    (_S.APPEALED, Event.DISMISS): Rule(ClaimParty.DECIDER, _S.REJECTED, _none),
    (_S.APPROVED, Event.PAY): Rule(ClaimParty.PAYER, _S.PAID, _none),
    (_S.PAID, Event.RECOURSE): Rule(ClaimParty.PAYER, _S.RECOURSE, _none),
    (_S.RECOURSE, Event.RETURN): Rule(ClaimParty.PAYER, _S.APPROVED, _none),
}

TABLE: Final[Mapping[tuple[ClaimState, Event], Rule]] = {
    **_WAY,
    **{
        (state, Event.INSOLVENT): Rule(ClaimParty.HANDLER, _S.REFUND_CLAIM, _refund_due)
        for state in _BEFORE_DOCUMENTS
    },
    **{
        (state, Event.WITHDRAW): Rule(ClaimParty.BUYER, _S.WITHDRAWN, _none)
        for state in sorted(OPEN)
    },
}
"""Every step that there is; what stands here not is forbidden."""

_CLOSED: Final = frozenset(
    {_S.RESOLVED, _S.REJECTED, _S.WITHDRAWN, _S.LAPSED, _S.PAID, _S.RECOURSE}
)


def reported(reason: ClaimReason, covered_until: datetime) -> Claim:
    """The claim of a report that was just made."""
    return Claim(ClaimState.REPORTED, reason, covered_until)


def first_step(claim: Claim) -> Event:
    """What follows a report at once: the shop is asked, unless it is insolvent."""
    return Event.SKIP if claim.reason is ClaimReason.INSOLVENCY else Event.ASK


def refund_opens_at(claim: Claim, now: datetime) -> datetime:
    """From when on a refund can be claimed: 7 days before the end, at once for an insolvency."""
    if claim.reason is ClaimReason.INSOLVENCY:
        return now
    return max(now, claim.covered_until - timedelta(days=CLAIMS.refund_days))


def step(claim: Claim, event: Event, by: ClaimParty, now: datetime, calendar: Calendar) -> Claim:
    """The claim after an event.

    Raises ClaimStepForbidden where the table has no such line, or has it for somebody else,
    ClaimTimeOver after a deadline, and RefundClaimNotOpen before the refund can be claimed.
    """
    rule = _check(claim, event, now)
    if rule.by is not by:
        raise ClaimStepForbidden
    claim = replace(claim, reason=_reason(claim, event))
    return replace(
        claim,
        state=rule.to,
        due_at=rule.due(claim, now, calendar),
        remind_at=_remind_at(claim, rule.to, now, calendar),
        closed_at=now if rule.to in _CLOSED else None,
        is_extended=claim.is_extended or event in (Event.EXTEND, Event.ASK_AGAIN),
        was_appealed=claim.was_appealed or event is Event.APPEAL,
    )


def answered(
    claim: Claim, answer: Answer, day: date | None, now: datetime, calendar: Calendar
) -> Claim:
    """SHOP_ASKED → SHOP_ANSWERED: what the shop says; a promise lasts until its day is over.

    ``day`` is needed unless the shop disputes: until when it delivers, within 14 days, or when it
    has delivered or refunded. Raises ClaimInvalid for another day, and as ``step`` does.
    """
    after = step(claim, Event.ANSWER, ClaimParty.SHOP, now, calendar)
    if answer is Answer.DISPUTES:
        return replace(after, answer=answer)
    today = calendar.day_of(now)
    is_promise = answer is Answer.DELIVERS
    last = today + timedelta(days=CLAIMS.promise_days) if is_promise else today
    if day is None or day > last or (is_promise and day < today):
        raise ClaimInvalid("Name a day that is possible.", field="day")
    return replace(after, answer=answer, due_at=calendar.end_of(day) if is_promise else None)


def after_answer(claim: Claim, now: datetime) -> Event | None:
    """What follows an answer at once; None while a promised day is still to come."""
    if claim.answer is Answer.DISPUTES:
        return Event.DISPUTE
    return Event.CHECK if claim.due_at is None or now >= claim.due_at else None


def is_reminder_due(claim: Claim, now: datetime) -> bool:
    """Whether somebody has to be told now; what is over already is not reminded of."""
    is_over = claim.due_at is not None and now >= claim.due_at
    is_late = claim.remind_at is not None and now >= claim.remind_at
    return is_late and (not is_over or claim.state is ClaimState.REFUND_CLAIM)


def reminded(claim: Claim, now: datetime, calendar: Calendar) -> Claim:
    """The claim once somebody was told; a buyer's 30 days begin when they are (systems.md §36)."""
    if claim.state is ClaimState.REFUND_CLAIM:
        due = calendar.after_days(now, CLAIMS.refund_open_days)
        return replace(claim, remind_at=None, due_at=due)
    return replace(claim, remind_at=None)


def is_lapsed(claim: Claim, now: datetime) -> bool:
    """Whether the time of the state is over, so that a program moves the claim."""
    is_over = claim.due_at is not None and now >= claim.due_at
    return is_over and (claim.state, Event.LAPSE) in TABLE


def _check(claim: Claim, event: Event, now: datetime) -> Rule:
    rule = TABLE.get((claim.state, event))
    if rule is None:
        raise ClaimStepForbidden
    if rule.in_time and claim.due_at is not None and now >= claim.due_at:
        raise ClaimTimeOver
    if event is Event.REOPEN and now >= claim.covered_until:
        raise ClaimTimeOver
    if event is Event.CLAIM and claim.remind_at is not None and now < claim.remind_at:
        raise RefundClaimNotOpen
    if _is_second(claim, event):
        raise ClaimStepForbidden
    return rule


def _is_second(claim: Claim, event: Event) -> bool:
    """Whether this has happened before, where once is all that there is."""
    if event in (Event.EXTEND, Event.ASK_AGAIN):
        return claim.is_extended
    if event is Event.APPEAL:
        return claim.was_appealed
    return event is Event.INSOLVENT and claim.reason is ClaimReason.INSOLVENCY


def _reason(claim: Claim, event: Event) -> ClaimReason:
    return ClaimReason.INSOLVENCY if event is Event.INSOLVENT else claim.reason


def _remind_at(claim: Claim, to: ClaimState, now: datetime, calendar: Calendar) -> datetime | None:
    if to is ClaimState.SHOP_ASKED:
        return calendar.on_working_day(now, CLAIMS.reminder_working_day)
    return refund_opens_at(claim, now) if to is ClaimState.REFUND_CLAIM else None
