"""Use cases of the keys that sign statements: the present one, all public ones, rotation.

A key is derived from the installation's secret and its number. The first one is there without
any row, so that no reader has to write; ``keep`` stores its public half.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from domain.actors import SYSTEM, Actor
from rich_snippets import signatures
from rich_snippets.signatures import PublicKey
from services import audit
from store import signing_keys
from store.database import Database, Work
from store.keys import Keyring
from store.signing_keys import SigningKey


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """A key as lists show it; ``created_at`` is None for the first one before it is stored."""

    kid: str
    created_at: datetime | None
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class KeySet:
    """All keys, the newest first, and when the set last changed, in Unix seconds."""

    keys: tuple[PublicKey, ...]
    modified: int


def seed_of_present(session: Session, keys: Keyring) -> bytes:
    """The secret bytes of the key that signs now."""
    return keys.signing_seed(_present(signing_keys.every(session), keys)[0])


def published(database: Database) -> KeySet:
    """Every key that a statement may have been signed with, for everybody to check it."""
    with database.read() as session:
        rows = signing_keys.every(session)
    number, stored = _present(rows, database.keys)
    found = [PublicKey(_bytes(row.public_key), row.retired_at) for row in reversed(rows)]
    if stored is None:
        found.insert(0, signatures.public_key(database.keys.signing_seed(number)))
    changes = [at for row in rows for at in (row.created_at, row.retired_at) if at is not None]
    return KeySet(tuple(found), int(max(changes).timestamp()) if changes else 0)


def listed(session: Session, keys: Keyring) -> Sequence[KeyRecord]:
    """Every key, the newest first."""
    rows = signing_keys.every(session)
    number, stored = _present(rows, keys)
    found = [KeyRecord(row.kid, row.created_at, row.retired_at) for row in reversed(rows)]
    if stored is None:
        kid = signatures.public_key(keys.signing_seed(number)).kid
        found.insert(0, KeyRecord(kid, None, None))
    return found


def keep(work: Work, *, now: datetime) -> str:
    """Store the public half of the present key, if it is not; returns its id.

    It outlives a change of the installation's secret, after which another key is the present one.
    """
    rows = signing_keys.every(work.session, lock=True)
    number, stored = _present(rows, work.keys)
    if stored is not None:
        return stored.kid
    _retire(work, rows, now)
    kept = _add(work, number, now)
    audit.log(work, SYSTEM, "key.kept", kept.kid, now=now)
    return kept.kid


def rotate(work: Work, *, actor: Actor, now: datetime) -> str:
    """Let the next key sign from now on; returns its id.

    The ones before it stay published, so that what they signed can be checked until it expires.
    """
    keep(work, now=now)
    rows = signing_keys.every(work.session, lock=True)
    _retire(work, rows, now)
    added = _add(work, rows[-1].number + 1, now)
    audit.log(work, actor, "key.rotated", added.kid, now=now)
    return added.kid


def _present(rows: Sequence[SigningKey], keys: Keyring) -> tuple[int, SigningKey | None]:
    """The number of the key that signs, and its row, if it is stored."""
    if not rows:
        return 1, None
    newest = rows[-1]
    ours = signatures.public_key(keys.signing_seed(newest.number))
    return (newest.number, newest) if ours.kid == newest.kid else (newest.number + 1, None)


def _retire(work: Work, rows: Sequence[SigningKey], now: datetime) -> None:
    for row in rows:
        if row.retired_at is None:
            row.retired_at = now
            work.session.add(row)


def _add(work: Work, number: int, now: datetime) -> SigningKey:
    key = signatures.public_key(work.keys.signing_seed(number))
    public = urlsafe_b64encode(key.raw).decode().rstrip("=")
    row = SigningKey(number=number, kid=key.kid, public_key=public, created_at=now)
    work.session.add(row)
    work.session.flush()
    return row


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=")
