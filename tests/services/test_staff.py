"""The operator's own people: roles, help for who lost a factor, and looking in others' places."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from domain.errors import NotAllowed
from domain.logins import SecondFactor, SignInRefused
from domain.people import LastAdministrator, PersonInvalid, UserNotFound
from domain.rights import Action, OperatorRole, Right, may
from services import passwords, sessions, staff
from services.installation import Installation
from services.sessions import Person
from store.decisions import AuditEntry
from store.mails import Mail
from tests.services import people, steps
from tests.services.steps import NOON

ADMINISTRATOR = frozenset({OperatorRole.ADMINISTRATOR})
WHY = "The shop asked by mail to look at its widget."


@pytest.fixture
def shop(installation: Installation) -> str:
    return steps.open_shop(installation.database)


@pytest.fixture
def ben(installation: Installation, shop: str) -> str:
    return people.hire(installation, shop, "ben", Right.ADMINISTRATOR)


@pytest.fixture
def olga(installation: Installation) -> Person:
    people.employ(installation, "olga", OperatorRole.ADMINISTRATOR)
    return people.entered(installation, "olga")


def set_roles(installation: Installation, user_id: str, *roles: OperatorRole) -> None:
    with installation.database.write() as work:
        staff.set_roles(work, user_id, frozenset(roles), by=people.BY, now=NOON)


def mails(installation: Installation) -> list[str]:
    with installation.database.read() as session:
        return [mail.key for mail in session.exec(select(Mail).order_by(col(Mail.id)))]


def impersonate(installation: Installation, person: Person, user_id: str, reason: str = WHY) -> str:
    with installation.database.write() as work:
        return staff.impersonate(work, person, user_id, reason, people.HOME, now=NOON)


@pytest.mark.usefixtures("olga")
def test_staff_is_listed_with_everybody(installation: Installation, ben: str) -> None:
    with installation.database.read() as session:
        found = {each.name: each for each in staff.listed(session, installation.database.keys)}
        assert staff.by_email(session, installation.database.keys, "BEN@people.example") == ben
        with pytest.raises(UserNotFound):
            staff.by_email(session, installation.database.keys, "nobody@people.example")
    assert (found["Ben Example"].shops, found["Ben Example"].roles) == (1, frozenset())
    assert found["Olga Example"].roles == ADMINISTRATOR


def test_the_operator_keeps_an_administrator_and_roles_end_with_their_logins(
    installation: Installation, olga: Person
) -> None:
    mona = people.employ(installation, "mona", OperatorRole.MODERATOR)
    token = people.sign_in(installation, "mona").token
    with pytest.raises(LastAdministrator):
        set_roles(installation, olga.user_id, OperatorRole.AUDITOR)
    set_roles(installation, mona, OperatorRole.MODERATOR)
    set_roles(installation, mona, OperatorRole.MODERATOR, OperatorRole.ADMINISTRATOR)
    assert len(people.person(installation, token).grants.roles) == 2
    set_roles(installation, olga.user_id, OperatorRole.AUDITOR)
    set_roles(installation, olga.user_id)
    with pytest.raises(UserNotFound):
        set_roles(installation, olga.user_id, OperatorRole.AUDITOR)


def test_who_lost_everything_sets_it_up_anew_by_a_link(
    installation: Installation, ben: str
) -> None:
    people.equip(installation, ben, people.PASSWORD, factor=True)
    token = people.sign_in(installation, "ben").token
    with installation.database.write() as work:
        link = staff.reset(work, ben, by=people.BY, now=NOON)
    assert sessions.signed_in(installation, token, now=NOON) is None
    with pytest.raises(SignInRefused):
        people.sign_in(installation, "ben")
    passwords.set_by_link(installation, link, "wobbly-harbour-lantern", now=NOON)
    fresh = people.sign_in(
        installation, "ben", password="wobbly-harbour-lantern", at=NOON + timedelta(minutes=1)
    )
    at = NOON + timedelta(minutes=1)
    stands = people.person(installation, fresh.token, at=at).second_factor
    assert stands is SecondFactor.SETUP_DUE


def test_looking_in_somebodys_place_is_logged_with_the_reason_and_limited(
    installation: Installation, shop: str, ben: str, olga: Person
) -> None:
    token = impersonate(installation, olga, ben)
    guest = people.person(installation, token)
    assert (guest.user_id, guest.impersonated_by) == (ben, olga.user_id)
    assert guest.second_factor is SecondFactor.DONE
    assert guest.actor.name == f"{olga.user_id} for {ben}"
    assert may(guest.grants, Action.DISPLAY_CHANGE, shop)
    assert not may(guest.grants, Action.USERS_MANAGE, shop)
    own = people.entered(installation, "ben")
    with installation.database.read() as session:
        entries = session.exec(select(AuditEntry)).all()
        assert [each.is_this for each in sessions.listed(session, own, now=NOON)] == [True]
    assert WHY in {entry.reason for entry in entries if entry.action == "user.impersonated"}
    # However busy, after an hour the reason is asked for again.
    for minutes in range(5, 60, 5):
        people.person(installation, token, at=NOON + timedelta(minutes=minutes))
    hour = NOON + timedelta(hours=1)
    assert sessions.signed_in(installation, token, now=hour) is None
    with pytest.raises(NotAllowed):
        passwords.change(installation, guest, "", "wobbly-harbour-lantern", now=NOON)


def test_nobody_looks_without_right_and_reason_or_in_the_place_of_staff(
    installation: Installation, ben: str, olga: Person
) -> None:
    mona = people.employ(installation, "mona", OperatorRole.MODERATOR)
    with pytest.raises(PersonInvalid):
        impersonate(installation, olga, ben, "Why not")
    with pytest.raises(NotAllowed):
        impersonate(installation, olga, mona)
    with pytest.raises(UserNotFound):
        impersonate(installation, olga, "usr-0")
    for person in (people.entered(installation, "mona"), people.entered(installation, "ben")):
        with pytest.raises(NotAllowed):
            impersonate(installation, person, ben)


def test_a_place_is_left_at_once_when_the_role_goes(
    installation: Installation, ben: str, olga: Person
) -> None:
    token = impersonate(installation, olga, ben)
    people.employ(installation, "otto", OperatorRole.ADMINISTRATOR)
    set_roles(installation, olga.user_id, OperatorRole.AUDITOR)
    assert sessions.signed_in(installation, token, now=NOON) is None


def test_places_are_left_when_a_login_of_staff_is_reset_or_gets_another_password(
    installation: Installation, ben: str, olga: Person
) -> None:
    token = impersonate(installation, olga, ben)
    with installation.database.write() as work:
        link = staff.reset(work, olga.user_id, by=people.BY, now=NOON)
    assert sessions.signed_in(installation, token, now=NOON) is None
    with installation.database.write() as work:
        token = staff.impersonate(work, olga, ben, WHY, people.HOME, now=NOON)
    passwords.set_by_link(installation, link, "wobbly-harbour-lantern", now=NOON)
    assert sessions.signed_in(installation, token, now=NOON) is None


def test_a_mail_tells_of_roles_that_came_or_went(installation: Installation, olga: Person) -> None:
    mona = people.employ(installation, "mona", OperatorRole.MODERATOR)
    set_roles(installation, mona, OperatorRole.MODERATOR)
    assert mails(installation) == []
    set_roles(installation, mona, OperatorRole.MODERATOR, OperatorRole.AUDITOR)
    assert mails(installation) == ["access_changed"]
    set_roles(installation, mona)
    assert mails(installation) == ["access_changed", "access_removed"]
    assert olga.is_staff
