"""Passwords: set by a link that is good once, changed by who knows the old one."""

import re
import threading
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha1
from pathlib import Path

import pytest
from sqlmodel import col, select

from domain.errors import TrustwrightError
from domain.logins import FreshSignInNeeded, LinkExpired, SignInPaused, SignInRefused
from domain.offers import OFFERS
from domain.people import LeakedPasswordsUnreadable, PasswordLeaked, PasswordWeak
from domain.policies import LOGINS
from domain.rights import Right
from services import links, offers, passwords, sessions, staff
from services.installation import Installation
from store import users as rows
from store.login_secrets import OneTimeSecret
from store.mails import Mail
from tests.services import people, steps
from tests.services.steps import NOON

OTHER = "wobbly-harbour-lantern"


@pytest.fixture
def ben(installation: Installation) -> str:
    shop = steps.open_shop(installation.database)
    return people.hire(installation, shop, "ben", Right.REVIEWS)


def link(installation: Installation, user_id: str) -> str:
    with installation.database.write() as work:
        user = rows.by_public_id(work.session, user_id)
        assert user is not None
        return links.make(work, user, now=NOON)


def ask(
    installation: Installation, email: str, *, address: str = "198.51.100.7", at: datetime = NOON
) -> str:
    """Ask for a link, and do what the job does; returns the hash that it looks for."""
    with installation.database.write() as work:
        passwords.ask(work, email, address=address, now=at)
        assert not work.session.new
        (job,) = work.jobs
    email_hash, asked_at = job.arguments["email_hash"], job.arguments["asked_at"]
    assert asked_at == at.isoformat()
    passwords.send_link(installation, email_hash, asked_at=at)
    return str(email_hash)


def mails(installation: Installation, key: str) -> int:
    with installation.database.read() as session:
        return sum(mail.key == key for mail in session.exec(select(Mail)))


def test_an_invited_person_sets_a_password_and_signs_in(installation: Installation) -> None:
    shop = steps.open_shop(installation.database)
    with installation.database.write() as work:
        rights = frozenset({Right.REVIEWS})
        offers.invite(work, shop, people.new("mia"), rights, by=people.BY, now=NOON)
        user_id = staff.by_email(work.session, work.keys, "mia@people.example")
    token = link(installation, user_id)
    with installation.database.read() as session:
        greeted = passwords.invited(session, installation.database.keys, token, now=NOON)
    assert (greeted.name, greeted.email) == ("Mia Example", "mia@people.example")
    assert greeted.is_new
    assert passwords.set_by_link(installation, token, OTHER, now=NOON) == user_id
    people.sign_in(installation, "mia", password=OTHER)
    assert mails(installation, "user_invited") == 1


def test_a_link_is_good_once_and_for_a_day_and_a_later_one_ends_it(
    installation: Installation, ben: str
) -> None:
    first, second = link(installation, ben), link(installation, ben)
    late = NOON + timedelta(hours=24)
    for token, at in ((first, NOON), (second, late), ("guess", NOON)):
        with pytest.raises(LinkExpired):
            passwords.set_by_link(installation, token, OTHER, now=at)
    passwords.set_by_link(installation, second, OTHER, now=late - timedelta(seconds=1))
    with pytest.raises(LinkExpired):
        passwords.set_by_link(installation, second, OTHER, now=NOON)


def test_of_two_who_use_a_link_at_once_one_sets_the_password(
    installation: Installation, ben: str
) -> None:
    token, start = link(installation, ben), threading.Barrier(2)
    told: list[str] = []

    def use(password: str) -> None:
        start.wait()
        try:
            passwords.set_by_link(installation, token, password, now=NOON)
            told.append("set")
        except TrustwrightError as error:
            told.append(error.code)

    threads = [threading.Thread(target=use, args=(each,)) for each in (OTHER, OTHER[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["LINK_EXPIRED", "set"]


def test_a_new_password_ends_every_login_and_keeps_the_second_factor(
    installation: Installation, ben: str
) -> None:
    people.equip(installation, ben, people.PASSWORD, factor=True)
    token = people.sign_in(installation, "ben").token
    passwords.set_by_link(installation, link(installation, ben), OTHER, now=NOON)
    assert sessions.signed_in(installation, token, now=NOON) is None
    again = people.person(installation, people.sign_in(installation, "ben", password=OTHER).token)
    assert again.second_factor == "due"
    assert mails(installation, "password_changed") == 1


def test_a_weak_password_leaves_the_link_good(installation: Installation, ben: str) -> None:
    token = link(installation, ben)
    for weak in ("short", "password1234", "ben@people.example"):
        with pytest.raises(PasswordWeak):
            passwords.set_by_link(installation, token, weak, now=NOON)
    passwords.set_by_link(installation, token, OTHER, now=NOON)


@pytest.mark.usefixtures("ben")
def test_asking_for_a_link_tells_nobody_whether_there_is_such_a_login(
    installation: Installation,
) -> None:
    ask(installation, "BEN@people.example")
    ask(installation, "nobody@people.example")
    assert mails(installation, "password_reset") == 1
    with installation.database.read() as session:
        stored = session.exec(select(OneTimeSecret)).all()
    assert all(re.fullmatch(r"[0-9a-f]{64}", row.secret_hash) for row in stored)
    # So many in a row, for whatever addresses, have to wait.
    for number in range(3):
        ask(installation, f"guess{number}@people.example")
    with pytest.raises(SignInPaused):
        ask(installation, "more@people.example")


@pytest.mark.usefixtures("ben")
def test_a_password_is_changed_by_who_knows_it_and_other_logins_end(
    installation: Installation,
) -> None:
    other = people.sign_in(installation, "ben").token
    token = people.sign_in(installation, "ben").token
    person = people.person(installation, token)
    with pytest.raises(SignInRefused):
        passwords.change(installation, person, "wrong", OTHER, now=NOON)
    with pytest.raises(PasswordWeak):
        passwords.change(installation, person, people.PASSWORD, "aaaaaaaaaaaa", now=NOON)
    passwords.change(installation, person, people.PASSWORD, OTHER, now=NOON)
    assert sessions.signed_in(installation, other, now=NOON) is None
    people.person(installation, token)
    with pytest.raises(SignInRefused):
        people.sign_in(installation, "ben")
    people.sign_in(installation, "ben", password=OTHER)


@pytest.mark.usefixtures("ben")
def test_one_address_gets_a_few_links_a_day_and_the_last_one_stays_good(
    installation: Installation,
) -> None:
    for number in range(OFFERS.links_per_address + 2):
        at = NOON + timedelta(minutes=20 * number)
        found = ask(installation, "ben@people.example", address=str(number), at=at)
        # A job may run twice.
        assert passwords.send_link(installation, found, asked_at=at)
    assert mails(installation, "password_reset") == OFFERS.links_per_address
    with installation.database.read() as session:
        secrets = session.exec(select(OneTimeSecret).order_by(col(OneTimeSecret.id))).all()
    assert [row.used_at is None for row in secrets] == [False] * (len(secrets) - 1) + [True]
    assert len(secrets) == OFFERS.links_per_address
    assert not passwords.send_link(installation, "0" * 64, asked_at=NOON)


def test_a_password_that_leaked_is_refused_where_the_operator_has_a_list(
    installation: Installation, ben: str, tmp_path: Path
) -> None:
    listed = tmp_path / "leaked.txt"
    listed.write_text(f"{sha1(OTHER.encode(), usedforsecurity=False).hexdigest().upper()}:7\n")
    settings = installation.settings.model_copy(update={"leaked_passwords": listed})
    careful, token = replace(installation, settings=settings), link(installation, ben)
    with pytest.raises(PasswordLeaked):
        passwords.set_by_link(careful, token, OTHER, now=NOON)
    listed.unlink()
    with pytest.raises(LeakedPasswordsUnreadable):
        passwords.set_by_link(careful, token, OTHER, now=NOON)
    passwords.set_by_link(installation, token, OTHER, now=NOON)


@pytest.mark.usefixtures("ben")
def test_an_old_login_changes_no_password_before_it_is_shown_again(
    installation: Installation,
) -> None:
    token = people.sign_in(installation, "ben").token
    late = NOON + timedelta(minutes=LOGINS.fresh_minutes)
    old = people.person(installation, token, at=late)
    with pytest.raises(FreshSignInNeeded):
        passwords.change(installation, old, people.PASSWORD, OTHER, now=late)
    with pytest.raises(SignInRefused):
        passwords.show(installation, old, "wrong", now=late)
    again = passwords.show(installation, old, people.PASSWORD, now=late)
    assert sessions.signed_in(installation, token, now=late) is None
    fresh = people.person(installation, again, at=late)
    passwords.change(installation, fresh, people.PASSWORD, OTHER, now=late)
