"""Products and their reviews on the legacy wire (legacy-api.md 4.5 to 4.7)."""

from decimal import Decimal
from typing import NotRequired, TypedDict

from schemas.legacy.reviews import Profile


class TotalMark(TypedDict):
    """The one mark of a product review, ``"1"`` to ``"5"``; ``type`` is always ``"Total"``."""

    mark: str
    type: str


class NamedReviewer(TypedDict):
    """An author who agreed to be named; ``uuid`` differs from review to review."""

    uuid: str
    profile: Profile


class Buyer(TypedDict):
    """The author as the shop itself knows them."""

    uuid: str
    email: str


class Order(TypedDict):
    """The order behind a review, for the shop itself."""

    orderDate: str
    orderReference: str
    uuid: str


class ProductReview(TypedDict):
    """A review of a known product; ``comment`` is there even where it is empty."""

    creationDate: str
    comment: str
    criteria: list[TotalMark]
    mark: str
    reviewer: NotRequired[NamedReviewer | None]
    UID: str


class ReviewedProduct(TypedDict):
    """A product with its latest reviews (C3, C5)."""

    sku: str
    name: str
    uuid: str
    reviews: list[ProductReview]


class Indicator(TypedDict):
    """A product's grade; a number with at least one decimal, and the count of its window."""

    totalReviewCount: int
    overallMark: Decimal
    overallMarkDescription: str


class Indicators(TypedDict):
    """What stands around it."""

    reviewIndicator: Indicator


class GradedProduct(TypedDict):
    """A product with its grade, which is absent where nothing counts (C4, C6)."""

    sku: str
    name: str
    uuid: str
    qualityIndicators: NotRequired[Indicators | None]


class FeedReview(TypedDict):
    """A review in the product feed."""

    creationDate: str
    comment: str
    criteria: list[TotalMark]
    mark: str
    uuid: str


class FeedProduct(TypedDict):
    """One product of the feed with all it is known by (C7)."""

    sku: str
    name: str
    gtin: NotRequired[str | None]
    mpn: NotRequired[str | None]
    brand: NotRequired[str | None]
    imageUrl: NotRequired[str | None]
    productUrl: NotRequired[str | None]
    uuid: str
    qualityIndicators: NotRequired[Indicators | None]
    productReviews: list[FeedReview]


class NamedProduct(TypedDict):
    """The product that a review of the shop's list is about."""

    sku: str
    name: str
    imageUrl: NotRequired[str | None]
    uuid: str
    url: NotRequired[str | None]


class RestrictedReview(TypedDict):
    """A product review as the shop itself reads it (R5)."""

    creationDate: str
    comment: str
    criteria: list[TotalMark]
    mark: str
    UID: str
    product: NamedProduct
    order: NotRequired[Order | None]
    reviewer: NotRequired[Buyer | None]
