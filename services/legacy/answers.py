"""Answers to questions of the legacy contract, from the same tallies and reviews as ``/v1``.

Each is built when it is asked for and kept in memory under the shop's generation; nothing of
it is stored.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from sqlmodel import Session

from schemas.legacy import encoding
from schemas.legacy.envelopes import Body
from schemas.legacy.questions import LegacyKind, LegacyQuestion
from schemas.snapshots import Media, Snapshot, seal
from services import figures
from services.installation import Installation
from services.legacy import (
    feeds,
    manifests,
    owners,
    products,
    quality,
    ratings,
    reviews,
    shops,
)
from services.snapshots import Answers
from store.shops import Shop
from widgets.views import ShopView

Builder = Callable[[Answers, LegacyQuestion], Body | bytes]
"""Gives a body for the envelope of section 3, or the finished bytes of what has none."""
Finder = Callable[[Session, str], Shop]


def answer(
    installation: Installation, question: LegacyQuestion, *, now: datetime | None = None
) -> Snapshot:
    """The answer at the present generation of the shop behind ``question.owner``.

    A trust mark is looked at as it is at ``now``.

    Raises ShopNotFound, ProductNotFound, ReviewNotFound, CommentNotFound, WidgetNotFound, or
    Unavailable.
    """
    find = _FINDERS.get(question.kind, owners.by_key)
    minimum = installation.settings.grade_min_reviews
    with installation.database.read() as session:
        shop = find(session, question.owner)
        answers = Answers(session, shop, minimum, now=now)
        body = _BUILDERS[question.kind](answers, question)
        return seal(
            body if isinstance(body, bytes) else _encoded(body, question.media),
            url=question.url,
            shop_key=shop.shop_key,
            kind=question.kind,
            media=question.media,
            generation=shop.generation,
            modified=shop.modified_s,
            expires=answers.mark.expires if question.kind is LegacyKind.TRUST_MARKS else None,
        )


def search(session: Session, address: str, *, min_reviews: int = 1) -> tuple[ShopView, ...]:
    """The shops at a web address, in the order of registration (P2); raises ShopUrlNotFound."""
    found = shops.at_address(session, address)
    return tuple(figures.shop_view(shop, min_reviews=min_reviews) for shop in found)


def _encoded(body: Body, media: Media) -> bytes:
    return encoding.to_json(body) if media is Media.JSON else encoding.to_xml(body)


_FINDERS: Final[Mapping[LegacyKind, Finder]] = {
    LegacyKind.SHOP_GRADES: owners.by_channel,
    LegacyKind.PRODUCT_GRADES: owners.by_channel,
    LegacyKind.PRODUCT: owners.by_channel,
    LegacyKind.PRODUCT_REVIEW_LIST: owners.by_channel,
    LegacyKind.MANIFEST: manifests.shop_of,
}
_BUILDERS: Final[Mapping[LegacyKind, Builder]] = {
    LegacyKind.SHOP: shops.shop,
    LegacyKind.QUALITY: quality.quality,
    LegacyKind.REVIEWS: reviews.reviews,
    LegacyKind.COMMENT: reviews.comment,
    LegacyKind.TRUST_MARKS: shops.trust_mark,
    LegacyKind.PRODUCT_REVIEWS: products.reviews,
    LegacyKind.PRODUCT_QUALITY: products.quality,
    LegacyKind.SHOP_GRADES: feeds.shop_grades,
    LegacyKind.PRODUCT_GRADES: feeds.product_grades,
    LegacyKind.PRODUCT: feeds.product,
    LegacyKind.PRODUCT_REVIEW_LIST: feeds.product_reviews,
    LegacyKind.MANIFEST: manifests.manifest,
    LegacyKind.RATINGS: ratings.ratings,
    LegacyKind.RATING_IMAGE: ratings.image,
}
