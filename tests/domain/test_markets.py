"""The twelve markets, their languages and their zones."""

from zoneinfo import ZoneInfo

import pytest

from domain import languages, markets
from domain.errors import ShopInvalid


def test_the_markets_are_those_of_the_specification() -> None:
    assert list(markets.MARKETS) == [
        "DE",
        "AT",
        "CH",
        "FR",
        "ES",
        "IT",
        "NL",
        "PL",
        "UK",
        "BE-FR",
        "BE-NL",
        "EUO",
    ]


@pytest.mark.parametrize("code", markets.MARKETS)
def test_a_market_has_a_zone_a_code_for_legacy_wires_and_languages_of_ours(code: str) -> None:
    market = markets.MARKETS[code]
    assert market.code == code
    assert ZoneInfo(market.zone).key == market.zone
    assert len(market.alpha3) == 3
    assert market.alpha3.isupper()
    assert set(market.languages) <= set(languages.SUPPORTED)
    assert [markets.get(code, language=language) for language in market.languages] == [
        market
    ] * len(market.languages)


def test_a_market_of_one_country_has_its_code_for_feeds() -> None:
    countries = {code: market.country for code, market in markets.MARKETS.items()}
    assert countries["UK"] == "GB"
    assert countries["BE-FR"] == countries["BE-NL"] == "BE"
    assert countries["EUO"] == ""
    assert all(countries[code] == code for code in ("DE", "AT", "CH", "FR", "ES", "IT", "NL", "PL"))


def test_one_shop_domain_can_be_french_in_france_and_english_elsewhere() -> None:
    assert markets.get("FR", language="fr").alpha3 == "FRA"
    assert markets.get("EUO", language="en").alpha3 == "EUO"


@pytest.mark.parametrize(
    "code", ["", "de", "XX", "USA", pytest.param("X" * 10_000, id="long"), "\ud800"]
)
def test_an_unknown_market_is_refused_and_the_known_ones_are_named(code: str) -> None:
    with pytest.raises(ShopInvalid) as refusal:
        markets.get(code, language="de")
    assert refusal.value.field == "market"
    assert "BE-NL" in refusal.value.detail
    assert len(refusal.value.detail) < 200


@pytest.mark.parametrize(
    "language", ["", "pl", "DE", pytest.param("x" * 10_000, id="long"), "\ud800"]
)
def test_a_language_that_the_market_does_not_offer_is_refused(language: str) -> None:
    with pytest.raises(ShopInvalid) as refusal:
        markets.get("DE", language=language)
    assert refusal.value.field == "language"
    assert "de, en" in refusal.value.detail
    assert len(refusal.value.detail) < 200
