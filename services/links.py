"""Links that are good once: made for a mail, looked at by a page, used by what it sends.

The token in the link is random; the database knows its hash. Opening a link uses nothing up,
because mail programs open links to look at them.
"""

import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Final

from sqlmodel import Session

from domain.logins import LinkExpired
from domain.policies import LOGINS
from store import login_secrets, users
from store.database import Work
from store.login_secrets import OneTimeSecret
from store.users import User

_TOKEN_BYTES: Final = 32


class Purpose(StrEnum):
    """What a secret is good for; it opens nothing else."""

    PASSWORD = "password"  # noqa: S105 the purpose's name
    PASSKEY = "passkey"
    PROVIDER = "provider"


def make(work: Work, user: User, *, now: datetime) -> str:
    """A new link's token, to set the password within 24 hours; earlier links end (§38)."""
    login_secrets.withdraw(work.session, user.id, now)
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    keep(work, token, Purpose.PASSWORD, timedelta(hours=LOGINS.link_hours), user=user, now=now)
    return token


def keep(
    work: Work,
    secret: str,
    purpose: Purpose,
    lasts: timedelta,
    *,
    user: User | None,
    now: datetime,
) -> None:
    """Keep the hash of a secret that is good once."""
    row = OneTimeSecret(
        secret_hash=_hash(secret),
        purpose=purpose,
        user_id=user.id if user else None,
        created_at=now,
        expires_at=now + lasts,
    )
    work.session.add(row)
    work.session.flush()


def owner(session: Session, token: str, *, now: datetime) -> User:
    """Whose password the link sets; it stays good. Raises LinkExpired."""
    found = login_secrets.peek(session, _hash(token), Purpose.PASSWORD, now)
    return _user(session, found)


def use(work: Work, token: str, *, now: datetime) -> User:
    """Whose password the link sets, which it does no second time. Raises LinkExpired."""
    found = login_secrets.use(work.session, _hash(token), Purpose.PASSWORD, now)
    return _user(work.session, found)


def use_challenge(work: Work, challenge: str, user_id: int | None, *, now: datetime) -> bool:
    """Whether this challenge of a passkey was given to this person, or to nobody yet."""
    found = login_secrets.use(work.session, _hash(challenge), Purpose.PASSKEY, now)
    return found is not None and found.user_id == user_id


def use_attempt(work: Work, secret: str, *, now: datetime) -> bool:
    """Whether a login by the identity provider began with this secret, and comes back first."""
    return login_secrets.use(work.session, _hash(secret), Purpose.PROVIDER, now) is not None


def _user(session: Session, found: OneTimeSecret | None) -> User:
    user = users.by_id(session, found.user_id) if found and found.user_id else None
    if user is None:
        raise LinkExpired
    return user


def _hash(secret: str) -> str:
    return sha256(secret.encode(errors="surrogatepass")).hexdigest()
