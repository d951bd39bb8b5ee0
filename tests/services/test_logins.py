"""Logins: an e-mail in any case and one of its API passwords, until they are revoked."""

import pytest
from sqlalchemy import event

from domain.actors import OPERATOR
from domain.clients import ClientKind, NewClient
from services import clients, hashes, logins, shops
from services.clients import Added
from services.installation import Installation
from tests.services.steps import NOON

EMAIL = "Anna@Example.org"


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def password(
    installation: Installation, *, email: str = EMAIL, account: str | None = None
) -> Added:
    """A new API password of the login."""
    with installation.database.write() as work:
        account = account or shops.open_account(work, "Anna", now=NOON)
        new = NewClient(ClientKind.PASSWORD, "Importer", email=email)
        return clients.add(work, account, new, actor=OPERATOR, now=NOON)


def looks_of(installation: Installation) -> list[str]:
    """Statements that look passwords up, from this call on."""
    looks: list[str] = []

    def note(*arguments: object) -> None:
        if "api_clients" in str(arguments[2]):
            looks.append(str(arguments[2]))

    event.listen(installation.database.engine, "before_cursor_execute", note)
    return looks


def test_a_login_opens_its_account_whatever_the_case_of_the_address(
    installation: Installation,
) -> None:
    first, second = password(installation), password(installation, email="ben@example.org")
    annas = logins.check(installation, "anna@EXAMPLE.org", first.secret)
    bens = logins.check(installation, " ben@example.org ", second.secret)
    assert annas is not None
    assert bens is not None
    assert annas != bens


def test_several_passwords_of_a_login_are_valid_side_by_side(installation: Installation) -> None:
    added = [password(installation) for _ in range(2)]
    accounts = [logins.check(installation, EMAIL, each.secret) for each in added]
    assert None not in accounts
    assert len(set(accounts)) == 2


@pytest.mark.parametrize(
    ("email", "wrong"),
    [
        (EMAIL, "wrong"),
        (EMAIL, ""),
        (EMAIL, "\ud800\0"),
        (EMAIL, "x" * 100_000),
        ("ben@example.org", None),
        ("", None),
        ("\ud800", None),
        (f"{EMAIL}\0x", None),
    ],
)
def test_anything_else_opens_nothing(
    installation: Installation, email: str, wrong: str | None
) -> None:
    added = password(installation)
    given = added.secret if wrong is None else wrong
    assert logins.check(installation, email, given) is None


def test_an_oauth_client_is_no_login(installation: Installation) -> None:
    with installation.database.write() as work:
        account = shops.open_account(work, "Anna", now=NOON)
        new = NewClient(ClientKind.OAUTH, "Warehouse")
        added = clients.add(work, account, new, actor=OPERATOR, now=NOON)
    assert logins.check(installation, added.client_id, added.secret) is None


def test_a_password_that_was_right_is_not_checked_again_for_a_minute(
    installation: Installation, clock: Clock
) -> None:
    added = password(installation)
    looks = looks_of(installation)
    for _ in range(3):
        assert logins.check(installation, EMAIL, added.secret, clock=clock) is not None
    assert len(looks) == 1
    clock.now += logins.KEPT_SECONDS
    assert logins.check(installation, EMAIL, added.secret, clock=clock) is not None
    assert len(looks) == 2


def test_a_wrong_password_is_checked_each_time(installation: Installation, clock: Clock) -> None:
    password(installation)
    looks = looks_of(installation)
    for _ in range(3):
        assert logins.check(installation, EMAIL, "wrong", clock=clock) is None
    assert len(looks) == 3


def test_a_password_that_was_right_opens_no_other_login(
    installation: Installation, clock: Clock
) -> None:
    added = password(installation)
    password(installation, email="ben@example.org")
    assert logins.check(installation, EMAIL, added.secret, clock=clock) is not None
    assert logins.check(installation, "ben@example.org", added.secret, clock=clock) is None


def test_a_revoked_password_opens_nothing_after_a_minute_at_most(
    installation: Installation, clock: Clock
) -> None:
    added = password(installation)
    assert logins.check(installation, EMAIL, added.secret, clock=clock) is not None
    with installation.database.write() as work:
        clients.revoke(work, added.client_id, actor=OPERATOR, now=NOON)
    clock.now += logins.KEPT_SECONDS
    assert logins.check(installation, EMAIL, added.secret, clock=clock) is None


def test_an_unknown_login_is_compared_with_something_too(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that it takes as long to refuse: the same comparison, the same number of times."""
    password(installation)
    compared: list[str] = []
    hasher = hashes._HASHER

    class Noting:
        """Compares as ever, and notes with what."""

        hash = hasher.hash

        def verify(self, password_hash: str, given: bytes) -> bool:
            compared.append(password_hash.split("$")[3])
            return hasher.verify(password_hash, given)

    monkeypatch.setattr(hashes, "_HASHER", Noting())
    assert logins.check(installation, EMAIL, "wrong") is None
    assert logins.check(installation, "nobody@example.org", "wrong") is None
    known, unknown = compared
    assert known == unknown
