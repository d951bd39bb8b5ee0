"""Memberships and optional packs: what a market offers, prices, and the states of a booking.

TrustwrightError
├── NotAllowed                     the caller may not do this
│   └── PackRequired               PACK_REQUIRED (systems.md §2)
├── NotFound                       there is no such thing
│   └── BookingNotFound            BOOKING_NOT_FOUND
├── Conflict                       the state of things forbids it
│   ├── PackUnavailable            PACK_UNAVAILABLE (systems.md §2)
│   ├── PackBooked                 PACK_BOOKED (systems.md §2)
│   ├── BookingForbidden           BOOKING_FORBIDDEN (systems.md §1)
│   └── MembershipEnded            MEMBERSHIP_ENDED (systems.md §1)
└── Invalid                        a value breaks a rule
    └── BookingReasonMissing       BOOKING_REASON_MISSING (systems.md §1)
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from domain import texts
from domain.errors import Conflict, Invalid, NotAllowed, NotFound
from domain.markets import MARKETS
from domain.windows import day_of, midnight, months_after


class PackRequired(NotAllowed):
    code = "PACK_REQUIRED"
    title = "The shop has not booked the pack that this belongs to."


class BookingNotFound(NotFound):
    code = "BOOKING_NOT_FOUND"
    title = "There is no booking with this id."


class PackUnavailable(Conflict):
    code = "PACK_UNAVAILABLE"
    title = "This pack is not offered in the shop's market, or needs another one first."


class PackBooked(Conflict):
    code = "PACK_BOOKED"
    title = "The shop has this pack already."


class BookingForbidden(Conflict):
    code = "BOOKING_FORBIDDEN"
    title = "The booking cannot go from its present state to that one."


class MembershipEnded(Conflict):
    code = "MEMBERSHIP_ENDED"
    title = "The shop is no longer a member and takes no new reviews."


class BookingReasonMissing(Invalid):
    code = "BOOKING_REASON_MISSING"
    title = "A reason is needed: a sentence that the shop will read."


class Pack(StrEnum):
    """The membership itself, and the chapters 5 to 13 of the service description (§2)."""

    MEMBERSHIP = "MEMBERSHIP"
    GOOGLE_STARS = "GOOGLE_STARS"
    INTERCONNECTED = "INTERCONNECTED"
    BOOSTER = "BOOSTER"
    FACEBOOK = "FACEBOOK"
    BENCHMARK = "BENCHMARK"
    PRODUCT_REVIEWS = "PRODUCT_REVIEWS"
    REVIEWS_API = "REVIEWS_API"
    OUTSOURCED = "OUTSOURCED"
    MARK_GUARANTEE = "MARK_GUARANTEE"


class BookingState(StrEnum):
    """Ordered by the shop, accepted by the operator, and runs until the term's end (§1)."""

    ORDERED = "ORDERED"
    ACCEPTED = "ACCEPTED"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    CANCELLED = "CANCELLED"
    ENDED = "ENDED"


_NEXT: Final[Mapping[BookingState, frozenset[BookingState]]] = {
    BookingState.ORDERED: frozenset({BookingState.ACCEPTED, BookingState.ENDED}),
    BookingState.ACCEPTED: frozenset({BookingState.ACTIVE, BookingState.ENDED}),
    BookingState.ACTIVE: frozenset({BookingState.SUSPENDED, BookingState.CANCELLED}),
    BookingState.SUSPENDED: frozenset(
        {BookingState.ACTIVE, BookingState.CANCELLED, BookingState.ENDED}
    ),
    BookingState.CANCELLED: frozenset({BookingState.SUSPENDED, BookingState.ENDED}),
    BookingState.ENDED: frozenset(),
}
RUNNING: Final = frozenset({BookingState.ACTIVE, BookingState.CANCELLED})
"""States in which the pack does its work."""
_REASON_CHARACTERS: Final = 500
_SHORTEST_REASON: Final = 10
NOTICE: Final = timedelta(days=30)
"""How long before its end a cancelled pack is spoken of once more (§2)."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Where a pack is offered, what it needs, and its price a month in minor units."""

    price_minor: int
    markets: frozenset[str] = frozenset(MARKETS)
    requires: frozenset[Pack] = frozenset()


@dataclass(frozen=True, slots=True)
class PriceList:
    """Prices in ``currency`` minor units; the membership is tiered by domains.

    Where ``grants_all``, every pack that a market offers is there without being booked: the
    default of an installation that a shop runs for itself. An order that nobody has accepted or
    ended within ``accept_days`` is accepted by itself; without them it waits for somebody.
    """

    currency: str
    membership_minor: int
    further_domain_minor: int
    packs: Mapping[Pack, Terms] = field(default_factory=dict)
    grants_all: bool = False
    accept_days: int | None = None


class Prices(StrEnum):
    """The price lists that an operator may choose."""

    FREE = "free"
    DEMO = "demo"


_PRICED: Final = tuple(pack for pack in Pack if pack is not Pack.MEMBERSHIP)
_GERMAN: Final = frozenset({"DE", "AT", "CH"})
PRICE_LISTS: Final[Mapping[Prices, PriceList]] = {
    Prices.FREE: PriceList("EUR", 0, 0, {pack: Terms(0) for pack in _PRICED}, grants_all=True),
    Prices.DEMO: PriceList(
        "EUR",
        4_900,
        3_900,
        {
            Pack.GOOGLE_STARS: Terms(1_900, frozenset({"DE", "AT", "CH", "FR", "UK"})),
            Pack.INTERCONNECTED: Terms(500),
            Pack.BOOSTER: Terms(900),
            Pack.FACEBOOK: Terms(500),
            Pack.BENCHMARK: Terms(900, _GERMAN | {"FR"}),
            Pack.PRODUCT_REVIEWS: Terms(2_900),
            Pack.REVIEWS_API: Terms(1_900, requires=frozenset({Pack.PRODUCT_REVIEWS})),
            Pack.OUTSOURCED: Terms(9_900, _GERMAN),
            Pack.MARK_GUARANTEE: Terms(3_900, frozenset(MARKETS) - {"EUO"}),
        },
        # Nobody pays these prices, and perhaps nobody looks.
        accept_days=7,
    ),
}


def membership_minor(prices: PriceList, domains: int) -> int:
    """What ``domains`` domains cost a month: three of the demo's list cost 127.00 EUR (§1)."""
    further = max(0, domains - 1)
    return prices.membership_minor * min(domains, 1) + prices.further_domain_minor * further


def offer(prices: PriceList, market: str) -> Mapping[Pack, Terms]:
    """Exactly the packs that are available in the market (§2)."""
    return {pack: terms for pack, terms in prices.packs.items() if market in terms.markets}


def check_booking(prices: PriceList, market: str, pack: Pack, held: Collection[Pack]) -> Terms:
    """The terms under which a shop that has ``held`` may book the pack.

    Raises PackUnavailable or PackBooked.
    """
    terms = offer(prices, market).get(pack)
    if terms is None:
        raise PackUnavailable(f"{pack} is not offered in market {market}.", field="pack")
    if pack in held or prices.grants_all:
        raise PackBooked(field="pack")
    missing = sorted(terms.requires - set(held))
    if missing:
        raise PackUnavailable(f"{pack} needs {', '.join(missing)}.", field="pack")
    return terms


def step(state: BookingState, to: BookingState) -> BookingState:
    """The new state; raises BookingForbidden where that is not the way."""
    if to not in _NEXT[state]:
        raise BookingForbidden(f"A booking that is {state} cannot become {to}.")
    return to


def checked_reason(reason: str) -> str:
    """Why a booking is suspended, on one line; raises BookingReasonMissing or TextInvalid."""
    reason = texts.clean_line(reason, most=_REASON_CHARACTERS, field="reason")
    if len(reason) < _SHORTEST_REASON:
        raise BookingReasonMissing(field="reason")
    return reason


def term_end(since: datetime, now: datetime) -> datetime:
    """When a booking that began ``since`` ends if it is cancelled ``now``.

    Terms are calendar months, whole days, counted from the first one (seed A: runs to term).
    """
    first, months = day_of(since), 1
    while midnight(months_after(first, months)) <= now:
        months += 1
    return midnight(months_after(first, months))
