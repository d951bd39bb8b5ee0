"""Who may read a shop's own data: a login e-mail and one of its API passwords (legacy-api.md 1.6).

Checking a password is slow on purpose. Importers that read page after page pay for it once a
minute: a password that was right stays so in this process for 60 seconds, so a revoked one is
refused within a minute.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final
from weakref import WeakKeyDictionary

from domain import orders, texts
from services import hashes
from services.installation import Installation
from store import accounts
from store.database import Database

KEPT_SECONDS: Final = 60
_MOST_KEPT: Final = 1_000


@dataclass(slots=True)
class _Verified:
    """Accounts of credentials that were right a moment ago, by a hash with a key of its own.

    The key is never stored, so what is kept here is useless outside this process.
    """

    key: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    accounts: dict[bytes, tuple[float, int]] = field(default_factory=dict)

    def digest(self, login_hash: str, password: str) -> bytes:
        """What stands for these credentials; the login's hash has a fixed length."""
        text = f"{login_hash}{password}".encode(errors="surrogatepass")
        return blake2b(text, key=self.key).digest()

    def account(self, digest: bytes, moment: float) -> int | None:
        until, account_id = self.accounts.get(digest, (moment, 0))
        return account_id if moment < until else None

    def keep(self, digest: bytes, account_id: int, moment: float) -> None:
        kept = {other: entry for other, entry in self.accounts.items() if moment < entry[0]}
        self.accounts = kept if len(kept) < _MOST_KEPT else {}
        self.accounts[digest] = moment + KEPT_SECONDS, account_id


_VERIFIED: Final[WeakKeyDictionary[Database, _Verified]] = WeakKeyDictionary()


def check(
    installation: Installation,
    email: str,
    password: str,
    *,
    clock: Callable[[], float] = time.monotonic,
) -> int | None:
    """The internal id of the account whose credentials these are; None for wrong ones.

    The e-mail is matched without regard to case. A login that nobody has takes as long to
    refuse as one with a password. Raises Unavailable.
    """
    database = installation.database
    verified = _VERIFIED.setdefault(database, _Verified())
    login_hash = database.keys.hash_email(orders.normalise_email(texts.writable(email)))
    digest = verified.digest(login_hash, password)
    account_id = verified.account(digest, clock())
    if account_id is None:
        account_id = _verify(database, login_hash, password)
        if account_id is not None:
            verified.keep(digest, account_id, clock())
    return account_id


def _verify(database: Database, login_hash: str, password: str) -> int | None:
    with database.read() as session:
        known = [
            (row.secret_hash, row.account_id) for row in accounts.passwords(session, login_hash)
        ]
    # A login that nobody has is compared with something that nothing matches.
    for secret_hash, account_id in known or (("", None),):
        if hashes.matches(secret_hash, password):
            return account_id
    return None
