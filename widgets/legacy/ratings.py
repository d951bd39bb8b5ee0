"""A shop's ratings for the oldest interface (legacy-api.md 7.1)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from domain.criteria import BEST
from domain.grades import Grade, label_of
from schemas.legacy.ratings import Opinion, Ratings
from widgets.legacy.shops import zone
from widgets.views import ReviewView, ShopView

_NO_AVERAGE: Final = "0.00"


def ratings(shop: ShopView, grade: Grade, latest: Sequence[ReviewView]) -> Ratings:
    """The grade and the latest reviews, newest first; days are those of the shop's market.

    Without a published grade amount and average are 0, as in the quality of 4.2.
    """
    return Ratings(
        name=shop.name,
        amount=0 if grade.rating is None else grade.count,
        best=f"{BEST}.00",
        average=_NO_AVERAGE if grade.rating is None else str(grade.rating),
        opinions=[_opinion(shop, review) for review in latest],
    )


def _opinion(shop: ShopView, review: ReviewView) -> Opinion:
    return Opinion(
        day=review.submitted_at.astimezone(zone(shop)).date(),
        comment=review.comment,
        stars=review.stars,
        description=label_of(Decimal(review.stars)).value,
        reply=review.reply.text if review.reply else None,
    )
