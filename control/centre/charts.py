"""Charts as numbers for an SVG: bars of counts under a limit, and a line of means with gaps.

The drawing is a hundred high and as wide as it has steps times ten; the page stretches it, so
labels stand beside it as text. Nothing here is ever drawn from less than one step.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from domain.criteria import BEST, WORST

HEIGHT: Final = 100
STEP: Final = 10
_GAP: Final = 2
_TICKS: Final = 2


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; ``text`` is what it says."""

    x: int
    y: float
    height: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing: its width, its bars or its line and dots, and what its axis says.

    ``ticks`` are labels of the vertical axis from the top down, evenly spread. ``line``, ``dots``
    and ``limit`` are paths of SVG, empty where nothing is to be drawn.
    """

    width: int
    ticks: tuple[int, ...]
    bars: tuple[Bar, ...] = ()
    line: str = ""
    dots: str = ""
    limit: str = ""

    @property
    def bar_width(self) -> int:
        """How wide each bar is."""
        return STEP - _GAP

    @property
    def grid(self) -> tuple[float, ...]:
        """Where the lines at the ticks run."""
        last = len(self.ticks) - 1
        return tuple(HEIGHT * index / last for index in range(last + 1))


def bars(counts: Sequence[int], texts: Sequence[str], limits: Sequence[int | None] = ()) -> Chart:
    """A bar for each count, 0 or more, with the text that goes with it.

    ``limits`` are what the counts should stay below, step by step; None where there was none.
    """
    top = ceiling(max((*counts, *filter(None, limits)), default=0))
    drawn = []
    for index, (count, text) in enumerate(zip(counts, texts, strict=True)):
        height = round(HEIGHT * count / top, 2)
        drawn.append(Bar(index * STEP + _GAP // 2, round(HEIGHT - height, 2), height, text))
    ticks = tuple(top * left // _TICKS for left in range(_TICKS, -1, -1))
    return Chart(max(len(counts), 1) * STEP, ticks, tuple(drawn), limit=_stairs(limits, top))


def _stairs(limits: Sequence[int | None], top: int) -> str:
    """A path that is level over each step and upright between two; a gap where there is None."""
    path: list[str] = []
    before = None
    for index, limit in enumerate(limits):
        if limit is not None:
            start = f"M{index * STEP} " if before is None else "V"
            y = round(HEIGHT - HEIGHT * limit / top, 2)
            path.append(f"{start}{y:g}H{(index + 1) * STEP}")
        before = limit
    return "".join(path)


def line(means: Sequence[Decimal | None]) -> Chart:
    """A line through means of 1 to 5; None leaves a gap, and a mean on its own is a dot."""
    steps: list[str] = []
    dots: list[str] = []
    is_joined = False
    for index, mean in enumerate(means):
        if mean is None:
            is_joined = False
            continue
        x = index * STEP + STEP // 2
        y = round(HEIGHT * float(BEST - mean) / (BEST - WORST), 2)
        steps.append(f"{'L' if is_joined else 'M'}{x} {y:g}")
        dots.append(f"M{x} {y:g}h0")
        is_joined = True
    ticks = tuple(range(BEST, WORST - 1, -1))
    return Chart(max(len(means), 1) * STEP, ticks, line=" ".join(steps), dots=" ".join(dots))


def ceiling(count: int) -> int:
    """The top of an axis for counts up to this: even, so that its half is whole, and round."""
    size = 2
    while size < count:
        # 2, 4, 10, 20, 40, 100 …
        size = size * 5 // 2 if str(size).startswith("4") else size * 2
    return size
