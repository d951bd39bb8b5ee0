"""Reviews as Atom (RFC 4287, 5005) and JSON Feed 1.1, with tombstones of those removed (A1, A2)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import orjson
from lxml import etree

from domain.criteria import BEST, WORST
from rich_snippets import literals
from rich_snippets.feeds import Element

_ATOM_TYPE: Final = "application/atom+xml"
_JSON_FEED_TYPE: Final = "application/feed+json"
_ATOM: Final = "http://www.w3.org/2005/Atom"
_TOMBSTONES: Final = "http://purl.org/atompub/tombstones/1.0"
_XML: Final = "{http://www.w3.org/XML/1998/namespace}"
_NAMES: Final = {None: _ATOM, "at": _TOMBSTONES}
_RATING: Final = "https://schema.org/ratingValue"


@dataclass(frozen=True, slots=True)
class EntryView:
    """A public review; ``url`` is its permalink and its id, ``stars`` 1 to 5.

    ``author_name`` is what the page shows, with a word for authors who show no name. ``reply``
    is the shop's answer. ``updated_at`` rises with each edit.
    """

    url: str
    author_name: str
    stars: int
    published_at: datetime
    updated_at: datetime
    title: str = ""
    comment: str = ""
    language: str = ""
    reply: str = ""


@dataclass(frozen=True, slots=True)
class TombstoneView:
    """A review that was public under this permalink and was removed at that moment."""

    url: str
    removed_at: datetime


@dataclass(frozen=True, slots=True)
class FeedView:
    """A page of the reviews of a shop or product, newest first; all addresses absolute.

    ``page_url`` shows them to people, ``atom_url`` and ``json_url`` are the feed's own, from its
    beginning. ``own_url`` is that of this page where it is a later one, ``next_url`` that of the
    page after it, both in the format that is written. ``updated_at`` is the moment of the last
    change of anything on the page; ``language`` is BCP 47.
    """

    title: str
    publisher: str
    language: str
    page_url: str
    atom_url: str
    json_url: str
    updated_at: datetime
    entries: tuple[EntryView, ...] = ()
    tombstones: tuple[TombstoneView, ...] = ()
    own_url: str | None = None
    next_url: str | None = None


def atom(view: FeedView) -> bytes:
    """The feed as Atom, UTF-8, dates in RFC 3339 with zone (A2), removals as in RFC 6721.

    Raises ValueError for a moment without a zone.
    """
    feed = etree.Element(f"{{{_ATOM}}}feed", {f"{_XML}lang": view.language}, nsmap=_NAMES)
    _add(feed, "id", view.atom_url)
    _add(feed, "title", view.title)
    _add(feed, "updated", _moment(view.updated_at))
    _link(feed, "self", view.own_url or view.atom_url, _ATOM_TYPE)
    _link(feed, "first", view.atom_url, _ATOM_TYPE)
    if view.next_url:
        _link(feed, "next", view.next_url, _ATOM_TYPE)
    _link(feed, "alternate", view.page_url, "text/html")
    _link(feed, "alternate", view.json_url, _JSON_FEED_TYPE)
    _author(feed, view.publisher)
    for entry in view.entries:
        feed.append(_entry(entry))
    for stone in view.tombstones:
        etree.SubElement(
            feed,
            f"{{{_TOMBSTONES}}}deleted-entry",
            {"ref": stone.url, "when": _moment(stone.removed_at)},
        )
    return etree.tostring(feed, xml_declaration=True, encoding="utf-8")


def json_feed(view: FeedView) -> bytes:
    """The feed as JSON Feed 1.1; a removed review is an item whose ``_review`` says so.

    Raises ValueError for a moment without a zone.
    """
    items = [*map(_item, view.entries), *map(_removed, view.tombstones)]
    return orjson.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": literals.plain(view.title),
            "home_page_url": view.page_url,
            "feed_url": view.json_url,
            "language": view.language,
            "authors": [{"name": literals.plain(view.publisher)}],
            "items": items,
            **({"next_url": view.next_url} if view.next_url else {}),
        }
    )


def _entry(view: EntryView) -> Element:
    language = literals.language(view.language)
    spoken = {f"{_XML}lang": language} if language else {}
    entry = etree.Element(f"{{{_ATOM}}}entry", spoken, nsmap=_NAMES)
    _add(entry, "id", view.url)
    _add(entry, "title", _title(view))
    _add(entry, "published", _moment(view.published_at))
    _add(entry, "updated", _moment(_updated(view)))
    _author(entry, view.author_name)
    _link(entry, "alternate", view.url, "text/html")
    etree.SubElement(
        entry,
        f"{{{_ATOM}}}category",
        {"term": str(view.stars), "scheme": _RATING, "label": f"{view.stars}/{BEST}"},
    )
    _add(entry, "content", _text(view), type="text")
    return entry


def _item(view: EntryView) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": view.url,
        "url": view.url,
        "title": _title(view),
        "content_text": _text(view),
        "date_published": _moment(view.published_at),
        "date_modified": _moment(_updated(view)),
        "authors": [{"name": literals.plain(view.author_name)}],
        "_review": {
            "state": "published",
            "rating": view.stars,
            "best_rating": BEST,
            "worst_rating": WORST,
        },
    }
    language = literals.language(view.language)
    return item | ({"language": language} if language else {})


def _removed(view: TombstoneView) -> dict[str, Any]:
    removed_at = _moment(view.removed_at)
    return {
        "id": view.url,
        "content_text": "",
        "date_modified": removed_at,
        "_review": {"state": "removed", "removed_at": removed_at},
    }


def _title(view: EntryView) -> str:
    """The stars as signs, which every language reads, before the title."""
    stars = "★" * view.stars + "☆" * (BEST - view.stars)
    return " ".join((stars, *literals.plain(view.title).split()))


def _text(view: EntryView) -> str:
    return "\n\n– ".join(filter(None, _parts(view)))


def _parts(view: EntryView) -> Iterator[str]:
    # Without a text of their own, the title or the stars are what the author said.
    yield literals.plain(view.comment) or _title(view)
    yield literals.plain(view.reply)


def _updated(view: EntryView) -> datetime:
    return max(view.published_at, view.updated_at)


def _author(parent: Element, name: str) -> None:
    _add(etree.SubElement(parent, f"{{{_ATOM}}}author"), "name", name)


def _link(parent: Element, rel: str, url: str, media_type: str) -> None:
    etree.SubElement(parent, f"{{{_ATOM}}}link", {"rel": rel, "href": url, "type": media_type})


def _add(parent: Element, name: str, text: str, **attributes: str) -> None:
    child = etree.SubElement(parent, f"{{{_ATOM}}}{name}", attributes)
    child.text = literals.plain(text)


def _moment(at: datetime) -> str:
    """RFC 3339 in UTC; raises ValueError without a zone, for lenient readers accept that (A2)."""
    if at.utcoffset() is None:
        raise ValueError("a moment in a feed has a zone")
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
