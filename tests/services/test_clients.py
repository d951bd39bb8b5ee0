"""API clients: added with a secret that is shown once, listed without it, revoked for good."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlmodel import select

from domain import clients as rules
from domain.actors import OPERATOR
from domain.clients import ClientKind, ClientsTooMany, NewClient
from domain.errors import AccountNotFound, ClientInvalid, ClientNotFound, NotAllowed
from domain.rights import Grants, Right
from domain.shops import NewShop
from services import clients, directory, shops
from services.clients import Added, ClientRecord
from store.accounts import ApiClient
from store.database import Database
from tests.services import steps
from tests.services.steps import NOON


def open_account(database: Database) -> str:
    with database.write() as work:
        return shops.open_account(work, "Anna", now=NOON)


def account_of(database: Database, shop_key: str) -> str:
    with database.read() as session:
        shop = directory.find(session, shop_key)
        assert shop is not None
        return shop.account_id


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
    new = NewClient(ClientKind.OAUTH, "Warehouse", scopes=("reviews:read", "orders:write"))
    added = add(database, account, new)
    expected = ClientRecord(
        client_id=added.client_id,
        account_id=account,
        kind=ClientKind.OAUTH,
        name="Warehouse",
        scopes=("reviews:read", "orders:write"),
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


def test_a_rotated_secret_opens_for_a_week_beside_the_new_one(database: Database) -> None:
    added = add(database, open_account(database), NewClient(ClientKind.OAUTH, "Warehouse"))

    def rotate() -> str:
        with database.write() as work:
            return clients.rotate(work, added.client_id, actor=OPERATOR, now=NOON).secret

    def opens(secret: str, days: int = 0) -> bool:
        with database.read() as session:
            moment = NOON + timedelta(days=days)
            return clients.opens(session, added.client_id, secret, now=moment)

    second = rotate()
    assert [opens(each, 6) for each in (added.secret, second, "guess")] == [True, True, False]
    assert [opens(each, 7) for each in (added.secret, second)] == [False, True]
    third = rotate()
    assert [opens(each) for each in (added.secret, second, third)] == [False, True, True]
    with database.write() as work:
        clients.revoke(work, added.client_id, actor=OPERATOR, now=NOON)
    assert not opens(third)
    with pytest.raises(ClientNotFound):
        rotate()


def test_an_api_password_is_replaced_by_another_and_not_rotated(database: Database) -> None:
    new = NewClient(ClientKind.PASSWORD, "Anna's laptop", email="anna@example.org")
    added = add(database, open_account(database), new)
    with pytest.raises(ClientInvalid), database.write() as work:
        clients.rotate(work, added.client_id, actor=OPERATOR, now=NOON)
    with database.read() as session:
        assert not clients.opens(session, added.client_id, added.secret, now=NOON)


def test_clients_are_changed_by_whoever_may_on_every_shop_of_the_account(
    database: Database,
) -> None:
    first = steps.open_shop(database, domain="a.example")
    account = account_of(database, first)
    new = NewShop("Second", "https://b.example", "DE", "de", "EUR", offers_goods=True)
    with database.write() as work:
        second = shops.register(work, account, new, actor=OPERATOR, now=NOON)
    right = frozenset({Right.API_CLIENTS})
    both = Grants({first: right, second: right})
    one = Grants({first: right, second: frozenset({Right.REVIEWS})})
    with database.read() as session:
        for shop in (first, second):
            assert clients.may_change(session, both, shop)
            assert clients.account_to_change(session, both, shop) == account
            assert not clients.may_change(session, one, shop)
            with pytest.raises(NotAllowed):
                clients.account_to_change(session, one, shop)


def test_another_account_neither_sees_nor_changes_a_client(database: Database) -> None:
    annas, cleos = (steps.open_shop(database, domain=f"{name}.example") for name in ("a", "c"))
    added = add(database, account_of(database, annas), NewClient(ClientKind.OAUTH, "Warehouse"))
    with database.read() as session:
        assert [each.client_id for each in clients.of_shop(session, annas)] == [added.client_id]
        assert clients.of_shop(session, cleos) == []
    foreign = account_of(database, cleos)
    for change in (clients.rotate, clients.revoke):
        with pytest.raises(ClientNotFound), database.write() as work:
            change(work, added.client_id, actor=OPERATOR, now=NOON, account_id=foreign)
    assert stored(database).revoked_at is None
    with database.read() as session:
        assert clients.opens(session, added.client_id, added.secret, now=NOON)


def test_an_account_has_so_many_clients_that_are_not_revoked_and_no_more(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST", 2)
    account = open_account(database)
    new = NewClient(ClientKind.OAUTH, "Warehouse")
    first = add(database, account, new)
    add(database, account, new)
    with pytest.raises(ClientsTooMany):
        add(database, account, new)
    with database.write() as work:
        clients.revoke(work, first.client_id, actor=OPERATOR, now=NOON)
    add(database, account, new)
    add(database, open_account(database), new)
