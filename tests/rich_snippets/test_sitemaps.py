"""Sitemaps: absolute addresses with true last changes, 50,000 in each (A3)."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from lxml import etree

from rich_snippets import sitemaps
from rich_snippets.sitemaps import PageView
from tests.rich_snippets import structures

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
PAGES = [PageView(f"https://trust.example/profile/X{number}?a=1&b=ü", NOON) for number in range(3)]
SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def rows(body: bytes) -> list[tuple[str | None, str | None]]:
    """Address and last change of each item."""
    structures.check(structures.SITEMAP, body)
    document = etree.fromstring(body)
    return [(item.findtext(f"{SPACE}loc"), item.findtext(f"{SPACE}lastmod")) for item in document]


def test_a3_a_sitemap_lists_addresses_with_their_last_change() -> None:
    body = sitemaps.sitemap(PAGES)
    assert etree.fromstring(body).tag == f"{SPACE}urlset"
    assert rows(body)[2] == (
        "https://trust.example/profile/X2?a=1&b=%C3%BC",
        "2026-11-20T12:00:00Z",
    )


def test_a3_lastmod_is_a_moment_with_zone() -> None:
    berlin = PageView("https://a.example/", NOON.astimezone(timezone(timedelta(hours=1))))
    assert rows(sitemaps.sitemap([berlin])) == [("https://a.example/", "2026-11-20T12:00:00Z")]
    with pytest.raises(ValueError, match="zone"):
        sitemaps.sitemap([PageView("https://a.example/", NOON.replace(tzinfo=None))])


def test_a3_more_than_fifty_thousand_pages_need_an_index() -> None:
    page = PAGES[0]
    found = [len(batch) for batch in sitemaps.batches([page] * 100_001)]
    assert found == [50_000, 50_000, 1]
    with pytest.raises(ValueError, match="at most"):
        sitemaps.sitemap([page] * 50_001)
    index = sitemaps.index([PageView("https://a.example/sitemap-1.xml", NOON)])
    assert etree.fromstring(index).tag == f"{SPACE}sitemapindex"
    assert rows(index) == [("https://a.example/sitemap-1.xml", "2026-11-20T12:00:00Z")]


def test_a_relative_address_is_refused() -> None:
    with pytest.raises(ValueError, match="absolute"):
        sitemaps.sitemap([PageView("/profile/X1", NOON)])
