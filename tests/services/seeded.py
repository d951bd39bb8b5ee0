"""The shops and products of a seeded installation."""

from collections.abc import Iterator

from sqlmodel import select

from services.installation import Installation
from store.products import Product
from store.shops import Shop

Subject = tuple[str, str | None]


def subjects(installation: Installation) -> Iterator[Subject]:
    """Keys of all shops, and with them the SKUs of all products."""
    with installation.database.read() as session:
        keys = {shop.id: shop.shop_key for shop in session.exec(select(Shop))}
        products = [(keys[each.shop_id], each.sku) for each in session.exec(select(Product))]
    yield from ((key, None) for key in keys.values())
    yield from products
