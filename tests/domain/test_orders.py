"""Orders are recorded only when every part of them can be kept and shown."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import orders
from domain.errors import Invalid, LegalBasisMissing, OrderInvalid, TextInvalid
from domain.orders import LegalBasis, LegalBasisKind, NewOrder, OrderLine, OrderStatus

ORDERED_AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
RECORD = OrderLine(
    "SKU-4711",
    "Blue record",
    quantity=2,
    price_minor=1999,
    url="https://buecher.example/blue",
    image_url="https://buecher.example/blue.jpg",
    gtin="4006381333931",
    mpn="BR-1",
    brand="Töne",
)
ORDER = NewOrder(
    "A-1001",
    "dario@example.org",
    ORDERED_AT,
    amount_minor=3998,
    currency="EUR",
    lines=(RECORD,),
    legal_basis=LegalBasis(LegalBasisKind.CONSENT, "2026-01", ORDERED_AT),
)


def test_a_valid_order_is_recorded_as_it_is() -> None:
    assert orders.checked(ORDER) == ORDER
    bare = NewOrder("1", "d@e.fr", ORDERED_AT)
    assert orders.checked(bare) == bare
    short = replace(bare, lines=(OrderLine("SKU-1", "Record"),))
    assert orders.checked(short) == short
    assert short.lines[0].quantity == 1


def test_an_order_at_every_limit_is_still_recorded() -> None:
    line = replace(
        RECORD,
        sku="S" * 255,
        quantity=1_000_000,
        price_minor=10**15,
        name="n" * 500,
        url="https://" + "u" * 1_992,
        gtin="4" * 14,
        mpn="m" * 70,
        brand="b" * 200,
    )
    order = replace(
        ORDER,
        reference="r" * 255,
        email="d" * 249 + "@e.fr",
        amount_minor=10**15,
        lines=(line, replace(line, quantity=1, price_minor=0)) * 500,
    )
    assert orders.checked(order) == order


@pytest.mark.parametrize("status", OrderStatus)
def test_no_status_keeps_an_order_from_being_recorded(status: OrderStatus) -> None:
    assert orders.checked(replace(ORDER, status=status)).status is status


@pytest.mark.parametrize(
    "address",
    [
        "dario@example.org",
        "dario.rossi+shop@mail.example.org",
        '"d@rio"@example.org',
        "d@bücher.example",
        "δ@παράδειγμα.example",
        "0c1d0f@buyer.example",
    ],
)
def test_an_ordinary_address_is_accepted(address: str) -> None:
    assert orders.checked(replace(ORDER, email=address)).email == address


def test_spaces_around_an_address_are_not_recorded() -> None:
    assert orders.checked(replace(ORDER, email=" dario@example.org\n")) == ORDER


@pytest.mark.parametrize(
    "address",
    [
        "",
        "dario",
        "dario@",
        "@example.org",
        "dario@example",
        "dario@example.",
        "dario@.",
        "dario rossi@example.org",
        "dario@exam ple.org",
        "dario@example.org\nBcc: everyone@example.org",
        "da\rrio@example.org",
        "da\x00rio@example.org",
        "\ud800@example.org",
        "d" * 250 + "@e.fr",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(Invalid) as refusal:
        orders.checked(replace(ORDER, email=address))
    assert refusal.value.field == "email"


@given(st.text(st.characters(codec=None), max_size=40))
def test_no_recorded_address_can_break_a_mail_header(local: str) -> None:
    try:
        email = orders.checked(replace(ORDER, email=f"{local}@example.org")).email
    except Invalid:
        return
    assert not any(ord(character) < 32 or character.isspace() for character in email)
    assert email.encode().decode() == email


@pytest.mark.parametrize(
    "spelling", ["Dario@Example.ORG", "  dario@example.org ", "DARIO@EXAMPLE.ORG"]
)
def test_two_spellings_of_an_address_compare_equal(spelling: str) -> None:
    assert orders.normalise_email(spelling) == "dario@example.org"


@given(st.emails())
def test_normalising_an_address_twice_changes_nothing(address: str) -> None:
    once = orders.normalise_email(address)
    assert orders.normalise_email(once) == once == orders.normalise_email(address.upper())


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"reference": ""}, "reference"),
        ({"reference": " A-1"}, "reference"),
        ({"reference": "A\n1"}, "reference"),
        ({"reference": "A\x001"}, "reference"),
        ({"reference": "x" * 256}, "reference"),
        ({"amount_minor": -1}, "amount_minor"),
        ({"amount_minor": 10**15 + 1}, "amount_minor"),
        ({"currency": "euro"}, "currency"),
        ({"currency": "eur"}, "currency"),
        ({"currency": ""}, "currency"),
        ({"lines": (RECORD,) * 1_001}, "lines"),
    ],
)
def test_an_impossible_order_is_refused_with_the_field(change: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        orders.checked(replace(ORDER, **change))
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"sku": ""}, "sku"),
        ({"sku": " S"}, "sku"),
        ({"sku": "S\x00"}, "sku"),
        ({"sku": "S" * 256}, "sku"),
        ({"quantity": 0}, "quantity"),
        ({"quantity": -1}, "quantity"),
        ({"quantity": 1_000_001}, "quantity"),
        ({"price_minor": -1}, "price_minor"),
        ({"price_minor": 10**15 + 1}, "price_minor"),
        ({"name": "x" * 501}, "name"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "buecher.example/blue"}, "url"),
        ({"url": "https://"}, "url"),
        ({"url": "https://buecher.example/a b"}, "url"),
        ({"url": ""}, "url"),
        ({"image_url": "data:text/html,x"}, "image_url"),
        ({"image_url": "https://" + "x" * 1_993}, "image_url"),
        ({"gtin": "4" * 15}, "gtin"),
        ({"mpn": "x" * 71}, "mpn"),
        ({"brand": "x" * 201}, "brand"),
    ],
)
def test_an_impossible_line_is_refused_with_its_number_and_field(
    change: dict[str, Any], field: str
) -> None:
    order = replace(ORDER, lines=(RECORD, replace(RECORD, **change)))
    with pytest.raises((OrderInvalid, TextInvalid)) as refusal:
        orders.checked(order)
    assert refusal.value.field == f"lines.1.{field}"


def test_what_a_product_says_about_itself_can_be_sent_in_any_format() -> None:
    untidy = replace(
        RECORD,
        name=" Blue\x00\n record ",
        brand="To\u0308ne\x1b",
        url=" https://buecher.example/blue\x00",
    )
    assert orders.checked(replace(ORDER, lines=(untidy,))) == ORDER


def test_gp_2_there_are_exactly_three_legal_bases() -> None:
    assert set(LegalBasisKind) == {"CONSENT", "EXISTING_CUSTOMER", "BUYER_ACCOUNT"}


@pytest.mark.parametrize("version", ["", "  ", "v" * 81])
def test_gp_2_a_legal_basis_names_the_text_that_was_shown(version: str) -> None:
    with pytest.raises(LegalBasisMissing) as refusal:
        LegalBasis(LegalBasisKind.CONSENT, version, ORDERED_AT)
    assert refusal.value.field == "legal_basis.version"


@pytest.mark.parametrize("version", ["1", "v" * 80])
def test_gp_2_any_name_of_a_text_version_will_do(version: str) -> None:
    basis = LegalBasis(LegalBasisKind.EXISTING_CUSTOMER, version, ORDERED_AT)
    assert orders.checked(replace(ORDER, legal_basis=basis)).legal_basis == basis


NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "moment"),
    [
        ("ordered_at", datetime(2026, 11, 20, 12)),  # noqa: DTZ001 - that is what is refused
        ("ordered_at", datetime(1999, 12, 31, tzinfo=UTC)),
        ("ordered_at", datetime(2100, 1, 1, tzinfo=UTC)),
        ("ordered_at", NOW + timedelta(days=1, seconds=1)),
        ("shipped_at", datetime(9999, 8, 1, tzinfo=UTC)),
        ("delivered_at", datetime(2026, 11, 20)),  # noqa: DTZ001 - that is what is refused
        ("estimated_delivery_at", datetime(1, 1, 1, tzinfo=UTC)),
    ],
)
def test_an_order_with_an_impossible_moment_is_refused(field: str, moment: datetime) -> None:
    given: dict[str, Any] = {"ordered_at": NOW, field: moment}
    order = orders.NewOrder("A-1", "dario@example.org", **given)
    with pytest.raises(OrderInvalid) as refused:
        orders.check_times(order, NOW)
    assert refused.value.field == field


def test_a_legal_basis_has_a_moment_with_a_zone_too() -> None:
    naive = datetime(2026, 11, 20, 12)  # noqa: DTZ001 - that is what is refused
    basis = orders.LegalBasis(orders.LegalBasisKind.CONSENT, "1", naive)
    order = orders.NewOrder("A-1", "dario@example.org", NOW, legal_basis=basis)
    with pytest.raises(OrderInvalid) as refused:
        orders.check_times(order, NOW)
    assert refused.value.field == "legal_basis.given_at"


@pytest.mark.parametrize("ordered_at", [NOW, NOW + timedelta(days=1), NOW - timedelta(days=4000)])
def test_past_moments_and_clocks_that_differ_by_a_day_are_taken(ordered_at: datetime) -> None:
    order = orders.NewOrder("A-1", "dario@example.org", ordered_at, estimated_delivery_at=NOW)
    orders.check_times(order, NOW)


@pytest.mark.parametrize(
    ("address", "masked"),
    [("dario@example.org", "d…@example.org"), ("a@b@example.org", "a…@example.org"), ("", "…@")],
)
def test_a_list_shows_the_first_letter_and_the_host_of_an_address(
    address: str, masked: str
) -> None:
    assert orders.masked(address) == masked
