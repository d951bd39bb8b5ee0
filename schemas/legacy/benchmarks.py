"""Benchmarks on the legacy wire (legacy-api.md 5.5)."""

from decimal import Decimal
from typing import NotRequired, TypedDict


class Benchmark(TypedDict):
    """A market's shops together; number and mark are absent where there are too few."""

    tsId: str
    targetMarketISO3: str
    shopCount: NotRequired[int | None]
    overallMark: NotRequired[Decimal | None]
