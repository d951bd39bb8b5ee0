"""Use cases of API clients: add one and show its secret once, rotate it, list, revoke.

Only an argon2id hash of the secret is kept, and of a login e-mail only its keyed hash.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session

from domain import clients as rules
from domain import ids, shop_keys
from domain.actors import Actor
from domain.clients import ClientKind, ClientsTooMany, NewClient
from domain.errors import (
    AccountNotFound,
    ClientInvalid,
    ClientNotFound,
    NotAllowed,
    ShopNotFound,
)
from domain.ids import Prefix
from domain.rights import Action, Grants, may
from services import audit, hashes
from store import accounts, shops
from store.accounts import ApiClient
from store.database import Work
from store.shops import Shop

_SECRET_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Added:
    """The new client, and its secret: nobody can read that again."""

    client_id: str
    secret: str


@dataclass(frozen=True, slots=True)
class ClientRecord:
    """A client as lists show it, without anything secret; ``scopes`` as they were given.

    ``previous_until`` is until when the secret before the present one opens as well.
    """

    client_id: str
    account_id: str
    kind: ClientKind
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    revoked_at: datetime | None
    previous_until: datetime | None = None


def add(work: Work, account_id: str, new: NewClient, *, actor: Actor, now: datetime) -> Added:
    """Add a client for the account with this public id; its secret has 256 random bits.

    One login may have several API passwords, so that they can be changed one after the other.
    Raises ClientInvalid, TextInvalid, ClientsTooMany or AccountNotFound.
    """
    new = rules.checked(new)
    account = accounts.by_public_id(work.session, account_id, lock=True)
    if account is None:
        raise AccountNotFound(field="account")
    if accounts.live_clients(work.session, account.id) >= rules.MOST:
        raise ClientsTooMany
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    client = ApiClient(
        public_id=ids.new(Prefix.CLIENT),
        account_id=account.id,
        kind=new.kind,
        name=new.name,
        login_hash=work.keys.hash_email(new.email) if new.email else None,
        secret_hash=hashes.make(secret),
        scopes=" ".join(new.scopes),
        created_at=now,
    )
    work.session.add(client)
    audit.log(work, actor, "client.added", client.public_id, now=now, after={"kind": new.kind})
    return Added(client.public_id, secret)


def rotate(
    work: Work, client_id: str, *, actor: Actor, now: datetime, account_id: str | None = None
) -> Added:
    """Give an OAuth client a new secret; the one before opens as well for seven days more.

    Of three secrets the first is refused at once. API passwords are not rotated, because a login
    may have several. Raises ClientNotFound, also for a revoked one and, where ``account_id`` is
    given, for one of another account, or ClientInvalid.
    """
    client = _held(work, client_id, account_id)
    if client.revoked_at is not None:
        raise ClientNotFound
    if client.kind != ClientKind.OAUTH:
        raise ClientInvalid("Add another API password, then revoke this one.", field="kind")
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    client.previous_hash, client.previous_until = client.secret_hash, now + rules.OVERLAP
    client.secret_hash = hashes.make(secret)
    work.session.add(client)
    audit.log(work, actor, "client.rotated", client_id, now=now)
    return Added(client_id, secret)


def opens(session: Session, client_id: str, secret: str, *, now: datetime) -> bool:
    """Whether this is the client's secret, or the one before while that still counts.

    An unknown client takes as long to refuse as one with a wrong secret.
    """
    client = accounts.client_by_public_id(session, client_id)
    if client is None or client.revoked_at is not None or client.kind != ClientKind.OAUTH:
        return hashes.matches("", secret)
    is_kept = client.previous_until is not None and now < client.previous_until
    before = client.previous_hash if is_kept else None
    return hashes.matches(client.secret_hash, secret) or (
        before is not None and hashes.matches(before, secret)
    )


def revoke(
    work: Work, client_id: str, *, actor: Actor, now: datetime, account_id: str | None = None
) -> None:
    """Let the client's secret open nothing any more; a second call changes nothing.

    Raises ClientNotFound, also, where ``account_id`` is given, for one of another account.
    """
    client = _held(work, client_id, account_id)
    if client.revoked_at is not None:
        return
    client.revoked_at = now
    work.session.add(client)
    audit.log(work, actor, "client.revoked", client_id, now=now)


def listed(session: Session) -> Sequence[ClientRecord]:
    """Every client, revoked ones too, in the order in which they were added."""
    return [_record(*found) for found in accounts.clients(session)]


def of_shop(session: Session, shop_key: str) -> Sequence[ClientRecord]:
    """The clients of the account that the shop belongs to, as above. Raises ShopNotFound."""
    account_id = _shop(session, shop_key).account_id
    return [_record(*found) for found in accounts.clients(session, account_id)]


def may_change(session: Session, grants: Grants, shop_key: str) -> bool:
    """Whether somebody may change the clients of this shop's account.

    A client acts for every shop of the account, so that takes the right on each of them. Raises
    ShopNotFound.
    """
    held = shops.of_account(session, _shop(session, shop_key).account_id)
    return all(may(grants, Action.CLIENTS_MANAGE, shop.shop_key) for shop in held)


def account_to_change(session: Session, grants: Grants, shop_key: str) -> str:
    """The public id of this shop's account, for whoever may change its clients.

    Raises NotAllowed or ShopNotFound.
    """
    if not may_change(session, grants, shop_key):
        raise NotAllowed
    return accounts.of_shop(session, _shop(session, shop_key).account_id).public_id


def _shop(session: Session, shop_key: str) -> Shop:
    shop = shops.by_key(session, shop_keys.parse(shop_key))
    if shop is None:
        raise ShopNotFound
    return shop


def _held(work: Work, client_id: str, account_id: str | None) -> ApiClient:
    """The client, its row held; of another account than that there is none."""
    client = accounts.client_by_public_id(work.session, client_id, lock=True)
    if client is None:
        raise ClientNotFound
    if account_id is not None:
        holder = accounts.by_public_id(work.session, account_id)
        if holder is None or holder.id != client.account_id:
            raise ClientNotFound
    return client


def _record(client: ApiClient, account_id: str) -> ClientRecord:
    return ClientRecord(
        client_id=client.public_id,
        account_id=account_id,
        kind=ClientKind(client.kind),
        name=client.name,
        scopes=tuple(client.scopes.split()),
        created_at=client.created_at,
        revoked_at=client.revoked_at,
        previous_until=client.previous_until,
    )
