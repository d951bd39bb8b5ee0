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
    """One of the products asked for; ``grade`` and ``name`` are absent when it is unknown."""

    sku: Text
    hex: str
    state: StarsState
    name: Text | None = None
    grade: Grade | None = None


class Stars(Answer):
    """The products in the order in which they were asked for."""

    products: tuple[ProductStars, ...]
