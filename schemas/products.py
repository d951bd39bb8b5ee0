"""Products on the wire."""

from schemas.shapes import Shape, Text


class Product(Shape):
    """A product of a shop; ``sku`` is its identity."""

    sku: Text
    name: Text
    url: Text | None = None
    image_url: Text | None = None
    gtin: Text | None = None
    mpn: Text | None = None
    brand: Text | None = None
