"""Stars of many products at once, for lists of products."""

from enum import StrEnum

from domain.grades import GradeState
from schemas.grades import Grade
from schemas.shapes import Shape, Text
from schemas.shops import Answer


class StarsState(StrEnum):
    """The state of a product's grade, or that the shop has no such product."""

    UNKNOWN = "UNKNOWN"
    RATED = GradeState.RATED
    TOO_FEW = GradeState.TOO_FEW
    NONE = GradeState.NONE


class ProductStars(Shape):
    """One of the products asked for; ``grade`` and ``name`` are absent when it is unknown.

    ``gtin`` or ``mpn`` is the number, as it was asked for, under which the product was found.
    """

    sku: Text
    hex: str
    gtin: Text | None = None
    mpn: Text | None = None
    state: StarsState
    name: Text | None = None
    grade: Grade | None = None


class Stars(Answer):
    """The products by SKU in the order in which they were asked for, then those by numbers.

    A SKU that the shop does not have is said to be UNKNOWN, another number is left out; several
    products with one number stay apart (NEVER-11).
    """

    products: tuple[ProductStars, ...]
