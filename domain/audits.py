"""Audits of shops: their states, who may take which step, and their deadlines (systems.md §31).

    ORDERED → PRECHECK → IN_AUDIT → REPORT_SENT → SHOP_FIXING ⇄ RECHECK → PASSED → CERTIFIED
    REPORT_SENT → PASSED, where nothing is left to fix
    ORDERED … RECHECK → WITHDRAWN, where the shop or the auditor ends the audit
    CERTIFIED ⇄ SUSPENDED; CERTIFIED or SUSPENDED → WITHDRAWN, by a decision with reasons
    PASSED, CERTIFIED or SUSPENDED → EXPIRED, once its time is over or a newer one has replaced it

TrustwrightError
├── NotFound                       there is no such thing
│   └── AuditNotFound              AUDIT_NOT_FOUND
├── NotAllowed                     the caller may not do this
│   └── AuditNotYours              AUDIT_NOT_YOURS
├── Conflict                       the state of things forbids it
│   ├── AuditExists                AUDIT_EXISTS
│   ├── AuditStepForbidden         AUDIT_STEP_FORBIDDEN
│   ├── AuditChanged               AUDIT_CHANGED
│   └── AuditUnchecked             AUDIT_UNCHECKED
└── Invalid                        a value breaks a rule
    └── AuditNotPossible           AUDIT_NOT_POSSIBLE
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from domain.calendars import Calendar
from domain.errors import Conflict, Invalid, NotAllowed, NotFound
from domain.windows import months_after


class AuditNotFound(NotFound):
    code = "AUDIT_NOT_FOUND"
    title = "There is no audit with this id."


class AuditNotYours(NotAllowed):
    code = "AUDIT_NOT_YOURS"
    title = "Take the audit first; one auditor at a time works on it."


class AuditExists(Conflict):
    code = "AUDIT_EXISTS"
    title = "An audit of this shop is running already."


class AuditStepForbidden(Conflict):
    code = "AUDIT_STEP_FORBIDDEN"
    title = "From where the audit stands now, this step is not possible."


class AuditChanged(Conflict):
    code = "AUDIT_CHANGED"
    title = "Somebody else has changed this audit meanwhile; look at it again."


class AuditUnchecked(Conflict):
    code = "AUDIT_UNCHECKED"
    title = "Identity and credit have to be checked and found in order first."


class AuditNotPossible(Invalid):
    code = "AUDIT_NOT_POSSIBLE"
    title = "Only shops that declare all of these points can be audited."


@dataclass(frozen=True, slots=True)
class AuditPolicy:
    """Deadlines (``audit.*``) and limits of audits.

    The auditor gets in touch within ``contact_working_days`` of the order and reports within
    ``report_working_days`` of it; a recheck takes ``recheck_working_days``. The shop has
    ``fixing_days``. A certificate holds ``valid_months``, and its end is told ``told_days``
    before. A decision to suspend or withdraw takes effect after ``notice_days``; the shop may
    complain within ``complaint_days``. Files go ``kept_months`` after an audit was closed.
    """

    contact_working_days: int = 5  # audit.contact_days
    report_working_days: int = 10  # audit.report_days
    recheck_working_days: int = 5
    fixing_days: int = 30
    valid_months: int = 12  # audit.valid_months
    told_days: tuple[int, ...] = (60, 30, 7)
    notice_days: int = 14
    complaint_days: int = 30
    kept_months: int = 36
    text_characters: int = 5_000
    address_characters: int = 2_000
    note_characters: int = 2_000
    messages: int = 200
    files: int = 10
    page: int = 50


AUDITS: Final = AuditPolicy()


class AuditState(StrEnum):
    """Where an audit stands."""

    ORDERED = "ORDERED"
    PRECHECK = "PRECHECK"
    IN_AUDIT = "IN_AUDIT"
    REPORT_SENT = "REPORT_SENT"
    SHOP_FIXING = "SHOP_FIXING"
    RECHECK = "RECHECK"
    PASSED = "PASSED"
    CERTIFIED = "CERTIFIED"
    SUSPENDED = "SUSPENDED"
    WITHDRAWN = "WITHDRAWN"
    EXPIRED = "EXPIRED"

    @property
    def is_running(self) -> bool:
        """Whether somebody is still working on its result; a shop has one such audit at most."""
        return self in RUNNING

    @property
    def is_end(self) -> bool:
        """Whether nothing follows."""
        return self in (AuditState.WITHDRAWN, AuditState.EXPIRED)

    @property
    def is_with_shop(self) -> bool:
        """Whether the shop sees the findings and may answer them."""
        return self in (AuditState.REPORT_SENT, AuditState.SHOP_FIXING)

    @property
    def is_reported(self) -> bool:
        """Whether a report was sent, so that the shop sees the findings."""
        return self in _REPORTED


RUNNING: Final = frozenset(
    {
        AuditState.ORDERED,
        AuditState.PRECHECK,
        AuditState.IN_AUDIT,
        AuditState.REPORT_SENT,
        AuditState.SHOP_FIXING,
        AuditState.RECHECK,
    }
)
_REPORTED: Final = frozenset(AuditState) - {
    AuditState.ORDERED,
    AuditState.PRECHECK,
    AuditState.IN_AUDIT,
}
VERDICTS_OPEN: Final = frozenset({AuditState.IN_AUDIT, AuditState.RECHECK})
"""The states in which an auditor gives and changes verdicts."""


class AuditParty(StrEnum):
    """Who takes a step."""

    SHOP = "SHOP"
    AUDITOR = "AUDITOR"
    SYSTEM = "SYSTEM"


class AuditStep(StrEnum):
    """What may happen to an audit."""

    CONTACT = "CONTACT"
    REFUSE = "REFUSE"
    START = "START"
    REPORT = "REPORT"
    FIX = "FIX"
    HAND_IN = "HAND_IN"
    SEND_BACK = "SEND_BACK"
    PASS = "PASS"  # noqa: S105 the name of a step
    CERTIFY = "CERTIFY"
    SUSPEND = "SUSPEND"
    REINSTATE = "REINSTATE"
    CANCEL = "CANCEL"
    WITHDRAW = "WITHDRAW"
    EXPIRE = "EXPIRE"


@dataclass(frozen=True, slots=True)
class Transition:
    """From which states a step leads where, and who takes it."""

    from_: frozenset[AuditState]
    to: AuditState
    by: frozenset[AuditParty]


def _by(*parties: AuditParty) -> frozenset[AuditParty]:
    return frozenset(parties)


def _from(*states: AuditState) -> frozenset[AuditState]:
    return frozenset(states)


_AUDITOR: Final = _by(AuditParty.AUDITOR)
_SHOP: Final = _by(AuditParty.SHOP)
_ENDING: Final = _by(AuditParty.AUDITOR, AuditParty.SYSTEM)
_MARKED: Final = _from(AuditState.CERTIFIED, AuditState.SUSPENDED)

TRANSITIONS: Final[Mapping[AuditStep, Transition]] = {
    AuditStep.CONTACT: Transition(_from(AuditState.ORDERED), AuditState.PRECHECK, _AUDITOR),
    # A pre-check that fails is told to the shop and done again.
    AuditStep.REFUSE: Transition(_from(AuditState.PRECHECK), AuditState.PRECHECK, _AUDITOR),
    AuditStep.START: Transition(_from(AuditState.PRECHECK), AuditState.IN_AUDIT, _AUDITOR),
    AuditStep.REPORT: Transition(_from(AuditState.IN_AUDIT), AuditState.REPORT_SENT, _AUDITOR),
    AuditStep.FIX: Transition(_from(AuditState.REPORT_SENT), AuditState.SHOP_FIXING, _SHOP),
    AuditStep.HAND_IN: Transition(_from(AuditState.SHOP_FIXING), AuditState.RECHECK, _SHOP),
    AuditStep.SEND_BACK: Transition(_from(AuditState.RECHECK), AuditState.SHOP_FIXING, _AUDITOR),
    AuditStep.PASS: Transition(
        _from(AuditState.REPORT_SENT, AuditState.RECHECK), AuditState.PASSED, _AUDITOR
    ),
    AuditStep.CERTIFY: Transition(
        _from(AuditState.PASSED), AuditState.CERTIFIED, _by(AuditParty.AUDITOR, AuditParty.SYSTEM)
    ),
    AuditStep.SUSPEND: Transition(_from(AuditState.CERTIFIED), AuditState.SUSPENDED, _ENDING),
    AuditStep.REINSTATE: Transition(_from(AuditState.SUSPENDED), AuditState.CERTIFIED, _AUDITOR),
    AuditStep.CANCEL: Transition(
        RUNNING, AuditState.WITHDRAWN, _by(AuditParty.SHOP, AuditParty.AUDITOR)
    ),
    AuditStep.WITHDRAW: Transition(_MARKED, AuditState.WITHDRAWN, _ENDING),
    AuditStep.EXPIRE: Transition(
        _MARKED | {AuditState.PASSED}, AuditState.EXPIRED, _by(AuditParty.SYSTEM)
    ),
}
"""Every step there is. A program only carries out what time or a person's decision has set."""


def after(state: AuditState, step: AuditStep, by: AuditParty) -> AuditState:
    """The state to which this step of this party leads; raises AuditStepForbidden."""
    transition = TRANSITIONS[step]
    if state not in transition.from_ or by not in transition.by:
        raise AuditStepForbidden
    return transition.to


def steps(state: AuditState, by: AuditParty) -> tuple[AuditStep, ...]:
    """The steps that this party may take from a state, in the order of the list."""
    return tuple(
        step for step, rule in TRANSITIONS.items() if state in rule.from_ and by in rule.by
    )


def due_at(
    state: AuditState, *, ordered_at: datetime, now: datetime, calendar: Calendar
) -> datetime | None:
    """Until when whoever has the turn in ``state`` should have taken it, or None.

    Contact and report are counted from the order, everything else from ``now``, in working days
    of the market. Nothing happens by itself at a deadline: it only sorts and shows.
    """
    match state:
        case AuditState.ORDERED:
            return calendar.after_working_days(ordered_at, AUDITS.contact_working_days)
        case AuditState.PRECHECK | AuditState.IN_AUDIT:
            return calendar.after_working_days(ordered_at, AUDITS.report_working_days)
        case AuditState.REPORT_SENT | AuditState.SHOP_FIXING:
            return calendar.after_days(now, AUDITS.fixing_days)
        case AuditState.RECHECK:
            return calendar.after_working_days(now, AUDITS.recheck_working_days)
    return None


def valid_until(passed_at: datetime, calendar: Calendar) -> datetime:
    """The end of what an audit proves: a year after it was passed, exclusive."""
    return calendar.end_of(months_after(calendar.day_of(passed_at), AUDITS.valid_months))


def told_at(valid_until: datetime, now: datetime, told_days: int) -> int:
    """How many days before the end the shop is to be told now; 0 where nothing is due.

    ``told_days`` is what it was last told, 0 if nothing. A run that comes late tells the nearest
    of the missed ones only.
    """
    left = valid_until - now
    due = [days for days in AUDITS.told_days if timedelta(0) < left <= timedelta(days=days)]
    nearest = min(due, default=0)
    return nearest if nearest and (not told_days or nearest < told_days) else 0


class Declared(StrEnum):
    """What a shop declares when it orders an audit (systems.md §31)."""

    WEB_ORDERS = "WEB_ORDERS"
    NO_PORTAL = "NO_PORTAL"
    NOTHING_EXCLUDED = "NOTHING_EXCLUDED"


class Exclusion(StrEnum):
    """The exclusion catalogue: what a shop with the mark does not sell. Our default."""

    WEAPONS = "WEAPONS"
    DRUGS = "DRUGS"
    MEDICINES = "MEDICINES"
    COUNTERFEITS = "COUNTERFEITS"
    GAMBLING = "GAMBLING"
    PORNOGRAPHY = "PORNOGRAPHY"
    HATE = "HATE"
    ANIMALS = "ANIMALS"
    FINANCE = "FINANCE"


def check_declared(named: Iterable[str]) -> tuple[Declared, ...]:
    """What a shop has declared, if that is all of it; raises AuditNotPossible with the field."""
    given = frozenset(named)
    for each in Declared:
        if each not in given:
            raise AuditNotPossible(field=each.lower())
    return tuple(Declared)


class CheckResult(StrEnum):
    """What staff found about a shop's identity or credit."""

    OK = "OK"
    FAILED = "FAILED"


def check_certifiable(*, identity: str, credit: str) -> None:
    """Raise AuditUnchecked where staff has not found identity and credit in order."""
    if (identity, credit) != (CheckResult.OK, CheckResult.OK):
        raise AuditUnchecked
