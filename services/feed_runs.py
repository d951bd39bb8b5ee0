"""Writes the files of review feeds, each from one consistent state of the database (§2).

A job asks for it once a day. What is served stays until the new file is complete.
"""

import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, Final, TypeVar
from zoneinfo import ZoneInfo

import orjson
import structlog
from sqlmodel import Session

from domain import policies
from domain.errors import FeedTooLarge, PageNotFound, TrustwrightError, Unavailable
from domain.evidence import EvidenceLevel
from domain.markets import MARKETS
from domain.pictures import PICTURES
from domain.windows import day_of, midnight
from rich_snippets import enrichment, merchant_reviews, product_ratings
from rich_snippets.feeds import Report
from rich_snippets.merchant_reviews import Deletion, Merchant, MerchantReview
from rich_snippets.product_ratings import Collection, ProductReview, Publisher
from rich_snippets.views import ProductView
from services import enrichments, feed_files, review_feeds, review_lists, snippets
from services.installation import Installation
from services.review_feeds import Blocked, Failure, FeedKind
from store import review_feeds as rows
from store import shops
from store.review_feeds import Changes, ReviewFeed, SentProduct, SentReview
from store.shops import Shop

_LOG: Final = structlog.get_logger("trustwright.feeds")
_STEP: Final = 500
# What was done before midnight may have been committed after the file of that night.
_OVERLAP: Final = timedelta(hours=1)
_Item = TypeVar("_Item")

Progress = Callable[[int, int], None]


def write_due(installation: Installation, *, now: datetime) -> dict[str, int]:
    """Write every feed that has not been written on the UTC day of ``now``; how many of each kind.

    A run that is interrupted goes on where it stopped. A feed that fails is ``failed`` and stops
    no other; only a database that does not answer ends the run: raises Unavailable.
    """
    with installation.database.read() as session:
        due = [
            (shop.shop_key, FeedKind(row.kind))
            for row, shop in rows.all_feeds(session)
            if row.written_at is None or day_of(row.written_at) < day_of(now)
        ]
    written: Counter[str] = Counter()
    for shop_key, kind in due:
        written[_outcome(installation, shop_key, kind, now)] += 1
    return dict(written)


def _outcome(installation: Installation, shop_key: str, kind: FeedKind, now: datetime) -> str:
    """What came of one feed among others."""
    try:
        result = _attempt(installation, shop_key, kind, now, _quiet)
    except Unavailable:
        raise
    except Exception:
        # As text: a logger that shows local variables would show the secret key.
        trace = traceback.format_exc()
        _LOG.error("feed.failed", shop_key=shop_key, kind=kind, trace=trace)
        return "failed"
    return "blocked" if isinstance(result, Blocked) else kind


def write(
    installation: Installation,
    shop_key: str,
    kind: FeedKind,
    *,
    now: datetime,
    progress: Progress | None = None,
) -> Report | Blocked:
    """Write one feed from one consistent state of the database; says what it holds.

    What is served stays until the new file is complete. Raises PageNotFound where the feed was
    not opened, or Unavailable where the database does not answer or the disk is full.
    """
    try:
        return _attempt(installation, shop_key, kind, now, progress or _quiet)
    except OSError as error:
        raise Unavailable("There is no room for the feed just now.") from error


def _attempt(
    installation: Installation, shop_key: str, kind: FeedKind, now: datetime, progress: Progress
) -> Report | Blocked:
    """Write one feed; why it failed is stored, and raised again."""
    place = feed_files.folder(installation.settings.home, shop_key)
    run = _Run(installation, place, now, progress)
    try:
        with feed_files.turn(place):
            return run.write(shop_key, kind)
    except TrustwrightError:
        raise
    except Exception as error:
        failure = Failure.NO_ROOM if isinstance(error, OSError) else Failure.UNFORESEEN
        run.keep_failure(shop_key, kind, failure)
        raise


@dataclass(frozen=True, slots=True)
class _Run:
    installation: Installation
    place: Path
    now: datetime
    progress: Progress

    def write(self, shop_key: str, kind: FeedKind) -> Report | Blocked:
        with self.installation.database.read() as session:
            shop = shops.by_key(session, shop_key)
            row = rows.by_kind(session, shop.id, kind) if shop else None
            if shop is None or row is None:
                raise PageNotFound
            blocked = review_feeds.why_blocked(self.installation, shop, kind)
            if blocked is not None:
                return blocked
            since = self._covers_from(row)
            try:
                report = self._written(session, shop, row, since)
            except FeedTooLarge:
                blocked = Blocked.FEED_TOO_LARGE
        if blocked is not None:
            self.keep_failure(shop_key, kind, Failure.FEED_TOO_LARGE)
            return blocked
        self._keep_report(row, report, since)
        return report

    def keep_failure(self, shop_key: str, kind: FeedKind, failure: Failure) -> None:
        """Remember why there is no newer file."""
        with self.installation.database.write() as work:
            shop = shops.by_key(work.session, shop_key)
            row = rows.by_kind(work.session, shop.id, kind, lock=True) if shop else None
            if row is not None:
                row.failed_at, row.failure = self.now, failure
                work.session.add(row)

    def _written(
        self, session: Session, shop: Shop, row: ReviewFeed, since: datetime | None
    ) -> Report:
        match FeedKind(row.kind):
            case FeedKind.PRODUCT_RATINGS:
                return self._write_products(session, shop)
            case FeedKind.REVIEW_ENRICHMENT:
                return self._write_enrichment(session, shop)
            case FeedKind.MERCHANT_REVIEWS:
                return self._write_merchant(session, shop, since, row.written_at)

    def _write_products(self, session: Session, shop: Shop) -> Report:
        found = rows.product_reviews(session, shop.id)
        base_url = self.installation.settings.public_url.rstrip("/")
        views = (product_review(shop, row, product, base_url=base_url) for row, product in found)
        publisher = publisher_of(self.installation, shop)
        with feed_files.replaced(self.place / feed_files.PRODUCT_RATINGS) as file:
            return product_ratings.archive(self._watched(session, shop, views), publisher, file)

    def _write_enrichment(self, session: Session, shop: Shop) -> Report:
        minimum = self.installation.settings.grade_min_reviews
        found = enrichments.products(session, shop, min_reviews=minimum)
        store = enrichments.store(session, shop, min_reviews=minimum)
        with feed_files.replaced(self.place / feed_files.ENRICHMENT) as file:
            return enrichment.write(found, store, file)

    def _write_merchant(
        self,
        session: Session,
        shop: Shop,
        since: datetime | None,
        sent_before: datetime | None,
    ) -> Report:
        if since is None or sent_before is None:
            reviews, deletions = _everything(session, shop), None
        else:
            within = Changes(since, self.now)
            reviews = _changed(session, shop, within)
            deletions = _deleted(session, shop, within, sent_before)
        report = merchant_reviews.write(
            self._merchant(shop),
            self._watched(session, shop, reviews),
            deletions,
            self._open_part,
        )
        kept = timedelta(days=policies.FEEDS.kept_days)
        feed_files.prune(self.place, day_of(self.now) - kept)
        return report

    def _covers_from(self, row: ReviewFeed) -> datetime | None:
        """Since when changes are told: the day of the file before; None for everything.

        A second file of the same day takes the place of the first, so it tells as much.
        """
        if row.written_at is None or not feed_files.merchant_days(self.place):
            return None
        if day_of(row.written_at) == day_of(self.now):
            return row.covers_from
        return midnight(day_of(row.written_at)) - _OVERLAP

    def _keep_report(self, written: ReviewFeed, report: Report, since: datetime | None) -> None:
        with self.installation.database.write() as work:
            row = rows.by_kind(work.session, written.shop_id, written.kind, lock=True)
            if row is not None:
                row.covers_from = since
                row.written_at = self.now
                row.failed_at = row.failure = None
                row.report = orjson.dumps(document(report)).decode()
                work.session.add(row)

    def _open_part(self, part: int) -> AbstractContextManager[IO[bytes]]:
        return feed_files.replaced(self.place / feed_files.merchant_name(day_of(self.now), part))

    def _merchant(self, shop: Shop) -> Merchant:
        home = snippets.profile_url(self.installation.settings.base_url, shop.shop_key)
        return Merchant(
            shop.shop_key, shop.name, shop.url, home, shop.registered_at, shop.generation_at
        )

    def _watched(self, session: Session, shop: Shop, items: Iterable[_Item]) -> Iterator[_Item]:
        """The same items, telling the progress every now and then."""
        total = rows.count(session, shop.id)
        for done, item in enumerate(items):
            if done % _STEP == 0:
                self.progress(min(done, total), total)
            yield item
        self.progress(total, total)


def publisher_of(installation: Installation, shop: Shop) -> Publisher:
    """The shop as publisher of its own products' reviews (§0.2)."""
    zone = ZoneInfo(MARKETS[shop.market].zone)
    return Publisher(shop.name, shop.domain, installation.database.keys.feeds, zone)


def document(report: Report) -> dict[str, Any]:
    """What a feed holds, as JSON tells it."""
    return {
        "sent": report.sent,
        "deleted": report.deleted,
        "parts": report.parts,
        "invalidGtins": report.invalid_gtins,
        "leftOut": {reason.value: count for reason, count in sorted(report.left_out.items())},
    }


def product_review(
    shop: Shop, row: SentReview, product: SentProduct, *, base_url: str = ""
) -> ProductReview:
    """A review as the feed takes it; without a public address nobody could fetch its pictures."""
    return ProductReview(
        id=row.public_id,
        product=_product(product),
        rating=Decimal(row.stars),
        submitted_at=row.submitted_at,
        level=EvidenceLevel(row.level),
        author_name=row.author_name,
        title=row.title,
        comment=row.comment,
        language=row.language,
        country=MARKETS[shop.market].country,
        incentivised=row.incentivised,
        imported_from=row.imported_from,
        collection=Collection.POST_FULFILLMENT if row.invited_at else None,
        order_reference=row.order_reference,
        image_urls=_images(row.shown, base_url) if row.shown and base_url else (),
    )


def _images(shown: str, base_url: str) -> tuple[str, ...]:
    edge = max(PICTURES.edges)
    return tuple(f"{base_url}{each.url(edge, 'jpg')}" for each in review_lists.pictures_of(shown))


# Reviews come product by product.
@lru_cache(maxsize=16)
def _product(row: SentProduct) -> ProductView:
    return ProductView(
        row.name,
        row.sku,
        row.url,
        gtin=row.gtin or "",
        mpn=row.mpn or "",
        brand=row.brand or "",
    )


def _everything(session: Session, shop: Shop) -> Iterator[MerchantReview]:
    for row in rows.shop_reviews(session, shop.id, shop.epoch):
        yield _merchant_review(shop, row, row.edited_at or row.submitted_at)


def _changed(session: Session, shop: Shop, within: Changes) -> Iterator[MerchantReview]:
    for row, at in rows.changed(session, shop.id, shop.epoch, within):
        yield _merchant_review(shop, row, at)


def _deleted(
    session: Session, shop: Shop, within: Changes, sent_before: datetime
) -> Iterator[Deletion]:
    """Reviews that are public no more, and those of an epoch that has ended since."""
    for public_id, at in rows.removed(session, shop.id, within, sent_before=sent_before):
        yield Deletion(public_id, at)
    if shop.epoch_started_at >= within.since:
        for public_id in rows.archived(session, shop.id, shop.epoch):
            yield Deletion(public_id, shop.epoch_started_at)


def _merchant_review(shop: Shop, row: SentReview, updated_at: datetime) -> MerchantReview:
    return MerchantReview(
        id=row.public_id,
        rating=Decimal(row.stars),
        submitted_at=row.submitted_at,
        updated_at=updated_at,
        country=MARKETS[shop.market].country,
        level=EvidenceLevel(row.level),
        author_name=row.author_name,
        title=row.title,
        comment=row.comment,
        service=row.mark_service,
        invited_at=row.invited_at,
        incentivised=row.incentivised,
        imported_from=row.imported_from,
    )


def _quiet(_done: int, _total: int) -> None:
    """The progress of a run that nobody watches."""
