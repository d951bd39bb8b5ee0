"""What the integration guide of a shop shows: its address, its choices and a few products."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from domain.errors import ShopNotFound
from services import figures
from services.installation import Installation
from store import products, shops
from widgets.views import ProductView, ShopView

_PRODUCTS: Final = 20


@dataclass(frozen=True, slots=True)
class Guide:
    """A shop, this installation's public address, and rated products for examples."""

    shop: ShopView
    base_url: str
    products: Sequence[ProductView]


def read(installation: Installation, shop_key: str) -> Guide:
    """The guide of a shop; raises ShopNotFound or Unavailable."""
    settings = installation.settings
    with installation.database.read() as session:
        shop = shops.by_key(session, shop_key)
        if shop is None:
            raise ShopNotFound
        rated = products.rated(session, shop.id, most=_PRODUCTS)
        return Guide(
            shop=figures.shop_view(shop, min_reviews=settings.grade_min_reviews),
            base_url=settings.base_url,
            products=[figures.product_view(each) for each in rated],
        )
