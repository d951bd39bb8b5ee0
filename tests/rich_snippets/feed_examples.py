"""Reviews, publishers and readers of feeds, for tests of what is sent to search engines."""

import io
import zipfile
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from gzip import decompress
from zoneinfo import ZoneInfo

from lxml import etree

from domain.evidence import EvidenceLevel
from rich_snippets import merchant_reviews, product_ratings
from rich_snippets.feeds import Element, Limits, Report
from rich_snippets.merchant_reviews import Deletion, Merchant, MerchantReview
from rich_snippets.product_ratings import Collection, ProductReview, Publisher
from rich_snippets.views import ProductView
from tests.rich_snippets import structures

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
PUBLISHER = Publisher("Bücher & Töne", "shop.example", b"k" * 32, ZoneInfo("Europe/Berlin"))
PRODUCT = ProductView(
    "Kopfhörer <3",
    "SKU 4711",
    "https://www.shop.example/kopfhörer?a=1&b=2",
    gtin="4006381333931",
    mpn="KH-3",
    brand="Klangwerk",
)
REVIEW = ProductReview(
    id="rev-1",
    product=PRODUCT,
    rating=Decimal(4),
    submitted_at=NOON,
    level=EvidenceLevel.L2,
    author_name="Ada Lovelace",
    title="Klingt gut",
    comment="Sitzt gut und klingt klar.",
    language="de-AT",
    country="DE",
    pros=("Klang",),
    cons=("Preis",),
    collection=Collection.POST_FULFILLMENT,
    order_reference="A-4711",
    url="https://trust.example/reviews/rev-1",
)
MERCHANT = Merchant(
    "X0123456789ABCDEF0123456789ABCDEF",
    "Bücher & Töne",
    "https://shop.example",
    "https://trust.example/profile/X0123456789ABCDEF0123456789ABCDEF",
    datetime(2024, 1, 1, tzinfo=UTC),
    NOON,
)
SHOP_REVIEW = MerchantReview(
    id="rev-2",
    rating=Decimal(5),
    submitted_at=NOON,
    updated_at=NOON,
    country="DE",
    level=EvidenceLevel.L2,
    author_name="Ada Lovelace",
    title="Schnell",
    comment="Kam am nächsten Tag.",
    service=4,
    invited_at=datetime(2026, 11, 10, tzinfo=UTC),
)


def archived(
    reviews: Iterable[ProductReview],
    publisher: Publisher = PUBLISHER,
    limits: Limits | None = None,
) -> tuple[Report, list[bytes]]:
    """What the feed reports, and the documents in its ZIP."""
    target = io.BytesIO()
    report = product_ratings.archive(reviews, publisher, target, limits)
    with zipfile.ZipFile(target) as file:
        bodies = [file.read(name) for name in file.namelist()]
    for body in bodies:
        structures.check(structures.PRODUCT_RATINGS, body)
    return report, bodies


def document(*reviews: ProductReview, publisher: Publisher = PUBLISHER) -> Element:
    """The one document of a feed."""
    (body,) = archived(reviews, publisher)[1]
    return etree.fromstring(body)


def sent(review: ProductReview = REVIEW, **changes: object) -> Element:
    """The element of a review that is sent."""
    found = document(replace(review, **changes)).find("reviews/review")  # type: ignore[arg-type]
    assert found is not None
    return found


def written(
    *reviews: MerchantReview,
    deletions: Iterable[Deletion] | None = (),
    limits: Limits = merchant_reviews.LIMITS,
) -> tuple[Report, list[bytes]]:
    """What an incremental feed reports, and its documents."""
    files: list[io.BytesIO] = []

    def open_part(_part: int) -> nullcontext[io.BytesIO]:
        files.append(io.BytesIO())
        return nullcontext(files[-1])

    report = merchant_reviews.write(MERCHANT, reviews, deletions, open_part, limits)
    bodies = [decompress(file.getvalue()) for file in files]
    for body in bodies:
        structures.check(structures.MERCHANT_REVIEWS, body)
    return report, bodies


def merchant_document(
    *reviews: MerchantReview, deletions: Iterable[Deletion] | None = ()
) -> Element:
    """The one document of an incremental feed, without its namespace."""
    (body,) = written(*reviews, deletions=deletions)[1]
    document = etree.fromstring(body)
    for element in document.iter():
        assert isinstance(element.tag, str)
        element.tag = element.tag.removeprefix(f"{{{merchant_reviews.NAMESPACE}}}")
    return document


def names(element: Element) -> list[str]:
    """The names of an element's children, in order."""
    return [str(child.tag) for child in element]


def text(element: Element, path: str) -> str | None:
    """The text at a path; None where there is no such element."""
    return element.findtext(path)
