"""Reads reviews from a CSV file with a header: one row, one review.

``NEEDED`` columns have to be there, and either ``rating`` or marks by criterion; every other one
of ``COLUMNS`` may be missing. docs/moving.md explains them.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from domain.criteria import Criterion
from domain.errors import ImportRefused
from domain.imports import PastReview, mark_of

NEEDED: Final = ("id", "submitted_at")
COLUMNS: Final = (
    *NEEDED,
    *("rating", "service", "delivery", "goods", "scale", "sku", "product_name"),
    *("title", "comment", "language", "author_name", "reply"),
)
_CRITERIA: Final = {
    "service": Criterion.SERVICE,
    "delivery": Criterion.DELIVERY,
    "goods": Criterion.GOODS,
}
_SCALE: Final = "5"


def past_review(row: Mapping[str, str]) -> PastReview:
    """The row in our words; raises ImportRefused when a field cannot be read."""
    scale = row.get("scale") or _SCALE
    sku = row.get("sku") or None
    marks = {
        criterion: _stars(row[column], scale, column)
        for column, criterion in _CRITERIA.items()
        if row.get(column)
    }
    rating = row.get("rating", "")
    if rating and (sku is not None or not marks):
        criterion = Criterion.SERVICE if sku is None else Criterion.TOTAL
        marks = {criterion: _stars(rating, scale, "rating")}
    shown = rating or ", ".join(f"{name} {row[name]}" for name in _CRITERIA if row.get(name))
    return PastReview(
        id=row["id"],
        original_rating=f"{shown}/{scale}",
        marks=marks,
        submitted_at=_moment(row["submitted_at"]),
        title=row.get("title", ""),
        comment=row.get("comment", ""),
        language=row.get("language", ""),
        author_name=row.get("author_name", ""),
        reply=row.get("reply", ""),
        sku=sku,
        product_name=row.get("product_name", ""),
    )


def _stars(text: str, scale: str, field: str) -> int:
    try:
        return mark_of(Decimal(text.replace(",", ".")), Decimal(scale))
    except InvalidOperation:
        raise ImportRefused(f"{text[:20]!r} of {scale[:20]!r} is no rating.", field=field) from None


def _moment(text: str) -> datetime:
    """A date or a moment; without an offset it is in UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ImportRefused(
            f"{text[:40]!r} is no date such as 2025-11-21 or 2025-11-21T10:00:00+01:00.",
            field="submitted_at",
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
