"""API clients: the machines that may act for an account (systems.md §40, legacy-api.md 1.6)."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from domain import orders, texts
from domain.errors import ClientInvalid

_NAME_CHARACTERS: Final = 120
_SCOPES_CHARACTERS: Final = 500
_EMAIL: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+\Z")
# RFC 6749 §3.3 without quotes and backslashes.
_SCOPE: Final = re.compile(r"[\w:./*+-]{1,80}\Z", re.ASCII)


class ClientKind(StrEnum):
    """OAUTH has an id and a secret; PASSWORD belongs to a login e-mail, for HTTP Basic."""

    OAUTH = "oauth"
    PASSWORD = "password"  # noqa: S105 - the kind's name, not a secret


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
    scopes = tuple(dict.fromkeys(client.scopes))
    if len(" ".join(scopes)) > _SCOPES_CHARACTERS or not all(map(_SCOPE.match, scopes)):
        raise ClientInvalid("A scope is a word such as reviews:read.", field="scope")
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
