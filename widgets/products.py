"""A product as answers name it."""

from schemas.products import Product
from widgets.views import ProductView


def shape(product: ProductView) -> Product:
    """The product's public data; what is not known is left out."""
    return Product(
        sku=product.sku,
        name=product.name,
        url=product.url or None,
        image_url=product.image_url or None,
        gtin=product.gtin or None,
        mpn=product.mpn or None,
        brand=product.brand or None,
    )
