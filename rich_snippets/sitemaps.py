"""Sitemaps of public pages with their true last changes, and the index over several (A3, FM11)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Final

from lxml import etree

from domain import policies
from rich_snippets import literals

MEDIA_TYPE: Final = "application/xml; charset=utf-8"
_NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"


@dataclass(frozen=True, slots=True)
class PageView:
    """A page and the moment at which what it shows last changed, never that of a rendering."""

    url: str
    modified_at: datetime


def batches(pages: Iterable[PageView]) -> Iterator[Sequence[PageView]]:
    """The pages in lists of at most 50,000, one for each sitemap; none where there is no page."""
    rest = iter(pages)
    while batch := list(islice(rest, policies.FEEDS.sitemap_pages)):
        yield batch


def sitemap(pages: Sequence[PageView]) -> bytes:
    """One sitemap, UTF-8; raises ValueError beyond 50,000 pages or without an absolute address."""
    return _document("urlset", "url", pages)


def index(sitemaps: Sequence[PageView]) -> bytes:
    """The index of sitemaps, each with the latest change of its pages; raises as ``sitemap``."""
    return _document("sitemapindex", "sitemap", sitemaps)


def _document(root: str, item: str, pages: Sequence[PageView]) -> bytes:
    if len(pages) > policies.FEEDS.sitemap_pages:
        raise ValueError(f"a sitemap has at most {policies.FEEDS.sitemap_pages} addresses")
    document = etree.Element(f"{{{_NAMESPACE}}}{root}", nsmap={None: _NAMESPACE})
    for page in pages:
        element = etree.SubElement(document, f"{{{_NAMESPACE}}}{item}")
        etree.SubElement(element, f"{{{_NAMESPACE}}}loc").text = _address(page.url)
        etree.SubElement(element, f"{{{_NAMESPACE}}}lastmod").text = _moment(page.modified_at)
    return etree.tostring(document, xml_declaration=True, encoding="utf-8")


def _address(url: str) -> str:
    address = literals.address(url)
    if address is None:
        raise ValueError("a sitemap lists absolute http(s) addresses")
    return address


def _moment(at: datetime) -> str:
    """W3C date and time in UTC; raises ValueError without a zone."""
    if at.utcoffset() is None:
        raise ValueError("a moment in a sitemap has a zone")
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
