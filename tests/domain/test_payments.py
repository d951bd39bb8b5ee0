"""Whatever a shop calls a way of paying, it becomes one of the contract's types or OTHER."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import payments
from domain.payments import PaymentType


@pytest.mark.parametrize("kind", PaymentType)
def test_the_contracts_own_names_are_taken_as_they_stand(kind: PaymentType) -> None:
    assert payments.read(f" {kind}\n") is kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Nachnahme", PaymentType.CASH_ON_DELIVERY),
        ("COD", PaymentType.CASH_ON_DELIVERY),
        ("oxidinvoice", PaymentType.INVOICE),
        ("oxidpayadvance", PaymentType.PREPAYMENT),
        ("Überweisung (Vorkasse)", PaymentType.PREPAYMENT),
        ("Klarna - Sofort", PaymentType.DIRECT_E_BANKING),
        ("ppcp PayPal Rechnung", PaymentType.PAYPAL),
        ("SEPA-Lastschrift", PaymentType.DIRECT_DEBIT),
        ("Chèque", PaymentType.CHEQUE),
        ("stripe_cc", PaymentType.CREDIT_CARD),
        ("something of the house", PaymentType.OTHER),
        ("decoder", PaymentType.OTHER),
        ("", PaymentType.OTHER),
    ],
)
def test_free_text_is_understood_where_it_says_enough(text: str, kind: PaymentType) -> None:
    assert payments.read(text) is kind


@given(st.text(max_size=100))
def test_no_text_is_refused(text: str) -> None:
    assert payments.read(text) in PaymentType
