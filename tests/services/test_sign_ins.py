"""Signing in: the right password opens, wrong ones cost time by login and by address."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select

from domain.logins import SignInPaused, SignInRefused
from domain.policies import LOGINS
from domain.rights import Right
from services import attempts, hashes, offers, sign_ins
from services.installation import Installation
from services.sign_ins import Device
from store.decisions import AuditEntry
from store.mails import Mail
from tests.services import people, steps
from tests.services.steps import NOON

AWAY = Device("203.0.113.9", "Browser")


@pytest.fixture
def ben(installation: Installation) -> str:
    shop = steps.open_shop(installation.database)
    return people.hire(installation, shop, "ben", Right.REVIEWS)


def fail(
    installation: Installation, name: str, *, at: datetime, device: Device = people.HOME
) -> None:
    with pytest.raises(SignInRefused):
        people.sign_in(installation, name, password="wrong", at=at, device=device)


def fail_ten_times(installation: Installation, name: str, device: Device = people.HOME) -> datetime:
    """The moment of the tenth failure; each attempt waits as long as it has to."""
    at = NOON
    for number in range(1, LOGINS.failures + 1):
        fail(installation, name, at=at, device=device)
        waits = number >= LOGINS.free_failures
        at += timedelta(seconds=2 ** (number - LOGINS.free_failures) if waits else 0)
    return at - timedelta(seconds=2 ** (LOGINS.failures - LOGINS.free_failures))


def actions(installation: Installation) -> list[str]:
    with installation.database.read() as session:
        query = select(AuditEntry.action).where(col(AuditEntry.action).startswith("login."))
        return list(session.exec(query.order_by(col(AuditEntry.id))))


def mails_to(installation: Installation, key: str) -> int:
    with installation.database.read() as session:
        return len(session.exec(select(Mail).where(col(Mail.key) == key)).all())


def test_the_address_is_matched_in_any_case_and_the_password_exactly(
    installation: Installation, ben: str
) -> None:
    opened = sign_ins.sign_in(
        installation, " BEN@people.EXAMPLE ", people.PASSWORD, people.HOME, now=NOON
    )
    assert (opened.user_id, opened.language) == (ben, "en")
    with pytest.raises(SignInRefused):
        people.sign_in(installation, "ben", password=people.PASSWORD.upper())
    assert actions(installation) == ["login.opened", "login.refused"]


@pytest.mark.usefixtures("ben")
def test_an_unknown_address_is_refused_in_the_same_words_and_compares_as_much(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str] = []
    real = hashes.matches

    def matches(password_hash: str, password: str) -> bool:
        compared.append(password_hash)
        return real(password_hash, password)

    monkeypatch.setattr(hashes, "matches", matches)
    told = []
    for name in ("ben", "nobody"):
        with pytest.raises(SignInRefused) as refused:
            people.sign_in(installation, name, password="wrong")
        told.append(str(refused.value))
    assert told[0] == told[1]
    assert [bool(each) for each in compared] == [True, False]


def test_who_has_set_no_password_cannot_sign_in_with_an_empty_one(
    installation: Installation, ben: str
) -> None:
    people.equip(installation, ben, people.PASSWORD, factor=False)
    shop = steps.open_shop(installation.database, domain="other.example")
    with installation.database.write() as work:
        offers.invite(
            work, shop, people.new("mia"), frozenset({Right.REVIEWS}), by=people.BY, now=NOON
        )
    for guess in ("", "!"):
        with pytest.raises(SignInRefused):
            people.sign_in(installation, "mia", password=guess)


@pytest.mark.usefixtures("ben")
def test_after_the_first_failures_each_one_doubles_the_wait(installation: Installation) -> None:
    for _ in range(LOGINS.free_failures):
        fail(installation, "ben", at=NOON)
    with pytest.raises(SignInPaused) as paused:
        people.sign_in(installation, "ben")
    assert paused.value.seconds == 1
    fail(installation, "ben", at=NOON + timedelta(seconds=1))
    with pytest.raises(SignInPaused) as paused:
        people.sign_in(installation, "ben", at=NOON + timedelta(seconds=1))
    assert paused.value.seconds == 2
    people.sign_in(installation, "ben", at=NOON + timedelta(seconds=3))
    # Who came in starts anew.
    fail(installation, "ben", at=NOON + timedelta(seconds=3), device=AWAY)


@pytest.mark.usefixtures("ben")
def test_ten_failures_pause_the_login_for_everybody_and_its_owner_is_told(
    installation: Installation,
) -> None:
    at = fail_ten_times(installation, "ben")
    for device in (people.HOME, AWAY):
        with pytest.raises(SignInPaused) as paused:
            people.sign_in(installation, "ben", at=at + timedelta(minutes=14), device=device)
        assert paused.value.seconds == 60
    assert actions(installation).count("login.refused") == 10
    assert actions(installation).count("login.paused") == 1
    assert mails_to(installation, "login_alert") == 1
    people.sign_in(installation, "ben", at=at + timedelta(minutes=15))


@pytest.mark.usefixtures("ben")
def test_ten_failures_from_one_address_pause_it_for_every_login(installation: Installation) -> None:
    at = NOON
    for number in range(1, LOGINS.failures + 1):
        fail(installation, f"guess{number}", at=at, device=AWAY)
        at += timedelta(seconds=40)
    with pytest.raises(SignInPaused):
        people.sign_in(installation, "ben", at=at, device=AWAY)
    people.sign_in(installation, "ben", at=at, device=people.HOME)
    assert mails_to(installation, "login_alert") == 0


@pytest.mark.usefixtures("ben")
def test_a_login_of_ones_own_does_not_wash_an_address_clean(installation: Installation) -> None:
    at = NOON
    for number in range(1, LOGINS.failures + 1):
        fail(installation, f"guess{number}", at=at, device=AWAY)
        at += timedelta(seconds=40)
        if number < LOGINS.failures:
            people.sign_in(installation, "ben", at=at, device=AWAY)
            at += timedelta(seconds=40)
    with pytest.raises(SignInPaused):
        people.sign_in(installation, "ben", at=at, device=AWAY)


@pytest.mark.usefixtures("ben")
def test_what_is_paused_counts_nothing_so_waiting_is_enough(installation: Installation) -> None:
    at = fail_ten_times(installation, "ben", device=AWAY)
    for _ in range(30):
        with pytest.raises(SignInPaused):
            people.sign_in(installation, "ben", at=at + timedelta(minutes=10))
    people.sign_in(installation, "ben", at=at + timedelta(minutes=15))


@pytest.mark.usefixtures("ben")
def test_attempts_count_before_anybody_knows_whether_they_were_right(
    installation: Installation,
) -> None:
    """Otherwise as many as come at once would all be looked at."""
    key = "login:" + installation.database.keys.hash_email("ben@people.example")
    for _ in range(LOGINS.free_failures):
        with installation.database.write() as work:
            attempts.begin(work, (key,), now=NOON)
    with pytest.raises(SignInPaused):
        people.sign_in(installation, "ben")


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("198.51.100.7", "address:198.51.100.7/32"),
        ("2001:db8:1:2:aaaa::7", "address:2001:db8:1:2::/64"),
        # The edge tells of version 6 no more than the network.
        ("2001:db8:1:2::/64", "address:2001:db8:1:2::/64"),
        ("198.51.100.7/32", "address:198.51.100.7/32"),
        ("testclient", "address:unknown"),
        ("", "address:unknown"),
    ],
)
def test_failures_are_counted_by_what_one_line_has(address: str, counted: str) -> None:
    assert sign_ins.address_key(address) == counted
