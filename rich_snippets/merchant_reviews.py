"""Reviews of a shop for search engines: XML 5.0, what changed in a day, as gzip (2.2).

Only a neutral operator may send them: a shop's own collection is not accepted (§0.2). Criteria of
removal are the published ones; nothing here can leave a review out because of its stars (FM13).
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from gzip import GzipFile
from html import escape
from itertools import chain
from typing import IO, Final
from zoneinfo import ZoneInfo

from lxml import etree

from domain import policies
from domain.criteria import BEST, WORST
from domain.errors import FeedTooLarge
from domain.evidence import EvidenceLevel
from rich_snippets import feed_texts, feeds, literals
from rich_snippets.feeds import Element, LeftOut, Limits, Pending, Report, Sink, Writer, add, leaf

NAMESPACE: Final = "http://schemas.google.com/merchant_reviews/5.0"
LIMITS: Final = Limits(part_bytes=policies.FEEDS.merchant_bytes)
_ROOT: Final = f"{{{NAMESPACE}}}"
_UTC: Final = ZoneInfo("UTC")
_ANSWER: Final = timedelta(days=policies.FEEDS.answer_days)
_GZIP_LEVEL: Final = 6

OpenPart = Callable[[int], AbstractContextManager[IO[bytes]]]
"""Opens the file of a part, counted from 1."""


@dataclass(frozen=True, slots=True)
class Merchant:
    """The shop; ``rating_url`` is its public page with all reviews (FM11).

    ``id`` is stable and unique, and the same in every review (FM4).
    """

    id: str
    name: str
    url: str
    rating_url: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class MerchantReview:
    """A public review of the shop; ``country`` is ISO 3166-1 alpha-2.

    ``updated_at`` is its last change, ``invited_at`` None where nobody asked for it, ``service``
    the mark for that criterion, 1 to 5.
    """

    id: str
    rating: Decimal
    submitted_at: datetime
    updated_at: datetime
    country: str
    level: EvidenceLevel
    author_name: str = ""
    title: str = ""
    comment: str = ""
    service: int | None = None
    invited_at: datetime | None = None
    incentivised: bool = False
    imported_from: str | None = None


@dataclass(frozen=True, slots=True)
class Deletion:
    """A review that was public and is so no more, and since when."""

    id: str
    at: datetime


def write(
    merchant: Merchant,
    reviews: Iterable[MerchantReview],
    deletions: Iterable[Deletion] | None,
    open_part: OpenPart,
    limits: Limits = LIMITS,
) -> Report:
    """Write gzip files of at most 500 MB before compression (FM2); says what they hold.

    Each names the merchant, so that none is ever empty (FM3). ``deletions`` is None in the first
    file of a shop; in later ones, a review that was changed so that it may not be sent any more
    is deleted too. Raises FeedTooLarge beyond the number of parts.
    """
    report, withdrawn = Report(), list[Deletion]()
    pending = Pending(_elements(merchant, reviews, withdrawn, report))
    while report.parts == 0 or pending.head is not None:
        if report.parts == limits.parts:
            raise FeedTooLarge
        report.parts += 1
        with (
            open_part(report.parts) as file,
            GzipFile("", "wb", _GZIP_LEVEL, fileobj=file, mtime=0) as sink,
            etree.xmlfile(sink, encoding="utf-8") as writer,
        ):
            writer.write_declaration()
            with writer.element(f"{_ROOT}feed", nsmap={None: NAMESPACE}):
                writer.write(_merchants(merchant))
                _write_reviews(writer, sink, pending, limits)
                if pending.head is None and deletions is not None:
                    # Withdrawn ones are known only once all reviews were looked at.
                    _write_deletions(writer, chain(deletions, withdrawn), report)
    return report


def why_not_sent(review: MerchantReview) -> LeftOut | None:
    """Why a review is not sent; its stars are not asked (FM7, FM8, FM9, FM10, FM13)."""
    if review.imported_from is not None:
        return LeftOut.IMPORTED
    if review.incentivised:
        return LeftOut.INCENTIVISED
    if not review.level.is_verified:
        return LeftOut.NOT_VERIFIED
    if review.invited_at is not None and review.submitted_at - review.invited_at > _ANSWER:
        return LeftOut.ANSWERED_TOO_LATE
    if not (review.rating.is_finite() and WORST <= review.rating <= BEST):
        return LeftOut.RATING_OUT_OF_RANGE
    return None if review.country else LeftOut.COUNTRY_MISSING


def _elements(
    merchant: Merchant,
    reviews: Iterable[MerchantReview],
    withdrawn: list[Deletion],
    report: Report,
) -> Iterator[bytes]:
    for review in reviews:
        reason = why_not_sent(review)
        if reason is None:
            report.sent += 1
            yield _review(merchant, review)
            continue
        report.left_out[reason] += 1
        if review.updated_at > review.submitted_at:
            withdrawn.append(Deletion(review.id, review.updated_at))


def _write_reviews(writer: Writer, sink: Sink, pending: Pending, limits: Limits) -> None:
    if pending.head is not None:
        with writer.element(f"{_ROOT}reviews"):
            feeds.fill(writer, sink, pending, limits)


def _write_deletions(writer: Writer, deletions: Iterator[Deletion], report: Report) -> None:
    first = next(deletions, None)
    if first is None:
        return
    with writer.element(f"{_ROOT}deleted_reviews"):
        for deletion in chain((first,), deletions):
            element = _root("deleted_review", id=literals.plain(deletion.id))
            _add(element, "last_update_timestamp", _moment(deletion.at))
            writer.write(element)
            report.deleted += 1


def _merchants(merchant: Merchant) -> Element:
    parent = _root("merchants")
    element = etree.SubElement(parent, f"{_ROOT}merchant", id=literals.plain(merchant.id))
    _add(element, "name", literals.plain(merchant.name))
    _add(element, "merchant_url", merchant.url)
    _add(element, "rating_url", merchant.rating_url)
    _add_times(element, merchant.created_at, merchant.updated_at)
    return parent


def _review(merchant: Merchant, review: MerchantReview) -> bytes:
    name = feed_texts.short_name(review.author_name)
    title = feed_texts.line(review.title, author=review.author_name)
    scale = f' min="{WORST}" max="{BEST}"'
    service = None if review.service is None else str(review.service)
    parts = (
        leaf("reviewer_name", name) if name else "",
        leaf("create_timestamp", _moment(review.submitted_at)),
        leaf("last_update_timestamp", _moment(max(review.submitted_at, review.updated_at))),
        leaf("country_code", review.country),
        leaf("title", title) if title else "",
        leaf("content", feed_texts.content(review.comment, author=review.author_name)),
        f"<ratings>{leaf('overall', str(review.rating), scale)}",
        leaf("customer_service", service, scale) if service else "",
        "</ratings>",
        leaf(
            "collection_method",
            "unsolicited" if review.invited_at is None else "after_fulfillment",
        ),
    )
    ids = f"id={_quoted(review.id)} mid={_quoted(merchant.id)}"
    return f"<review {ids}>{''.join(parts)}</review>".encode()


def _quoted(text: str) -> str:
    return f'"{escape(literals.plain(text))}"'


def _add_times(element: Element, created_at: datetime, updated_at: datetime) -> None:
    """The last change is never before the creation, which never changes (FM5)."""
    _add(element, "create_timestamp", _moment(created_at))
    _add(element, "last_update_timestamp", _moment(max(created_at, updated_at)))


def _root(name: str, **attributes: str) -> Element:
    return etree.Element(f"{_ROOT}{name}", attributes, nsmap={None: NAMESPACE})


def _add(parent: Element, name: str, text: str, **attributes: str) -> None:
    add(parent, f"{_ROOT}{name}", text, **attributes)


def _moment(at: datetime) -> str:
    return feeds.moment(at, _UTC)
