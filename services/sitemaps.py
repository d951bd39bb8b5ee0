"""Sitemaps of the shops' public pages, and the file that leads search engines to them (A3, FM11).

A part lists the shops whose ids lie in its range, so that a page never moves to another part.
"""

from datetime import datetime
from typing import Final, NamedTuple

from domain import policies
from domain.errors import PageNotFound
from rich_snippets import sitemaps
from rich_snippets.sitemaps import PageView
from schemas.profiles import PageKind, PageQuestion, slug_of
from services.installation import Installation
from services.settings import Settings
from store import shops

INDEX: Final = "/sitemap.xml"
PART: Final = "/sitemap-{number}.xml"
# What an entry takes besides the base address: tags, key, slug and moment.
_ENTRY_BYTES: Final = 300
# A character of the base address may be written with as many: ``&amp;``.
_ESCAPED: Final = 5


class Sitemap(NamedTuple):
    """A finished document, and the last change of anything that it leads to."""

    body: bytes
    modified_at: datetime


def index(installation: Installation) -> Sitemap:
    """The index of all parts.

    Raises PageNotFound without a public address or without any shop, or Unavailable.
    """
    base = _base(installation.settings)
    with installation.database.read() as session:
        found = shops.last_changes(session, size_of(installation.settings))
    if not found:
        raise PageNotFound
    parts = [PageView(base + PART.format(number=block + 1), at) for block, at in found]
    return Sitemap(sitemaps.index(parts), max(at for _, at in found))


def part(installation: Installation, number: int) -> Sitemap:
    """The part of this number, counted from 1.

    Raises PageNotFound without a public address or where no shop is in it, or Unavailable.
    """
    base, size = _base(installation.settings), size_of(installation.settings)
    with installation.database.read() as session:
        found = shops.profiles(session, (number - 1) * size + 1, number * size)
    if not found:
        raise PageNotFound
    pages = [PageView(base + _path(key, name), at) for key, name, at in found]
    return Sitemap(sitemaps.sitemap(pages), max(at for _, _, at in found))


def robots(settings: Settings) -> bytes:
    """The robots.txt that names the index; raises PageNotFound without a public address."""
    return f"User-agent: *\nAllow: /\n\nSitemap: {_base(settings)}{INDEX}\n".encode()


def size_of(settings: Settings) -> int:
    """How many pages one part lists, within both limits of the format."""
    each = _ENTRY_BYTES + _ESCAPED * len(settings.base_url.encode())
    return min(policies.FEEDS.sitemap_pages, policies.FEEDS.sitemap_bytes // each)


def _base(settings: Settings) -> str:
    # Addresses in a sitemap are absolute, and no search engine reaches that of a listening port.
    if not settings.public_url:
        raise PageNotFound
    return settings.base_url


def _path(shop_key: str, name: str) -> str:
    """The profile in the shop's own language, which names its other languages itself."""
    return PageQuestion(PageKind.PROFILE, shop_key, slug=slug_of(name)).path
