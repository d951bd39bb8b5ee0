"""The panel that tells a shop what its reviews still lack to be shown with stars.

The numbers are those of systems.md §23.
"""

from collections import defaultdict
from typing import Any, Final

from sqlmodel import Session

from domain import grades, policies
from domain.errors import ShopNotFound
from domain.grades import Tally
from domain.markets import MARKETS
from rich_snippets import eligibility
from rich_snippets.eligibility import CountryCounts, ProductCounts, Verdict
from services import review_feeds
from services.figures import subject_of, window_of
from services.installation import Installation
from services.review_feeds import FeedKind
from store import review_feeds as rows
from store import shops, tallies
from store.shops import Shop
from store.tallies import Span

NOTICE: Final = (
    "Shop ratings are accepted only from licensed review partners; an installation is not one by "
    "itself. Search engines decide whether stars are shown, and when."
)


def panel(installation: Installation, shop_key: str) -> dict[str, Any]:
    """Counts against the documented minima, per country and feed, as JSON; raises ShopNotFound."""
    with installation.database.read() as session:
        shop = shops.by_key(session, shop_key)
        if shop is None:
            raise ShopNotFound
        window = window_of(shop)
        return {
            "shop": shop.shop_key,
            "period": {"from": window.start.isoformat(), "to": window.end.isoformat()},
            "productRatings": _products(session, shop),
            "shopRatings": [_country(counts) for counts in _countries(session, shop)],
            "feeds": [_feed(installation, session, shop, kind) for kind in FeedKind],
            "notice": NOTICE,
        }


def _products(session: Session, shop: Shop) -> dict[str, Any]:
    each = policies.FEEDS.product_reviews_each
    counts = ProductCounts(*rows.rated_products(session, shop.id, each))
    return {
        "reviews": counts.reviews,
        "needed": policies.FEEDS.product_reviews,
        "products": counts.products,
        "productsWithEnough": counts.with_enough,
        "neededEach": each,
        **_verdict(eligibility.of_products(counts)),
    }


def _country(counts: CountryCounts) -> dict[str, Any]:
    return {
        "country": counts.country or None,
        "reviews": counts.reviews,
        "needed": policies.FEEDS.shop_reviews,
        "rating": None if counts.rating is None else float(counts.rating),
        "neededRating": float(policies.FEEDS.shop_rating),
        **_verdict(eligibility.of_shop(counts)),
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "isReached": verdict.is_reached,
        "missing": {lack.value: float(much) for lack, much in verdict.missing.items()},
        "text": verdict.text,
    }


def _countries(session: Session, shop: Shop) -> list[CountryCounts]:
    """The company's shops of this domain, by country: stars are shown for a domain."""
    tally: dict[str, Tally] = defaultdict(Tally)
    for each in shops.by_domain(session, shop.domain):
        if each.account_id == shop.account_id:
            country = MARKETS[each.market].country
            tally[country] += tallies.spans_of(session, subject_of(each))[Span.YEAR]
    return [_counts(shop, country, tally[country]) for country in sorted(tally)]


def _counts(shop: Shop, country: str, tally: Tally) -> CountryCounts:
    grade = grades.summarise(tally, window_of(shop), all_time_count=tally.reviews, min_reviews=1)
    return CountryCounts(country, grade.count, grade.rating)


def _feed(
    installation: Installation, session: Session, shop: Shop, kind: FeedKind
) -> dict[str, Any]:
    row = rows.by_kind(session, shop.id, kind)
    blocked = review_feeds.why_blocked(installation, shop, kind)
    return {
        "feed": kind.value,
        "isOpen": row is not None,
        "writtenAt": row.written_at.isoformat() if row and row.written_at else None,
        "fetchedAt": row.fetched_at.isoformat() if row and row.fetched_at else None,
        "failedAt": row.failed_at.isoformat() if row and row.failed_at else None,
        "failure": row.failure if row else None,
        "blocked": blocked.value if blocked else None,
        "report": review_feeds.report_of(row) if row else {},
    }
