"""What a shop's page prints is read with tolerance, and proves only what is signed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import hand_overs, orders
from domain.errors import (
    LegalBasisMissing,
    OrderInvalid,
    OriginForeign,
    TextInvalid,
)
from domain.hand_overs import PrintedOrder, PrintedProduct, Wish
from domain.orders import LegalBasis, LegalBasisKind
from domain.payments import PaymentType

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
KEY = "X0123456789ABCDEF0123456789ABCDEF"
SECRET = "demo-shop-secret-0001"
PRINTED = PrintedOrder(
    number="4711",
    email="a@example.org",
    amount="150,00",
    currency="EUR",
    payment_type="COD",
    delivery_date="2026-12-01",
    products=(PrintedProduct(" S1 ", "Lamp\n", "https://shop.example/lamp"),),
    wants=frozenset({Wish.REVIEW}),
    language="de",
    text_version="2026-11",
)
SIGNED = PrintedOrder(number="A-1001", email="anna@example.org", amount="150.00", currency="EUR")
VECTOR = "E28zci6Ge5-E6k_epu7uoZqd34RBDxiS-8qQCUzOM4I"
BASIS = LegalBasis(LegalBasisKind.EXISTING_CUSTOMER, "terms-3", NOW)


def read(printed: PrintedOrder, basis: LegalBasis | None = None) -> hand_overs.HandOver:
    return hand_overs.read(printed, currency="EUR", basis=basis, now=NOW)


def test_a_printed_order_becomes_an_order_that_may_be_recorded() -> None:
    found = read(PRINTED)
    assert (found.payment_type, found.payment_text) == (PaymentType.CASH_ON_DELIVERY, "COD")
    order = orders.checked(found.order)
    assert (order.reference, order.amount_minor, order.currency) == ("4711", 15000, "EUR")
    assert order.estimated_delivery_at == datetime(2026, 12, 1, tzinfo=UTC)
    assert [line.sku for line in order.lines] == ["S1"]
    assert order.source == "page"


def test_the_consent_names_the_words_that_the_buyer_saw_and_when() -> None:
    assert read(PRINTED).order.legal_basis == LegalBasis(LegalBasisKind.CONSENT, "2026-11", NOW)
    with pytest.raises(LegalBasisMissing):
        read(replace(PRINTED, text_version=" "))


def test_without_a_choice_nothing_is_kept_unless_the_shop_has_a_basis_of_its_own() -> None:
    silent = replace(PRINTED, wants=frozenset())
    with pytest.raises(OrderInvalid) as caught:
        read(silent)
    assert caught.value.field == "wants"
    assert read(silent, BASIS).order.legal_basis == BASIS
    assert read(PRINTED, BASIS).order.legal_basis != BASIS


def test_protection_alone_is_no_consent_to_an_invitation() -> None:
    alone = read(replace(PRINTED, wants=frozenset({Wish.PROTECTION})))
    assert (alone.basis, alone.order.legal_basis) == (None, None)
    assert alone.wants == {Wish.PROTECTION}
    both = read(replace(PRINTED, wants=frozenset(Wish)))
    assert both.basis == LegalBasis(LegalBasisKind.CONSENT, "2026-11", NOW)
    assert read(replace(PRINTED, wants=frozenset({Wish.PROTECTION})), BASIS).basis == BASIS


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("150.00", 15000),
        ("150,00", 15000),
        (" 150,5\n", 15050),
        ("1", 100),
        ("0", 0),
        ("1.500", 150000),
        ("1.500,00", 150000),
        ("1,500.00", 150000),
        ("1 500,00", 150000),
        ("1\u202f500,00\u00a0€", 150000),
        ("1'500.00", 150000),
        ("CHF 1\u2019500.00", 150000),
        ("€ 12,34", 1234),
        ("12.34 EUR", 1234),
        ("1,50,000.00", 15000000),
        ("1.500.000", 150000000),
        ("Rs.500", 50000),
        ("15,-", None),
        ("0,001", None),
        ("150.0001", None),
        ("1.500,000", None),
        ("1.5000", None),
        ("12 34", None),
        (".50", None),
    ],
)
def test_an_amount_is_read_by_its_last_separator(text: str, minor: int | None) -> None:
    if minor is None:
        with pytest.raises(OrderInvalid):
            hand_overs.amount_minor(text, "EUR")
    else:
        assert hand_overs.amount_minor(text, "EUR") == minor


def test_an_amount_may_be_missing_but_not_be_something_else() -> None:
    assert hand_overs.amount_minor(" ", "EUR") is None
    for text in ("free", "-5.00", "12 34 apples", "1e9", "NaN", "\u0661\u0665\u0660"):
        with pytest.raises(OrderInvalid) as caught:
            hand_overs.amount_minor(text, "EUR")
        assert caught.value.field == "amount"


def test_a_currency_without_decimals_has_none() -> None:
    assert hand_overs.amount_minor("1500", "JPY") == 1500
    assert hand_overs.amount_minor("1500.40", "JPY") == 1500


@given(st.integers(0, 10**12), st.sampled_from((".", ",")))
def test_an_amount_with_two_decimals_is_read_exactly(minor: int, separator: str) -> None:
    text = f"{minor // 100}{separator}{minor % 100:02}"
    assert hand_overs.amount_minor(text, "EUR") == minor


@given(st.text(max_size=60))
def test_no_amount_is_negative(text: str) -> None:
    try:
        minor = hand_overs.amount_minor(text, "EUR")
    except OrderInvalid:
        return
    assert minor is None or minor >= 0


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2026-12-01", datetime(2026, 12, 1, tzinfo=UTC)),
        ("10.12.2023", datetime(2023, 12, 10, tzinfo=UTC)),
        (" 1.2.2026\n", datetime(2026, 2, 1, tzinfo=UTC)),
        ("2026-02-30", None),
        ("12/24/2026", None),
        ("1999-12-31", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_date_that_cannot_be_read_is_absent(text: str, found: datetime | None) -> None:
    assert hand_overs.day(text) == found


def test_products_need_what_the_contract_requires_and_variants_are_one_line() -> None:
    products = (
        PrintedProduct("S1", "Lamp", "javascript:alert(1)", gtin=" 4006381333931 "),
        PrintedProduct("S1", "Lamp, blue"),
        PrintedProduct("", "Nameless"),
        PrintedProduct("S2", " "),
    )
    (line,) = read(replace(PRINTED, products=products)).order.lines
    assert (line.sku, line.name, line.url, line.gtin) == ("S1", "Lamp", None, "4006381333931")


def test_a_currency_that_is_missing_is_the_shops() -> None:
    assert read(replace(PRINTED, currency="")).order.currency == "EUR"
    assert read(replace(PRINTED, currency=" chf ")).order.currency == "CHF"


def test_a_payment_text_has_a_limit() -> None:
    with pytest.raises(TextInvalid):
        read(replace(PRINTED, payment_type="x" * 101))


def test_the_signature_is_that_of_the_contract() -> None:
    assert hand_overs.signature(SECRET, KEY, SIGNED) == VECTOR


def test_a_signature_is_checked_over_the_values_as_printed_and_trimmed() -> None:
    signed = replace(SIGNED, email=" anna@example.org\n", signature=VECTOR)
    assert hand_overs.is_signed(signed, KEY, ["another", SECRET])
    assert not hand_overs.is_signed(signed, KEY, [])
    assert not hand_overs.is_signed(replace(signed, amount="150,00"), KEY, [SECRET])
    assert not hand_overs.is_signed(replace(signed, signature="ÄÖ\ud800"), KEY, [SECRET])


@pytest.mark.parametrize("changed", ["number", "email", "amount", "currency"])
def test_a_signature_covers_each_of_its_values(changed: str) -> None:
    values: dict[str, Any] = {changed: "1"}
    forged = replace(SIGNED, signature=VECTOR, **values)
    assert not hand_overs.is_signed(forged, KEY, [SECRET])


HOSTS = frozenset({"shop.example", "pay.other.example"})


@pytest.mark.parametrize(
    "origin",
    [
        "https://shop.example",
        "https://www.shop.example",
        "http://shop.example:8443",
        "https://pay.other.example",
    ],
)
def test_an_order_may_come_from_the_shops_own_hosts(origin: str) -> None:
    hand_overs.check_origin(origin, HOSTS)


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "",
        "null",
        "https://evil.example",
        "https://notshop.example",
        "https://shop.example.evil.example",
        "https://other.example",
        "ftp://shop.example",
        "https://[::1",
        "shop.example",
    ],
)
def test_an_order_comes_from_nowhere_else(origin: str | None) -> None:
    with pytest.raises(OriginForeign):
        hand_overs.check_origin(origin, HOSTS)


def test_a_secret_that_was_replaced_signs_for_180_days() -> None:
    assert hand_overs.may_still_sign(None, NOW)
    assert hand_overs.may_still_sign(NOW - timedelta(days=180) + timedelta(seconds=1), NOW)
    assert not hand_overs.may_still_sign(NOW - timedelta(days=180), NOW)
