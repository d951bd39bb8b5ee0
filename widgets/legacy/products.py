"""Products, their reviews and their grades as legacy payloads (legacy-api.md 4.5 to 4.7)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from domain import texts
from domain.grades import Grade
from schemas.legacy.encoding import derived_uid, uid
from schemas.legacy.envelopes import Body, Plain
from schemas.legacy.products import (
    Buyer,
    FeedProduct,
    FeedReview,
    GradedProduct,
    Indicators,
    NamedProduct,
    NamedReviewer,
    Order,
    ProductReview,
    RestrictedReview,
    ReviewedProduct,
    TotalMark,
)
from schemas.legacy.shapes import lines, moment, present
from widgets.legacy import authors, shops
from widgets.legacy.views import BriefReview, OrderView, ProductReviewView
from widgets.views import ProductView, ReviewView, ShopView

_TOTAL: Final = "Total"
_ORDER: Final = "order"


def reviews_body(shop: ShopView, product: ProductView, reviews: Sequence[ReviewView]) -> Body:
    """A product with its reviews, in the given order (C3, C5)."""
    zone = shops.zone(shop)
    reviewed: ReviewedProduct = {
        "sku": product.sku,
        "name": texts.writable(product.name),
        "uuid": uid(product.id),
        "reviews": [_review(review, zone) for review in reviews],
    }
    return Body({"product": reviewed})


def quality_body(product: ProductView, grade: Grade) -> Body:
    """A product with its grade, which is left out where nothing counts (C4, C6)."""
    graded: GradedProduct = {
        "sku": product.sku,
        "name": texts.writable(product.name),
        "uuid": uid(product.id),
        "qualityIndicators": _indicators(grade),
    }
    return Body({"product": present(graded)})


def restricted_body(
    shop: ShopView,
    items: Sequence[ProductReviewView],
    page: int,
    size: int,
    start: date | None = None,
    end: date | None = None,
) -> Body:
    """One page of all product reviews for the shop itself (R5).

    ``page`` counts from 0; ``start`` and ``end`` are the days asked for, where they were given.
    """
    zone = shops.zone(shop)
    found = [_restricted(shop, item, zone) for item in items]
    days = {"startDate": start, "endDate": end}
    return Body(
        {"shop": {**shops.shape(shop), "productReviews": found}},
        count=len(found),
        parameters={
            "page": str(page),
            "size": str(size),
            **{name: day.isoformat() for name, day in days.items() if day},
        },
    )


def feed_item(
    shop: ShopView, product: ProductView, grade: Grade, reviews: Sequence[BriefReview]
) -> Plain:
    """One product of the public feed (C7): orders and authors stay out of it."""
    zone = shops.zone(shop)
    item: FeedProduct = {
        "sku": product.sku,
        "name": texts.writable(product.name),
        "gtin": _known(product.gtin),
        "mpn": _known(product.mpn),
        "brand": _known(product.brand),
        "imageUrl": _known(product.image_url),
        "productUrl": _known(product.url),
        "uuid": uid(product.id),
        "qualityIndicators": _indicators(grade),
        "productReviews": [_feed_review(review, zone) for review in reviews],
    }
    return {**present(item)}


def _review(review: ReviewView, zone: ZoneInfo) -> ProductReview:
    shape: ProductReview = {
        "creationDate": moment(review.submitted_at, zone),
        "comment": lines(review.comment),
        "criteria": _criteria(review),
        "mark": str(review.stars),
        "reviewer": _reviewer(review),
        "UID": uid(review.id),
    }
    return present(shape)


def _feed_review(review: BriefReview, zone: ZoneInfo) -> FeedReview:
    return {
        "creationDate": moment(review.submitted_at, zone),
        "comment": lines(review.comment),
        "criteria": _criteria(review),
        "mark": str(review.stars),
        "uuid": uid(review.id),
    }


def _restricted(shop: ShopView, item: ProductReviewView, zone: ZoneInfo) -> RestrictedReview:
    review, order = item.review, item.order
    shape: RestrictedReview = {
        "creationDate": moment(review.submitted_at, zone),
        "comment": lines(review.comment),
        "criteria": _criteria(review),
        "mark": str(review.stars),
        "UID": uid(review.id),
        "product": _named(item.product),
        "order": _order(shop, order, zone) if order else None,
        "reviewer": Buyer(uuid=authors.uid_of(review), email=order.email) if order else None,
    }
    return present(shape)


def _named(product: ProductView) -> NamedProduct:
    named: NamedProduct = {
        "sku": product.sku,
        "name": texts.writable(product.name),
        "imageUrl": _known(product.image_url),
        "uuid": uid(product.id),
        "url": _known(product.url),
    }
    return present(named)


def _order(shop: ShopView, order: OrderView, zone: ZoneInfo) -> Order:
    return {
        "orderDate": moment(order.ordered_at, zone),
        "orderReference": order.reference,
        "uuid": derived_uid(_ORDER, f"{shop.key} {order.reference}"),
    }


def _reviewer(review: ReviewView) -> NamedReviewer | None:
    profile = authors.profile(review)
    return {"uuid": authors.uid_of(review), "profile": profile} if profile else None


def _criteria(review: BriefReview) -> list[TotalMark]:
    return [{"mark": str(review.stars), "type": _TOTAL}]


def _indicators(grade: Grade) -> Indicators | None:
    if grade.rating is None or grade.label is None:
        return None
    return {
        "reviewIndicator": {
            "totalReviewCount": grade.count,
            "overallMark": _shortened(grade.rating),
            "overallMarkDescription": grade.label.value,
        }
    }


def _shortened(rating: Decimal) -> Decimal:
    """4.60 → 4.6 and 5.00 → 5.0: products have at least one decimal, shops always two (4.2)."""
    return Decimal(str(rating).removesuffix("0"))


def _known(text: str | None) -> str | None:
    return texts.writable(text or "") or None
