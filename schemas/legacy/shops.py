"""Shops on the legacy wire (legacy-api.md 4.1, 5.3)."""

from typing import TypedDict


class Shop(TypedDict):
    """Opens every ``data.shop``; the app SDKs throw when one of the five is missing.

    ``url`` has no scheme and may have a path; the market is ISO 3166 alpha-3, or EUO.
    """

    tsId: str
    url: str
    name: str
    languageISO2: str
    targetMarketISO3: str


class Retailer(TypedDict):
    """The shops of one login; a plugin uses it as login check (R9)."""

    shops: list[Shop]
