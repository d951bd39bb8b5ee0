"""Protections of purchases: what is asked, from when until when, and the states (systems.md §35).

    ACTIVE → EXTENDED | CLAIMED | CANCELLED | ENDED
    EXTENDED → EXTENDED | CLAIMED | CANCELLED | ENDED
    ENDED → CLAIMED

A claim extends a protection once, Protection Plus prolongs one once; a claim that was reported in
time may be paid after the end.

TrustwrightError
├── NotFound
│   └── ProtectionNotFound         PROTECTION_NOT_FOUND
├── Conflict
│   ├── MarkNotValid               MARK_NOT_VALID
│   ├── ProtectionOfOwnPurchase    PROTECTION_OWN_PURCHASE
│   └── ProtectionStepForbidden    PROTECTION_STEP_FORBIDDEN
├── Gone
│   └── ProtectionTooLate          PROTECTION_TOO_LATE
└── Invalid
    ├── ProtectionAmountInvalid    PROTECTION_AMOUNT_INVALID
    ├── CurrencyUnknown            CURRENCY_UNKNOWN
    └── OrderInFuture              ORDER_IN_FUTURE
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from domain import currencies, orders, payments, protection_tiers, texts
from domain.errors import Conflict, Gone, Invalid, NotFound
from domain.exchange_rates import Rate
from domain.orders import NewOrder
from domain.payments import PaymentType
from domain.policies import HAND_OVERS, ORDERS, PROTECTIONS
from domain.protection_tiers import TierTerms
from domain.windows import day_of, midnight


class ProtectionNotFound(NotFound):
    code = "PROTECTION_NOT_FOUND"
    title = "There is no protection with this number."


class MarkNotValid(Conflict):
    code = "MARK_NOT_VALID"
    title = "The shop does not hold a valid trust mark now, and so protects no purchases."


class ProtectionOfOwnPurchase(Conflict):
    code = "PROTECTION_OWN_PURCHASE"
    title = "Who works for a shop cannot have a purchase from it protected."


class ProtectionStepForbidden(Conflict):
    code = "PROTECTION_STEP_FORBIDDEN"
    title = "From where the protection stands now, this step is not possible."


class ProtectionTooLate(Gone):
    code = "PROTECTION_TOO_LATE"
    title = "A purchase can be protected up to three days after the order."


class ProtectionAmountInvalid(Invalid):
    code = "PROTECTION_AMOUNT_INVALID"
    title = "The amount of an order is a whole number of minor units above zero."


class CurrencyUnknown(Invalid):
    code = "CURRENCY_UNKNOWN"
    title = "Purchases in this currency cannot be protected."


class OrderInFuture(Invalid):
    code = "ORDER_IN_FUTURE"
    title = "An order does not lie in the future."


class ProtectionState(StrEnum):
    """Where a protection stands; the first two run."""

    ACTIVE = "ACTIVE"
    EXTENDED = "EXTENDED"
    ENDED = "ENDED"
    CLAIMED = "CLAIMED"
    CANCELLED = "CANCELLED"

    @property
    def runs(self) -> bool:
        """Whether the purchase is covered, until the end of the term."""
        return self in RUNNING


RUNNING: Final = frozenset({ProtectionState.ACTIVE, ProtectionState.EXTENDED})
_ENDS: Final = frozenset(
    {ProtectionState.ENDED, ProtectionState.CLAIMED, ProtectionState.CANCELLED}
)
TRANSITIONS: Final[Mapping[ProtectionState, frozenset[ProtectionState]]] = {
    ProtectionState.ACTIVE: _ENDS | {ProtectionState.EXTENDED},
    ProtectionState.EXTENDED: _ENDS | {ProtectionState.EXTENDED},
    ProtectionState.ENDED: frozenset({ProtectionState.CLAIMED}),
    ProtectionState.CLAIMED: frozenset(),
    ProtectionState.CANCELLED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class ProtectedOrder:
    """An order that is to be protected: its amount in minor units, and where its buyer lives.

    ``payment`` is what the shop calls the way of paying; ``residence`` two letters.
    """

    reference: str
    ordered_at: datetime
    amount_minor: int
    currency: str
    payment: str
    email: str
    language: str
    residence: str

    @property
    def payment_type(self) -> PaymentType:
        """The contract's name for the way of paying; any way may be protected."""
        return payments.read(self.payment)


def checked(order: ProtectedOrder) -> ProtectedOrder:
    """The order with tidy texts, if one like it may be protected.

    Raises ProtectionAmountInvalid, CurrencyUnknown, ResidenceInvalid, and OrderInvalid or
    TextInvalid as ``orders.checked`` does.
    """
    amount = order.amount_minor
    if type(amount) is not int or not 0 < amount <= ORDERS.minor_units:
        raise ProtectionAmountInvalid(field="amount")
    currency = order.currency.strip().upper()
    if not currencies.is_known(currency):
        raise CurrencyUnknown(field="currency")
    tidy = orders.checked(NewOrder(order.reference, order.email, order.ordered_at))
    return replace(
        order,
        currency=currency,
        payment=texts.clean_line(
            order.payment, most=HAND_OVERS.payment_characters, field="paymentType"
        ),
        email=tidy.email,
        residence=protection_tiers.residence(order.residence),
    )


def check_ordered(ordered_at: datetime, now: datetime) -> None:
    """Raise unless a purchase of this moment can still be protected: up to three days later.

    Clocks of two machines may differ by a few minutes. Raises OrderInFuture or ProtectionTooLate.
    """
    if ordered_at.tzinfo is None or ordered_at > now + timedelta(minutes=PROTECTIONS.skew_minutes):
        raise OrderInFuture(field="ordered_at")
    if now > ordered_at + timedelta(days=PROTECTIONS.offer_days):
        raise ProtectionTooLate(field="ordered_at")


@dataclass(frozen=True, slots=True)
class Cover:
    """What a protection pays at most, and what it leaves open, in minor units of the order.

    ``eur_minor`` is the cover in EUR cents at the rate of the day on which it starts.
    """

    minor: int
    uncovered_minor: int
    eur_minor: int


def cover(amount_minor: int, rate: Rate, terms: TierTerms, tier_rate: Rate) -> Cover:
    """``min(amount, maximum of the tier)``: 250.00 under a maximum of 100.00 leaves 150.00 open.

    ``rate`` is that of the order's currency, ``tier_rate`` that of the tier's.
    """
    most = tier_rate.into(terms.max_minor, rate)
    covered = min(amount_minor, most)
    return Cover(covered, amount_minor - covered, rate.to_euro(covered))


@dataclass(frozen=True, slots=True)
class Term:
    """From when until when a purchase is covered; ``ends_at`` is 00:00Z and not part of it.

    A claim has extended it at ``extended_at``, Protection Plus prolonged it at ``prolonged_at``.
    """

    state: ProtectionState
    starts_at: datetime
    ends_at: datetime
    extended_at: datetime | None = None
    prolonged_at: datetime | None = None

    def runs(self, now: datetime) -> bool:
        """Whether the purchase is covered at ``now``."""
        return self.state.runs and self.starts_at <= now < self.ends_at

    def extend(self, days: int, now: datetime) -> "Term":
        """A claim makes it longer by whole days, once. Raises ProtectionStepForbidden."""
        if self.extended_at is not None:
            raise ProtectionStepForbidden
        return replace(self._longer(days, now), extended_at=now)

    def prolong(self, terms: TierTerms, now: datetime) -> "Term":
        """The buyer makes it longer by as many days as at first, once, where the tier allows it.

        Raises ProtectionStepForbidden.
        """
        if self.prolonged_at is not None or not terms.may_prolong:
            raise ProtectionStepForbidden
        return replace(self._longer(PROTECTIONS.days, now), prolonged_at=now)

    def cancel(self, now: datetime) -> "Term":
        """The buyer wants it no more. Raises ProtectionStepForbidden once it has ended."""
        self._check_runs(now)
        return self._moved(ProtectionState.CANCELLED)

    def claim(self) -> "Term":
        """A claim of it was paid, also after the end. Raises ProtectionStepForbidden."""
        return self._moved(ProtectionState.CLAIMED)

    def end(self, now: datetime) -> "Term":
        """What time alone brings about: once over, it is ENDED. Else the same term."""
        is_over = self.state.runs and now >= self.ends_at
        return self._moved(ProtectionState.ENDED) if is_over else self

    def _longer(self, days: int, now: datetime) -> "Term":
        self._check_runs(now)
        if not 0 < days <= PROTECTIONS.days:
            raise ProtectionStepForbidden
        return replace(
            self._moved(ProtectionState.EXTENDED), ends_at=self.ends_at + timedelta(days=days)
        )

    def _check_runs(self, now: datetime) -> None:
        if not self.runs(now):
            raise ProtectionStepForbidden

    def _moved(self, to: ProtectionState) -> "Term":
        if to not in TRANSITIONS[self.state]:
            raise ProtectionStepForbidden
        return replace(self, state=to)


def started(now: datetime) -> Term:
    """30 days with the one on which it starts, in UTC: 1 January 15:20Z → 31 January 00:00Z."""
    ends_at = midnight(day_of(now) + timedelta(days=PROTECTIONS.days))
    return Term(ProtectionState.ACTIVE, now, ends_at)
