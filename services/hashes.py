"""Hashes of passwords: argon2id, a few at a time, and as slow for logins that nobody has."""

import secrets
import threading
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# Each one takes a processor for tens of milliseconds, and memory: a flood of them waits.
_TURNS: Final = threading.BoundedSemaphore(2)
_HASHER: Final = PasswordHasher()


def make(password: str) -> str:
    """What is stored of a password."""
    with _TURNS:
        return _HASHER.hash(password.encode(errors="surrogatepass"))


def matches(password_hash: str, password: str) -> bool:
    """Whether this is the password; an empty hash matches none, and takes as long."""
    given = password.encode(errors="surrogatepass")
    try:
        with _TURNS:
            _HASHER.verify(password_hash or _nobody(), given)
    except (InvalidHashError, VerificationError):
        return False
    return bool(password_hash)


@cache
def _nobody() -> str:
    """What unknown logins are compared with, so that they take as long as known ones."""
    return _HASHER.hash(secrets.token_urlsafe(32))
