"""Offers: nothing holds before the invited person accepts, and the inviter learns nothing."""

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select

from domain.errors import NotAllowed, TrustwrightError
from domain.offers import OFFERS, InvitationsTooMany, OfferNotFound, OfferOpen
from domain.people import PersonInvalid, UserExists
from domain.rights import OperatorRole, Right
from services import offers, staff, users
from services.installation import Installation
from services.offers import Offered, Waiting
from services.sessions import Person
from store.decisions import AuditEntry
from store.login_secrets import OneTimeSecret
from store.mails import Mail
from store.users import User
from tests.services import people, steps
from tests.services.steps import NOON

READER = frozenset({Right.READ_ONLY})
LATE = NOON + timedelta(days=OFFERS.days)
DAY = timedelta(hours=OFFERS.hours)


@pytest.fixture
def shop(installation: Installation) -> str:
    return steps.open_shop(installation.database)


def invite(installation: Installation, shop: str, name: str, *, at: datetime = NOON) -> str:
    with installation.database.write() as work:
        return offers.invite(work, shop, people.new(name), READER, by=people.BY, now=at)


def waiting(installation: Installation, shop: str) -> Sequence[Waiting]:
    with installation.database.read() as session:
        return offers.of_shop(session, installation.database.keys, shop, now=NOON)


def of_person(installation: Installation, person: Person) -> Sequence[Offered]:
    with installation.database.read() as session:
        return offers.of_person(session, person, now=NOON)


def accept(installation: Installation, person: Person, offer_id: str, at: datetime = NOON) -> None:
    with installation.database.write() as work:
        offers.accept(work, person, offer_id, now=at)


def decline(installation: Installation, person: Person, offer_id: str) -> bool:
    with installation.database.write() as work:
        return offers.decline(work, person, offer_id, now=NOON)


def mails(installation: Installation) -> list[str]:
    with installation.database.read() as session:
        return [mail.key for mail in session.exec(select(Mail).order_by(col(Mail.id)))]


def logged(installation: Installation, object_id: str) -> list[str]:
    with installation.database.read() as session:
        found = session.exec(select(AuditEntry).order_by(col(AuditEntry.id))).all()
    return [entry.action for entry in found if entry.object == object_id]


def test_rights_hold_once_they_are_accepted_and_not_before(
    installation: Installation, shop: str
) -> None:
    other = steps.open_shop(installation.database, domain="other.example")
    people.hire(installation, shop, "ben", Right.REVIEWS)
    offer_id = invite(installation, other, "ben")
    ben = people.entered(installation, "ben")
    assert ben.grants.shops.keys() == {shop}
    (seen,) = of_person(installation, ben)
    assert (seen.offer_id, seen.inviter, seen.granted) == (
        offer_id,
        "The operator",
        ("read-only",),
    )
    assert seen.shop_name
    accept(installation, ben, offer_id)
    assert people.entered(installation, "ben").grants.shops[other] == READER
    assert logged(installation, offer_id) == ["offer.made", "offer.accepted"]
    with pytest.raises(OfferNotFound):
        accept(installation, ben, offer_id)
    with installation.database.read() as session:
        entries = [each.action for each in session.exec(select(AuditEntry))]
    assert "rights.changed" in entries


def test_the_inviter_sees_the_same_of_an_address_with_a_login_and_of_any_other(
    installation: Installation, shop: str
) -> None:
    other = steps.open_shop(installation.database, domain="other.example")
    people.hire(installation, other, "ben", Right.REVIEWS, factor=True)
    for name in ("ben", "mia"):
        invite(installation, shop, name)
    ben, mia = waiting(installation, shop)
    assert (ben.email, mia.email) == ("ben@people.example", "mia@people.example")
    assert (ben.granted, ben.made_at, ben.expires_at) == (mia.granted, mia.made_at, mia.expires_at)
    with installation.database.read() as session:
        assert users.of_shop(session, installation.database.keys, shop) == []
    for name in ("ben", "mia"):
        with pytest.raises(OfferOpen):
            invite(installation, shop, name)
    assert mails(installation) == ["access_offered", "user_invited"]


def test_the_address_stands_as_its_inviter_wrote_it(installation: Installation, shop: str) -> None:
    other = steps.open_shop(installation.database, domain="other.example")
    people.hire(installation, other, "ben", Right.REVIEWS)
    new = people.new("ben")
    with installation.database.write() as work:
        written = type(new)("BEN@people.example", "Any", "Name", "en")
        offers.invite(work, shop, written, READER, by=people.BY, now=NOON)
    assert [each.email for each in waiting(installation, shop)] == ["BEN@people.example"]
    # The names that an inviter types change nothing about somebody who is there.
    assert people.entered(installation, "ben").name == "Ben Example"


def test_somebody_new_sets_a_password_signs_in_and_accepts(
    installation: Installation, shop: str
) -> None:
    offer_id = invite(installation, shop, "mia")
    with installation.database.write() as work:
        user_id = staff.by_email(work.session, work.keys, "mia@people.example")
    people.equip(installation, user_id, people.PASSWORD, factor=False)
    mia = people.entered(installation, "mia")
    assert mia.grants.shops == {}
    accept(installation, mia, offer_id)
    assert people.entered(installation, "mia").grants.shops == {shop: READER}
    with pytest.raises(UserExists):
        invite(installation, shop, "mia")


def test_who_declines_and_has_nothing_here_is_forgotten(
    installation: Installation, shop: str
) -> None:
    offer_id = invite(installation, shop, "mia")
    with installation.database.write() as work:
        user_id = staff.by_email(work.session, work.keys, "mia@people.example")
    people.equip(installation, user_id, people.PASSWORD, factor=False)
    assert decline(installation, people.entered(installation, "mia"), offer_id)
    with installation.database.read() as session:
        (row,) = session.exec(select(User)).all()
    assert (row.email_hash, row.name) == (None, "")
    assert waiting(installation, shop) == []
    people.hire(installation, shop, "ben", Right.REVIEWS)
    other = steps.open_shop(installation.database, domain="other.example")
    offer_id = invite(installation, other, "ben")
    assert not decline(installation, people.entered(installation, "ben"), offer_id)
    assert people.entered(installation, "ben").grants.shops.keys() == {shop}


def test_an_offer_belongs_to_one_person_and_one_shop(installation: Installation, shop: str) -> None:
    other = steps.open_shop(installation.database, domain="other.example")
    people.hire(installation, other, "cleo", Right.REVIEWS)
    people.hire(installation, other, "ben", Right.REVIEWS)
    offer_id = invite(installation, shop, "ben")
    cleo = people.entered(installation, "cleo")
    for wrong in (offer_id, "off-0"):
        with pytest.raises(OfferNotFound):
            accept(installation, cleo, wrong)
        with pytest.raises(OfferNotFound):
            decline(installation, cleo, wrong)
    for key in (other, None):
        with pytest.raises(OfferNotFound), installation.database.write() as work:
            offers.withdraw(work, key, offer_id, actor=people.BY.actor, now=NOON)
        with pytest.raises(OfferNotFound), installation.database.write() as work:
            offers.again(work, key, offer_id, by=people.BY, now=NOON)
    ben = people.entered(installation, "ben")
    people.employ(installation, "olga", OperatorRole.ADMINISTRATOR)
    olga = people.entered(installation, "olga")
    with installation.database.write() as work:
        why = "Asked for by mail."
        token = staff.impersonate(work, olga, ben.user_id, why, people.HOME, now=NOON)
    with pytest.raises(NotAllowed):
        accept(installation, people.person(installation, token), offer_id)
    with installation.database.write() as work:
        offers.withdraw(work, shop, offer_id, actor=people.BY.actor, now=NOON)
    with pytest.raises(OfferNotFound):
        accept(installation, ben, offer_id)


def test_an_offer_waits_for_two_weeks_and_its_mail_can_be_sent_again(
    installation: Installation, shop: str
) -> None:
    people.hire(installation, shop, "anna", Right.ADMINISTRATOR)
    offer_id = invite(installation, shop, "mia")
    later = NOON + timedelta(days=2)
    with installation.database.write() as work:
        offers.again(work, shop, offer_id, by=people.BY, now=later)
    assert mails(installation) == ["user_invited", "user_invited"]
    with installation.database.read() as session:
        sent = session.exec(select(OneTimeSecret)).all()
    assert [each.used_at is None for each in sent] == [False, True]
    with installation.database.write() as work:
        assert offers.forget_expired(work, now=LATE) == 0
        assert offers.forget_expired(work, now=later + timedelta(days=OFFERS.days)) == 1
    with installation.database.read() as session:
        assert {row.name for row in session.exec(select(User))} == {"Anna Example", ""}


def test_an_offer_whose_time_is_over_makes_room_for_another(
    installation: Installation, shop: str
) -> None:
    people.hire(installation, shop, "ben", Right.REVIEWS)
    other = steps.open_shop(installation.database, domain="other.example")
    first = invite(installation, other, "ben")
    with pytest.raises(OfferNotFound):
        accept(installation, people.entered(installation, "ben"), first, at=LATE)
    second = invite(installation, other, "ben", at=LATE)
    accept(installation, people.entered(installation, "ben"), second, at=LATE)


def test_nobody_is_offered_nothing(installation: Installation, shop: str) -> None:
    nothing: frozenset[Right] = frozenset()
    no_role: frozenset[OperatorRole] = frozenset()
    with installation.database.write() as work:
        with pytest.raises(PersonInvalid):
            offers.invite(work, shop, people.new("mia"), nothing, by=people.BY, now=NOON)
        with pytest.raises(PersonInvalid):
            offers.invite_staff(work, people.new("mia"), no_role, by=people.BY, now=NOON)


def test_roles_are_offered_and_accepted_in_the_same_way(
    installation: Installation, shop: str
) -> None:
    people.hire(installation, shop, "ben", Right.REVIEWS)
    roles = frozenset({OperatorRole.MODERATOR})
    with installation.database.write() as work:
        offer_id = offers.invite_staff(work, people.new("ben"), roles, by=people.BY, now=NOON)
        second = offers.invite_staff(work, people.new("mia"), roles, by=people.BY, now=NOON)
        offers.again(work, None, second, by=people.BY, now=NOON + timedelta(minutes=1))
        with pytest.raises(OfferOpen):
            offers.invite_staff(work, people.new("ben"), roles, by=people.BY, now=NOON)
    with installation.database.read() as session:
        listed = offers.of_staff(session, installation.database.keys, now=NOON)
        assert staff.team(session, installation.database.keys) == []
    assert [each.granted for each in listed] == [("moderator",), ("moderator",)]
    ben = people.entered(installation, "ben")
    assert [each.shop_name for each in of_person(installation, ben)] == [""]
    accept(installation, ben, offer_id)
    assert people.entered(installation, "ben").grants.roles == roles
    with installation.database.write() as work:
        with pytest.raises(UserExists):
            offers.invite_staff(work, people.new("ben"), roles, by=people.BY, now=NOON)
        offers.withdraw(work, None, second, actor=people.BY.actor, now=NOON)


def test_one_address_gets_a_few_invitations_a_day_whoever_sends_them(
    installation: Installation,
) -> None:
    shops = [
        steps.open_shop(installation.database, domain=f"shop{number}.example")
        for number in range(OFFERS.per_address + 1)
    ]
    people.hire(installation, shops[0], "ben", Right.REVIEWS)
    for name in ("ben", "mia"):
        for key in shops[1:]:
            invite(installation, key, name)
        last = waiting(installation, shops[1])[-1].offer_id
        with pytest.raises(InvitationsTooMany), installation.database.write() as work:
            offers.again(work, shops[1], last, by=people.BY, now=NOON)
    sent = len(mails(installation))
    assert sent == 2 * OFFERS.per_address
    with installation.database.write() as work:
        offers.again(work, shops[1], last, by=people.BY, now=NOON + DAY)
    assert len(mails(installation)) == sent + 1


def test_one_inviter_sends_so_many_a_day_for_one_shop(
    installation: Installation, shop: str
) -> None:
    other = steps.open_shop(installation.database, domain="other.example")
    for number in range(OFFERS.per_inviter):
        invite(installation, shop, f"n{number}")
    with pytest.raises(InvitationsTooMany):
        invite(installation, shop, "more")
    with installation.database.read() as session:
        assert len(session.exec(select(User)).all()) == OFFERS.per_inviter
    invite(installation, other, "more")
    invite(installation, shop, "again", at=NOON + DAY + timedelta(seconds=1))


def test_of_an_acceptance_and_a_withdrawal_at_once_one_counts(
    installation: Installation, shop: str
) -> None:
    people.hire(installation, shop, "ben", Right.REVIEWS)
    other = steps.open_shop(installation.database, domain="other.example")
    offer_id = invite(installation, other, "ben")
    ben = people.entered(installation, "ben")
    start, told = threading.Barrier(2), list[str]()

    def run(withdraws: bool) -> None:
        start.wait()
        try:
            with installation.database.write() as work:
                if withdraws:
                    offers.withdraw(work, other, offer_id, actor=people.BY.actor, now=NOON)
                else:
                    offers.accept(work, ben, offer_id, now=NOON)
            told.append("withdrawn" if withdraws else "accepted")
        except TrustwrightError as error:
            told.append(error.code)

    threads = [threading.Thread(target=run, args=(each,)) for each in (True, False)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "OFFER_NOT_FOUND" in told
    held = other in people.entered(installation, "ben").grants.shops
    assert held == ("accepted" in told)
