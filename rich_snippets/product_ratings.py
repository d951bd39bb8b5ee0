"""Product ratings for Google's Merchant Center: XML 2.4 in a ZIP, all of them each time (2.1).

A review that is missing from a full feed is deleted there (FP1), so each file is the whole truth
at one moment, low stars included (FP3). The order of elements is the one of the contract.
"""

import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from typing import IO, Final, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile
from zoneinfo import ZoneInfo

from lxml import etree

from domain import policies
from domain.criteria import BEST, WORST
from domain.errors import FeedTooLarge, ShopInvalid
from domain.evidence import EvidenceLevel
from domain.shops import domain_of
from rich_snippets import feed_texts, feeds, gtins, literals
from rich_snippets.feeds import Element, LeftOut, Limits, Pending, Report, add, leaf
from rich_snippets.views import ProductView

VERSION: Final = "2.4"
ANONYMOUS: Final = "Anonymous"
_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_SCHEMA: Final = "http://www.google.com/shopping/reviews/schema/product/2.4/product_reviews.xsd"
_HASH_DIGITS: Final = 32
# The texts are short and alike: a higher level takes twice the time for a few percent.
_ZIP_LEVEL: Final = 3


class Collection(StrEnum):
    """How the review came about; None where nobody knows, for it is never made up (FP10)."""

    UNSOLICITED = "unsolicited"
    POST_FULFILLMENT = "post_fulfillment"


@dataclass(frozen=True, slots=True)
class Publisher:
    """Whose feed it is; ``domain`` is the one of its Merchant Center account (FP4).

    ``key`` hashes order references (FP11), ``zone`` is that of the shop's market. Incentivised
    reviews are sent only where ``sends_incentivised`` says so (FP13).
    """

    name: str
    domain: str
    key: bytes
    zone: ZoneInfo
    favicon_url: str | None = None
    aggregator: str = ""
    sends_incentivised: bool = False


@dataclass(frozen=True, slots=True)
class ProductReview:
    """A public review of a product, with what decides whether and how it is sent.

    ``country`` is ISO 3166-1 alpha-2. ``order_reference`` leaves this room hashed only. ``url``
    is the review's own page; without one, the product's page is where the review is shown.
    ``image_urls`` are its public pictures.
    """

    id: str
    product: ProductView
    rating: Decimal
    submitted_at: datetime
    level: EvidenceLevel
    author_name: str = ""
    title: str = ""
    comment: str = ""
    language: str = ""
    country: str = ""
    pros: tuple[str, ...] = ()
    cons: tuple[str, ...] = ()
    incentivised: bool = False
    imported_from: str | None = None
    is_spam: bool = False
    collection: Collection | None = None
    order_reference: str | None = None
    url: str | None = None
    image_urls: tuple[str, ...] = ()


def archive(
    reviews: Iterable[ProductReview],
    publisher: Publisher,
    target: IO[bytes],
    limits: Limits | None = None,
) -> Report:
    """Write the feed as a ZIP of self-contained documents (FP5); says what it holds.

    Memory holds one review at a time, whatever their number. Raises FeedTooLarge beyond the
    number of documents or 4 GB.
    """
    allowed, report = limits or Limits(), Report()
    pending = Pending(_elements(reviews, publisher, report))
    with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=_ZIP_LEVEL) as file:
        while report.parts == 0 or pending.head is not None:
            if report.parts == allowed.parts or target.tell() > policies.FEEDS.archive_bytes:
                raise FeedTooLarge
            report.parts += 1
            name = f"product-ratings-{report.parts:04}.xml"
            with file.open(name, "w", force_zip64=True) as sink:
                _document(sink, publisher, pending, allowed)
    return report


def transaction_id(publisher: Publisher, reference: str) -> str:
    """An order's reference as 32 hexadecimal digits that nobody can try out (FP11).

    Shops that count their orders alike do not get the same digits.
    """
    message = f"{publisher.domain}\n{reference}".encode()
    return hmac.new(publisher.key, message, sha256).hexdigest()[:_HASH_DIGITS]


def _document(sink: IO[bytes], publisher: Publisher, pending: Pending, limits: Limits) -> None:
    location = {f"{{{_XSI}}}noNamespaceSchemaLocation": _SCHEMA}
    with etree.xmlfile(sink, encoding="utf-8") as writer:
        writer.write_declaration()
        with writer.element("feed", location, nsmap={"xsi": _XSI}):
            for element in _head(publisher):
                writer.write(element)
            if pending.head is not None:
                with writer.element("reviews"):
                    feeds.fill(writer, sink, pending, limits)


def _head(publisher: Publisher) -> Iterator[Element]:
    version = etree.Element("version")
    version.text = VERSION
    yield version
    if aggregator := literals.plain(publisher.aggregator):
        element = etree.Element("aggregator")
        add(element, "name", aggregator)
        yield element
    element = etree.Element("publisher")
    add(element, "name", literals.plain(publisher.name))
    if favicon := literals.address(publisher.favicon_url):
        add(element, "favicon", favicon)
    yield element


def _elements(
    reviews: Iterable[ProductReview], publisher: Publisher, report: Report
) -> Iterator[bytes]:
    for review in reviews:
        found = _review(review, publisher, report)
        if isinstance(found, LeftOut):
            report.left_out[found] += 1
        else:
            report.sent += 1
            yield found


def why_not_sent(review: ProductReview, publisher: Publisher) -> LeftOut | None:
    """Why a review is not sent because of where it comes from; its stars are not asked (FP3)."""
    if review.imported_from is not None:
        return LeftOut.IMPORTED
    if review.incentivised and not publisher.sends_incentivised:
        return LeftOut.INCENTIVISED
    if not review.level.is_verified:
        return LeftOut.NOT_VERIFIED
    if not (review.rating.is_finite() and WORST <= review.rating <= BEST):
        return LeftOut.RATING_OUT_OF_RANGE
    return LeftOut.TIME_WITHOUT_ZONE if review.submitted_at.utcoffset() is None else None


def _review(review: ProductReview, publisher: Publisher, report: Report) -> bytes | LeftOut:
    refusal = why_not_sent(review, publisher)
    if refusal is not None:
        return refusal
    page = _page(review.product.url, publisher.domain)
    if isinstance(page, LeftOut):
        return page
    title, content = _texts(review)
    if not content:
        return LeftOut.TEXT_MISSING
    product = _product(review.product, page)
    report.invalid_gtins += not product.has_valid_gtin
    parts = (
        leaf("review_id", literals.plain(review.id)),
        _reviewer(review.author_name),
        leaf("is_verified_purchase", _bool(review.level.is_verified)),
        leaf("is_incentivized_review", _bool(review.incentivised)),
        leaf("review_timestamp", feeds.moment(review.submitted_at, publisher.zone)),
        leaf("title", title) if title else "",
        leaf("content", content),
        _origin(review.language, review.country),
        _points("pro", review.pros, review.author_name),
        _points("con", review.cons, review.author_name),
        _address(review.url, page),
        _images(review.image_urls),
        _overall(review.rating),
        product.written,
        *_collection(review, publisher),
    )
    return f"<review>{''.join(parts)}</review>".encode()


def _texts(review: ProductReview) -> tuple[str, str]:
    """Title and content; a title alone is the content, which must not be blank."""
    title = feed_texts.line(review.title, author=review.author_name)
    content = feed_texts.content(review.comment, author=review.author_name)
    return (title, content) if content else ("", title)


@lru_cache(maxsize=256)
def _reviewer(author_name: str) -> str:
    name = feed_texts.short_name(author_name)
    known = leaf("name", name) if name else leaf("name", ANONYMOUS, ' is_anonymous="true"')
    return f"<reviewer>{known}</reviewer>"


@lru_cache(maxsize=64)
def _origin(language: str, country: str) -> str:
    tag = literals.language(language)
    spoken = leaf("review_language", tag) if tag else ""
    return spoken + (leaf("review_country", country) if country else "")


def _points(name: str, points: tuple[str, ...], author: str) -> str:
    """What customers liked or not: here, and never in markup (FP14, P7)."""
    if not points:
        return ""
    found = [text for point in points if (text := feed_texts.line(point, author=author))]
    return f"<{name}s>{''.join(leaf(name, text) for text in found)}</{name}s>" if found else ""


def _address(url: str | None, page: str) -> str:
    own = literals.address(url)
    kind = "singleton" if own else "group"
    return leaf("review_url", own or page, f' type="{kind}"')


def _images(urls: tuple[str, ...]) -> str:
    if not urls:
        return ""
    found = [leaf("url", address) for url in urls if (address := literals.address(url))]
    pictures = "".join(f"<reviewer_image>{url}</reviewer_image>" for url in found)
    return f"<reviewer_images>{pictures}</reviewer_images>" if found else ""


@lru_cache(maxsize=16)
def _overall(rating: Decimal) -> str:
    overall = leaf("overall", str(rating), f' min="{WORST}" max="{BEST}"')
    return f"<ratings>{overall}</ratings>"


class _Product(NamedTuple):
    """A product as it is written; its GTIN is valid also where there is none."""

    written: str
    has_valid_gtin: bool


# A feed goes product by product, so that these are asked again and again for the same one.
@lru_cache(maxsize=256)
def _product(product: ProductView, page: str) -> _Product:
    """The product, the strongest key first (FP8)."""
    gtin = gtins.written(literals.plain(product.gtin))
    keys = {
        "gtin": gtin,
        "mpn": literals.plain(product.mpn),
        "sku": literals.plain(product.sku),
        "brand": literals.plain(product.brand),
    }
    ids = "".join(f"<{key}s>{leaf(key, value)}</{key}s>" for key, value in keys.items() if value)
    name = literals.plain(product.name)
    parts = (
        f"<product_ids>{ids}</product_ids>" if ids else "",
        leaf("product_name", name) if name else "",
        leaf("product_url", page),
    )
    written = f"<products><product>{''.join(parts)}</product></products>"
    return _Product(written, bool(gtin) or not product.gtin.strip())


def _collection(review: ProductReview, publisher: Publisher) -> Iterator[str]:
    yield leaf("is_spam", _bool(review.is_spam))
    if review.collection is not None:
        yield leaf("collection_method", review.collection)
    if review.order_reference:
        yield leaf("transaction_id", transaction_id(publisher, review.order_reference))


@lru_cache(maxsize=256)
def _page(url: str | None, domain: str) -> str | LeftOut:
    """The product's address, if it lies on the domain of the feed (FP4, FP15)."""
    address = literals.address(url)
    if address is None:
        return LeftOut.PRODUCT_URL_MISSING
    try:
        return address if domain_of(address) == domain else LeftOut.PRODUCT_URL_ELSEWHERE
    except ShopInvalid:
        return LeftOut.PRODUCT_URL_ELSEWHERE


def _bool(value: bool) -> str:
    return "true" if value else "false"
