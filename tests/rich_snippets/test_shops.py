"""Shops: each rule of rich-snippets.md §1.4 and the certification of P6 under its id."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given

from rich_snippets.nodes import Link, Node
from rich_snippets.policy import Page
from rich_snippets.reasons import Code
from rich_snippets.views import (
    AddressView,
    ContactView,
    ReturnCategory,
    ReturnPolicyView,
    ShopView,
)
from tests.rich_snippets.examples import (
    CERTIFICATION,
    SHOP,
    TODAY,
    Case,
    cases,
    find,
    only,
    root,
    shop_of,
    why,
)

BARE = ShopView(
    name="Bücher & Töne",
    url="https://buecher.example/",
    profile_url=SHOP.profile_url,
    operator_is_shop=False,
)


def test_o1_what_identifies_the_company_is_told() -> None:
    store = root(shop_of())
    assert (store.get("legalName"), store.get("vatID")) == ("Bücher & Töne GmbH", "DE123456789")
    assert (store.get("taxID"), store.get("iso6523Code")) == ("123/456/7890", "0060:123456789")
    assert only(shop_of(), "PostalAddress").get("addressCountry") == "DE"
    contact = only(shop_of(), "ContactPoint")
    assert contact.get("email") == "hallo@buecher.example"
    assert contact.get("availableLanguage") == ("de", "en")


def test_o1_nothing_but_the_name_is_required() -> None:
    store = root(shop_of(BARE, page=Page.SHOP, held=()))
    assert [name for name, _ in store.properties] == ["name", "url", "sameAs"]
    nameless = shop_of(replace(BARE, name=" "))
    assert nameless.node is None
    assert why(nameless) == {(Code.FIELD_MISSING, "R8")}


def test_o1_an_address_or_contact_without_content_is_left_out() -> None:
    empty = replace(BARE, address=AddressView(country="Germany"), contact=ContactView("", " "))
    assert find(shop_of(empty), "PostalAddress") == find(shop_of(empty), "ContactPoint") == []


def test_o2_same_as_leads_to_the_public_profile() -> None:
    assert root(shop_of()).get("sameAs") == (
        Link(SHOP.profile_url),
        Link("https://social.example/buecher"),
    )
    repeated = replace(SHOP, same_as=(SHOP.profile_url, "not an address"))
    assert root(shop_of(repeated)).get("sameAs") == (Link(SHOP.profile_url),)


def test_o3_a_return_policy_names_countries_category_and_days() -> None:
    policy = only(shop_of(), "MerchantReturnPolicy")
    assert policy.get("applicableCountry") == ("DE", "AT")
    assert policy.get("merchantReturnDays") == 30
    assert policy.get("returnPolicyCategory") == Link(
        "https://schema.org/MerchantReturnFiniteReturnWindow"
    )


@pytest.mark.parametrize(
    "policy",
    [
        ReturnPolicyView(),
        ReturnPolicyView(("DE",)),
        ReturnPolicyView((), ReturnCategory.UNLIMITED),
        ReturnPolicyView(("Germany",), ReturnCategory.UNLIMITED),
        ReturnPolicyView(("DE",), ReturnCategory.FINITE),
        ReturnPolicyView(("DE",), ReturnCategory.FINITE, 0),
    ],
    ids=["empty", "no-category", "no-country", "no-code", "no-days", "zero-days"],
)
def test_o3_an_incomplete_policy_is_its_link_or_nothing(policy: ReturnPolicyView) -> None:
    snippet = shop_of(replace(SHOP, return_policy=policy))
    assert find(snippet, "MerchantReturnPolicy") == []
    assert why(snippet) == {(Code.FIELD_MISSING, "O3")}
    linked = replace(policy, url="https://buecher.example/returns")
    (found,) = find(shop_of(replace(SHOP, return_policy=linked)), "MerchantReturnPolicy")
    assert found.properties == (("merchantReturnLink", Link("https://buecher.example/returns")),)


def test_o3_a_policy_names_fifty_countries_at_most() -> None:
    codes = tuple(f"{first}{second}" for first in "ABC" for second in "ABCDEFGHIJKLMNOPQ")
    policy = ReturnPolicyView(codes, ReturnCategory.NOT_PERMITTED)
    snippet = shop_of(replace(SHOP, return_policy=policy))
    assert only(snippet, "MerchantReturnPolicy").get("applicableCountry") == codes[:50]
    assert why(snippet) == {(Code.TOO_MANY, "O3")}


def test_o4_organization_ratings_are_left_to_the_matrix() -> None:
    own_page = root(shop_of(page=Page.SHOP))
    assert own_page.get("aggregateRating") is own_page.get("review") is None


@given(cases())
def test_o5_the_shop_is_an_online_store(case: Case) -> None:
    node = case.snippet.node
    assert node is None or node.type in {"OnlineStore", "Product", "ProductGroup"}
    assert root(shop_of()).type == "OnlineStore"


def test_p6_a_certification_names_its_issuer_and_its_time() -> None:
    certification = only(shop_of(), "Certification")
    issuer = certification.get("issuedBy")
    assert isinstance(issuer, Node)
    assert issuer.get("name") == "Trust Operator"
    assert certification.get("certificationIdentification") == "cert-2026-1"
    assert certification.get("certificationStatus") == Link(
        "https://schema.org/CertificationActive"
    )
    assert certification.get("validFrom") == CERTIFICATION.valid_from
    assert certification.get("expires") == CERTIFICATION.valid_until


@pytest.mark.parametrize(
    "changed",
    [
        {"name": ""},
        {"issuer_name": " "},
        {"valid_from": TODAY + timedelta(days=1)},
        {"valid_until": TODAY - timedelta(days=1)},
    ],
    ids=["no-name", "no-issuer", "not-yet", "no-longer"],
)
def test_p6_a_certification_that_is_not_valid_is_left_out(changed: dict[str, object]) -> None:
    broken = replace(CERTIFICATION, **changed)  # type: ignore[arg-type]
    snippet = shop_of(held=(broken, CERTIFICATION))
    assert len(find(snippet, "Certification")) == 1
    assert [(reason.code, reason.field) for reason in snippet.reasons] == [
        (Code.CERTIFICATION_INVALID, "hasCertification[0]")
    ]


def test_p6_ten_certifications_at_most() -> None:
    snippet = shop_of(held=(CERTIFICATION,) * 11)
    assert len(find(snippet, "Certification")) == 10
    assert why(snippet) == {(Code.TOO_MANY, "P6")}


def test_a_certification_is_valid_on_its_first_and_last_day() -> None:
    today = replace(CERTIFICATION, valid_from=TODAY, valid_until=TODAY)
    assert len(find(shop_of(held=(today,)), "Certification")) == 1
