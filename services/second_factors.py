"""Use cases of second factors: codes of an app, and recovery codes; keys in passkeys.py (§38)."""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pyotp
from sqlmodel import Session

from domain import logins as rules
from domain import rights
from domain.errors import NotAllowed
from domain.logins import (
    FreshSignInNeeded,
    SecondFactor,
    SecondFactorKept,
    SecondFactorNeeded,
    SecondFactorRefused,
    SignInNeeded,
)
from domain.policies import LOGINS
from services import attempts, audit, sessions, user_mails
from services.installation import Installation
from services.sessions import Person
from store import login_secrets, users
from store.database import Work
from store.keys import Keyring
from store.login_secrets import RecoveryCode
from store.users import User

# Letters and digits that nobody mistakes for one another: 32 of them, five bits each.
_CODE_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_CODE_LENGTH: Final = 10
# A clock may be half a minute off, either way.
_STEPS: Final = (0, -1, 1)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A secret to be read by an app: as letters, and as the address that a QR code shows."""

    secret: str
    uri: str


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The token that replaces the cookie's, and recovery codes: shown now and never again."""

    token: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Factors:
    """What a person has set up."""

    has_totp: bool
    codes_left: int
    passkeys: int


def of(session: Session, person: Person) -> Factors:
    """What the person has set up."""
    user = required(session, person)
    return Factors(
        has_totp=user.totp_cipher is not None,
        codes_left=login_secrets.codes_left(session, user.id),
        passkeys=len(login_secrets.passkeys(session, user.id)),
    )


def enrol(
    work: Work, person: Person, *, issuer: str, now: datetime, again: bool = False
) -> Enrolment:
    """A new secret for an app; nothing counts before its first code is confirmed.

    ``again`` is for somebody who mistyped that code: it shows the secret that waits for it. Else
    it is new, so that nobody who was here before knows it. ``issuer`` is the name under which
    apps show it. Raises SecondFactorNeeded while another factor has still to be shown, or
    FreshSignInNeeded.
    """
    user = trusted(work, person, now=now)
    if user.totp_pending_cipher is None or not again:
        user.totp_pending_cipher = work.keys.encrypt(pyotp.random_base32())
        work.session.add(user)
    secret = work.keys.decrypt(user.totp_pending_cipher)
    uri = pyotp.TOTP(secret).provisioning_uri(name=person.email, issuer_name=issuer)
    return Enrolment(secret, uri)


def confirm(installation: Installation, person: Person, code: str, *, now: datetime) -> Confirmed:
    """Let the app's codes count from its first one; who has no recovery codes gets ten.

    Raises SecondFactorRefused, SecondFactorNeeded, FreshSignInNeeded or SignInPaused.
    """
    check_fresh(person, now)
    _count(installation, person, now)
    with installation.database.write() as work:
        user = trusted(work, person, now=now)
        step = _step(work.keys, user.totp_pending_cipher, code, now)
        if step is None:
            raise SecondFactorRefused(field="code")
        user.totp_cipher, user.totp_pending_cipher = user.totp_pending_cipher, None
        user.totp_confirmed_at, user.totp_step = now, step
        work.session.add(user)
        base_url = installation.settings.base_url
        return added(work, person, user, "totp", base_url=base_url, now=now)


def added(
    work: Work, person: Person, user: User, kind: str, *, base_url: str, now: datetime
) -> Confirmed:
    """Write down that a factor was added: log, mail, codes and the token that follows."""
    attempts.forgive(work, _key(person))
    after = {"kind": kind}
    audit.log(work, person.actor, "factor.added", user.public_id, now=now, after=after)
    user_mails.second_factor_changed(work, user, base_url=base_url, now=now)
    has_codes = login_secrets.codes_left(work.session, user.id) > 0
    codes = () if has_codes else _new_codes(work, user)
    return Confirmed(sessions.step_up(work, person, now=now), codes)


def show(installation: Installation, person: Person, code: str, *, now: datetime) -> str:
    """Finish signing in by an app's code or a recovery code; returns the next token.

    No code opens twice. Raises SecondFactorRefused or SignInPaused.
    """
    _count(installation, person, now)
    with installation.database.write() as work:
        user = required(work.session, person)
        if _is_right(work, user, code, now):
            attempts.forgive(work, _key(person))
            audit.log(work, person.actor, "factor.shown", user.public_id, now=now)
            return sessions.step_up(work, person, now=now)
        audit.log(work, person.actor, "factor.refused", user.public_id, now=now)
    raise SecondFactorRefused(field="code")


def drop_totp(work: Work, person: Person, *, base_url: str, now: datetime) -> None:
    """Let the app's codes open nothing any more.

    Raises SecondFactorKept where one is required and no passkey is left, or FreshSignInNeeded.
    """
    user = trusted(work, person, now=now)
    if user.totp_cipher is None:
        return
    if not login_secrets.passkeys(work.session, user.id):
        check_not_last(person)
        login_secrets.drop_codes(work.session, user.id)
    user.totp_cipher = user.totp_confirmed_at = None
    work.session.add(user)
    removed(work, person, user, "totp", base_url=base_url, now=now)


def removed(
    work: Work, person: Person, user: User, kind: str, *, base_url: str, now: datetime
) -> None:
    """Write down that a factor went."""
    after = {"kind": kind}
    audit.log(work, person.actor, "factor.removed", user.public_id, now=now, after=after)
    user_mails.second_factor_changed(work, user, base_url=base_url, now=now)


def renew_codes(work: Work, person: Person, *, now: datetime) -> Sequence[str]:
    """Ten new recovery codes, shown once; the old ones open nothing any more.

    Raises SecondFactorNeeded where there is no factor that they could replace: codes from before
    would open what its owner believes to be closed by the first factor. Or FreshSignInNeeded.
    """
    user = trusted(work, person, now=now)
    if person.second_factor is not SecondFactor.DONE:
        raise SecondFactorNeeded
    audit.log(work, person.actor, "factor.codes_renewed", user.public_id, now=now)
    return _new_codes(work, user)


def reset(work: Work, user: User) -> None:
    """Take every second factor away, for somebody who lost theirs."""
    user.totp_cipher = user.totp_pending_cipher = user.totp_confirmed_at = None
    work.session.add(user)
    login_secrets.drop_codes(work.session, user.id)
    login_secrets.drop_passkeys(work.session, user.id)


def set_up(work: Work, user: User, secret: str, *, now: datetime) -> None:
    """Give somebody a secret that is known already, for the example people of a demo."""
    user.totp_cipher, user.totp_confirmed_at = work.keys.encrypt(secret), now
    work.session.add(user)


def required(session: Session, person: Person) -> User:
    """The person's row; raises SignInNeeded for somebody who was removed meanwhile."""
    user = users.by_public_id(session, person.user_id, lock=True)
    if user is None:
        raise SignInNeeded
    return user


def changeable(work: Work, person: Person) -> User:
    """The person's row, if this login may change what the person says of themselves.

    Raises SecondFactorNeeded while one has still to be shown, or NotAllowed in others' places.
    """
    if person.impersonated_by:
        raise NotAllowed
    if person.second_factor is SecondFactor.DUE:
        raise SecondFactorNeeded
    return required(work.session, person)


def trusted(work: Work, person: Person, *, now: datetime) -> User:
    """The person's row, if this login may change how the person signs in.

    Raises as ``changeable`` does, or FreshSignInNeeded: a login that was left open somewhere
    changes neither passwords nor factors.
    """
    user = changeable(work, person)
    check_fresh(person, now)
    return user


def check_fresh(person: Person, now: datetime) -> None:
    """Raise FreshSignInNeeded unless a password or factor was shown in the last minutes."""
    if not rules.is_fresh(person.proved_at, now):
        raise FreshSignInNeeded


def check_not_last(person: Person) -> None:
    """Raise SecondFactorKept where the person's rights require a second factor."""
    if rights.needs_second_factor(person.grants):
        raise SecondFactorKept


def _is_right(work: Work, user: User, code: str, now: datetime) -> bool:
    step = _step(work.keys, user.totp_cipher, code, now)
    if step is not None and users.accept_totp_step(work.session, user.id, step):
        return True
    tidy = "".join(code.upper().split()).replace("-", "")
    return login_secrets.use_code(work.session, user.id, _code_hash(work, user, tidy), now)


def _step(keys: Keyring, cipher: bytes | None, code: str, now: datetime) -> int | None:
    """The time step that this code belongs to, within half a minute of now."""
    if cipher is None:
        return None
    totp = pyotp.TOTP(keys.decrypt(cipher))
    given = "".join(code.split()).encode(errors="replace")
    this = totp.timecode(now)
    for step in (this + away for away in _STEPS):
        if hmac.compare_digest(totp.generate_otp(step).encode(), given):
            return step
    return None


def _new_codes(work: Work, user: User) -> tuple[str, ...]:
    login_secrets.drop_codes(work.session, user.id)
    codes = tuple(_code() for _ in range(LOGINS.recovery_codes))
    for code in codes:
        work.session.add(RecoveryCode(user_id=user.id, code_hash=_code_hash(work, user, code)))
    half = _CODE_LENGTH // 2
    return tuple(f"{code[:half]}-{code[half:]}" for code in codes)


def _code() -> str:
    return "".join(secrets.choice(_CODE_LETTERS) for _ in range(_CODE_LENGTH))


def _code_hash(work: Work, user: User, code: str) -> str:
    return work.keys.keyed_hash("recovery", f"{user.public_id}:{code}")


def _count(installation: Installation, person: Person, now: datetime) -> None:
    with installation.database.write() as work:
        attempts.begin(work, (_key(person),), now=now)


def _key(person: Person) -> str:
    return f"factor:{person.user_id}"
