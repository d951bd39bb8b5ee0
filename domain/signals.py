"""Signals that a review may not be genuine, and the score that orders a queue (trust-rules.md §4).

A score is a number for sorting (SIG-0). No function here takes or gives a review, a state or a
statement, and none of what hides something takes a score: what looks bad stays published and
counted, and comes before a person sooner. Stars are not looked at.

TrustwrightError
├── NotFound                       there is no such thing
│   └── SignalCaseNotFound         SIGNAL_CASE_NOT_FOUND
└── Conflict                       the state of things forbids it
    └── SignalCaseChanged          SIGNAL_CASE_CHANGED
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import sqrt
from typing import Final

from domain.errors import Conflict, NotFound


@dataclass(frozen=True, slots=True)
class SignalPolicy:
    """Signals of what is not genuine: when one is noticed, and from which score people look.

    ``too_fast_seconds`` from opening a form to sending it. Reviews of one address count in
    ``address_days``; a burst is so many of a day, so many deviations above the ``burst_days``
    before it. Traces are kept for ``trace_days``.
    """

    look_from: int = 40
    too_fast_seconds: int = 5
    address_days: int = 90
    address_shops: int = 3
    address_reviews: int = 6
    network_orders: int = 3
    burst_reviews: int = 10
    burst_days: int = 28
    burst_deviations: int = 4
    alike: int = 200
    trace_days: int = 90
    queue: int = 200
    note_characters: int = 2_000


SIGNALS = SignalPolicy()


class SignalCaseNotFound(NotFound):
    code = "SIGNAL_CASE_NOT_FOUND"
    title = "There is nothing with this id in the queue of signals."


class SignalCaseChanged(Conflict):
    code = "SIGNAL_CASE_CHANGED"
    title = "Somebody else has looked at this meanwhile."


class Signal(StrEnum):
    """What was noticed, by the rules SIG-1 to SIG-11 and US-3."""

    TOKEN_REPLAY = "TOKEN_REPLAY"  # noqa: S105 the name of a signal
    BEFORE_DELIVERY = "BEFORE_DELIVERY"
    SAME_ADDRESS = "SAME_ADDRESS"
    STAFF_ADDRESS = "STAFF_ADDRESS"
    STAFF_DOMAIN = "STAFF_DOMAIN"
    SAME_NETWORK = "SAME_NETWORK"
    BURST = "BURST"
    NEAR_DUPLICATE = "NEAR_DUPLICATE"
    CANCELLED_ORDER = "CANCELLED_ORDER"
    TOO_FAST = "TOO_FAST"
    ORDER_UNDONE = "ORDER_UNDONE"
    DATACENTRE = "DATACENTRE"
    CO_OCCURRENCE = "CO_OCCURRENCE"


WEIGHTS: Final[Mapping[Signal, int]] = {
    Signal.TOKEN_REPLAY: 10,
    Signal.BEFORE_DELIVERY: 20,
    Signal.SAME_ADDRESS: 30,
    Signal.STAFF_ADDRESS: 60,
    Signal.STAFF_DOMAIN: 40,
    Signal.SAME_NETWORK: 25,
    Signal.BURST: 15,
    Signal.NEAR_DUPLICATE: 30,
    Signal.CANCELLED_ORDER: 40,
    Signal.TOO_FAST: 15,
    Signal.ORDER_UNDONE: 20,
    Signal.DATACENTRE: 20,
    Signal.CO_OCCURRENCE: 25,
}
"""How much each one adds; from ``SIGNALS.look_from`` on, a person looks."""

FREE_MAIL: Final = frozenset(
    {"gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com"}
    | {"icloud.com", "me.com", "gmx.de", "gmx.net", "gmx.at", "gmx.ch", "web.de", "t-online.de"}
    | {"freenet.de", "posteo.de", "mailbox.org", "proton.me", "protonmail.com", "aol.com"}
    | {"orange.fr", "free.fr", "laposte.net", "wanadoo.fr", "sfr.fr", "hotmail.fr", "yahoo.fr"}
    | {"libero.it", "virgilio.it", "tiscali.it", "hotmail.it", "yahoo.it", "hotmail.es"}
    | {"telefonica.net", "ziggo.nl", "kpnmail.nl", "planet.nl", "live.nl", "hotmail.nl"}
    | {"wp.pl", "o2.pl", "onet.pl", "interia.pl", "op.pl", "btinternet.com", "hotmail.co.uk"}
)
"""Domains at which everybody has an address: to share one says nothing."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known around a review when it comes in; nothing of what it says, or of its stars.

    ``seconds`` from opening the form to sending it. ``by_shop`` is how many reviews the same
    address has written, by shop; ``is_refunded`` says that the buyer has the money back, whatever
    the stars say (SIG-8), ``is_datacentre`` that the form was sent from one; ``network_orders`` how
    many other orders of the shop were reviewed from the same network that day. ``today`` counts
    the subject's reviews of 24 hours, ``before`` those of the days before them. ``shop_domains``
    are the shop's and its staff's.
    """

    is_replayed: bool = False
    is_before_delivery: bool = False
    is_cancelled: bool = False
    is_refunded: bool = False
    is_datacentre: bool = False
    is_staff_address: bool = False
    is_copy: bool = False
    seconds: int | None = None
    by_shop: Collection[int] = ()
    network_orders: int = 0
    today: int = 0
    before: int = 0
    mail_domain: str = ""
    shop_domains: frozenset[str] = field(default=frozenset())


def signals_of(seen: Seen) -> frozenset[Signal]:
    """What is to be noticed in it."""
    noticed = {
        Signal.TOKEN_REPLAY: seen.is_replayed,
        Signal.BEFORE_DELIVERY: seen.is_before_delivery,
        Signal.SAME_ADDRESS: len(seen.by_shop) >= SIGNALS.address_shops
        or sum(seen.by_shop) >= SIGNALS.address_reviews,
        Signal.STAFF_ADDRESS: seen.is_staff_address,
        Signal.STAFF_DOMAIN: is_staff_domain(seen.mail_domain, seen.shop_domains),
        Signal.SAME_NETWORK: seen.network_orders >= SIGNALS.network_orders,
        Signal.BURST: is_burst(seen.today, seen.before),
        Signal.NEAR_DUPLICATE: seen.is_copy,
        Signal.CANCELLED_ORDER: seen.is_cancelled,
        Signal.ORDER_UNDONE: seen.is_refunded,
        Signal.DATACENTRE: seen.is_datacentre,
        Signal.TOO_FAST: seen.seconds is not None and seen.seconds < SIGNALS.too_fast_seconds,
    }
    return frozenset(signal for signal, holds in noticed.items() if holds)


def is_staff_domain(mail_domain: str, shop_domains: frozenset[str]) -> bool:
    """Whether an address belongs to the shop's own domain or its staff's (US-3)."""
    own = shop_domains - FREE_MAIL
    return any(mail_domain == each or mail_domain.endswith(f".{each}") for each in own)


def is_burst(today: int, before: int) -> bool:
    """Whether so many reviews in a day are far more than the days before them let expect.

    ``before`` is the sum of ``SIGNALS.burst_days`` days; their deviation is that of a Poisson
    process, of which the mean is at least one.
    """
    mean = max(before / SIGNALS.burst_days, 1.0)
    deviations = (today - mean) / sqrt(mean)
    return today >= SIGNALS.burst_reviews and deviations >= SIGNALS.burst_deviations


def score(signals: Iterable[Signal]) -> int:
    """Where a review stands in the queue; higher comes sooner."""
    return sum(WEIGHTS[signal] for signal in set(signals))


def needs_a_look(signals: Iterable[Signal]) -> bool:
    """Whether a person should look at it."""
    return score(signals) >= SIGNALS.look_from
