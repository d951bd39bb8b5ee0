"""What a protected buyer may claim, for which reasons, and how much is paid (systems.md §36).

A claim is a buyer's report about one protected purchase. It is open from the report to an end:
an answer of the shop that helps, a settlement, a decision with its payment, or silence. The way
between the states stands in ``domain.claim_states``.

TrustwrightError
├── NotFound                       there is no such thing
│   └── ClaimNotFound              CLAIM_NOT_FOUND
├── Invalid                        a value breaks a rule
│   ├── ClaimInvalid               CLAIM_INVALID
│   ├── ProblemNotCovered          PROBLEM_NOT_COVERED (systems.md §36)
│   └── WithdrawalFirst            WITHDRAWAL_FIRST (systems.md §36)
├── Conflict                       the state of things forbids it
│   ├── ClaimExists                CLAIM_EXISTS
│   ├── ClaimStepForbidden         CLAIM_STEP_FORBIDDEN
│   ├── ClaimChanged               CLAIM_CHANGED
│   └── RefundClaimNotOpen         REFUND_CLAIM_NOT_OPEN
└── Gone                           it was possible once
    ├── ProtectionOver             PROTECTION_OVER
    └── ClaimTimeOver              CLAIM_TIME_OVER
"""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from domain.errors import Conflict, Gone, Invalid, NotFound


@dataclass(frozen=True, slots=True)
class ClaimPolicy:
    """Deadlines in days, of the market where they are working days, and limits of amounts.

    The shop is reminded on its ``reminder_working_day``-th working day. A report extends the
    protection by ``extension_days``; a refund is claimed from ``refund_days`` before its end on,
    for ``refund_open_days``. A shop promises a day within ``promise_days``.
    """

    shop_working_days: int = 5
    reminder_working_day: int = 3
    promise_days: int = 14
    check_days: int = 7
    mediation_days: int = 14
    extension_days: int = 30
    refund_days: int = 7
    refund_open_days: int = 30
    documents_days: int = 14
    assessment_working_days: int = 10
    appeal_days: int = 30
    withdrawal_days: int = 14
    text_characters: int = 5_000
    reasons_characters: int = 20
    messages: int = 200
    minor_units: int = 10**12


CLAIMS: Final = ClaimPolicy()


class ClaimNotFound(NotFound):
    code = "CLAIM_NOT_FOUND"
    title = "There is no claim with this id."


class ClaimInvalid(Invalid):
    code = "CLAIM_INVALID"
    title = "This claim is not complete or not possible."


class ProblemNotCovered(Invalid):
    code = "PROBLEM_NOT_COVERED"
    title = "The protection does not cover this; the shop's warranty may."


class WithdrawalFirst(Invalid):
    code = "WITHDRAWAL_FIRST"
    title = (
        "Wrong or damaged goods are the shop's first. They are covered after a withdrawal that was "
        "declared to it within 14 days of receipt: declare it, then report both days."
    )


class ClaimExists(Conflict):
    code = "CLAIM_EXISTS"
    title = "There is a claim about this purchase already."


class ClaimStepForbidden(Conflict):
    code = "CLAIM_STEP_FORBIDDEN"
    title = "From where the claim stands now, this step is not possible."


class ClaimChanged(Conflict):
    code = "CLAIM_CHANGED"
    title = "Somebody else has changed this claim meanwhile; look at it again before you go on."


class RefundClaimNotOpen(Conflict):
    code = "REFUND_CLAIM_NOT_OPEN"
    title = "A refund can be claimed from 7 days before the end of the protection."


class ProtectionOver(Gone):
    code = "PROTECTION_OVER"
    title = "The protection of this purchase is over."


class ClaimTimeOver(Gone):
    code = "CLAIM_TIME_OVER"
    title = "The time for this step is over."


class ClaimState(StrEnum):
    """Where a claim stands; APPEALED is our own, between a rejection and its second look."""

    REPORTED = "REPORTED"
    SHOP_ASKED = "SHOP_ASKED"
    SHOP_ANSWERED = "SHOP_ANSWERED"
    BUYER_CHECK = "BUYER_CHECK"
    MEDIATION = "MEDIATION"
    RESOLVED = "RESOLVED"
    REFUND_CLAIM = "REFUND_CLAIM"
    DOCUMENTS = "DOCUMENTS"
    ASSESSMENT = "ASSESSMENT"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    APPEALED = "APPEALED"
    PAID = "PAID"
    RECOURSE = "RECOURSE"
    WITHDRAWN = "WITHDRAWN"
    LAPSED = "LAPSED"

    @property
    def is_open(self) -> bool:
        """Whether a decision or an end is still to come; the buyer may withdraw until then."""
        return self in OPEN


OPEN: Final = frozenset(
    {
        ClaimState.REPORTED,
        ClaimState.SHOP_ASKED,
        ClaimState.SHOP_ANSWERED,
        ClaimState.BUYER_CHECK,
        ClaimState.MEDIATION,
        ClaimState.REFUND_CLAIM,
        ClaimState.DOCUMENTS,
        ClaimState.ASSESSMENT,
        ClaimState.APPEALED,
    }
)
"""States from which a buyer may withdraw; an approved claim is decided and waits for its money."""


class ClaimReason(StrEnum):
    """Why a claim is covered."""

    NOT_DELIVERED = "NOT_DELIVERED"
    PARTIALLY_DELIVERED = "PARTIALLY_DELIVERED"
    NOT_REFUNDED = "NOT_REFUNDED"
    SERVICE_NOT_PERFORMED = "SERVICE_NOT_PERFORMED"
    VOUCHER_INVALID = "VOUCHER_INVALID"
    DIGITAL_INVALID = "DIGITAL_INVALID"
    INSOLVENCY = "INSOLVENCY"
    TRAVEL_CANCELLED = "TRAVEL_CANCELLED"


class Problem(StrEnum):
    """What a buyer says has happened; the last three are covered under conditions, or never."""

    NOT_DELIVERED = "NOT_DELIVERED"
    PARTIALLY_DELIVERED = "PARTIALLY_DELIVERED"
    NOT_REFUNDED = "NOT_REFUNDED"
    SERVICE_NOT_PERFORMED = "SERVICE_NOT_PERFORMED"
    VOUCHER_INVALID = "VOUCHER_INVALID"
    DIGITAL_INVALID = "DIGITAL_INVALID"
    INSOLVENCY = "INSOLVENCY"
    TRAVEL_CANCELLED = "TRAVEL_CANCELLED"
    WRONG_GOODS = "WRONG_GOODS"
    DAMAGED_GOODS = "DAMAGED_GOODS"
    WARRANTY_DEFECT = "WARRANTY_DEFECT"


class ClaimParty(StrEnum):
    """Who does a step, or says something."""

    SYSTEM = "SYSTEM"
    BUYER = "BUYER"
    SHOP = "SHOP"
    HANDLER = "HANDLER"
    DECIDER = "DECIDER"
    PAYER = "PAYER"


class Answer(StrEnum):
    """What a shop answers to a report; a partial refund and a dispute it has to justify."""

    DELIVERS = "DELIVERS"
    DELIVERED = "DELIVERED"
    REFUNDED = "REFUNDED"
    PART_REFUND = "PART_REFUND"
    DISPUTES = "DISPUTES"

    @property
    def needs_reasons(self) -> bool:
        return self in (Answer.PART_REFUND, Answer.DISPUTES)


RULES: Final = "2026-1"
"""The version of these rules; each step of a claim keeps the one by which it was made."""

TRAVEL_MARKETS: Final[frozenset[str]] = frozenset()
"""Markets in which a cancelled journey is covered: none, until a guarantor agrees (our default)."""

_GOODS: Final = (Problem.WRONG_GOODS, Problem.DAMAGED_GOODS)


@dataclass(frozen=True, slots=True)
class BuyerRef:
    """A buyer whose address has been proved: its keyed hash, and the language of the pages."""

    hash: str
    language: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a buyer reports: the problem, when goods came, and when the withdrawal was declared."""

    problem: Problem
    text: str
    received_on: date | None = None
    withdrawn_on: date | None = None


@dataclass(frozen=True, slots=True)
class Amounts:
    """Minor units of one currency: what was paid, what came back, and what the buyer keeps.

    Raises ClaimInvalid for a negative amount.
    """

    paid: int
    refunds: int = 0
    chargeback: int = 0
    kept: int = 0

    def __post_init__(self) -> None:
        for name in ("paid", "refunds", "chargeback", "kept"):
            if not 0 <= getattr(self, name) <= CLAIMS.minor_units:
                raise ClaimInvalid("An amount is 0 or more.", field=name)


def covered(
    report: Report, market: str, *, today: date, travel: Container[str] = TRAVEL_MARKETS
) -> ClaimReason:
    """The reason by which a report is covered.

    Wrong and damaged goods are the shop's first: they count as a missing refund once a
    withdrawal was declared within 14 days of receipt. Raises ProblemNotCovered, WithdrawalFirst,
    or ClaimInvalid for days to come.
    """
    for name, day in (("received_on", report.received_on), ("withdrawn_on", report.withdrawn_on)):
        if day is not None and day > today:
            raise ClaimInvalid("This day is still to come.", field=name)
    if report.problem is Problem.WARRANTY_DEFECT:
        raise ProblemNotCovered(field="problem")
    if report.problem is Problem.TRAVEL_CANCELLED and market not in travel:
        raise ProblemNotCovered("Journeys are not covered here.", field="problem")
    if report.problem in _GOODS:
        _check_withdrawal(report)
        return ClaimReason.NOT_REFUNDED
    return ClaimReason(report.problem)


def _check_withdrawal(report: Report) -> None:
    if report.received_on is None or report.withdrawn_on is None:
        raise WithdrawalFirst(field="withdrawn_on")
    last = report.received_on + timedelta(days=CLAIMS.withdrawal_days)
    if not report.received_on <= report.withdrawn_on <= last:
        raise WithdrawalFirst(field="withdrawn_on")


def shop_refund(answer: Answer, told: int | None, order: int) -> int | None:
    """What a shop's answer says it has refunded, in minor units; None where it is no refund.

    ``told`` is the amount that the shop names, ``order`` that of the order. A whole refund is the
    order's amount, named or not. Less is a partial refund, which the shop has to justify: it is
    named, at least 1 and less than the order's amount (systems.md §36). Raises ClaimInvalid.
    """
    if answer is Answer.PART_REFUND:
        if told is None or not 0 < told < order:
            raise ClaimInvalid("A part is more than 0 and less than the order.", field="refunded")
        return told
    whole = order if answer is Answer.REFUNDED else None
    if told not in (None, whole):
        raise ClaimInvalid("Only a refund has an amount: all of the order.", field="refunded")
    return whole


def payout(cover: int, amounts: Amounts) -> int:
    """What is paid, in minor units: the loss, up to the cover, and never less than nothing.

    ``max(0, min(cover, paid − refunds − chargeback − kept))`` (systems.md §36).
    """
    loss = amounts.paid - amounts.refunds - amounts.chargeback - amounts.kept
    return max(0, min(cover, loss))
