"""Figures: what a part of the benchmark found, and how rounds become one figure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from bench.bounds import BOUNDS, Bound


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value; ``low`` and ``high`` are the extremes of its rounds.

    ``key`` names the bound it is held against, if it has one; ``note`` says under which
    conditions it was measured.
    """

    key: str
    title: str
    value: float
    unit: str
    low: float | None = None
    high: float | None = None
    note: str = ""

    @property
    def bound(self) -> Bound | None:
        return BOUNDS.get(self.key)

    @property
    def is_reached(self) -> bool | None:
        """Whether the bound is kept; None where there is none."""
        return self.bound.allows(self.value) if self.bound else None

    def noted(self, note: str) -> "Figure":
        """The same figure with a note."""
        return replace(self, note=note)


def of_rounds(key: str, title: str, rounds: Sequence[float], unit: str) -> Figure:
    """The median of several rounds, with their extremes."""
    return Figure(key, title, median(rounds), unit, min(rounds), max(rounds))


def of_ratios(key: str, title: str, above: Sequence[float], below: Sequence[float]) -> Figure:
    """The median of the ratios of two things measured in the same rounds."""
    ratios = [one / other for one, other in zip(above, below, strict=True)]
    return of_rounds(key, title, ratios, "×")
