"""Packs of a shop: offered by its market, booked once, accepted, cancelled to the term's end."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from domain.actors import OPERATOR, SYSTEM
from domain.packs import (
    PRICE_LISTS,
    BookingForbidden,
    BookingNotFound,
    BookingReasonMissing,
    BookingState,
    MembershipEnded,
    Pack,
    PackBooked,
    PackRequired,
    PackUnavailable,
    Prices,
)
from domain.rights import Right
from services import bookings, packs
from services.installation import Installation
from services.packs import Offered
from store.mails import Mail
from tests.services import people, steps
from tests.services.steps import ANNA, NOON

DEMO, FREE = PRICE_LISTS[Prices.DEMO], PRICE_LISTS[Prices.FREE]


@pytest.fixture
def shop(installation: Installation) -> str:
    key = steps.open_shop(installation.database)
    people.hire(installation, key, "anna", Right.ADMINISTRATOR)
    return key


def offered(installation: Installation, shop: str) -> dict[Pack, Offered]:
    with installation.database.read() as session:
        return {each.pack: each for each in packs.offer(session, shop, DEMO)}


def book(installation: Installation, shop: str, pack: Pack) -> str:
    with installation.database.write() as work:
        return packs.book(work, shop, pack, DEMO, actor=ANNA, now=NOON)


def told(installation: Installation, key: str) -> int:
    """How many mails of that kind there are."""
    with installation.database.read() as session:
        return [mail.key for mail in session.exec(select(Mail))].count(key)


def test_a_pack_is_ordered_accepted_and_runs_to_its_term(
    installation: Installation, shop: str
) -> None:
    booking = book(installation, shop, Pack.BOOSTER)
    with installation.database.read() as session, pytest.raises(PackRequired):
        packs.require(session, shop, Pack.BOOSTER, DEMO)
    with installation.database.write() as work:
        packs.accept(work, booking, actor=OPERATOR, now=NOON)
    with installation.database.read() as session:
        packs.require(session, shop, Pack.BOOSTER, DEMO)
    with installation.database.write() as work:
        end = packs.cancel(work, shop, booking, actor=ANNA, now=NOON + timedelta(days=3))
        with pytest.raises(BookingForbidden):
            packs.cancel(work, shop, booking, actor=ANNA, now=NOON)
    assert end == datetime(2026, 12, 20, tzinfo=UTC)
    assert offered(installation, shop)[Pack.BOOSTER].state is BookingState.CANCELLED
    with installation.database.write() as work:
        assert packs.end_due(work, actor=SYSTEM, now=end - timedelta(seconds=1)) == 0
        assert packs.end_due(work, actor=SYSTEM, now=end) == 1
    assert offered(installation, shop)[Pack.BOOSTER].state is None
    assert [told(installation, key) for key in ("pack_booked", "pack_ends")] == [1, 1]


def test_of_an_end_the_shop_is_told_once_thirty_days_before(
    installation: Installation, shop: str
) -> None:
    booking = book(installation, shop, Pack.BOOSTER)
    december = datetime(2026, 12, 1, tzinfo=UTC)
    with installation.database.write() as work:
        packs.accept(work, booking, actor=OPERATOR, now=december)
        end = packs.cancel(work, shop, booking, actor=ANNA, now=december)
    assert end == datetime(2027, 1, 1, tzinfo=UTC)
    assert told(installation, "pack_ends") == 0
    for moment, ending in (
        (december + timedelta(hours=23), 0),
        (december + timedelta(days=1), 1),
        (end - timedelta(days=1), 1),
        (end, 0),
    ):
        with installation.database.write() as work:
            assert packs.warn(work, now=moment) == ending
    assert told(installation, "pack_ends") == 1


def test_what_was_cancelled_ends_at_its_term_though_it_was_suspended_since(
    installation: Installation, shop: str
) -> None:
    booking = book(installation, shop, Pack.BOOSTER)
    with installation.database.write() as work:
        packs.accept(work, booking, actor=OPERATOR, now=NOON)
        end = packs.cancel(work, shop, booking, actor=ANNA, now=NOON)
        packs.suspend(work, booking, "Unpaid since May.", actor=OPERATOR, now=NOON)
        assert end is not None
        assert packs.end_due(work, actor=SYSTEM, now=end) == 1


def test_who_left_takes_no_new_reviews_until_it_joins_again(
    installation: Installation, shop: str
) -> None:
    database = installation.database
    with database.write() as work:
        membership = packs.join(work, shop, FREE, domains=1, actor=ANNA, now=NOON)
    steps.review(database, shop, steps.marks(service=5), at=NOON)
    with database.write() as work:
        end = packs.cancel(work, shop, membership, actor=ANNA, now=NOON)
    assert end is not None
    steps.review(database, shop, steps.marks(service=5), at=end - timedelta(hours=1))
    before = steps.generation(database, shop)
    with database.write() as work:
        packs.end_due(work, actor=SYSTEM, now=end)
    assert told(installation, "membership_ended") == 1
    assert steps.generation(database, shop) > before
    with pytest.raises(MembershipEnded):
        steps.review(database, shop, steps.marks(service=5), at=end)
    assert steps.grade(database, shop).count == 2
    with database.write() as work:
        packs.join(work, shop, FREE, domains=1, actor=ANNA, now=end)
    steps.review(database, shop, steps.marks(service=5), at=end)


def test_the_offer_is_the_markets_and_nothing_is_booked_twice_or_elsewhere(
    installation: Installation, shop: str
) -> None:
    found = offered(installation, shop)
    assert Pack.GOOGLE_STARS not in found
    assert found[Pack.REVIEWS_API].missing == (Pack.PRODUCT_REVIEWS,)
    with pytest.raises(PackUnavailable):
        book(installation, shop, Pack.GOOGLE_STARS)
    booking = book(installation, shop, Pack.BOOSTER)
    with pytest.raises(PackBooked):
        book(installation, shop, Pack.BOOSTER)
    other = steps.open_shop(installation.database, domain="other.example")
    with installation.database.write() as work:
        for wrong in (booking, "bkg-0"):
            with pytest.raises(BookingNotFound):
                packs.cancel(work, other, wrong, actor=ANNA, now=NOON)
        assert packs.cancel(work, shop, booking, actor=ANNA, now=NOON) is None
    book(installation, shop, Pack.BOOSTER)


def test_the_operator_suspends_with_a_reason_and_resumes(
    installation: Installation, shop: str
) -> None:
    booking = book(installation, shop, Pack.BOOSTER)
    with installation.database.write() as work:
        packs.accept(work, booking, actor=OPERATOR, now=NOON)
        with pytest.raises(BookingForbidden):
            packs.resume(work, booking, actor=OPERATOR, now=NOON)
        for reason in ("", "Unpaid", " \t \n"):
            with pytest.raises(BookingReasonMissing):
                packs.suspend(work, booking, reason, actor=OPERATOR, now=NOON)
        packs.suspend(work, booking, "Unpaid since May.", actor=OPERATOR, now=NOON)
    assert told(installation, "pack_suspended") == 1
    with installation.database.read() as session, pytest.raises(PackRequired):
        packs.require(session, shop, Pack.BOOSTER, DEMO)
    later = NOON + timedelta(days=1)
    with installation.database.write() as work:
        packs.resume(work, booking, actor=OPERATOR, now=later)
    with installation.database.read() as session:
        packs.require(session, shop, Pack.BOOSTER, DEMO)
        found = bookings.one(session, booking)
    assert (found.state, found.reason, found.may_suspend) == (BookingState.ACTIVE, "", True)


def test_what_was_cancelled_before_it_was_suspended_still_ends(
    installation: Installation, shop: str
) -> None:
    booking = book(installation, shop, Pack.BOOSTER)
    with installation.database.write() as work:
        packs.accept(work, booking, actor=OPERATOR, now=NOON)
        end = packs.cancel(work, shop, booking, actor=ANNA, now=NOON)
        packs.suspend(work, booking, "Unpaid since May.", actor=OPERATOR, now=NOON)
        packs.resume(work, booking, actor=OPERATOR, now=NOON)
    with installation.database.read() as session:
        found = bookings.one(session, booking)
        with pytest.raises(BookingNotFound):
            bookings.one(session, "bkg-0")
    assert (found.state, found.ends_at) == (BookingState.CANCELLED, end)


def test_an_order_of_the_demos_prices_waits_for_a_week_at_most(
    installation: Installation, shop: str
) -> None:
    assert DEMO.accept_days is not None
    booking = book(installation, shop, Pack.BOOSTER)
    week = NOON + timedelta(days=DEMO.accept_days)
    with installation.database.write() as work:
        assert packs.accept_due(work, FREE, actor=SYSTEM, now=week + timedelta(days=1)) == 0
        assert packs.accept_due(work, DEMO, actor=SYSTEM, now=week) == 0
        assert packs.accept_due(work, DEMO, actor=SYSTEM, now=week + timedelta(seconds=1)) == 1
    with installation.database.read() as session:
        (found,) = bookings.listed(session, state=BookingState.ACTIVE)
        assert bookings.listed(session, before=found.number) == []
        assert bookings.counts(session)[BookingState.ORDERED] == 0
    assert (found.booking_id, found.shop_key) == (booking, shop)
    assert told(installation, "pack_booked") == 1


def test_who_runs_it_alone_has_every_pack_at_once(installation: Installation, shop: str) -> None:
    with installation.database.read() as session:
        packs.require(session, shop, Pack.BENCHMARK, FREE)
    with installation.database.write() as work:
        packs.join(work, shop, FREE, domains=1, actor=ANNA, now=NOON)
        with pytest.raises(PackBooked):
            packs.join(work, shop, FREE, domains=1, actor=ANNA, now=NOON)
    assert told(installation, "membership_accepted") == 1


def test_a_third_domain_costs_what_a_further_one_costs(
    installation: Installation, shop: str
) -> None:
    with installation.database.write() as work:
        booking = packs.join(work, shop, DEMO, domains=3, actor=ANNA, now=NOON)
        assert packs._required(work, booking).price_minor == 3_900
