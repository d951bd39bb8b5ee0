"""A shop for one country whose feeds are open, reviews in it, and readers of its files."""

import gzip
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Final

from lxml import etree

from domain.actors import OPERATOR
from domain.criteria import Criterion
from domain.orders import LegalBasis, LegalBasisKind, NewOrder, OrderLine
from domain.reviews import Submission
from domain.shops import NewShop
from rich_snippets.feeds import Element
from services import feed_files, orders, review_feeds, reviews, shops
from services.installation import Installation
from services.review_feeds import Address, FeedKind, FeedRecord
from store.database import Database
from tests.services import steps
from tests.services.steps import NOON, Written

BEGIN: Final = datetime(2024, 1, 1, tzinfo=UTC)
PUBLIC_URL: Final = "https://trust.example"
SPACE: Final = "{http://schemas.google.com/merchant_reviews/5.0}"
_NUMBERS: Final = count(1)


def published(installation: Installation) -> Installation:
    """The same installation, whose public address is known."""
    settings = installation.settings.model_copy(update={"public_url": PUBLIC_URL})
    return replace(installation, settings=settings)


def open_shop(database: Database, *, operator_is_shop: bool = False, market: str = "DE") -> str:
    """The key of a shop on shop.example."""
    new = NewShop(
        "Annas Laden",
        "https://shop.example",
        market,
        "de" if market == "DE" else "en",
        "EUR",
        operator_is_shop=operator_is_shop,
    )
    with database.write() as work:
        account = shops.open_account(work, "Anna", now=BEGIN)
        return shops.register(work, account, new, actor=OPERATOR, now=BEGIN)


def open_feed(
    database: Database, shop_key: str, kind: FeedKind, *, has_password: bool = False
) -> Address:
    """The address of a newly opened feed."""
    with database.write() as work:
        return review_feeds.open_address(
            work, shop_key, kind, has_password=has_password, actor=OPERATOR, now=NOON
        )


def review_product(
    database: Database,
    shop_key: str,
    sku: str,
    stars: int,
    *,
    at: datetime = NOON,
    url: str | None = "https://www.shop.example/p",
    incentivised: bool = False,
    reference: str | None = None,
) -> str:
    """The id of a review of a product that has address, GTIN and brand."""
    line = OrderLine(
        sku, f"Produkt {sku}", url=url, gtin="4006381333931" if url else None, brand="Klangwerk"
    )
    reference = reference or f"F-{next(_NUMBERS)}"
    basis = LegalBasis(LegalBasisKind.EXISTING_CUSTOMER, "1", at)
    new = NewOrder(reference, "dario@example.org", at, 4711, "EUR", (line,), basis, source="api")
    with database.write() as work:
        orders.record(work, shop_key, new, now=at)
    token = steps.invite(database, shop_key, reference, at=at, sku=sku)
    submission = Submission(
        {Criterion.TOTAL: stars},
        comment="Klingt gut.",
        author_name="Dario Rossi",
        incentivised=incentivised,
    )
    with database.write() as work:
        return reviews.submit(work, token, submission, now=at)


def review_shop(
    database: Database, shop_key: str, stars: int = 5, *, at: datetime = NOON
) -> Written:
    """A review of the shop itself."""
    return steps.review(database, shop_key, steps.marks(service=stars), at=at)


def feed_of(database: Database, kind: FeedKind) -> FeedRecord:
    """The feed of the one shop that has one."""
    with database.read() as session:
        found = review_feeds.listed(session, database.keys)
    return next(feed for feed in found if feed.kind is kind)


def folder(installation: Installation, shop_key: str) -> Path:
    """Where the shop's files are."""
    return feed_files.folder(installation.settings.home, shop_key)


def ratings(installation: Installation, shop_key: str) -> list[Element]:
    """The reviews in the shop's newest archive."""
    with zipfile.ZipFile(folder(installation, shop_key) / "product-ratings.zip") as file:
        feeds = [etree.fromstring(file.read(name)) for name in file.namelist()]
    return [review for feed in feeds for review in feed.iter("review")]


def changes(installation: Installation, shop_key: str, day: str) -> tuple[set[str], set[str]]:
    """The ids that a day's file sends, and those that it deletes."""
    path = folder(installation, shop_key) / f"merchant-reviews-{day}.xml.gz"
    feed = etree.fromstring(gzip.decompress(path.read_bytes()))
    sent = {str(element.get("id")) for element in feed.iter(f"{SPACE}review")}
    return sent, {str(element.get("id")) for element in feed.iter(f"{SPACE}deleted_review")}
