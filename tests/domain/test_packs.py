"""Packs: offered by market, priced by domains, booked once, and run to their term."""

from datetime import UTC, datetime
from itertools import product

import pytest

from domain import packs
from domain.markets import MARKETS
from domain.packs import (
    PRICE_LISTS,
    BookingForbidden,
    BookingReasonMissing,
    BookingState,
    Pack,
    PackBooked,
    PackUnavailable,
    PriceList,
    Prices,
    Terms,
)

DEMO, FREE = PRICE_LISTS[Prices.DEMO], PRICE_LISTS[Prices.FREE]


def test_the_offer_lists_exactly_what_the_market_has() -> None:
    stars = Terms(100, frozenset({"DE", "FR"}))
    prices = PriceList("EUR", 0, 0, {Pack.GOOGLE_STARS: stars, Pack.BOOSTER: Terms(0)})
    assert set(packs.offer(prices, "FR")) == {Pack.GOOGLE_STARS, Pack.BOOSTER}
    assert set(packs.offer(prices, "PL")) == {Pack.BOOSTER}
    with pytest.raises(PackUnavailable):
        packs.check_booking(prices, "PL", Pack.GOOGLE_STARS, ())
    assert packs.check_booking(prices, "DE", Pack.GOOGLE_STARS, ()) == stars


def test_a_pack_is_booked_once_and_after_those_that_it_needs() -> None:
    with pytest.raises(PackBooked):
        packs.check_booking(DEMO, "DE", Pack.BOOSTER, {Pack.BOOSTER})
    with pytest.raises(PackUnavailable, match="PRODUCT_REVIEWS"):
        packs.check_booking(DEMO, "DE", Pack.REVIEWS_API, ())
    packs.check_booking(DEMO, "DE", Pack.REVIEWS_API, {Pack.PRODUCT_REVIEWS})


def test_who_runs_it_alone_has_every_pack_and_pays_nothing() -> None:
    for market in MARKETS:
        offered = packs.offer(FREE, market)
        assert set(offered) == set(Pack) - {Pack.MEMBERSHIP}
        assert not any(terms.price_minor for terms in offered.values())
    with pytest.raises(PackBooked):
        packs.check_booking(FREE, "DE", Pack.BOOSTER, ())


def test_three_domains_of_the_demo_cost_127_euros() -> None:
    paid = [packs.membership_minor(DEMO, domains) for domains in range(4)]
    assert paid == [0, 4_900, 8_800, 12_700]


def test_a_booking_goes_its_way_and_no_other() -> None:
    way = (BookingState.ORDERED, "ACCEPTED", "ACTIVE", "CANCELLED", "ENDED")
    state = way[0]
    for following in way[1:]:
        state = packs.step(BookingState(state), BookingState(following))
    assert state is BookingState.ENDED
    with pytest.raises(BookingForbidden, match="ENDED"):
        packs.step(state, BookingState.ACTIVE)
    steps = [pair for pair in product(BookingState, BookingState) if is_allowed(*pair)]
    assert len(steps) == 11
    assert not [pair for pair in steps if pair[0] == pair[1]]


def is_allowed(before: BookingState, after: BookingState) -> bool:
    try:
        return packs.step(before, after) is after
    except BookingForbidden:
        return False


@pytest.mark.parametrize(
    ("since", "now", "end"),
    [
        ((2026, 1, 31), (2026, 1, 31), (2026, 2, 28)),
        ((2026, 1, 31), (2026, 2, 27), (2026, 2, 28)),
        ((2026, 1, 31), (2026, 2, 28), (2026, 3, 31)),
        ((2025, 5, 10), (2026, 11, 20), (2026, 12, 10)),
    ],
)
def test_what_is_cancelled_runs_to_the_end_of_its_month(
    since: tuple[int, int, int], now: tuple[int, int, int], end: tuple[int, int, int]
) -> None:
    found = packs.term_end(datetime(*since, 9, tzinfo=UTC), datetime(*now, tzinfo=UTC))
    assert found == datetime(*end, tzinfo=UTC)


def test_a_suspension_has_a_reason_on_one_line() -> None:
    assert packs.checked_reason(" Unpaid \n since May. ") == "Unpaid since May."
    for reason in ("", "Unpaid", "         x"):
        with pytest.raises(BookingReasonMissing):
            packs.checked_reason(reason)
