"""Tiers of protection: which one a buyer has, by where they live; and the older fees."""

import pytest

from domain.protection_tiers import (
    BY_RESIDENCE,
    ELSEWHERE,
    ORDER_FEES,
    PLUS,
    ResidenceInvalid,
    Tier,
    by_name,
    offered,
    residence,
    terms_of,
)


@pytest.mark.parametrize(
    ("country", "tier", "max_minor", "currency"),
    [
        ("DE", Tier.BASIC, 100_00, "EUR"),
        ("AT", Tier.BASIC, 100_00, "EUR"),
        ("NL", Tier.BASIC, 100_00, "EUR"),
        ("GB", Tier.GUARANTEE, 2_500_00, "GBP"),
        ("CH", Tier.GUARANTEE, 4_000_00, "CHF"),
        ("FR", Tier.GUARANTEE, 2_500_00, "EUR"),
        ("US", Tier.GUARANTEE, 2_500_00, "EUR"),
    ],
)
def test_the_free_tier_is_that_of_the_buyers_residence(
    country: str, tier: Tier, max_minor: int, currency: str
) -> None:
    terms = terms_of(country, has_plus=False)
    assert (terms.tier, terms.max_minor, terms.currency) == (tier, max_minor, currency)
    assert terms.fee_minor == 0
    assert not terms.may_prolong


def test_plus_counts_where_it_is_offered_and_costs_9_90_a_year() -> None:
    assert terms_of("DE", has_plus=True) == PLUS
    assert (PLUS.max_minor, PLUS.fee_minor, PLUS.currency) == (20_000_00, 9_90, "EUR")
    assert PLUS.may_prolong
    assert terms_of("FR", has_plus=True) == ELSEWHERE[0]


def test_the_free_tier_stands_first_everywhere() -> None:
    for terms in (*BY_RESIDENCE.values(), ELSEWHERE):
        assert terms[0].fee_minor == 0
        assert all(each.fee_minor for each in terms[1:])


def test_a_tier_is_found_by_its_name_and_the_free_one_where_it_is_gone() -> None:
    assert by_name("DE", "PLUS") == PLUS
    assert by_name("FR", "PLUS") == ELSEWHERE[0]
    assert offered("DE") == (by_name("DE", "BASIC"), PLUS)


@pytest.mark.parametrize(("text", "country"), [("DE", "DE"), (" de ", "DE"), ("UK", "GB")])
def test_a_residence_is_two_letters(text: str, country: str) -> None:
    assert residence(text) == country


@pytest.mark.parametrize("text", ["", "D", "DEU", "D1", "ДЕ", "D\n", "DE\n1"])
def test_what_is_no_country_is_refused(text: str) -> None:
    with pytest.raises(ResidenceInvalid):
        residence(text)


def test_the_older_fees_are_data_that_nothing_charges() -> None:
    told = [(fee.product_id, fee.max_minor, fee.net_minor) for fee in ORDER_FEES]
    assert told == [
        ("TS080501_500_30_EUR", 500_00, 82),
        ("TS080501_1500_30_EUR", 1_500_00, 2_47),
        ("TS080501_2500_30_EUR", 2_500_00, 4_12),
        ("TS080501_5000_30_EUR", 5_000_00, 8_24),
        ("TS080501_10000_30_EUR", 10_000_00, 16_47),
        ("TS080501_20000_30_EUR", 20_000_00, 32_94),
    ]
    assert {(fee.vat_percent, fee.is_active) for fee in ORDER_FEES} == {(19, False)}
