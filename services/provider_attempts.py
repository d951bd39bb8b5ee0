"""A login by the identity provider on its way: one secret, and what is derived from it.

The browser that began keeps the secret in a cookie, the database its hash. The provider sees
other hashes of it, none of which tells the secret or another one.
"""

import hmac
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, Self

_SECRET_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Attempt:
    """``state`` and ``nonce`` go to the provider at once, ``verifier`` with the code (PKCE)."""

    secret: str = field(repr=False)

    @classmethod
    def new(cls) -> Self:
        """One with a secret of 256 random bits."""
        return cls(secrets.token_urlsafe(_SECRET_BYTES))

    @property
    def state(self) -> str:
        """What has to come back with the browser."""
        return self._derived("state")

    @property
    def nonce(self) -> str:
        """What has to stand in the ID token."""
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        """What only the one who began can send with the code: 64 characters (RFC 7636)."""
        return self._derived("verifier")

    def is_answered_by(self, state: str) -> bool:
        """Whether ``state`` is ours; compared in constant time."""
        return hmac.compare_digest(self.state.encode(), state.encode(errors="surrogatepass"))

    def _derived(self, purpose: str) -> str:
        return hmac.new(
            self.secret.encode(errors="surrogatepass"), purpose.encode(), sha256
        ).hexdigest()
