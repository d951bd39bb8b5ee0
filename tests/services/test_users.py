"""People of a shop: given rights, removed; and an administrator always stays."""

import threading
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from domain.errors import NotAllowed, TrustwrightError
from domain.packs import PRICE_LISTS, Prices
from domain.people import LastAdministrator, PersonInvalid, UserNotFound
from domain.rights import Right
from domain.shops import NewShop
from services import accounts, users
from services.installation import Installation
from services.users import Colleague
from store.bookings import Booking
from store.mails import Mail
from store.users import User
from tests.services import people, steps
from tests.services.steps import ANNA, NOON

ADMINISTRATOR = frozenset({Right.ADMINISTRATOR})
READER = frozenset({Right.READ_ONLY})
DEMO = PRICE_LISTS[Prices.DEMO]
_NUMBERS = count(1)


@pytest.fixture
def shop(installation: Installation) -> str:
    return steps.open_shop(installation.database)


def of_shop(installation: Installation, shop: str) -> dict[str, Colleague]:
    with installation.database.read() as session:
        found = users.of_shop(session, installation.database.keys, shop)
    return {each.email.split("@")[0]: each for each in found}


def change(installation: Installation, shop: str, user_id: str, rights: frozenset[Right]) -> None:
    with installation.database.write() as work:
        users.set_rights(work, shop, user_id, rights, by=people.BY, now=NOON)


def remove(installation: Installation, shop: str, user_id: str) -> None:
    with installation.database.write() as work:
        users.remove(work, shop, user_id, actor=ANNA, now=NOON)


def mails(installation: Installation) -> list[str]:
    with installation.database.read() as session:
        return [mail.key for mail in session.exec(select(Mail))]


def test_somebody_with_a_login_works_for_two_accounts_that_do_not_see_each_other(
    installation: Installation, shop: str
) -> None:
    other = steps.open_shop(installation.database, domain="other.example")
    ben = people.hire(installation, shop, "ben", Right.REVIEWS)
    assert people.hire(installation, other, "ben", Right.READ_ONLY) == ben
    inside = people.entered(installation, "ben")
    assert inside.grants.shops == {shop: frozenset({Right.REVIEWS}), other: READER}
    assert len(inside.account_ids) == 2
    remove(installation, other, ben)
    assert of_shop(installation, other) == {}
    assert people.entered(installation, "ben").grants.shops.keys() == {shop}


def test_people_of_another_account_are_nobody_here(installation: Installation, shop: str) -> None:
    other = steps.open_shop(installation.database, domain="other.example")
    cleo = people.hire(installation, other, "cleo", Right.ADMINISTRATOR, Right.REVIEWS)
    for user_id in (cleo, "usr-0"):
        with pytest.raises(UserNotFound):
            change(installation, shop, user_id, READER)
        with pytest.raises(UserNotFound):
            remove(installation, shop, user_id)
    assert of_shop(installation, other)["cleo"].rights == ADMINISTRATOR | {Right.REVIEWS}


def test_who_is_removed_is_forgotten_but_for_the_log_and_may_come_back(
    installation: Installation, shop: str
) -> None:
    ben = people.hire(installation, shop, "ben", Right.REVIEWS, factor=True)
    remove(installation, shop, ben)
    with installation.database.read() as session:
        (row,) = session.exec(select(User)).all()
    assert (row.public_id, row.name, row.email_cipher) == (ben, "", b"")
    assert (row.email_hash, row.password_hash, row.totp_cipher) == (None, "", None)
    assert "access_removed" in mails(installation)
    assert people.hire(installation, shop, "ben", Right.REVIEWS) != ben


def test_the_last_administrator_can_neither_step_down_nor_be_removed(
    installation: Installation, shop: str
) -> None:
    anna = people.hire(installation, shop, "anna", Right.ADMINISTRATOR)
    with pytest.raises(LastAdministrator):
        change(installation, shop, anna, READER)
    with pytest.raises(LastAdministrator):
        remove(installation, shop, anna)
    with pytest.raises(PersonInvalid):
        change(installation, shop, anna, frozenset())
    ben = people.hire(installation, shop, "ben", Right.REVIEWS)
    change(installation, shop, ben, ADMINISTRATOR)
    remove(installation, shop, anna)
    assert of_shop(installation, shop).keys() == {"ben"}


@settings(
    max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from([None, READER, ADMINISTRATOR])), max_size=12
    )
)
def test_no_order_of_changes_leaves_a_shop_without_administrator(
    installation: Installation, changes: list[tuple[int, frozenset[Right] | None]]
) -> None:
    number = next(_NUMBERS)
    shop = steps.open_shop(installation.database, domain=f"shop{number}.example")
    staffed = [
        people.hire(installation, shop, f"{name}{number}", *rights)
        for name, rights in (("anna", ADMINISTRATOR), ("ben", READER), ("cleo", ADMINISTRATOR))
    ]
    for number, rights in changes:
        try:
            if rights is None:
                remove(installation, shop, staffed[number])
            else:
                change(installation, shop, staffed[number], rights)
        except (LastAdministrator, UserNotFound):
            pass
        found = of_shop(installation, shop).values()
        assert any(Right.ADMINISTRATOR in each.rights for each in found)


def test_of_two_administrators_who_remove_each_other_at_once_one_stays(
    installation: Installation, shop: str
) -> None:
    both = [people.hire(installation, shop, name, Right.ADMINISTRATOR) for name in ("anna", "ben")]
    start = threading.Barrier(2)
    told: list[str] = []

    def one(user_id: str) -> None:
        start.wait()
        try:
            remove(installation, shop, user_id)
            told.append("removed")
        except TrustwrightError as error:
            told.append(error.code)

    threads = [threading.Thread(target=one, args=(user_id,)) for user_id in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["LAST_ADMINISTRATOR", "removed"]


def test_a_name_and_a_language_are_ones_own(installation: Installation, shop: str) -> None:
    people.hire(installation, shop, "ben", Right.REVIEWS)
    ben = people.entered(installation, "ben")
    with installation.database.write() as work:
        users.rename(work, ben, " Benno ", "Vogt", "de", now=NOON)
        with pytest.raises(PersonInvalid):
            users.rename(work, ben, "Benno", "Vogt", "xx", now=NOON)
    again = people.entered(installation, "ben")
    assert (again.name, again.language) == ("Benno Vogt", "de")


def test_a_second_shop_of_the_account_has_the_same_administrator(
    installation: Installation, shop: str
) -> None:
    people.hire(installation, shop, "anna", Right.ADMINISTRATOR, factor=True)
    people.hire(installation, shop, "ben", Right.REVIEWS)
    new = NewShop("Second", "https://second.example", "DE", "de", "EUR", offers_goods=True)
    anna, ben = people.entered(installation, "anna"), people.entered(installation, "ben")
    with installation.database.write() as work:
        with pytest.raises(NotAllowed):
            accounts.add_shop(work, ben, shop, new, prices=DEMO, now=NOON)
        key = accounts.add_shop(work, anna, shop, new, prices=DEMO, now=NOON)
    assert of_shop(installation, key)["anna"].rights == ADMINISTRATOR
    with installation.database.read() as session:
        (booking,) = session.exec(select(Booking)).all()
    assert (booking.pack, booking.state, booking.price_minor) == ("MEMBERSHIP", "ORDERED", 3_900)
    inside = people.entered(installation, "anna", at=NOON + timedelta(minutes=1))
    assert (set(inside.grants.shops), len(inside.account_ids)) == ({shop, key}, 1)


def test_a_mail_tells_of_other_rights_and_of_the_same_ones_nothing(
    installation: Installation, shop: str
) -> None:
    mia = people.hire(installation, shop, "mia", Right.REVIEWS)
    change(installation, shop, mia, frozenset({Right.REVIEWS}))
    assert "access_changed" not in mails(installation)
    change(installation, shop, mia, READER)
    change(installation, shop, mia, READER)
    assert mails(installation).count("access_changed") == 1


def test_nobody_is_removed_from_a_shop_where_they_never_were(
    installation: Installation, shop: str
) -> None:
    people.hire(installation, shop, "anna", Right.ADMINISTRATOR, factor=True)
    new = NewShop("Second", "https://second.example", "DE", "de", "EUR", offers_goods=True)
    anna = people.entered(installation, "anna")
    with installation.database.write() as work:
        second = accounts.add_shop(work, anna, shop, new, prices=DEMO, now=NOON)
    ben = people.hire(installation, shop, "ben", Right.REVIEWS)
    token = people.sign_in(installation, "ben").token
    with pytest.raises(UserNotFound):
        remove(installation, second, ben)
    assert people.person(installation, token).user_id == ben
    assert "access_removed" not in mails(installation)
