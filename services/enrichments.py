"""Published grades and newest reviews of a shop's products, for its own product feed (G7)."""

from collections.abc import Iterator

from sqlmodel import Session

from domain import grades, policies
from domain.windows import midnight
from rich_snippets.enrichment import RatedProduct, RatedReview, RatedStore
from services import figures
from services.figures import product_window, subject_of
from store import product_feeds
from store.product_feeds import FeedReview
from store.shops import Shop


def products(session: Session, shop: Shop, *, min_reviews: int) -> Iterator[RatedProduct]:
    """The products that have a published rating, each with the newest reviews behind it."""
    window, most = product_window(shop), policies.FEEDS.enrichment_reviews
    since = midnight(window.start)
    for found in product_feeds.rated(session, shop.id, since=since, most_reviews=most):
        grade = grades.summarise(
            found.year, window, all_time_count=found.all_time, min_reviews=min_reviews
        )
        if grade.rating is not None:
            yield RatedProduct(
                found.shown["sku"],
                found.shown["gtin"] or "",
                grade.count,
                grade.rating,
                tuple(map(_review, found.reviews)),
            )


def store(session: Session, shop: Shop, *, min_reviews: int) -> RatedStore | None:
    """The shop's own rating; None where there is none, or the shop would tell it about itself."""
    if shop.operator_is_shop:
        return None
    grade = figures.grade_of(session, shop, subject_of(shop), min_reviews=min_reviews)
    return None if grade.rating is None else RatedStore(grade.count, grade.rating)


def _review(row: FeedReview) -> RatedReview:
    return RatedReview(row.stars, row.title, row.comment, row.author_name)
