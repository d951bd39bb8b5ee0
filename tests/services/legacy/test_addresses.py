"""Shops are found by their web address, however it is written (legacy-api.md 4.1, P2)."""

import pytest

from domain.errors import ShopUrlNotFound
from services.installation import Installation
from services.legacy import answers
from tests.services.legacy import opening

SHOPS = (
    ("https://www.demoshop.example", "DE", "de"),
    ("https://demoshop.example/ch", "CH", "de"),
    ("https://demoshop.example/at/", "AT", "de"),
    ("https://other.example", "DE", "de"),
)


@pytest.fixture
def urls(installation: Installation) -> None:
    """The shops of SHOPS, registered in this order."""
    account = opening.account(installation.database)
    for url, market, language in SHOPS:
        opening.shop(installation.database, account, url, market=market, language=language)


def found(installation: Installation, address: str) -> list[str]:
    with installation.database.read() as session:
        return [shop.market for shop in answers.search(session, address)]


@pytest.mark.usefixtures("urls")
@pytest.mark.parametrize(
    ("address", "markets"),
    [
        ("demoshop.example", ["DE", "CH", "AT"]),
        ("www.demoshop.example", ["DE", "CH", "AT"]),
        ("WWW.DemoShop.Example", ["DE", "CH", "AT"]),
        ("http://demoshop.example/", ["DE", "CH", "AT"]),
        ("demoshop.example:8443", ["DE", "CH", "AT"]),
        ("demoshop.example?utm=1", ["DE", "CH", "AT"]),
        ("demoshop.example/ch", ["CH"]),
        ("https://www.demoshop.example/CH/", ["CH"]),
        ("demoshop.example/at", ["AT"]),
        ("demoshop.example/at?x=/ch", ["AT"]),
        ("demoshop.example/at#top", ["AT"]),
        ("demoshop.example/fr", ["DE", "CH", "AT"]),
        ("other.example/ch", ["DE"]),
    ],
)
def test_the_path_decides_where_it_is_known_else_the_host(
    installation: Installation, address: str, markets: list[str]
) -> None:
    assert found(installation, address) == markets


@pytest.mark.usefixtures("urls")
@pytest.mark.parametrize(
    "address",
    [
        "",
        " ",
        "demoshop",
        "shop.demoshop.example",
        "ftp://demoshop.example",
        "x\0y",
        "\ud800",
        "a" * 3000,
    ],
)
def test_an_address_that_no_shop_has_is_unknown(installation: Installation, address: str) -> None:
    with pytest.raises(ShopUrlNotFound):
        found(installation, address)
