"""Signing up: an account, a shop and its administrator, or a word to whoever has a login."""

import pytest
from sqlmodel import select

from domain.errors import ShopExists, ShopInvalid
from domain.logins import SignInPaused
from domain.packs import PRICE_LISTS, BookingState, Pack, Prices
from domain.rights import Right
from domain.shops import NewShop
from services import accounts, users
from services.installation import Installation
from store.accounts import Account
from store.bookings import Booking
from store.mails import Mail
from store.shops import Shop
from tests.services import people
from tests.services.steps import NOON

BASE = "https://trust.example"


def sign_up(
    installation: Installation,
    name: str,
    *,
    url: str,
    company: str = "Anna Ltd",
    address: str = "",
    prices: Prices = Prices.DEMO,
) -> None:
    shop = NewShop("Anna's shop", url, "DE", "de", "EUR", offers_goods=True)
    with installation.database.write() as work:
        accounts.sign_up(
            work,
            company,
            people.new(name),
            shop,
            prices=PRICE_LISTS[prices],
            address=address,
            base_url=BASE,
            now=NOON,
        )


def mails(installation: Installation) -> list[str]:
    with installation.database.read() as session:
        return sorted(mail.key for mail in session.exec(select(Mail)))


def test_who_signs_up_is_administrator_of_a_shop_in_an_account_of_its_own(
    installation: Installation,
) -> None:
    sign_up(installation, "anna", url="https://anna.example")
    with installation.database.read() as session:
        (account,) = session.exec(select(Account)).all()
        (shop,) = session.exec(select(Shop)).all()
        (anna,) = users.of_shop(session, installation.database.keys, shop.shop_key)
    assert (account.name, shop.account_id) == ("Anna Ltd", account.id)
    assert anna.rights == {Right.ADMINISTRATOR}
    assert not anna.has_signed_up
    assert mails(installation) == ["signed_up"]


def test_whose_membership_costs_nothing_is_a_member_at_once(installation: Installation) -> None:
    sign_up(installation, "anna", url="https://anna.example", prices=Prices.FREE)
    assert mails(installation) == ["membership_accepted", "signed_up"]
    with installation.database.read() as session:
        (booking,) = session.exec(select(Booking)).all()
    assert (booking.pack, booking.state) == (Pack.MEMBERSHIP, BookingState.ACTIVE)


def test_an_address_with_a_login_opens_nothing_and_the_caller_learns_nothing(
    installation: Installation,
) -> None:
    sign_up(installation, "anna", url="https://anna.example")
    sign_up(installation, "anna", url="https://second.example")
    with installation.database.read() as session:
        assert len(session.exec(select(Shop)).all()) == 1
    assert mails(installation) == ["sign_up_known", "signed_up"]


def test_a_taken_shop_or_a_missing_name_changes_nothing(installation: Installation) -> None:
    sign_up(installation, "anna", url="https://anna.example")
    with pytest.raises(ShopExists):
        sign_up(installation, "ben", url="https://anna.example")
    with pytest.raises(ShopInvalid):
        sign_up(installation, "ben", url="https://ben.example", company=" ")
    with installation.database.read() as session:
        assert len(session.exec(select(Account)).all()) == 1
    assert mails(installation) == ["signed_up"]


def test_many_sign_ups_from_one_address_have_to_wait(installation: Installation) -> None:
    for number in range(5):
        sign_up(installation, f"n{number}", url=f"https://n{number}.example", address="192.0.2.1")
    with pytest.raises(SignInPaused):
        sign_up(installation, "n5", url="https://n5.example", address="192.0.2.1")
    sign_up(installation, "n5", url="https://n5.example", address="192.0.2.2")
