"""Use case of showing once more who one is, before password or factors are changed (§38).

Whoever has a second factor shows one; who has none gives the password. Somebody with neither,
who comes by an identity provider, signs in there anew.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from domain.errors import NotAllowed
from domain.logins import FreshSignInNeeded
from services import passkeys, passwords, second_factors
from services.installation import Installation
from services.sessions import Person


@dataclass(frozen=True, slots=True)
class Ways:
    """What somebody can show; ``has_password`` only where there is no second factor."""

    has_codes: bool
    has_passkeys: bool
    has_password: bool


@dataclass(frozen=True, slots=True)
class Proof:
    """What somebody showed: a password, a code, or a passkey's answer; the others are empty."""

    password: str = field(default="", repr=False)
    code: str = field(default="", repr=False)
    answer: str = field(default="", repr=False)


def ways(session: Session, person: Person) -> Ways:
    """What this person can show."""
    factors = second_factors.of(session, person)
    has_factor = factors.has_totp or factors.passkeys > 0
    user = second_factors.required(session, person)
    return Ways(has_factor, factors.passkeys > 0, bool(user.password_hash) and not has_factor)


def show(installation: Installation, person: Person, proof: Proof, *, now: datetime) -> str:
    """Let this login be fresh for some minutes; returns the token that replaces the old one.

    Raises FreshSignInNeeded where the person has to show something else, SignInRefused,
    SecondFactorRefused, SignInPaused or SignInsBusy; NotAllowed in somebody else's place.
    """
    if person.impersonated_by:
        raise NotAllowed
    with installation.database.read() as session:
        known = ways(session, person)
    if proof.answer and known.has_passkeys:
        return passkeys.show(installation, person, proof.answer, now=now)
    if proof.code and known.has_codes:
        return second_factors.show(installation, person, proof.code, now=now)
    if proof.password and known.has_password:
        return passwords.show(installation, person, proof.password, now=now)
    raise FreshSignInNeeded
