"""Currencies: which are known, and their decimals."""

import pytest

from domain import currencies


@pytest.mark.parametrize(("code", "decimals"), [("EUR", 2), ("GBP", 2), ("JPY", 0), ("KRW", 0)])
def test_a_currency_has_its_decimals(code: str, decimals: int) -> None:
    assert currencies.is_known(code)
    assert currencies.decimals(code) == decimals


@pytest.mark.parametrize("code", ["", "eur", "EURO", "XXX", "XAU", "DEM", "KWD"])
def test_what_is_no_currency_of_two_decimals_or_none_is_unknown(code: str) -> None:
    assert not currencies.is_known(code)
