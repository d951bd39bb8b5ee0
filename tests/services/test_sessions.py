"""Logins: rotate at each step up, end when idle, old, revoked or removed, and show themselves."""

from datetime import timedelta

import pytest
from sqlmodel import select

from domain.logins import SecondFactor, SessionNotFound
from domain.rights import Grants, OperatorRole, Right
from services import second_factors, sessions, users
from services.installation import Installation
from services.sign_ins import Device
from store.sessions import Login
from tests.services import people, steps
from tests.services.steps import ANNA, NOON


@pytest.fixture
def shop(installation: Installation) -> str:
    return steps.open_shop(installation.database)


def tokens_stored(installation: Installation) -> str:
    with installation.database.read() as session:
        return repr(session.exec(select(Login)).all())


def test_a_login_knows_the_person_and_what_was_granted(
    installation: Installation, shop: str
) -> None:
    user_id = people.hire(installation, shop, "ben", Right.REVIEWS, Right.READ_ONLY)
    token = people.sign_in(installation, "ben").token
    ben = people.person(installation, token)
    assert (ben.user_id, ben.name) == (user_id, "Ben Example")
    assert ben.email == "ben@people.example"
    assert ben.grants == Grants({shop: frozenset({Right.REVIEWS, Right.READ_ONLY})})
    assert ben.second_factor is SecondFactor.NONE_NEEDED
    assert len(ben.account_ids) == 1
    assert token not in tokens_stored(installation)


def test_a_token_that_was_planted_before_the_login_opens_nothing_after_it(
    installation: Installation, shop: str
) -> None:
    people.hire(installation, shop, "ben", Right.REVIEWS)
    planted = people.sign_in(installation, "ben").token
    fresh = people.sign_in(installation, "ben", device=Device("", "", planted)).token
    assert fresh != planted
    assert sessions.signed_in(installation, planted, now=NOON) is None
    assert sessions.signed_in(installation, "guess", now=NOON) is None
    assert sessions.signed_in(installation, "x" * 101, now=NOON) is None


def test_the_second_factor_changes_token_and_form_secret(
    installation: Installation, shop: str
) -> None:
    people.hire(installation, shop, "anna", Right.ADMINISTRATOR, factor=True)
    token = people.sign_in(installation, "anna").token
    before = people.person(installation, token)
    assert before.second_factor is SecondFactor.DUE
    raised = second_factors.show(installation, before, people.code(NOON), now=NOON)
    assert sessions.signed_in(installation, token, now=NOON) is None
    after = people.person(installation, raised)
    assert after.second_factor is SecondFactor.DONE
    assert after.csrf != before.csrf
    assert after.session_id == before.session_id


def test_an_idle_login_ends_after_twelve_hours_and_that_of_staff_after_one(
    installation: Installation, shop: str
) -> None:
    people.hire(installation, shop, "ben", Right.REVIEWS)
    people.employ(installation, "mona", OperatorRole.MODERATOR)
    for name, hours in (("ben", 12), ("mona", 1)):
        token = people.sign_in(installation, name).token
        end = NOON + timedelta(hours=hours)
        assert sessions.signed_in(installation, token, now=end) is None
        almost = end - timedelta(seconds=1)
        people.person(installation, token, at=almost)
        # Being seen makes it last, and that is noted.
        people.person(installation, token, at=end + timedelta(minutes=1))


def test_after_thirty_days_everybody_signs_in_again(installation: Installation, shop: str) -> None:
    people.hire(installation, shop, "ben", Right.REVIEWS)
    token = people.sign_in(installation, "ben").token
    at = NOON
    while at < NOON + timedelta(days=30):
        people.person(installation, token, at=at)
        at += timedelta(hours=11)
    assert sessions.signed_in(installation, token, now=NOON + timedelta(days=30)) is None
    with installation.database.write() as work:
        sessions.forget_old(work, now=NOON + timedelta(days=31))
    assert tokens_stored(installation) == "[]"


def test_the_list_shows_devices_and_ends_one_or_all_others(
    installation: Installation, shop: str
) -> None:
    people.hire(installation, shop, "ben", Right.REVIEWS)
    away = Device("2001:db8:1:2::7", "Phone" * 99)
    phone, laptop = (
        people.sign_in(installation, "ben", device=device).token for device in (away, people.HOME)
    )
    ben = people.person(installation, laptop)
    with installation.database.read() as session:
        found = {each.is_this: each for each in sessions.listed(session, ben, now=NOON)}
    assert (found[True].network, found[True].user_agent) == ("198.51.100.0/24", "Browser")
    assert found[False].network == "2001:db8:1::/48"
    assert len(found[False].user_agent) == 200
    with installation.database.write() as work:
        sessions.revoke(work, ben, found[False].session_id, now=NOON)
    assert sessions.signed_in(installation, phone, now=NOON) is None
    other = people.sign_in(installation, "ben").token
    with installation.database.write() as work:
        assert sessions.close_others(work, ben, now=NOON) == 1
    assert sessions.signed_in(installation, other, now=NOON) is None
    with installation.database.write() as work:
        sessions.close(work, ben, now=NOON)
    assert sessions.signed_in(installation, laptop, now=NOON) is None


def test_nobody_ends_the_login_of_somebody_else(installation: Installation, shop: str) -> None:
    for name in ("ben", "mia"):
        people.hire(installation, shop, name, Right.REVIEWS)
    token = people.sign_in(installation, "ben").token
    bens = people.person(installation, token)
    mia = people.entered(installation, "mia")
    for session_id in (bens.session_id, "ses-0"):
        with pytest.raises(SessionNotFound), installation.database.write() as work:
            sessions.revoke(work, mia, session_id, now=NOON)
    people.person(installation, token)


def test_rights_count_from_the_next_request_and_removal_ends_logins_at_once(
    installation: Installation, shop: str
) -> None:
    user_id = people.hire(installation, shop, "ben", Right.REVIEWS)
    token = people.sign_in(installation, "ben").token
    with installation.database.write() as work:
        only = frozenset({Right.READ_ONLY})
        users.set_rights(work, shop, user_id, only, by=people.BY, now=NOON)
    assert people.person(installation, token).grants.shops == {shop: only}
    with installation.database.write() as work:
        users.remove(work, shop, user_id, actor=ANNA, now=NOON)
    assert sessions.signed_in(installation, token, now=NOON) is None


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.7", "198.51.100.0/24"),
        ("2001:db8:1:2::7", "2001:db8:1::/48"),
        ("2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("None", ""),
        ("", ""),
    ],
)
def test_a_network_is_known_again_and_nobodys_line_in_it(address: str, network: str) -> None:
    assert sessions.network_of(address) == network
