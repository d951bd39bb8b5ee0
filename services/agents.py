"""What agents ask for beyond the addresses of the API: products by their GTIN."""

from collections.abc import Sequence

from domain import gtins, policies, shop_keys
from domain.errors import ProductNotFound, ShopNotFound
from store import products, shops
from store.database import Database


def skus_with_gtin(database: Database, shop_key: str, gtin: str) -> Sequence[str]:
    """The SKUs under which a shop sells a GTIN, written with or without its leading zeros.

    Their reviews stay apart: nobody has said that they are one product (NEVER-11). Raises
    ShopKeyMalformed, ShopNotFound, or ProductNotFound.
    """
    digits = gtin.strip()
    if not gtins.is_gtin(digits):
        raise ProductNotFound("A GTIN has 8, 12, 13 or 14 digits.", field="gtin")
    written = gtins.spellings(digits)
    with database.read() as session:
        shop = shops.by_key(session, shop_keys.parse(shop_key))
        if shop is None:
            raise ShopNotFound
        most = policies.LISTS.batch_maximum
        found = products.skus_by_gtins(session, shop.id, sorted(written), most=most)
    if not found:
        raise ProductNotFound("The shop has no product with this GTIN.", field="gtin")
    return found
