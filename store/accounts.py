"""Accounts: the companies behind shops; and the clients that may call the API for them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Column, ForeignKey, Integer, bindparam, func
from sqlmodel import Field, Session, col, select

from store.columns import Table, UtcDateTime


class Account(Table, table=True):
    """A company with one or more shops."""

    __tablename__ = "accounts"

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    name: str = Field(max_length=200)
    created_at: datetime = Field(sa_type=UtcDateTime)


class ApiClient(Table, table=True):
    """Credentials of a machine: an OAuth client, or an API password of a login e-mail.

    ``secret_hash`` is argon2id; the secret itself is shown once and never stored. The one
    before opens as well until ``previous_until``.
    """

    __tablename__ = "api_clients"

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    account_id: int = Field(
        sa_column=Column(Integer, ForeignKey("accounts.id"), nullable=False, index=True)
    )
    kind: str = Field(max_length=10)
    name: str = Field(max_length=120)
    login_hash: str | None = Field(default=None, max_length=64, index=True)
    secret_hash: str = Field(max_length=200)
    scopes: str = Field(default="", max_length=500)
    created_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    previous_hash: str | None = Field(default=None, max_length=200)
    previous_until: datetime | None = Field(default=None, sa_type=UtcDateTime)


def by_public_id(session: Session, public_id: str, *, lock: bool = False) -> Account | None:
    """The account with this id; ``lock`` holds its row until the transaction ends."""
    query = select(Account).where(col(Account.public_id) == public_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.exec(query).first()


def of_shop(session: Session, account_id: int) -> Account:
    """The account with this internal id, as shops name it."""
    return session.exec(select(Account).where(col(Account.id) == account_id)).one()


def by_name(session: Session, name: str) -> Account | None:
    query = select(Account).where(col(Account.name) == name).order_by(col(Account.id))
    return session.exec(query).first()


# Built once: building this statement costs as much as running it.
_CLIENT: Final = select(ApiClient).where(col(ApiClient.public_id) == bindparam("public_id"))
_CLIENT_LOCKED: Final = _CLIENT.with_for_update().execution_options(populate_existing=True)


def client_by_public_id(
    session: Session, public_id: str, *, lock: bool = False
) -> ApiClient | None:
    """The client with this id; ``lock`` holds its row until the transaction ends."""
    query = _CLIENT_LOCKED if lock else _CLIENT
    return session.exec(query, params={"public_id": public_id}).first()


def passwords(session: Session, login_hash: str) -> Sequence[ApiClient]:
    """The API passwords of a login that are not revoked, the newest first."""
    query = (
        select(ApiClient)
        .where(col(ApiClient.login_hash) == login_hash, col(ApiClient.revoked_at).is_(None))
        .order_by(col(ApiClient.id).desc())
    )
    return session.exec(query).all()


def live_clients(session: Session, account_id: int) -> int:
    """How many clients of the account are not revoked."""
    query = select(func.count()).where(
        col(ApiClient.account_id) == account_id, col(ApiClient.revoked_at).is_(None)
    )
    return session.exec(query).one()


def clients(session: Session, account_id: int | None = None) -> Sequence[tuple[ApiClient, str]]:
    """Every client, or those of one account, with its account's public id, the oldest first."""
    query = (
        select(ApiClient, Account.public_id)
        .join(Account, col(Account.id) == col(ApiClient.account_id))
        .order_by(col(ApiClient.id))
    )
    if account_id is not None:
        query = query.where(col(ApiClient.account_id) == account_id)
    return session.exec(query).all()
