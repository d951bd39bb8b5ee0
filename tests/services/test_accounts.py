"""Signing up: an account, a shop and its administrator, or a word to whoever has a login."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from domain.errors import ShopExists, ShopInvalid
from domain.logins import SignInPaused
from domain.offers import OFFERS
from domain.packs import BookingState, Pack, Prices
from domain.rights import Right
from domain.shops import NewShop
from services import accounts, users
from services.installation import Installation
from store.accounts import Account
from store.bookings import Booking
from store.mails import Mail
from store.shops import Shop
from store.sign_ups import SignUp
from tests.services import people
from tests.services.steps import NOON


def sign_up(
    installation: Installation,
    name: str,
    *,
    url: str,
    company: str = "Anna Ltd",
    address: str = "",
    prices: Prices = Prices.DEMO,
    at: datetime = NOON,
) -> str:
    shop = NewShop("Anna's shop", url, "DE", "de", "EUR", offers_goods=True)
    with installation.database.write() as work:
        sign_up_id = accounts.sign_up(
            work, company, people.new(name), shop, address=address, now=at
        )
        (job,) = work.jobs
    assert job.arguments == {"sign_up_id": sign_up_id}
    settings = installation.settings.model_copy(update={"prices": prices})
    return accounts.open_signed_up(replace(installation, settings=settings), sign_up_id)


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


def test_a_sign_up_does_the_same_whether_the_address_is_known(installation: Installation) -> None:
    """What depends on the address is left to a job; the request writes the same rows for both."""
    sign_up(installation, "anna", url="https://anna.example")
    written = []
    for name in ("anna", "nobody"):
        shop = NewShop("Another", f"https://{name}2.example", "DE", "de", "EUR", offers_goods=True)
        with installation.database.write() as work:
            accounts.sign_up(work, "Company", people.new(name), shop, address=name, now=NOON)
            rows = sorted(type(row).__name__ for row in (*work.session.new, *work.session.dirty))
            written.append((rows, [job.name for job in work.jobs]))
        with installation.database.read() as session:
            sent = session.exec(select(SignUp)).all()
            assert all(name.encode() not in row.typed for row in sent)
    assert written[0] == written[1]


def test_a_job_that_runs_twice_opens_one_account(installation: Installation) -> None:
    shop = NewShop("Anna's shop", "https://anna.example", "DE", "de", "EUR", offers_goods=True)
    other = NewShop("Ben's shop", "https://anna.example", "DE", "de", "EUR", offers_goods=True)
    with installation.database.write() as work:
        first = accounts.sign_up(work, "A", people.new("anna"), shop, address="", now=NOON)
        second = accounts.sign_up(work, "B", people.new("ben"), other, address="", now=NOON)
    assert accounts.open_signed_up(installation, first) == "opened"
    assert accounts.open_signed_up(installation, first) == "done before"
    # Of two who want the same shop, the second hears nothing and opens nothing.
    assert accounts.open_signed_up(installation, second) == "SHOP_EXISTS"
    with installation.database.read() as session:
        assert len(session.exec(select(Account)).all()) == 1
        assert session.exec(select(SignUp)).all() == []


def test_strangers_send_one_address_a_few_mails_a_day(installation: Installation) -> None:
    sign_up(installation, "anna", url="https://anna.example")
    for number in range(OFFERS.links_per_address + 2):
        at = NOON + timedelta(minutes=20 * number)
        url = f"https://n{number}.example"
        assert sign_up(installation, "anna", url=url, address=str(number), at=at) == "known"
    assert mails(installation).count("sign_up_known") == OFFERS.links_per_address
