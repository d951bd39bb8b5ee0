"""What legacy payloads need beside the common views; made by the services, free of tables."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from domain.grades import CriterionGrade, Grade
from domain.windows import Period
from widgets.views import ProductView, ReviewView, ShopView


@dataclass(frozen=True, slots=True)
class PeriodQuality:
    """What one period adds up to; ``distribution`` counts reviews from one star to five."""

    period: Period
    grade: Grade
    criteria: tuple[CriterionGrade, ...]
    distribution: tuple[int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class QualityView:
    """A shop's published grade, ``active``, and the period that was asked for (4.2)."""

    shop: ShopView
    active: Grade
    shown: PeriodQuality


@dataclass(frozen=True, slots=True)
class OrderView:
    """What the shop itself may read of the order behind a review: restricted answers only."""

    reference: str
    ordered_at: datetime
    email: str


@dataclass(frozen=True, slots=True)
class ReviewListView:
    """One page of reviews that count as to kind, newest first (4.3).

    ``page`` counts from 0; ``start`` and ``end`` are the first and last day asked for.
    ``orders`` and ``shop_keys`` are by review id and empty in public answers; ``shop_keys`` is
    for lists over all shops of a login (R3b).
    """

    shop: ShopView
    reviews: tuple[ReviewView, ...]
    page: int
    size: int
    start: date
    end: date
    orders: Mapping[str, OrderView] = field(default_factory=dict)
    shop_keys: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProductReviewView:
    """A review of a product for the shop itself, with its order where there is one (4.7)."""

    product: ProductView
    review: ReviewView
    order: OrderView | None


class BriefReview(Protocol):
    """As much of a review as the product feed shows (4.6); a ReviewView has it too."""

    @property
    def id(self) -> str: ...
    @property
    def stars(self) -> int: ...
    @property
    def comment(self) -> str: ...
    @property
    def submitted_at(self) -> datetime: ...
