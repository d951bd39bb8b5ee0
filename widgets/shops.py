"""A shop as every answer names it."""

from schemas.shops import Shop
from widgets.views import ShopView


def shape(shop: ShopView) -> Shop:
    """The shop's public data."""
    return Shop(
        key=shop.key,
        name=shop.name,
        url=shop.url,
        language=shop.language,
        market=shop.market,
        currency=shop.currency,
    )
