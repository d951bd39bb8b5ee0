"""Shops as legacy payloads (legacy-api.md 4.1, 5.3)."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from domain import texts
from domain.markets import MARKETS
from schemas.legacy.envelopes import Body
from schemas.legacy.shops import Retailer, Shop
from widgets.views import ShopView


def body(shop: ShopView) -> Body:
    """One shop and nothing more (P1)."""
    return Body({"shop": shape(shop)})


def found(shops: Sequence[ShopView]) -> Body:
    """The shops at one address, in the given order (P2)."""
    return Body({"shops": [shape(shop) for shop in shops]})


def retailer(shops: Sequence[ShopView]) -> Body:
    """The shops of one login (R9)."""
    of_login: Retailer = {"shops": [shape(shop) for shop in shops]}
    return Body({"retailer": of_login})


def shape(shop: ShopView) -> Shop:
    """The five strings that every ``data.shop`` opens with."""
    _, _, address = shop.url.rpartition("://")
    return {
        "tsId": shop.key,
        "url": texts.writable(address).rstrip("/"),
        "name": texts.writable(shop.name),
        "languageISO2": shop.language,
        "targetMarketISO3": MARKETS[shop.market].alpha3,
    }


def zone(shop: ShopView) -> ZoneInfo:
    """The time zone in which the shop's moments are told (4.3)."""
    return ZoneInfo(MARKETS[shop.market].zone)
