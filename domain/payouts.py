"""Payouts: an approved claim is paid once, by a file for the bank or by hand (systems.md §36).

    PREPARED → IN_FILE → PAID | FAILED
    PREPARED, FAILED → IN_FILE | BY_HAND
    PAID, BY_HAND → FAILED, where the bank sends it back

TrustwrightError
├── NotFound                       there is no such thing
│   └── PayoutNotFound             PAYOUT_NOT_FOUND
├── Conflict                       the state of things forbids it
│   ├── PayoutStepForbidden        PAYOUT_STEP_FORBIDDEN
│   ├── PayoutChanged              PAYOUT_CHANGED
│   ├── PayoutExceeded             PAYOUT_EXCEEDED (systems.md §36)
│   ├── PayoutRunEmpty             PAYOUT_RUN_EMPTY
│   └── PayoutAccountMissing       PAYOUT_ACCOUNT_MISSING
└── Invalid                        a value breaks a rule
    └── PaymentReferenceMissing    PAYMENT_REFERENCE_MISSING
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from domain import texts
from domain.errors import Conflict, Invalid, NotFound
from domain.ibans import Account

REFERENCE_CHARACTERS: Final = 140
FILE_PAYOUTS: Final = 500
"""How many payments one file holds; the rest wait for the next one."""
FILE_CURRENCY: Final = "EUR"


class PayoutNotFound(NotFound):
    code = "PAYOUT_NOT_FOUND"
    title = "There is no payout with this id."


class PayoutStepForbidden(Conflict):
    code = "PAYOUT_STEP_FORBIDDEN"
    title = "From where the payout stands now, this step is not possible."


class PayoutChanged(Conflict):
    code = "PAYOUT_CHANGED"
    title = "Somebody else has changed this payout meanwhile; look at it again before you go on."


class PayoutExceeded(Conflict):
    code = "PAYOUT_EXCEEDED"
    title = "Together with what was paid already, this is more than the protection covers."


class PayoutRunEmpty(Conflict):
    code = "PAYOUT_RUN_EMPTY"
    title = "None of these payouts can be paid by a file."


class PayoutAccountMissing(Conflict):
    code = "PAYOUT_ACCOUNT_MISSING"
    title = "A file needs the account that is paid from; the operator sets it."


class PaymentReferenceMissing(Invalid):
    code = "PAYMENT_REFERENCE_MISSING"
    title = "Write down what the bank or the payment says, so that it can be found again."


class PayoutState(StrEnum):
    """Where a payout stands; BY_HAND is paid as well, outside of a file."""

    PREPARED = "PREPARED"
    IN_FILE = "IN_FILE"
    PAID = "PAID"
    FAILED = "FAILED"
    BY_HAND = "BY_HAND"

    @property
    def is_payable(self) -> bool:
        """Whether money may be sent now: never was any, or it came back."""
        return self in (PayoutState.PREPARED, PayoutState.FAILED)

    @property
    def is_paid(self) -> bool:
        """Whether the buyer has the money."""
        return self in (PayoutState.PAID, PayoutState.BY_HAND)


_STEPS: Final[Mapping[PayoutState, frozenset[PayoutState]]] = {
    PayoutState.PREPARED: frozenset({PayoutState.IN_FILE, PayoutState.BY_HAND}),
    PayoutState.FAILED: frozenset({PayoutState.IN_FILE, PayoutState.BY_HAND}),
    PayoutState.IN_FILE: frozenset({PayoutState.PAID, PayoutState.FAILED}),
    PayoutState.PAID: frozenset({PayoutState.FAILED}),
    PayoutState.BY_HAND: frozenset({PayoutState.FAILED}),
}


class Failure(StrEnum):
    """Why a payment failed, as the log names it: what the bank says may name a person.

    REFUSED is what was never carried out, RETURNED what came back.
    """

    REFUSED = "REFUSED"
    RETURNED = "RETURNED"


class ByHand(StrEnum):
    """Why a payout cannot go into a file for the bank."""

    CURRENCY = "CURRENCY"
    NO_ACCOUNT = "NO_ACCOUNT"
    NOT_SEPA = "NOT_SEPA"


def step(before: PayoutState, after: PayoutState) -> PayoutState:
    """``after``, if it may follow; raises PayoutStepForbidden."""
    if after not in _STEPS[before]:
        raise PayoutStepForbidden
    return after


def failure_of(before: PayoutState) -> Failure:
    """How a payment has failed that stood there before."""
    return Failure.RETURNED if before.is_paid else Failure.REFUSED


def by_hand(currency: str, account: Account | None) -> ByHand | None:
    """Why this is paid by hand alone; None for what a SEPA credit transfer can carry."""
    if account is None:
        return ByHand.NO_ACCOUNT
    if currency != FILE_CURRENCY:
        return ByHand.CURRENCY
    return None if account.is_sepa else ByHand.NOT_SEPA


def check_amount(amount: int, *, cover: int, paid: int) -> None:
    """Raise PayoutExceeded unless ``amount`` is at least 1 and fits under the cover.

    All three are minor units of one currency; ``paid`` is everything that was paid or prepared
    for the same protection before: no money twice.
    """
    if amount < 1 or amount + paid > cover:
        raise PayoutExceeded


def reference_of(text: str) -> str:
    """What a person notes about a payment; raises PaymentReferenceMissing or TextInvalid."""
    reference = texts.clean_line(text, most=REFERENCE_CHARACTERS, field="reference")
    if not reference:
        raise PaymentReferenceMissing(field="reference")
    return reference
