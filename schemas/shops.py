"""Shops on the wire, and what every answer about a shop begins with."""

from schemas.shapes import Shape, Text


class Shop(Shape):
    """One domain in one language for one market; ``currency`` is ISO 4217."""

    key: str
    name: Text
    url: Text
    language: str
    market: str
    currency: str


class Answer(Shape):
    """What every answer says first; a shop that runs its own installation says so (US-4)."""

    shop: Shop
    operated_by_seller: bool
