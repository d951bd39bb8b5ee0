"""Order and uncertainty beside the grade, never instead of it (AGG-9, AGG-10, AGG-11)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

PRIOR_WEIGHT: Final = 7
PRIOR_MEAN: Final = 3.5
_Z95: Final = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Interval:
    """A posterior mean in stars and the half width of its 95 % interval."""

    mean: float
    half_width: float


def bayesian_mean(mark_sum: float, count: int) -> float:
    """Mean in stars, drawn towards 3.5 by the weight of seven reviews; orders lists only."""
    return (PRIOR_WEIGHT * PRIOR_MEAN + mark_sum) / (PRIOR_WEIGHT + count)


def wilson_lower_bound(favourable: int, count: int) -> float:
    """Lower 95 % bound, 0–1, of the share of reviews with four or more stars; ranking only."""
    if count == 0:
        return 0.0
    share = favourable / count
    square = _Z95 * _Z95
    spread = _Z95 * math.sqrt((share * (1 - share) + square / (4 * count)) / count)
    return (share + square / (2 * count) - spread) / (1 + square / count)


def uncertainty(distribution: Sequence[int]) -> Interval:
    """Mean and 95 % half width under a Dirichlet(1) posterior over counts of 1 to 5 stars."""
    weights = [count + 1 for count in distribution]
    total = sum(weights)
    centre = sum(stars * weight for stars, weight in enumerate(weights, 1)) / total
    square = sum(stars * stars * weight for stars, weight in enumerate(weights, 1)) / total
    variance = (square - centre * centre) / (total + 1)
    return Interval(centre, _Z95 * math.sqrt(variance))
