"""Tiers of protection: which one a buyer has, by where they live; and the older fees."""

import pytest

from domain import protection_tiers
from domain.protection_tiers import (
    BY_RESIDENCE,
    ELSEWHERE,
    ORDER_FEES,
    ORDER_FEES_ARE_CHARGED,
    PLUS,
    ResidenceInvalid,
    Tier,
    by_name,
    covering,
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


@pytest.mark.parametrize(
    ("amount", "product_id", "gross"),
    [
        (1, "TS080501_500_30_EUR", 98),
        (500_00, "TS080501_500_30_EUR", 98),
        (500_01, "TS080501_1500_30_EUR", 2_94),
        (2_500_00, "TS080501_2500_30_EUR", 4_90),
        (5_000_00, "TS080501_5000_30_EUR", 9_81),
        (10_000_00, "TS080501_10000_30_EUR", 19_60),
        (20_000_00, "TS080501_20000_30_EUR", 39_20),
    ],
)
def test_the_older_fees_name_the_smallest_tier_that_covers(
    amount: int, product_id: str, gross: int
) -> None:
    fee = covering(amount)
    assert fee is not None
    assert (fee.product_id, fee.gross_minor) == (product_id, gross)


def test_above_all_older_tiers_there_is_none_and_nothing_charges_them() -> None:
    assert covering(20_000_01) is None
    assert [fee.max_minor for fee in ORDER_FEES] == sorted(fee.max_minor for fee in ORDER_FEES)
    assert not ORDER_FEES_ARE_CHARGED
    assert protection_tiers.ORDER_FEES[0].net_minor == 82
