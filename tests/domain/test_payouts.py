"""Payouts: each step that there is and no other, what a file can carry, and no money twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import payouts
from domain.ibans import Account
from domain.payouts import (
    ByHand,
    Failure,
    PaymentReferenceMissing,
    PayoutExceeded,
    PayoutState,
    PayoutStepForbidden,
)

S = PayoutState
ALLOWED = {
    (S.PREPARED, S.IN_FILE),
    (S.PREPARED, S.BY_HAND),
    (S.FAILED, S.IN_FILE),
    (S.FAILED, S.BY_HAND),
    (S.IN_FILE, S.PAID),
    (S.IN_FILE, S.FAILED),
    (S.PAID, S.FAILED),
    (S.BY_HAND, S.FAILED),
}
GERMAN = Account("DE89370400440532013000", "Ada")


@pytest.mark.parametrize("before", list(S))
@pytest.mark.parametrize("after", list(S))
def test_a_payout_goes_its_way_and_no_other(before: S, after: S) -> None:
    if (before, after) in ALLOWED:
        assert payouts.step(before, after) is after
    else:
        with pytest.raises(PayoutStepForbidden):
            payouts.step(before, after)


def test_what_was_paid_is_payable_again_only_once_it_came_back() -> None:
    assert {each for each in S if each.is_payable} == {S.PREPARED, S.FAILED}
    assert {each for each in S if each.is_paid} == {S.PAID, S.BY_HAND}
    for before in (S.PAID, S.BY_HAND):
        assert [after for after in S if (before, after) in ALLOWED] == [S.FAILED]


def test_what_was_paid_is_returned_and_what_was_not_is_refused() -> None:
    returned = {each for each in S if payouts.failure_of(each) is Failure.RETURNED}
    assert returned == {S.PAID, S.BY_HAND}
    assert payouts.failure_of(S.IN_FILE) is Failure.REFUSED


@pytest.mark.parametrize(
    ("currency", "account", "why"),
    [
        ("EUR", GERMAN, None),
        ("CHF", GERMAN, ByHand.CURRENCY),
        ("EUR", Account("TR330006100519786457841326", "Ada"), ByHand.NOT_SEPA),
        ("EUR", None, ByHand.NO_ACCOUNT),
        ("GBP", None, ByHand.NO_ACCOUNT),
    ],
)
def test_a_file_carries_euros_to_sepa_accounts(
    currency: str, account: Account | None, why: ByHand | None
) -> None:
    assert payouts.by_hand(currency, account) is why


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(-5, 10**9))
def test_never_more_than_the_cover_is_paid(cover: int, paid: int, amount: int) -> None:
    if amount >= 1 and amount + paid <= cover:
        payouts.check_amount(amount, cover=cover, paid=paid)
    else:
        with pytest.raises(PayoutExceeded):
            payouts.check_amount(amount, cover=cover, paid=paid)


def test_a_payment_by_hand_has_a_reference() -> None:
    assert payouts.reference_of(" TRX  1 ") == "TRX 1"
    with pytest.raises(PaymentReferenceMissing):
        payouts.reference_of(" ")
