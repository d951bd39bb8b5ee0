"""How people sign in: pauses after failures, how long a login lives, and what is refused.

TrustwrightError
├── NotAllowed                     the caller may not do this
│   ├── SignInNeeded               SIGN_IN_NEEDED (401 in the control centre)
│   ├── SignInRefused              SIGN_IN_REFUSED
│   ├── ProviderRefused            PROVIDER_REFUSED
│   ├── ProviderPersonUnknown      PROVIDER_PERSON_UNKNOWN
│   ├── SecondFactorNeeded         SECOND_FACTOR_NEEDED
│   ├── FreshSignInNeeded          FRESH_SIGN_IN_NEEDED
│   └── SecondFactorRefused        SECOND_FACTOR_REFUSED
├── NotFound                       there is no such thing
│   └── SessionNotFound            SESSION_NOT_FOUND
├── Conflict                       the state of things forbids it
│   └── SecondFactorKept           SECOND_FACTOR_KEPT (systems.md §38)
├── Gone                           it was possible once
│   └── LinkExpired                LINK_EXPIRED
├── TooMany                        wait
│   └── SignInPaused               SIGN_IN_PAUSED (systems.md §38)
└── Unavailable                    try again soon; nothing was changed
    ├── ProviderUnavailable        PROVIDER_UNAVAILABLE
    └── SignInsBusy                SIGN_INS_BUSY
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.errors import Conflict, Gone, NotAllowed, NotFound, TooMany, Unavailable
from domain.policies import LOGINS
from domain.rights import Grants, needs_second_factor


class SignInNeeded(NotAllowed):
    code = "SIGN_IN_NEEDED"
    title = "Please sign in first."


class SignInRefused(NotAllowed):
    code = "SIGN_IN_REFUSED"
    title = "The e-mail address or the password is wrong."


class ProviderRefused(NotAllowed):
    """``detail`` says to the log, and to nobody else, what was wrong."""

    code = "PROVIDER_REFUSED"
    title = "What the identity provider answered opens no login; please begin again."


class ProviderPersonUnknown(NotAllowed):
    code = "PROVIDER_PERSON_UNKNOWN"
    title = (
        "Nobody here has an e-mail address that your identity provider confirms. "
        "An administrator can invite you."
    )


class SecondFactorNeeded(NotAllowed):
    code = "SECOND_FACTOR_NEEDED"
    title = "This needs your second factor."


class FreshSignInNeeded(NotAllowed):
    code = "FRESH_SIGN_IN_NEEDED"
    title = "Please confirm first that it is you."


class SecondFactorRefused(NotAllowed):
    code = "SECOND_FACTOR_REFUSED"
    title = "The code or key is wrong, or was used already."


class SessionNotFound(NotFound):
    code = "SESSION_NOT_FOUND"
    title = "You have no login with this id."


class SecondFactorKept(Conflict):
    code = "SECOND_FACTOR_KEPT"
    title = "Your rights require a second factor: set up another one first."


class LinkExpired(Gone):
    code = "LINK_EXPIRED"
    title = "The link has been used, or its time is over; ask for a new one."


class SignInPaused(TooMany):
    """``seconds`` is how long to wait."""

    code = "SIGN_IN_PAUSED"
    title = "Too many attempts failed; wait before you try again."

    def __init__(
        self,
        detail: str | None = None,
        *,
        field: str | None = None,
        seconds: int = LOGINS.pause_seconds,
    ) -> None:
        super().__init__(detail, field=field)
        self.seconds = seconds


class ProviderUnavailable(Unavailable):
    code = "PROVIDER_UNAVAILABLE"
    title = (
        "The identity provider does not answer. Try again in half a minute, or sign in with "
        "your password."
    )


class SignInsBusy(Unavailable):
    code = "SIGN_INS_BUSY"
    title = "Too many people are signing in at the moment. Try again in a few seconds."


class SecondFactor(StrEnum):
    """How a login stands with its second factor: DUE must be shown, SETUP_DUE set up first."""

    NONE_NEEDED = "none-needed"
    DUE = "due"
    DONE = "done"
    SETUP_DUE = "setup-due"


@dataclass(frozen=True, slots=True)
class Failures:
    """Attempts that failed in a row, for one login or from one network address."""

    number: int
    last_at: datetime


def pause_seconds(failures: Failures | None, now: datetime) -> int:
    """Seconds until the next attempt is looked at, 0 for now; rounded up.

    The first attempts are free, then each failure doubles the wait, and the tenth one costs
    15 minutes (systems.md §38). A quarter of an hour without a failure makes all forgotten.
    """
    if failures is None or failures.number < LOGINS.free_failures:
        return 0
    wait = LOGINS.pause_seconds
    if failures.number < LOGINS.failures:
        wait = 2 ** (failures.number - LOGINS.free_failures)
    left = failures.last_at + timedelta(seconds=wait) - now
    return max(0, -(-left // timedelta(seconds=1)))


def another(failures: Failures | None, now: datetime) -> Failures:
    """The failures with one more at ``now``."""
    pause = timedelta(seconds=LOGINS.pause_seconds)
    if failures is None or now - failures.last_at >= pause:
        return Failures(1, now)
    return Failures(failures.number + 1, now)


def is_locked(failures: Failures) -> bool:
    """Whether these failures are those that cost the long pause, and a message."""
    return failures.number >= LOGINS.failures


def is_live(
    created_at: datetime,
    seen_at: datetime,
    now: datetime,
    *,
    is_staff: bool,
    is_borrowed: bool = False,
) -> bool:
    """Whether a login is still good: idle for at most 12 hours, the operator's staff for one.

    After 30 days everybody signs in again; who looks in somebody's place stops after an hour,
    however busy, and gives the reason once more.
    """
    idle = timedelta(hours=LOGINS.staff_idle_hours if is_staff else LOGINS.idle_hours)
    age = timedelta(days=LOGINS.session_days)
    if is_borrowed:
        age = timedelta(hours=LOGINS.borrowed_hours)
    return now < seen_at + idle and now < created_at + age


def is_fresh(proved_at: datetime | None, now: datetime) -> bool:
    """Whether somebody showed a moment ago who they are, so that they may change how they do."""
    return proved_at is not None and now < proved_at + timedelta(minutes=LOGINS.fresh_minutes)


def second_factor(grants: Grants, *, has_one: bool, was_shown: bool) -> SecondFactor:
    """How a login stands; a factor that somebody set up is asked for whether needed or not."""
    if has_one:
        return SecondFactor.DONE if was_shown else SecondFactor.DUE
    return SecondFactor.SETUP_DUE if needs_second_factor(grants) else SecondFactor.NONE_NEEDED
