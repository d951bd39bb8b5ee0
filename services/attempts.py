"""Attempts to sign in: counted before they are looked at, so that many at once count as many."""

from collections.abc import Iterable
from datetime import datetime

from domain import logins as rules
from domain.logins import Failures, SignInPaused
from store import login_secrets
from store.database import Work
from store.login_secrets import LoginFailures


def begin(work: Work, keys: Iterable[str], *, now: datetime) -> None:
    """Count an attempt for each of ``keys`` as failed until it is told otherwise.

    ``keys`` are texts such as ``login:…`` or ``address:…``; they are kept as keyed hashes.
    Raises SignInPaused, which counts nothing: waiting is enough.
    """
    rows = [_row(work, key, now) for key in sorted(set(keys))]
    left = max((rules.pause_seconds(_failures(row), now) for row in rows), default=0)
    if left:
        raise SignInPaused(seconds=left)
    for row in rows:
        after = rules.another(_failures(row), now)
        row.number, row.last_at = after.number, after.last_at
        work.session.add(row)


def forgive(work: Work, key: str) -> None:
    """Forget every failure of this key: who it stands for came in."""
    row = login_secrets.failures(work.session, _hash(work, key))
    if row is not None:
        work.session.delete(row)


def take_back(work: Work, key: str) -> None:
    """Take back the attempt that was right; the failures of others from that address stay."""
    row = login_secrets.failures(work.session, _hash(work, key))
    if row is not None:
        row.number = max(0, row.number - 1)
        work.session.add(row)


def failed(work: Work, key: str) -> Failures | None:
    """What has failed in a row for this key."""
    row = login_secrets.failures(work.session, _hash(work, key))
    return _failures(row) if row is not None else None


def _row(work: Work, key: str, now: datetime) -> LoginFailures:
    return login_secrets.counted(work.session, _hash(work, key), now)


def _failures(row: LoginFailures) -> Failures | None:
    return Failures(row.number, row.last_at) if row.number else None


def _hash(work: Work, key: str) -> str:
    return work.keys.keyed_hash("attempts", key)
