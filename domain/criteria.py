"""Criteria systems, marks and a review's own stars (systems.md §4)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from domain.errors import MarksInvalid

BEST: Final = 5
WORST: Final = 1


class Criterion(StrEnum):
    """What a mark is given for; TOTAL is the one criterion of product reviews."""

    SERVICE = "SERVICE"
    DELIVERY = "DELIVERY"
    GOODS = "GOODS"
    TOTAL = "TOTAL"


class CriteriaSystem(StrEnum):
    """ONE for services, THREE for shops that offer goods; a shop has exactly one of them."""

    ONE = "ONE"
    THREE = "THREE"

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        return SYSTEM_CRITERIA[self]

    @classmethod
    def for_shop(cls, *, offers_goods: bool) -> "CriteriaSystem":
        return cls.THREE if offers_goods else cls.ONE


SYSTEM_CRITERIA: Final[Mapping[CriteriaSystem, tuple[Criterion, ...]]] = {
    CriteriaSystem.ONE: (Criterion.SERVICE,),
    CriteriaSystem.THREE: (Criterion.DELIVERY, Criterion.GOODS, Criterion.SERVICE),
}
PRODUCT_CRITERIA: Final = (Criterion.TOTAL,)


def check_marks(
    marks: Mapping[Criterion, int], allowed: tuple[Criterion, ...]
) -> dict[Criterion, int]:
    """The marks in the order of ``allowed``: at least one, each a whole number 1–5.

    Raises MarksInvalid; 0, 6, 3.5, True and a criterion of another system are refused.
    """
    for criterion, mark in marks.items():
        if criterion not in allowed:
            raise MarksInvalid(f"{criterion} is not asked here.", field=f"marks.{criterion}")
        if type(mark) is not int or not WORST <= mark <= BEST:
            raise MarksInvalid("A mark is a whole number, 1 to 5.", field=f"marks.{criterion}")
    if not marks:
        raise MarksInvalid(field="marks")
    return {criterion: marks[criterion] for criterion in allowed if criterion in marks}


def own_stars(marks: Mapping[Criterion, int]) -> int:
    """A review's own stars, 1–5: the half-up integer of its marks' mean (2 and 3 give 3)."""
    return (2 * sum(marks.values()) + len(marks)) // (2 * len(marks))
