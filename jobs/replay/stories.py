"""What a replayed order goes through once it is protected: who does what, and when.

The files tell which orders came late or not at all, and nothing of what people did about it. So
that is made up by rule: everything hangs on the order's number, the seller and the files' days.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Final

from domain.claims import Answer, ClaimState, Problem
from domain.orders import OrderStatus
from domain.protections import started
from domain.windows import midnight
from jobs.replay.history import History

ONE_IN: Final = 4
"""One order in so many is protected."""
_DAY: Final = timedelta(days=1)
_REFUND_MISSED: Final = 10 * _DAY
_NOON: Final = timedelta(hours=12)
_PROMISE: Final = 14 * _DAY


class Act(StrEnum):
    """What a person does in a claim."""

    ANSWER = "ANSWER"
    CONFIRM = "CONFIRM"
    REFUSE = "REFUSE"
    PROPOSE = "PROPOSE"
    BUYER_AGREES = "BUYER_AGREES"
    SHOP_AGREES = "SHOP_AGREES"
    FAIL = "FAIL"
    CLAIM = "CLAIM"
    HAND_IN = "HAND_IN"
    APPROVE = "APPROVE"
    REJECT = "REJECT"
    APPEAL = "APPEAL"
    UPHOLD = "UPHOLD"
    DISMISS = "DISMISS"
    PAY = "PAY"


@dataclass(frozen=True, slots=True)
class Seen:
    """A claim as those see it who have to do something: since when it is where it is."""

    state: ClaimState
    since: datetime
    is_open_for_refund: bool = False
    invited_at: datetime | None = None
    settlement_at: datetime | None = None
    buyer_agreed: bool = False
    was_appealed: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """Somebody does something at a moment."""

    at: datetime
    act: Act


@dataclass(frozen=True, slots=True)
class Story:
    """A protected order in our time; ``amount_minor`` is what the buyer has paid."""

    shop_key: str
    seller: str
    reference: str
    email: str
    ordered_at: datetime
    amount_minor: int
    currency: str
    is_cancelled: bool
    estimated_at: datetime | None
    delivered_at: datetime | None

    def draw(self, about: str, sides: int) -> int:
        """A number from 0 on, below ``sides``: always the same for this order and question."""
        return _draw(f"{self.reference}/{self.seller}/{about}", sides)

    @property
    def problem(self) -> Problem:
        """What the buyer would report."""
        return Problem.NOT_REFUNDED if self.is_cancelled else Problem.NOT_DELIVERED

    @property
    def refunded_minor(self) -> int:
        """What came back before the refund is claimed: two fifths for one buyer in four."""
        return self.amount_minor * 2 // 5 if self.draw("refunds", 4) == 0 else 0

    @property
    def reported_at(self) -> datetime | None:
        """When the buyer reports a problem, if there is one while the protection runs.

        Money that has not come back is missed on the tenth day, a parcel at noon of the day
        after the one for which it was announced.
        """
        if self.is_cancelled:
            return self.ordered_at + _REFUND_MISSED
        if self.estimated_at is None or self.delivered_at is None:
            return None
        at = midnight(self.estimated_at.date()) + _DAY + _NOON
        is_protected = self.ordered_at <= at < started(self.ordered_at).ends_at
        return at if is_protected and at < self.delivered_at else None

    def answer(self, at: datetime) -> tuple[Answer, date | None]:
        """What a shop that answers says at this moment, and which day it names."""
        if self.is_cancelled:
            is_refunded = self.draw("shop", 4) == 1
            return (Answer.REFUNDED, at.date()) if is_refunded else (Answer.DISPUTES, None)
        arrives = self.delivered_at or at
        if arrives <= at:
            return Answer.DELIVERED, arrives.date()
        if arrives.date() <= (at + _PROMISE).date():
            return Answer.DELIVERS, arrives.date()
        return Answer.DISPUTES, None

    def next(self, seen: Seen) -> Step | None:
        """What a person does next in the claim; None while only time passes."""
        match seen.state:
            case ClaimState.SHOP_ASKED if self.draw("shop", 4):
                return Step(seen.since + 2 * _DAY, Act.ANSWER)
            case ClaimState.BUYER_CHECK:
                return self._check(seen)
            case ClaimState.MEDIATION:
                return self._mediate(seen)
            case ClaimState.REFUND_CLAIM if seen.invited_at and seen.is_open_for_refund:
                return self._claim(seen.invited_at)
            case ClaimState.DOCUMENTS if self.draw("documents", 8):
                return Step(seen.since + 3 * _DAY, Act.HAND_IN)
            case ClaimState.ASSESSMENT:
                act = Act.APPROVE if self.draw("assessment", 3) else Act.REJECT
                return Step(seen.since + 5 * _DAY, act)
            case ClaimState.REJECTED if not seen.was_appealed and self.draw("appeal", 2) == 0:
                return Step(seen.since + 7 * _DAY, Act.APPEAL)
            case ClaimState.APPEALED:
                act = Act.UPHOLD if self.draw("decision", 2) == 0 else Act.DISMISS
                return Step(seen.since + 6 * _DAY, act)
            case ClaimState.APPROVED:
                return Step(seen.since + 3 * _DAY, Act.PAY)
        return None

    def _check(self, seen: Seen) -> Step | None:
        is_silent = self.draw("buyer", 3) == 0
        if is_silent and not self.is_cancelled:
            return None
        return Step(seen.since + _DAY, Act.REFUSE if is_silent else Act.CONFIRM)

    def _mediate(self, seen: Seen) -> Step | None:
        """A parcel that arrives settles it; about money there is a proposal, an end, or silence."""
        if not self.is_cancelled:
            arrives = max(seen.since, self.delivered_at or seen.since)
            return Step(arrives + timedelta(hours=1), Act.CONFIRM)
        drawn = self.draw("mediation", 4)
        if drawn == 1:
            return Step(seen.since + 5 * _DAY, Act.FAIL)
        if drawn > 1:
            return None
        if seen.settlement_at is None:
            return Step(seen.since + 2 * _DAY, Act.PROPOSE)
        if not seen.buyer_agreed:
            return Step(seen.settlement_at + _DAY, Act.BUYER_AGREES)
        return Step(seen.settlement_at + 2 * _DAY, Act.SHOP_AGREES)

    def _claim(self, invited_at: datetime) -> Step | None:
        """Who has the parcel by then claims nothing; of the others one in eight forgets it."""
        has_come = self.delivered_at is not None and self.delivered_at <= invited_at
        if (has_come and not self.is_cancelled) or self.draw("refund", 8) == 0:
            return None
        return Step(invited_at + 2 * _DAY, Act.CLAIM)


def told(history: History, shift: timedelta) -> Iterator[Story]:
    """The orders of a history that are protected: those with an amount, one in four."""
    names = {opening.new.key: opening.new.name for opening in history.openings}
    for purchase in history.purchases:
        order = purchase.order
        if not order.amount_minor or not order.currency or _draw(order.reference, ONE_IN):
            continue
        yield Story(
            shop_key=purchase.shop_key,
            seller=names.get(purchase.shop_key, ""),
            reference=order.reference,
            email=order.email,
            ordered_at=order.ordered_at + shift,
            amount_minor=order.amount_minor,
            currency=order.currency,
            is_cancelled=order.status is OrderStatus.CANCELLED,
            estimated_at=_plus(order.estimated_delivery_at, shift),
            delivered_at=_plus(order.delivered_at, shift),
        )


def _draw(text: str, sides: int) -> int:
    return int.from_bytes(sha256(text.encode()).digest()[:8]) % sides


def _plus(moment: datetime | None, shift: timedelta) -> datetime | None:
    return moment + shift if moment else None
