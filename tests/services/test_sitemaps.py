"""Sitemaps of stored shops: every profile, with the moment of its last change (A3, FM11)."""

from datetime import UTC, datetime, timedelta

import pytest
from lxml import etree

from domain import policies
from domain.errors import PageNotFound
from schemas import profiles as page_questions
from services import profiles, refresh, sitemaps
from services.installation import Installation
from services.sitemaps import Sitemap
from tests.services import fed, steps
from tests.services.steps import NOON

SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
OPENED = datetime(2024, 1, 1, tzinfo=UTC)


@pytest.fixture
def site(installation: Installation) -> Installation:
    return fed.published(installation)


def rows(found: Sitemap) -> list[tuple[str | None, str | None]]:
    """Address and last change of each item."""
    document = etree.fromstring(found.body)
    return [(item.findtext(f"{SPACE}loc"), item.findtext(f"{SPACE}lastmod")) for item in document]


def test_a3_every_profile_is_listed_under_its_canonical_address(site: Installation) -> None:
    keys = [steps.open_shop(site.database, domain=f"{name}.example") for name in "ab"]
    assert rows(sitemaps.part(site, 1)) == [
        (f"https://trust.example/profile/{key}/anna-s-shop", "2024-01-01T00:00:00Z") for key in keys
    ]
    for key in keys:
        page = page_questions.parse(f"/profile/{key}/anna-s-shop", ())
        assert not isinstance(profiles.read(site, page), profiles.Moved)


def test_a3_lastmod_is_the_last_change_and_not_the_night(site: Installation) -> None:
    key = steps.open_shop(site.database)
    steps.review(site.database, key, steps.marks(service=5))
    assert sitemaps.index(site).modified_at == NOON
    with site.database.write() as work:
        assert refresh.slide(work, now=NOON + timedelta(days=3)) == 1
    assert sitemaps.index(site).modified_at == NOON
    assert rows(sitemaps.part(site, 1))[0][1] == "2026-11-20T12:00:00Z"


def test_a3_the_index_lists_the_parts_that_have_a_shop(
    site: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = [steps.open_shop(site.database, domain=f"{name}.example") for name in "abc"]
    steps.review(site.database, keys[2], steps.marks(service=5))
    monkeypatch.setattr(sitemaps, "size_of", lambda _settings: 2)
    assert rows(sitemaps.index(site)) == [
        ("https://trust.example/sitemap-1.xml", "2024-01-01T00:00:00Z"),
        ("https://trust.example/sitemap-2.xml", "2026-11-20T12:00:00Z"),
    ]
    found = [*rows(sitemaps.part(site, 1)), *rows(sitemaps.part(site, 2))]
    assert [str(url).split("/")[4] for url, _ in found] == keys
    with pytest.raises(PageNotFound):
        sitemaps.part(site, 3)


def test_a_long_public_address_makes_parts_smaller(site: Installation) -> None:
    assert sitemaps.size_of(site.settings) == policies.FEEDS.sitemap_pages
    long = site.settings.model_copy(update={"public_url": "https://a.example/" + "&" * 2_000})
    size = sitemaps.size_of(long)
    assert size * (2_000 * len("&amp;")) < policies.FEEDS.sitemap_bytes


def test_without_shops_there_is_no_sitemap(site: Installation) -> None:
    with pytest.raises(PageNotFound):
        sitemaps.index(site)


def test_without_a_public_address_there_is_no_sitemap(installation: Installation) -> None:
    steps.open_shop(installation.database)
    for asked in (
        lambda: sitemaps.index(installation),
        lambda: sitemaps.part(installation, 1),
        lambda: sitemaps.robots(installation.settings),
    ):
        with pytest.raises(PageNotFound):
            asked()


def test_robots_txt_names_the_index(site: Installation) -> None:
    assert b"\nSitemap: https://trust.example/sitemap.xml\n" in sitemaps.robots(site.settings)
