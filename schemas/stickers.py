"""Stickers on the wire: a grade and a stated selection of reviews."""

from pydantic import Field

from schemas.grades import Grade
from schemas.reviews import Review
from schemas.shapes import Shape
from schemas.shops import Answer


class Selection(Shape):
    """Which reviews these are (systems.md §18).

    ``statement`` says it in the language that was asked for, else in the shop's.
    """

    rule: str
    statement: str
    limit: int = Field(ge=1)


class Sticker(Answer):
    """Reviews to be shown in a shop's page; the grade is that of all reviews."""

    grade: Grade
    selection: Selection
    reviews: tuple[Review, ...]
