"""API clients: the machines that may act for an account (systems.md §40, legacy-api.md 1.6).

TrustwrightError
└── Conflict
    └── ClientsTooMany             CLIENTS_TOO_MANY
"""

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Final

from domain import orders, texts
from domain.errors import ClientInvalid, Conflict

OVERLAP: Final = timedelta(days=7)
"""How long the secret before still opens, so that programs can be changed one by one."""
MOST: Final = 20
"""How many clients an account may have that are not revoked."""
_NAME_CHARACTERS: Final = 120
_EMAIL: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+\Z")


class ClientsTooMany(Conflict):
    code = "CLIENTS_TOO_MANY"
    title = "An account has at most 20 API clients; revoke one that is not needed."


class ClientKind(StrEnum):
    """OAUTH has an id and a secret; PASSWORD belongs to a login e-mail, for HTTP Basic."""

    OAUTH = "oauth"
    PASSWORD = "password"  # noqa: S105 - the kind's name, not a secret


class Scope(StrEnum):
    """What a client may do, by area of the interface (§40); who may write an area may read it."""

    SHOPS_READ = "shops:read"
    SHOPS_WRITE = "shops:write"
    REVIEWS_READ = "reviews:read"
    REVIEWS_WRITE = "reviews:write"
    PRODUCTS_READ = "products:read"
    ORDERS_WRITE = "orders:write"
    EVENTS_WRITE = "events:write"
    INVITES_WRITE = "invites:write"
    WEBHOOKS_WRITE = "webhooks:write"
    FRAMES_READ = "frames:read"
    CASES_READ = "cases:read"
    CASES_WRITE = "cases:write"
    INDICATORS_READ = "indicators:read"
    AUDITS_READ = "audits:read"


@dataclass(frozen=True, slots=True)
class NewClient:
    """A client to be added: ``email`` exactly where it is an API password's login."""

    kind: ClientKind
    name: str
    email: str | None = None
    scopes: tuple[str, ...] = ()


def checked(client: NewClient) -> NewClient:
    """The client with a tidy name, a normalised login and each scope once.

    Raises ClientInvalid, or TextInvalid for a name that is too long, with the field.
    """
    name = texts.clean_line(client.name, most=_NAME_CHARACTERS, field="name")
    if not name:
        raise ClientInvalid("A client has a name, by which people know it again.", field="name")
    if not set(client.scopes) <= set(Scope):
        raise ClientInvalid(f"Scopes are {', '.join(Scope)}.", field="scope")
    scopes = tuple(scope for scope in Scope if scope in client.scopes)
    return replace(client, name=name, email=_login(client), scopes=scopes)


def _login(client: NewClient) -> str | None:
    """The login e-mail, matched without regard to case (legacy-api.md 1.6)."""
    if client.kind is ClientKind.OAUTH:
        if client.email is not None:
            raise ClientInvalid("An OAuth client has no e-mail: it has an id.", field="email")
        return None
    address = orders.normalise_email(client.email or "")
    if _EMAIL.match(address) is None or len(address) > 254 or not texts.is_writable(address):
        raise ClientInvalid("An API password belongs to a login e-mail.", field="email")
    return address
