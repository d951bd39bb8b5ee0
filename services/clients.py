"""Use cases of API clients: add one and show its secret once, list, revoke.

Only an argon2id hash of the secret is kept, and of a login e-mail only its keyed hash.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from argon2 import PasswordHasher
from sqlmodel import Session

from domain import clients as rules
from domain import ids
from domain.actors import Actor
from domain.clients import ClientKind, NewClient
from domain.errors import AccountNotFound, ClientNotFound
from domain.ids import Prefix
from services import audit
from store import accounts
from store.accounts import ApiClient
from store.database import Work

_SECRET_BYTES: Final = 32
_HASHER: Final = PasswordHasher()


@dataclass(frozen=True, slots=True)
class Added:
    """The new client, and its secret: nobody can read that again."""

    client_id: str
    secret: str


@dataclass(frozen=True, slots=True)
class ClientRecord:
    """A client as lists show it, without anything secret; ``scopes`` as they were given."""

    client_id: str
    account_id: str
    kind: ClientKind
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    revoked_at: datetime | None


def add(work: Work, account_id: str, new: NewClient, *, actor: Actor, now: datetime) -> Added:
    """Add a client for the account with this public id; its secret has 256 random bits.

    One login may have several API passwords, so that they can be changed one after the other.
    Raises ClientInvalid, TextInvalid or AccountNotFound.
    """
    new = rules.checked(new)
    account = accounts.by_public_id(work.session, account_id)
    if account is None:
        raise AccountNotFound(field="account")
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    client = ApiClient(
        public_id=ids.new(Prefix.CLIENT),
        account_id=account.id,
        kind=new.kind,
        name=new.name,
        login_hash=work.keys.hash_email(new.email) if new.email else None,
        secret_hash=_HASHER.hash(secret),
        scopes=" ".join(new.scopes),
        created_at=now,
    )
    work.session.add(client)
    audit.log(work, actor, "client.added", client.public_id, now=now, after={"kind": new.kind})
    return Added(client.public_id, secret)


def revoke(work: Work, client_id: str, *, actor: Actor, now: datetime) -> None:
    """Let the client's secret open nothing any more; a second call changes nothing.

    Raises ClientNotFound.
    """
    client = accounts.client_by_public_id(work.session, client_id, lock=True)
    if client is None:
        raise ClientNotFound
    if client.revoked_at is not None:
        return
    client.revoked_at = now
    work.session.add(client)
    audit.log(work, actor, "client.revoked", client_id, now=now)


def listed(session: Session) -> Sequence[ClientRecord]:
    """Every client, revoked ones too, in the order in which they were added."""
    return [
        ClientRecord(
            client_id=client.public_id,
            account_id=account_id,
            kind=ClientKind(client.kind),
            name=client.name,
            scopes=tuple(client.scopes.split()),
            created_at=client.created_at,
            revoked_at=client.revoked_at,
        )
        for client, account_id in accounts.clients(session)
    ]
