"""Products and groups of variants: each rule of rich-snippets.md §§1.2 and 1.3 under its id."""

from dataclasses import fields, replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rich_snippets import gtins, literals
from rich_snippets.nodes import Link, Node
from rich_snippets.reasons import Code
from rich_snippets.views import OfferView, ReviewView, VariesBy
from tests.rich_snippets.examples import (
    GRADE,
    GROUP,
    OFFER,
    PRODUCT,
    TODAY,
    Case,
    cases,
    find,
    grade_of,
    group_of,
    nodes_of,
    only,
    product_of,
    root,
    shop_of,
    why,
)

NO_GRADE = grade_of()


@given(cases())
def test_p1_name_and_one_of_three(case: Case) -> None:
    for product in find(case.snippet, "Product"):
        assert product.get("name")
        assert product.get("offers") or product.get("aggregateRating") or product.get("review")


@pytest.mark.parametrize("name", ["", " ", "\x00"])
def test_p1_without_a_name_there_is_no_product(name: str) -> None:
    snippet = product_of(replace(PRODUCT, name=name))
    assert snippet.node is None
    assert [reason.explanation for reason in snippet.reasons] == ['Missing field "name".']


def test_p1_without_offer_and_ratings_there_is_no_product() -> None:
    snippet = product_of(replace(PRODUCT, offer=None), NO_GRADE, ())
    assert snippet.node is None
    assert snippet.reasons[-1].explanation == (
        'Either "offers", "review", or "aggregateRating" should be specified.'
    )


@pytest.mark.parametrize(("minor", "currency"), [(0, "EUR"), (-1, "EUR"), (1, "eur"), (1, "")])
def test_p1_a_price_is_above_zero_in_a_currency(minor: int, currency: str) -> None:
    offer = OfferView(price_minor=minor, currency=currency)
    snippet = product_of(replace(PRODUCT, offer=offer))
    assert find(snippet, "Offer") == []
    assert why(snippet) == {(Code.PRICE_INVALID, "P1")}
    assert snippet.reasons[0].explanation.startswith("Invalid price format")


def test_p1_a_merchant_listing_is_complete() -> None:
    product = root(product_of())
    assert product.get("image") == Link("https://buecher.example/kopfhoerer.jpg")
    offer = only(product_of(), "Offer")
    assert (offer.get("price"), offer.get("priceCurrency")) == (Decimal("19.99"), "EUR")


@given(cases())
def test_p2_there_is_no_aggregate_offer(case: Case) -> None:
    assert find(case.snippet, "AggregateOffer") == []
    for node in nodes_of(case.snippet.node):
        assert node.get("offers") is None or isinstance(node.get("offers"), Node)


@given(cases())
def test_p3_identifiers_are_single_values(case: Case) -> None:
    for product in find(case.snippet, "Product"):
        sku = product.get("sku")
        assert sku is None or (isinstance(sku, str) and len(sku.split()) == 1)
        numbers = [value for name, value in product.properties if name.startswith("gtin")]
        assert all(isinstance(number, str) and gtins.is_valid(number) for number in numbers)
        assert product.get("brand") is None or isinstance(product.get("brand"), Node)
        assert product.get("isbn") is None


def test_p3_an_sku_with_white_space_is_left_out_and_the_product_stays() -> None:
    snippet = product_of(replace(PRODUCT, sku="SKU 4711"))
    assert root(snippet).get("sku") is None
    assert why(snippet) == {(Code.SKU_UNFIT, "P3")}


@pytest.mark.parametrize(
    ("gtin", "name"),
    [
        ("96385074", "gtin8"),
        ("614141000036", "gtin12"),
        ("4006381333931", "gtin13"),
        ("14006381333938", "gtin14"),
    ],
)
def test_p3_a_gtin_has_its_most_specific_property(gtin: str, name: str) -> None:
    assert root(product_of(replace(PRODUCT, gtin=gtin))).get(name) == gtin


@pytest.mark.parametrize(
    "gtin", ["4006381333932", "400638133393", "x006381333931", "٤٠٠٦٣٨١٣٣٣٩٣١", "1" * 15]
)
def test_p3_a_wrong_gtin_is_left_out(gtin: str) -> None:
    snippet = product_of(replace(PRODUCT, gtin=gtin))
    assert not any(name.startswith("gtin") for name, _ in root(snippet).properties)
    assert why(snippet) == {(Code.GTIN_INVALID, "P3")}


@given(st.sampled_from(gtins.LENGTHS), st.integers(0, 10**13 - 1))
def test_p3_exactly_one_of_ten_check_digits_is_right(length: int, number: int) -> None:
    start = f"{number:013d}"[-(length - 1) :]
    assert sum(gtins.is_valid(f"{start}{digit}") for digit in range(10)) == 1


def test_p4_enumeration_members_are_single_and_prices_in_force() -> None:
    offer = only(product_of(), "Offer")
    assert offer.get("availability") == Link("https://schema.org/InStock")
    assert offer.get("itemCondition") == Link("https://schema.org/NewCondition")
    last_day = product_of(replace(PRODUCT, offer=replace(OFFER, valid_until=TODAY)))
    assert only(last_day, "Offer").get("priceValidUntil") == TODAY


def test_p4_a_price_of_yesterday_is_left_out() -> None:
    yesterday = TODAY - timedelta(days=1)
    snippet = product_of(replace(PRODUCT, offer=replace(OFFER, valid_until=yesterday)))
    assert find(snippet, "Offer") == []
    assert why(snippet) == {(Code.PRICE_EXPIRED, "P4")}


def test_p5_the_only_price_type_is_strikethrough() -> None:
    compared = only(product_of(), "UnitPriceSpecification")
    assert compared.get("priceType") == Link("https://schema.org/StrikethroughPrice")
    assert compared.get("price") == Decimal("24.90")


@pytest.mark.parametrize("minor", [19_99, 1, 0])
def test_p5_a_price_is_compared_with_a_higher_one(minor: int) -> None:
    offer = replace(OFFER, strikethrough_minor=minor)
    snippet = product_of(replace(PRODUCT, offer=offer))
    assert find(snippet, "UnitPriceSpecification") == []
    assert why(snippet) == {(Code.PRICE_INVALID, "P5")}


@pytest.mark.parametrize(
    ("minor", "currency", "amount"),
    [(1999, "EUR", "19.99"), (1999, "JPY", "1999"), (1999, "KWD", "1.999"), (1, "EUR", "0.01")],
)
def test_an_amount_has_its_currencys_decimals(minor: int, currency: str, amount: str) -> None:
    assert str(literals.amount(minor, currency)) == amount


@given(cases())
def test_p7_customers_pros_and_cons_are_never_notes(case: Case) -> None:
    for node in nodes_of(case.snippet.node):
        assert node.get("positiveNotes") is node.get("negativeNotes") is None
    assert not {"pros", "cons"} & {field.name for field in fields(ReviewView)}


@given(cases())
def test_p8_a_product_has_one_type_and_is_no_car(case: Case) -> None:
    assert {node.type for node in nodes_of(case.snippet.node)} <= {
        "AggregateRating",
        "Brand",
        "Certification",
        "Comment",
        "ContactPoint",
        "MerchantReturnPolicy",
        "Offer",
        "OnlineStore",
        "Organization",
        "Person",
        "PostalAddress",
        "Product",
        "ProductGroup",
        "Rating",
        "Review",
        "UnitPriceSpecification",
    }


def test_p9_prohibited_goods_are_not_marked_up() -> None:
    for snippet in (
        product_of(replace(PRODUCT, is_prohibited=True)),
        group_of(replace(GROUP, is_prohibited=True)),
    ):
        assert snippet.node is None
        assert why(snippet) == {(Code.PROHIBITED_GOODS, "P9")}


def test_v1_a_group_has_a_name_and_an_id() -> None:
    group = root(group_of())
    assert (group.get("name"), group.get("productGroupID")) == ("Hemd", "HEMD")
    for broken in (replace(GROUP, name=""), replace(GROUP, group_id=" ")):
        snippet = group_of(broken)
        assert snippet.node is None
        assert {code for code, _ in why(snippet)} == {Code.FIELD_MISSING}


def test_v2_every_variant_has_a_key_of_its_own() -> None:
    red, blue = GROUP.variants
    keyless = replace(red, product=replace(red.product, sku="", gtin=""))
    snippet = group_of(replace(GROUP, variants=(red, red, keyless, blue)))
    assert [node.get("sku") for node in find(snippet, "Product")] == ["H-R", "H-B"]
    assert [(reason.code, reason.field) for reason in snippet.reasons] == [
        (Code.VARIANT_REPEATED, "hasVariant[1].sku"),
        (Code.VARIANT_UNKEYED, "hasVariant[2].sku"),
    ]


def test_v2_a_gtin_is_a_key_too() -> None:
    red, blue = GROUP.variants
    by_gtin = replace(red, product=replace(red.product, sku="", gtin="4006381333931"))
    twice = replace(blue, product=replace(blue.product, gtin="4006381333931"))
    snippet = group_of(replace(GROUP, variants=(by_gtin, twice)))
    assert [node.get("gtin13") for node in find(snippet, "Product")] == ["4006381333931"]
    assert why(snippet) == {(Code.VARIANT_REPEATED, "V2")}


def test_v3_what_varies_is_told_by_full_addresses() -> None:
    group = root(group_of(replace(GROUP, varies_by=tuple(VariesBy))))
    assert group.get("variesBy") == tuple(
        Link(f"https://schema.org/{name}")
        for name in ("color", "size", "suggestedAge", "suggestedGender", "material", "pattern")
    )
    assert [node.get("color") for node in find(group_of(), "Product")] == ["rot", "blau"]


def test_v4_a_group_has_an_address_only_on_a_single_page() -> None:
    assert root(group_of()).get("url") is None
    alone = root(group_of(replace(GROUP, is_single_page=True)))
    assert alone.get("url") == Link("https://buecher.example/hemd")


def test_v5_ratings_are_pooled_on_the_group_and_told_once() -> None:
    snippet = group_of()
    assert root(snippet).get("aggregateRating") is only(snippet, "AggregateRating")
    assert len(find(snippet, "Review")) == 2
    for variant in find(snippet, "Product"):
        assert variant.get("aggregateRating") is variant.get("review") is None


def test_v5_pooling_needs_logged_equivalence() -> None:
    snippet = group_of(replace(GROUP, is_equivalence_logged=False))
    assert find(snippet, "AggregateRating") == find(snippet, "Review") == []
    assert len(find(snippet, "Product")) == 2
    assert why(snippet) == {(Code.POOLING_NOT_LOGGED, "V5")}


def test_a_group_without_prices_and_ratings_is_left_out() -> None:
    priceless = tuple(
        replace(variant, product=replace(variant.product, offer=None)) for variant in GROUP.variants
    )
    snippet = group_of(replace(GROUP, variants=priceless), NO_GRADE)
    assert snippet.node is None
    assert snippet.reasons[-1].code is Code.NOTHING_TO_TELL
    rated = group_of(replace(GROUP, variants=priceless), GRADE)
    assert find(rated, "Product") == []
    assert only(rated, "AggregateRating").get("ratingCount") == 3


def test_a_variant_without_a_name_is_left_out() -> None:
    red, blue = GROUP.variants
    nameless = replace(red, product=replace(red.product, name=""))
    snippet = group_of(replace(GROUP, variants=(nameless, blue)))
    assert [node.get("sku") for node in find(snippet, "Product")] == ["H-B"]
    assert [reason.field for reason in snippet.reasons] == ["hasVariant[0].name"]


def test_ids_belong_to_the_page() -> None:
    assert root(product_of()).id == "https://buecher.example/kopfhoerer#product"
    assert root(group_of()).id == "https://buecher.example/hemd#group"
    assert (
        root(shop_of()).id == "https://trust.example/profile/X0123456789ABCDEF0123456789ABCDEF#shop"
    )
    fragmented = replace(PRODUCT, url="https://buecher.example/k#reviews")
    assert root(product_of(fragmented)).id == "https://buecher.example/k#product"
    assert root(product_of(replace(PRODUCT, url=None))).id is None


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://shop.example/a?b=c&d#e", "https://shop.example/a?b=c&d#e"),
        ("HTTP://Shop.example", "HTTP://Shop.example"),
        (" https://shop.example/größe x ", "https://shop.example/gr%C3%B6%C3%9Fe%20x"),
        ("https://bücher.example:8443/", "https://xn--bcher-kva.example:8443/"),
        ("https://shop.example/%zz", None),
        ("https://shop.example:port/", None),
        ("https://user@", None),
        ("https:///path", None),
        ("//shop.example/", None),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("https://[::1", None),
        ("https://shop.example/\ud800", None),
        ("", None),
        (None, None),
    ],
)
def test_an_address_is_absolute_and_ascii(url: str | None, address: str | None) -> None:
    assert literals.address(url) == address


def test_days_are_days() -> None:
    assert only(product_of(), "Offer").get("priceValidUntil") == date(2026, 12, 31)
