"""Feeds of the newer generation as payloads: grades, product data, reviews (embed.md 6.3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from domain import texts
from schemas.legacy import feeds
from schemas.legacy.feeds import first_moment, last_moment, moment
from widgets.views import Figures, PeriodFigures, ProductView, ReviewView, ShopView

_NOTHING = (0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Considered:
    """When the first and the last of the reviews that a period counts were submitted."""

    first: datetime
    last: datetime


def grades(shop: ShopView, figures: Figures, considered: Mapping[str, Considered]) -> feeds.Grades:
    """The five periods of a shop or product; ``considered`` is by the name of the period.

    A period below the installation's minimum of reviews looks like an empty one (6.3).
    """
    return {
        "grades": {
            figure.name: _grade(shop, figure, considered.get(figure.name))
            for figure in figures.periods
        }
    }


def _grade(
    shop: ShopView, figure: PeriodFigures, considered: Considered | None
) -> feeds.PeriodGrade:
    period: feeds.Period = {
        "start": first_moment(figure.period.start),
        "end": last_moment(figure.period.end),
        "calculatedAt": moment(shop.calculated_at),
    }
    if figure.rating is None:
        return {
            "count": 0,
            "rating": 0,
            "period": period,
            "distribution": _distribution(_NOTHING),
        }
    if considered is not None:
        period["firstConsideredReviewSubmission"] = moment(considered.first)
        period["lastConsideredReviewSubmission"] = moment(considered.last)
    if figure.trend is not None:
        period["ratingTrend"] = figure.trend.value
    return {
        "count": figure.count,
        "rating": feeds.number(figure.rating),
        "period": period,
        "distribution": _distribution(figure.distribution),
    }


def _distribution(reviews: tuple[int, int, int, int, int]) -> feeds.Distribution:
    one, two, three, four, five = reviews
    return {
        "oneStar": one,
        "twoStars": two,
        "threeStars": three,
        "fourStars": four,
        "fiveStars": five,
    }


def product(view: ProductView, *, channel_id: str, account_id: str) -> feeds.Product:
    """A product's data; strict clients find every key but those of brand and image."""
    found: feeds.Product = {
        "id": view.id,
        "name": texts.writable(view.name),
        "url": texts.writable(view.url or ""),
        "channelId": channel_id,
        "accountId": account_id,
        "sku": texts.writable(view.sku),
        "gtin": texts.writable(view.gtin or ""),
        "mpn": texts.writable(view.mpn or ""),
    }
    if view.brand:
        found["brand"] = texts.writable(view.brand)
    if view.image_url:
        address: feeds.Address = {"url": texts.writable(view.image_url)}
        found["image"] = {
            "original": address,
            "productReviewQuestionnaire": address,
            "hubPage": address,
        }
    return found


def reviews(views: Iterable[ReviewView]) -> list[feeds.Review]:
    """Reviews in the order given."""
    return [_review(view) for view in views]


def _review(view: ReviewView) -> feeds.Review:
    found: feeds.Review = {
        "id": view.id,
        "submittedAt": moment(view.submitted_at),
        "rating": view.stars,
        "isVerified": view.level.is_verified,
    }
    if view.title:
        found["title"] = texts.writable(view.title)
    if view.comment:
        found["comment"] = texts.writable(view.comment)
    return found
