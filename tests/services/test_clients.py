"""API clients: added with a secret that is shown once, listed without it, revoked for good."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlmodel import select

from domain.actors import OPERATOR
from domain.clients import ClientKind, NewClient
from domain.errors import AccountNotFound, ClientInvalid, ClientNotFound
from services import clients, shops
from services.clients import Added, ClientRecord
from store.accounts import ApiClient
from store.database import Database
from tests.services.steps import NOON


def open_account(database: Database) -> str:
    with database.write() as work:
        return shops.open_account(work, "Anna", now=NOON)


def add(database: Database, account_id: str, new: NewClient) -> Added:
    with database.write() as work:
        return clients.add(work, account_id, new, actor=OPERATOR, now=NOON)


def listed(database: Database) -> list[ClientRecord]:
    with database.read() as session:
        return list(clients.listed(session))


def stored(database: Database) -> ApiClient:
    with database.read() as session:
        return session.exec(select(ApiClient)).one()


def test_only_a_hash_of_the_secret_is_kept(database: Database) -> None:
    account = open_account(database)
    added = add(database, account, NewClient(ClientKind.OAUTH, "Warehouse"))
    row = stored(database)
    assert row.secret_hash.startswith("$argon2id$")
    assert PasswordHasher().verify(row.secret_hash, added.secret)
    with pytest.raises(VerifyMismatchError):
        PasswordHasher().verify(row.secret_hash, f"{added.secret}x")
    assert added.secret not in repr(row)


def test_a_login_is_found_by_its_keyed_hash_in_any_case_and_stored_nowhere(
    database: Database,
) -> None:
    new = NewClient(ClientKind.PASSWORD, "Anna's laptop", email="Anna@Example.org")
    add(database, open_account(database), new)
    row = stored(database)
    assert row.login_hash == database.keys.hash_email("anna@example.org")
    assert "anna@" not in repr(row).lower()


def test_no_two_secrets_are_alike_and_one_login_may_have_several(database: Database) -> None:
    account = open_account(database)
    new = NewClient(ClientKind.PASSWORD, "Anna's laptop", email="anna@example.org")
    first, second = add(database, account, new), add(database, account, new)
    assert first.secret != second.secret
    assert first.client_id != second.client_id


def test_a_list_shows_what_a_client_may_do_and_nothing_secret(database: Database) -> None:
    account = open_account(database)
    new = NewClient(ClientKind.OAUTH, "Warehouse", scopes=("orders:write", "reviews:read"))
    added = add(database, account, new)
    expected = ClientRecord(
        client_id=added.client_id,
        account_id=account,
        kind=ClientKind.OAUTH,
        name="Warehouse",
        scopes=("orders:write", "reviews:read"),
        created_at=NOON,
        revoked_at=None,
    )
    assert listed(database) == [expected]


def test_a_client_is_revoked_once_and_stays_in_the_list(database: Database) -> None:
    added = add(database, open_account(database), NewClient(ClientKind.OAUTH, "Warehouse"))
    for days in (1, 2):
        with database.write() as work:
            moment = NOON + timedelta(days=days)
            clients.revoke(work, added.client_id, actor=OPERATOR, now=moment)
    assert [client.revoked_at for client in listed(database)] == [NOON + timedelta(days=1)]


def test_an_unknown_client_cannot_be_revoked(database: Database) -> None:
    with pytest.raises(ClientNotFound), database.write() as work:
        clients.revoke(work, "cli-0", actor=OPERATOR, now=NOON)


def test_a_client_needs_an_account_and_complete_data(database: Database) -> None:
    with pytest.raises(AccountNotFound):
        add(database, "acc-0", NewClient(ClientKind.OAUTH, "Warehouse"))
    with pytest.raises(ClientInvalid):
        add(database, open_account(database), NewClient(ClientKind.PASSWORD, "Anna's laptop"))
    assert listed(database) == []
