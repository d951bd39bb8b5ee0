"""Hashes of passwords: argon2id, a few at a time, and as slow for logins that nobody has.

Each one takes a processor for tens of milliseconds, and memory. A flood of them waits its turn,
in a queue with an end: beyond it callers are told to come again, and hold no thread meanwhile.
"""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from domain.logins import SignInsBusy
from domain.policies import LOGINS

_TURNS: Final = threading.BoundedSemaphore(LOGINS.hashes_at_once)
_PLACES: Final = threading.BoundedSemaphore(LOGINS.hashes_at_once + LOGINS.hashes_waiting)
_HASHER: Final = PasswordHasher()


def make(password: str) -> str:
    """What is stored of a password. Raises SignInsBusy."""
    with _turn():
        return _HASHER.hash(password.encode(errors="surrogatepass"))


def matches(password_hash: str, password: str) -> bool:
    """Whether this is the password; an empty hash matches none, and takes as long.

    Raises SignInsBusy.
    """
    given = password.encode(errors="surrogatepass")
    try:
        with _turn():
            _HASHER.verify(password_hash or _nobody(), given)
    except (InvalidHashError, VerificationError):
        return False
    return bool(password_hash)


def check_room() -> None:
    """Raise SignInsBusy where there is no place in the queue, before an attempt is counted."""
    if not _PLACES.acquire(blocking=False):
        raise SignInsBusy
    _PLACES.release()


@contextmanager
def _turn() -> Iterator[None]:
    if not _PLACES.acquire(blocking=False):
        raise SignInsBusy
    try:
        with _TURNS:
            yield
    finally:
        _PLACES.release()


@cache
def _nobody() -> str:
    """What unknown logins are compared with, so that they take as long as known ones."""
    return _HASHER.hash(secrets.token_urlsafe(32))
