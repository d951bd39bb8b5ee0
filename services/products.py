"""Products of a shop: registered by what first speaks of them, an order or an import."""

from collections.abc import Sequence
from datetime import datetime

from domain import ids
from domain.ids import Prefix
from domain.orders import OrderLine
from services import generations
from store import products
from store.database import Work
from store.products import Product
from store.shops import Shop


def registered(
    work: Work, shop: Shop, lines: Sequence[OrderLine], *, now: datetime
) -> dict[str, Product]:
    """The products on the lines by SKU; those that are new to the shop are added.

    These have no internal id before the session is flushed.
    """
    known = products.by_skus(work.session, shop.id, {line.sku for line in lines})
    for line in lines:
        if line.sku not in known:
            generations.raise_for(work, shop, now=now)
            known[line.sku] = _new(shop, line, now)
            work.session.add(known[line.sku])
    return known


def _new(shop: Shop, line: OrderLine, now: datetime) -> Product:
    return Product(
        public_id=ids.new(Prefix.PRODUCT),
        shop_id=shop.id,
        sku=line.sku,
        name=line.name,
        url=line.url,
        image_url=line.image_url,
        gtin=line.gtin,
        mpn=line.mpn,
        brand=line.brand,
        created_at=now,
        changed_generation=shop.generation,
    )
