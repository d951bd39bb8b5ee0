"""Ratings: the aggregate of a grade, and the rating of one review (R3 to R7, RX1, RX3, RX4)."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from domain.criteria import BEST, WORST
from domain.grades import GradeState
from rich_snippets import literals
from rich_snippets.nodes import Node, node
from rich_snippets.reasons import Code, Reason, Reasons
from rich_snippets.views import GradeView

_CENT: Final = Decimal("0.01")


def rating(value: Decimal, field: str, reasons: Reasons) -> Node | None:
    """One author's rating with its scale; None outside it, for nothing is clamped (R5, X4)."""
    if not _is_in_range(value):
        reasons.append(Reason(Code.RATING_OUT_OF_RANGE, "R5", f"{field}.ratingValue"))
        return None
    return node("Rating", ratingValue=_shown(value), bestRating=BEST, worstRating=WORST)


def aggregate(view: GradeView, reasons: Reasons) -> Node | None:
    """The displayed grade with its own counts; None where the page shows no stars (R6, RX3)."""
    refusal = _refusal(view)
    if refusal is not None:
        reasons.append(refusal)
        return None
    count = view.grade.count
    return node(
        "AggregateRating",
        ratingValue=view.value,
        bestRating=BEST,
        worstRating=WORST,
        ratingCount=count,
        reviewCount=count,
        ratingExplanation=_explanation(view),
    )


def _refusal(view: GradeView) -> Reason | None:
    grade, value = view.grade, view.value
    if grade.state is GradeState.NONE or grade.count < 1:
        return Reason(Code.COUNT_NOT_POSITIVE, "R6", "aggregateRating.reviewCount")
    if grade.state is GradeState.TOO_FEW:
        return Reason(Code.TOO_FEW_REVIEWS, "RX3", "aggregateRating")
    if value is None:
        return Reason(Code.RATING_MISSING, "RX4", "aggregateRating.ratingValue")
    if not _is_in_range(value):
        return Reason(Code.RATING_OUT_OF_RANGE, "R5", "aggregateRating.ratingValue")
    return None


def _shown(value: Decimal) -> int | Decimal:
    """Whole stars as such, a mean to two decimals, half-up (X4)."""
    whole = value.to_integral_value()
    return int(whole) if value == whole else value.quantize(_CENT, ROUND_HALF_UP)


def _is_in_range(value: Decimal) -> bool:
    return value.is_finite() and WORST <= value <= BEST


def _explanation(view: GradeView) -> str:
    """Count and period stand beside every average (NEVER-10), in words or as ISO 8601."""
    period = view.grade.period
    iso = f"{period.start.isoformat()}/{period.end.isoformat()}"
    return literals.plain(view.explanation) or iso
