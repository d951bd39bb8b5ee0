"""Charts of indicators for an SVG: a line over the bands of its zones, with gaps where none was.

The drawing is a hundred high and ten wide for each step, as those of ``charts`` are; the page
stretches it, so everything that is said stands beside it as text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from control.centre.charts import HEIGHT, STEP
from domain.criteria import BEST, WORST
from domain.frames import Zone
from domain.indicators import HIGH_IS_GOOD, MILLION, Indicator, Limits

_ABOVE: Final = Fraction(3, 2)
# Where 0 is all that is green, a strip below it shows that there is such a band.
_STRIP: Final = Fraction(1, 10)


@dataclass(frozen=True, slots=True)
class Band:
    """One zone: where it begins and how high it is, from the top down."""

    zone: Zone
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class ZoneChart:
    """A drawing: its width, its bands from the top down, and paths of SVG for line and dots.

    ``top`` and ``bottom``, in millionths, are the ends of the scale.
    """

    width: int
    bands: tuple[Band, ...]
    line: str
    dots: str
    top: int
    bottom: int


def drawn(indicator: Indicator, values: Sequence[int | None], limits: Limits) -> ZoneChart:
    """The chart of values in millionths, one for each step; None leaves a gap."""
    low, high = _scale(indicator, values, limits)
    green, yellow = limits.green, limits.yellow
    is_high_good = indicator in HIGH_IS_GOOD
    parts = (
        ((Zone.GREEN, high, green), (Zone.YELLOW, green, yellow), (Zone.RED, yellow, low))
        if is_high_good
        else ((Zone.RED, high, yellow), (Zone.YELLOW, yellow, green), (Zone.GREEN, green, low))
    )
    bands = tuple(
        Band(zone, _y(upper, low, high), _height(upper, lower, low, high))
        for zone, upper, lower in parts
    )
    line, dots = _paths(
        [_y(Fraction(v, MILLION), low, high) if v is not None else None for v in values]
    )
    shown = max(low, Fraction(0))
    return ZoneChart(
        max(len(values), 1) * STEP, bands, line, dots, round(high * MILLION), round(shown * MILLION)
    )


def _scale(
    indicator: Indicator, values: Sequence[int | None], limits: Limits
) -> tuple[Fraction, Fraction]:
    if indicator in HIGH_IS_GOOD:
        return Fraction(WORST), Fraction(BEST)
    most = max((Fraction(value, MILLION) for value in values if value is not None), default=0)
    high = max(limits.yellow * _ABOVE, Fraction(most))
    return (Fraction(0) if limits.green else -high * _STRIP), high


def _y(value: Fraction, low: Fraction, high: Fraction) -> float:
    return round(float(HEIGHT * (high - value) / (high - low)), 2)


def _height(upper: Fraction, lower: Fraction, low: Fraction, high: Fraction) -> float:
    return round(float(HEIGHT * (upper - lower) / (high - low)), 2)


def _paths(heights: Sequence[float | None]) -> tuple[str, str]:
    steps: list[str] = []
    dots: list[str] = []
    is_joined = False
    for index, y in enumerate(heights):
        if y is None:
            is_joined = False
            continue
        x = index * STEP + STEP // 2
        steps.append(f"{'L' if is_joined else 'M'}{x} {y:g}")
        # A point that no line leads to would not be seen.
        is_alone = not is_joined and (index + 1 == len(heights) or heights[index + 1] is None)
        if is_alone:
            dots.append(f"M{x} {y:g}h0")
        is_joined = True
    return " ".join(steps), " ".join(dots)
