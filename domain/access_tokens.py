"""Access tokens: what a machine may do for an hour after it has shown its secret (systems.md §40).

TrustwrightError
└── NotAllowed
    ├── TokenRefused               TOKEN_REFUSED
    └── ScopeMissing               SCOPE_MISSING
"""

from dataclasses import dataclass
from typing import Final

from domain.clients import Scope
from domain.errors import NotAllowed

TTL_SECONDS: Final = 3_600
"""``api.token_ttl``."""
KEY_DAYS: Final = 30
"""How long a key signs before the next one does."""
_READS: Final = {
    Scope.SHOPS_READ: Scope.SHOPS_WRITE,
    Scope.REVIEWS_READ: Scope.REVIEWS_WRITE,
    Scope.CASES_READ: Scope.CASES_WRITE,
}


class TokenRefused(NotAllowed):
    code = "TOKEN_REFUSED"
    title = "The request needs a valid access token; ask for one at /oauth/token."


class ScopeMissing(NotAllowed):
    code = "SCOPE_MISSING"
    title = "The client does not have the scope that this address needs."


@dataclass(frozen=True, slots=True)
class Caller:
    """A client that has shown a valid token: its public id, and its account's internal id."""

    client_id: str
    account_id: int
    scopes: frozenset[str]

    def need(self, scope: Scope) -> None:
        """Raise ScopeMissing where the client may not do this; who may write may read."""
        wider = _READS.get(scope, scope)
        if not self.scopes & {scope, wider}:
            raise ScopeMissing(f"The client needs the scope {scope}.", field="scope")
