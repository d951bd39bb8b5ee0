"""A line of an uploaded file is understood, or refused for one reason that it names."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import upload_lines as rules
from domain.orders import LegalBasis, LegalBasisKind, NewOrder, OrderLine
from domain.policies import ORDERS
from domain.upload_lines import Column, Line
from domain.uploads import Outcome, Row, UploadColumnsMissing

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def read(**told: str) -> Line:
    """The line in which these columns hold these values; a good one but for them."""
    values = {"email": "a@example.org", "reference": "A-1"} | told
    places = rules.columns(list(values))
    return rules.read(Row(2, tuple(values.values())), places, now=NOON)


def test_legacy_columns_and_aliases_are_known_in_any_spelling() -> None:
    legacy = rules.columns(["reference", "date", "days", "email", "firstName", "lastName"])
    assert legacy == {
        Column.REFERENCE: 0,
        Column.DATE: 1,
        Column.DAYS: 2,
        Column.EMAIL: 3,
        Column.FIRST_NAME: 4,
        Column.LAST_NAME: 5,
    }
    spelt = rules.columns([" E-Mail ", "ORDER_NUMBER", "Order Date", "product.sku", "nonsense"])
    assert spelt == {
        Column.EMAIL: 0,
        Column.REFERENCE: 1,
        Column.DATE: 2,
        Column.PRODUCT_SKU: 3,
    }


def test_of_two_columns_that_mean_the_same_the_first_counts() -> None:
    assert rules.columns(["email", "mail", "reference"])[Column.EMAIL] == 0


@pytest.mark.parametrize(("header", "field"), [(["reference"], "email"), (["email"], "reference")])
def test_a_table_without_a_mandatory_column_is_refused(header: list[str], field: str) -> None:
    with pytest.raises(UploadColumnsMissing) as refused:
        rules.columns(header)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("", NOON),
        ("2026-11-01", datetime(2026, 11, 1, tzinfo=UTC)),
        ("2026-11-01T10:30:00", datetime(2026, 11, 1, 10, 30, tzinfo=UTC)),
        ("2026-11-01 10:30", datetime(2026, 11, 1, 10, 30, tzinfo=UTC)),
        ("2026-11-01T10:30:00+01:00", datetime(2026, 11, 1, 9, 30, tzinfo=UTC)),
        ("1.11.2026", datetime(2026, 11, 1, tzinfo=UTC)),
        ("01/11/2026", datetime(2026, 11, 1, tzinfo=UTC)),
        ("01.11.2026 10:30", datetime(2026, 11, 1, tzinfo=UTC)),
        ("46327", datetime(2026, 11, 1, tzinfo=UTC)),
        ("46327.5", datetime(2026, 11, 1, 12, tzinfo=UTC)),
    ],
)
def test_days_are_understood_in_the_forms_that_shops_have(text: str, moment: datetime) -> None:
    line = read(transactionDate=text)
    assert (line.outcome, line.ordered_at) == (Outcome.READY, moment)


def test_days_of_workbooks_may_be_counted_from_1904() -> None:
    row, places = (
        Row(2, ("a@example.org", "A-1", "44865")),
        rules.columns(["email", "reference", "date"]),
    )
    line = rules.read(row, places, now=NOON, from_1904=True)
    assert line.ordered_at == datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        ({"email": "", "reference": ""}, Outcome.EMPTY),
        ({"email": "  ", "reference": " "}, Outcome.EMPTY),
        ({"reference": ""}, Outcome.REFERENCE_MISSING),
        ({"reference": "A" * 256}, Outcome.REFERENCE_INVALID),
        ({"reference": "A\u0007B"}, Outcome.REFERENCE_INVALID),
        ({"reference": "A\nB"}, Outcome.REFERENCE_INVALID),
        ({"email": ""}, Outcome.EMAIL_INVALID),
        ({"email": "nobody"}, Outcome.EMAIL_INVALID),
        ({"email": "a@b"}, Outcome.EMAIL_INVALID),
        ({"email": "a..b@example.org"}, Outcome.EMAIL_INVALID),
        ({"email": "a@" + "x" * 250 + ".org"}, Outcome.EMAIL_INVALID),
        (
            {"email": f"{'a' * 64}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.org"},
            Outcome.EMAIL_INVALID,
        ),
        ({"email": '"odd one"@example.org'}, Outcome.EMAIL_INVALID),
        ({"email": "käufer@example.org"}, Outcome.EMAIL_INVALID),
        ({"email": "a@example.org\nBcc: b@example.org"}, Outcome.EMAIL_INVALID),
        ({"email": "a@example.org,b@example.org"}, Outcome.EMAIL_INVALID),
        ({"firstName": "Anna\r\nBcc: b@example.org"}, Outcome.NAME_INVALID),
        ({"lastName": "https://evil.example"}, Outcome.NAME_INVALID),
        ({"firstName": "A" * 200}, Outcome.NAME_INVALID),
        ({"transactionDate": "yesterday"}, Outcome.DATE_INVALID),
        ({"transactionDate": "31.02.2026"}, Outcome.DATE_INVALID),
        ({"transactionDate": "0001-01-01T00:00:00+14:00"}, Outcome.DATE_INVALID),
        ({"transactionDate": "2026"}, Outcome.DATE_INVALID),
        ({"transactionDate": "99999"}, Outcome.DATE_INVALID),
        ({"days": "-1"}, Outcome.DAYS_INVALID),
        ({"days": "181"}, Outcome.DAYS_INVALID),
        ({"days": "soon"}, Outcome.DAYS_INVALID),
        ({"transactionDate": "2026-05-19"}, Outcome.TOO_OLD),
        ({"transactionDate": "2026-11-22"}, Outcome.IN_FUTURE),
        ({"productName": "Cup"}, Outcome.PRODUCT_INVALID),
        ({"productSku": "S" * 256}, Outcome.PRODUCT_INVALID),
        ({"productSku": "S1", "productUrl": "javascript:alert(1)"}, Outcome.PRODUCT_INVALID),
        ({"reference": "=1+1"}, Outcome.FORMULA),
        ({"email": "@SUM(A1)"}, Outcome.FORMULA),
        ({"productName": "+cmd|' /C calc'!A0"}, Outcome.FORMULA),
        ({"productName": "-2+3+cmd|' /C calc'!A0"}, Outcome.FORMULA),
        ({"productName": "\uff1d1"}, Outcome.FORMULA),
    ],
)
def test_a_faulty_line_is_refused_for_its_first_fault(
    told: dict[str, str], outcome: Outcome
) -> None:
    line = read(**told)
    assert line.outcome is outcome
    assert (line.email, line.product) == ("", None)


@pytest.mark.parametrize(
    "told",
    [
        {"transactionDate": "2026-05-20"},
        {"transactionDate": "2026-11-21"},
        {"days": "0"},
        {"days": "180.0"},
        {"reference": "-12"},
        {"firstName": "Zoë", "lastName": "O'Neill"},
        {"email": "a@bücher.example"},
        {"email": f"{'a' * 64}@{'b' * 60}.{'c' * 60}.example"},
    ],
)
def test_what_looks_odd_but_is_right_is_taken(told: dict[str, str]) -> None:
    assert read(**told).outcome is Outcome.READY


def test_cells_that_calculate_or_are_merged_refuse_their_line() -> None:
    places = rules.columns(["email", "reference", "note"])
    cells = ("a@example.org", "A-1", "x")
    calculated = Row(2, cells, formulas=frozenset({1}))
    elsewhere = Row(2, cells, formulas=frozenset({2}))
    merged = Row(2, cells, is_merged=True)
    rows = (calculated, elsewhere, merged)
    outcomes = [rules.read(row, places, now=NOON).outcome for row in rows]
    assert outcomes == [Outcome.FORMULA, Outcome.READY, Outcome.MERGED]


def test_a_short_line_lacks_its_last_cells() -> None:
    places = rules.columns(["email", "reference", "days"])
    assert rules.read(Row(2, ("a@example.org", "A-1")), places, now=NOON).outcome is Outcome.READY
    assert rules.read(Row(2, ("a@example.org",)), places, now=NOON).outcome is (
        Outcome.REFERENCE_MISSING
    )


def test_a_product_is_known_by_its_sku_its_gtin_or_its_makers_number() -> None:
    given = {"productName": "Cup", "productBrand": "Leaf", "productImageUrl": "https://a.example/c"}
    assert read(**given, productSku="S1").product == OrderLine(
        "S1", "Cup", image_url="https://a.example/c", brand="Leaf"
    )
    by_gtin = read(productGtin="4012345678901").product
    assert by_gtin == OrderLine("4012345678901", "4012345678901", gtin="4012345678901")
    assert read(productMpn="M-1").product == OrderLine("M-1", "M-1", mpn="M-1")


def line(number: int, reference: str, email: str = "a@example.org", sku: str = "") -> Line:
    product = OrderLine(sku, sku) if sku else None
    return Line(number, Outcome.READY, reference, email, NOON, product=product, leader=number)


def test_lines_with_one_reference_are_one_order() -> None:
    found = rules.grouped(
        [
            line(2, "A", sku="S1"),
            line(3, "A", sku="S2"),
            line(4, "A", sku="S1"),
            line(5, "A"),
            line(6, "A", "b@example.org", "S3"),
            line(7, "A", "A@Example.org ", "S4"),
            line(8, "B"),
            Line(9, Outcome.EMPTY, leader=9),
        ]
    )
    assert [(each.number, each.outcome, each.leader) for each in found] == [
        (2, Outcome.READY, 2),
        (3, Outcome.READY, 2),
        (4, Outcome.DUPLICATE, 2),
        (5, Outcome.DUPLICATE, 2),
        (6, Outcome.ADDRESS_DIFFERS, 2),
        (7, Outcome.READY, 2),
        (8, Outcome.READY, 8),
        (9, Outcome.EMPTY, 9),
    ]


def test_ten_thousand_products_in_one_order_are_cut_at_the_limit() -> None:
    found = rules.grouped(line(number, "A", sku=f"S{number}") for number in range(10_000))
    outcomes = [each.outcome for each in found]
    assert outcomes.count(Outcome.READY) == ORDERS.lines
    assert outcomes.count(Outcome.PRODUCTS_TOO_MANY) == 10_000 - ORDERS.lines


def test_an_order_carries_the_consent_its_products_and_the_name() -> None:
    basis = LegalBasis(LegalBasisKind.CONSENT, "upload-1", NOON)
    lines = [line(2, "A", sku="S1"), line(3, "A", sku="S2")]
    made = rules.order_of(lines, basis)
    assert made == NewOrder(
        "A",
        "a@example.org",
        NOON,
        lines=(OrderLine("S1", "S1"), OrderLine("S2", "S2")),
        legal_basis=basis,
        source="upload",
    )
    undated = Line(2, Outcome.READY, "A", "a@example.org", name="Anna")
    assert rules.order_of([undated], basis).ordered_at == NOON
    assert rules.order_of([undated], basis).buyer_name == "Anna"


def test_what_is_kept_of_a_line_reads_as_the_same_line_again() -> None:
    header = ["date", "email", "note", "reference", "days", "firstName", "sku"]
    row = Row(7, ("1.11.2026", "a@example.org", "x", "A-1", "3", "Anna", "S1"))
    places = rules.columns(header)
    first = rules.read(row, places, now=NOON)
    cells = tuple(rules.kept(row, places, first))
    again = rules.read(Row(7, cells), dict(rules.PLACES), now=NOON + timedelta(days=3))
    assert again == first
    refused = rules.read(Row(8, ("1.11.2026",)), places, now=NOON)
    assert rules.kept(Row(8, ("1.11.2026",)), places, refused)[rules.PLACES[Column.DATE]] == (
        "1.11.2026"
    )


@given(st.lists(st.text(max_size=40), min_size=len(Column), max_size=len(Column)))
def test_no_line_whatever_is_in_it_ends_in_an_error(cells: list[str]) -> None:
    found = rules.read(Row(2, tuple(cells)), dict(rules.PLACES), now=NOON)
    assert found.outcome in set(Outcome)
