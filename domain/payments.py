"""Payment types of orders: the contract's names, and the free text that most shops print.

What a shop wrote is kept beside what it was taken for (embed.md 4.2).
"""

import re
from enum import StrEnum
from typing import Final


class PaymentType(StrEnum):
    """The contract's payment types; OTHER for a text that is none of them."""

    DIRECT_DEBIT = "DIRECT_DEBIT"
    CASH_ON_PICKUP = "CASH_ON_PICKUP"
    CLICKANDBUY = "CLICKANDBUY"
    FINANCING = "FINANCING"
    GIROPAY = "GIROPAY"
    GOOGLE_CHECKOUT = "GOOGLE_CHECKOUT"
    CREDIT_CARD = "CREDIT_CARD"
    LEASING = "LEASING"
    MONEYBOOKERS = "MONEYBOOKERS"
    CASH_ON_DELIVERY = "CASH_ON_DELIVERY"
    PAYBOX = "PAYBOX"
    PAYPAL = "PAYPAL"
    INVOICE = "INVOICE"
    CHEQUE = "CHEQUE"
    SHOP_CARD = "SHOP_CARD"
    DIRECT_E_BANKING = "DIRECT_E_BANKING"
    T_PAY = "T_PAY"
    PREPAYMENT = "PREPAYMENT"
    AMAZON_PAYMENTS = "AMAZON_PAYMENTS"
    OTHER = "OTHER"


# Words of shop systems and of people, without spaces and signs; the first one found decides, so
# that a provider's name stands before the way of paying ("PayPal invoice", "Klarna invoice").
_WORDS: Final = (
    ("amazon", PaymentType.AMAZON_PAYMENTS),
    ("paypal", PaymentType.PAYPAL),
    ("giropay", PaymentType.GIROPAY),
    ("moneybookers", PaymentType.MONEYBOOKERS),
    ("skrill", PaymentType.MONEYBOOKERS),
    ("paybox", PaymentType.PAYBOX),
    ("clickandbuy", PaymentType.CLICKANDBUY),
    ("google", PaymentType.GOOGLE_CHECKOUT),
    ("sofort", PaymentType.DIRECT_E_BANKING),
    ("directebanking", PaymentType.DIRECT_E_BANKING),
    ("nachnahme", PaymentType.CASH_ON_DELIVERY),
    ("cashondelivery", PaymentType.CASH_ON_DELIVERY),
    ("contreremboursement", PaymentType.CASH_ON_DELIVERY),
    ("contrareembolso", PaymentType.CASH_ON_DELIVERY),
    ("contrassegno", PaymentType.CASH_ON_DELIVERY),
    ("rembours", PaymentType.CASH_ON_DELIVERY),
    ("pobranie", PaymentType.CASH_ON_DELIVERY),
    ("barzahlungbeiabholung", PaymentType.CASH_ON_PICKUP),
    ("pickup", PaymentType.CASH_ON_PICKUP),
    ("abholung", PaymentType.CASH_ON_PICKUP),
    ("lastschrift", PaymentType.DIRECT_DEBIT),
    ("debitnote", PaymentType.DIRECT_DEBIT),
    ("directdebit", PaymentType.DIRECT_DEBIT),
    ("sepa", PaymentType.DIRECT_DEBIT),
    ("prelevement", PaymentType.DIRECT_DEBIT),
    ("ratenkauf", PaymentType.FINANCING),
    ("ratenzahlung", PaymentType.FINANCING),
    ("financing", PaymentType.FINANCING),
    ("finanzierung", PaymentType.FINANCING),
    ("leasing", PaymentType.LEASING),
    ("rechnung", PaymentType.INVOICE),
    ("invoice", PaymentType.INVOICE),
    ("facture", PaymentType.INVOICE),
    ("factura", PaymentType.INVOICE),
    ("fattura", PaymentType.INVOICE),
    ("vorkasse", PaymentType.PREPAYMENT),
    ("vorauskasse", PaymentType.PREPAYMENT),
    ("prepayment", PaymentType.PREPAYMENT),
    ("payadvance", PaymentType.PREPAYMENT),
    ("banktransfer", PaymentType.PREPAYMENT),
    ("bankwire", PaymentType.PREPAYMENT),
    ("wirepayment", PaymentType.PREPAYMENT),
    ("uberweisung", PaymentType.PREPAYMENT),
    ("virement", PaymentType.PREPAYMENT),
    ("transferencia", PaymentType.PREPAYMENT),
    ("bonifico", PaymentType.PREPAYMENT),
    ("przelew", PaymentType.PREPAYMENT),
    ("creditcard", PaymentType.CREDIT_CARD),
    ("kreditkarte", PaymentType.CREDIT_CARD),
    ("cartebancaire", PaymentType.CREDIT_CARD),
    ("visa", PaymentType.CREDIT_CARD),
    ("mastercard", PaymentType.CREDIT_CARD),
    ("stripe", PaymentType.CREDIT_CARD),
    ("cheque", PaymentType.CHEQUE),
    ("scheck", PaymentType.CHEQUE),
)
_EXACT: Final = {
    "cod": PaymentType.CASH_ON_DELIVERY,
    "bacs": PaymentType.PREPAYMENT,
    "cc": PaymentType.CREDIT_CARD,
}
_PLAIN: Final = str.maketrans({"ü": "u", "ä": "a", "ö": "o", "é": "e", "è": "e"})
_SIGNS: Final = re.compile(r"[^a-z0-9]+")


def read(text: str) -> PaymentType:
    """The payment type that a shop means by ``text``; OTHER where nothing is known of it."""
    tidy = text.strip()
    if tidy in PaymentType.__members__:
        return PaymentType(tidy)
    plain = _SIGNS.sub("", tidy.casefold().translate(_PLAIN))
    if plain in _EXACT:
        return _EXACT[plain]
    return next((kind for word, kind in _WORDS if word in plain), PaymentType.OTHER)
