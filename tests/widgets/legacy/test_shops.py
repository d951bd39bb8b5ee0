"""The shop object of the legacy contract: five strings, in this order, everywhere the same."""

from dataclasses import replace

import pytest
from hypothesis import given

from domain.markets import MARKETS
from schemas.legacy import encoding
from schemas.legacy.envelopes import Body
from tests.widgets.legacy import examples
from widgets.legacy import shops


def test_a_shop_is_the_object_of_the_contract_and_nothing_more() -> None:
    assert encoding.to_json(shops.body(examples.SHOP)).decode() == (
        f'{{"response":{{"code":200,"data":{{"shop":{{{examples.SHOP_JSON}}}}},'
        '"message":"SUCCESS","responseInfo":{"apiVersion":"2.4.18"},"status":"SUCCESS"}}'
    )


def test_a_search_finds_a_list_in_the_given_order() -> None:
    other = replace(examples.SHOP, key="XA2A8D35838AF5F63E5EB0E05847B1CB8", market="DE")
    body = shops.found([examples.SHOP, other])
    assert body.data == {"shops": [shops.shape(examples.SHOP), shops.shape(other)]}


def test_the_shops_of_a_login_stand_under_retailer() -> None:
    body = shops.retailer([examples.SHOP])
    assert body.data == {"retailer": {"shops": [shops.shape(examples.SHOP)]}}


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://demoshop.trustedshops.com/ch", "demoshop.trustedshops.com/ch"),
        ("http://www.shop.example", "www.shop.example"),
        ("https://shop.example/", "shop.example"),
        ("https://shop.example:8443/de/?a=b", "shop.example:8443/de/?a=b"),
    ],
)
def test_an_address_has_no_scheme_and_may_have_a_path(url: str, told: str) -> None:
    assert shops.shape(replace(examples.SHOP, url=url))["url"] == told


@pytest.mark.parametrize("market", MARKETS)
def test_a_market_is_told_by_its_three_letters(market: str) -> None:
    told = shops.shape(replace(examples.SHOP, market=market))["targetMarketISO3"]
    assert told == MARKETS[market].alpha3
    assert told in ["DEU", "AUT", "CHE", "FRA", "GBR", "POL", "ESP", "NLD", "BEL", "ITA", "EUO"]


@given(examples.bodies | examples.feeds())
def test_every_shop_opens_with_the_five_strings_in_order(body: Body) -> None:
    if body.data and "shop" in body.data:
        opening = list(body.data["shop"].items())[:5]
        assert [name for name, _ in opening] == [
            "tsId",
            "url",
            "name",
            "languageISO2",
            "targetMarketISO3",
        ]
        assert all(isinstance(value, str) for _, value in opening)
