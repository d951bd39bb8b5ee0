"""Reviews as Atom and JSON Feed: permalinks as ids, edits told, removals as tombstones (A1, A2)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import feedparser
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from rich_snippets.syndication import EntryView, FeedView, TombstoneView, atom, json_feed
from tests.rich_snippets import structures
from tests.rich_snippets.examples import moments, words

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
PAGE = "https://trust.example/profile/X1"
ENTRY = EntryView(
    f"{PAGE}#rev-1",
    "Anna B.",
    4,
    NOON,
    NOON,
    title="Gern wieder",
    comment="Schnell & gut verpackt.",
    language="de",
    reply="Danke!",
)
STONE = TombstoneView(f"{PAGE}#rev-2", NOON + timedelta(hours=1))
FEED = FeedView(
    "Bewertungen von Bücher & Töne",
    "Bücher & Töne",
    "de",
    PAGE,
    "https://trust.example/v1/shops/X1/reviews.atom",
    "https://trust.example/v1/shops/X1/feed.json",
    NOON,
    (ENTRY,),
    (STONE,),
)
ATOM = {"a": "http://www.w3.org/2005/Atom", "t": "http://purl.org/atompub/tombstones/1.0"}

entries = st.builds(
    EntryView,
    st.uuids().map("https://trust.example/r#{}".format),
    words,
    st.integers(1, 5),
    moments,
    moments,
    words,
    words,
    st.sampled_from(("", "de", 'x" onload')),
    words,
)


def parsed(view: FeedView) -> Any:
    """What a lenient reader makes of the Atom feed."""
    return feedparser.parse(atom(view))


def items(view: FeedView) -> list[dict[str, Any]]:
    """The items of the JSON feed."""
    document = orjson.loads(json_feed(view))
    structures.check_json_feed(document)
    found: list[dict[str, Any]] = document["items"]
    return found


def test_a1_atom_has_the_permalink_as_id_and_links_to_the_page() -> None:
    feed = parsed(FEED)
    assert not feed.bozo
    assert feed.version == "atom10"
    (entry,) = feed.entries
    assert (entry.id, entry.link) == (ENTRY.url, ENTRY.url)
    assert entry.title == "★★★★☆ Gern wieder"
    assert entry.author == "Anna B."
    assert entry.content[0].value == "Schnell & gut verpackt.\n\n– Danke!"
    links = {(link.rel, link.type): link.href for link in feed.feed.links}
    assert links[("self", "application/atom+xml")] == FEED.atom_url
    assert links[("alternate", "text/html")] == PAGE
    assert links[("alternate", "application/feed+json")] == FEED.json_url


def test_a_later_page_names_itself_the_first_and_the_next() -> None:
    own, following = f"{FEED.atom_url}?after=rev-1", f"{FEED.atom_url}?after=rev-9"
    feed = parsed(replace(FEED, own_url=own, next_url=following)).feed
    links = {link.rel: link.href for link in feed.links if link.type == "application/atom+xml"}
    assert links == {"self": own, "first": FEED.atom_url, "next": following}
    assert feed.id == FEED.atom_url
    document = orjson.loads(json_feed(replace(FEED, next_url=following)))
    assert document["next_url"] == following
    assert "next_url" not in orjson.loads(json_feed(FEED))


def test_a1_json_feed_tells_the_same() -> None:
    document = orjson.loads(json_feed(FEED))
    assert document["version"] == "https://jsonfeed.org/version/1.1"
    assert document["feed_url"] == FEED.json_url
    assert document["home_page_url"] == PAGE
    item = items(FEED)[0]
    assert (item["id"], item["title"], item["language"]) == (ENTRY.url, "★★★★☆ Gern wieder", "de")
    assert item["authors"] == [{"name": "Anna B."}]
    assert item["_review"]["rating"] == 4


def test_a1_an_edit_changes_updated_and_nothing_else() -> None:
    edited = replace(FEED, entries=(replace(ENTRY, updated_at=NOON + timedelta(days=2)),))
    before, after = items(FEED)[0], items(edited)[0]
    assert after["date_modified"] == "2026-11-22T12:00:00Z"
    assert {**after, "date_modified": before["date_modified"]} == before
    assert parsed(edited).entries[0].updated == "2026-11-22T12:00:00Z"


def test_a1_a_removed_review_is_a_tombstone_in_both() -> None:
    (gone,) = etree.fromstring(atom(FEED)).findall("t:deleted-entry", ATOM)
    assert dict(gone.attrib) == {"ref": STONE.url, "when": "2026-11-20T13:00:00Z"}
    item = items(FEED)[1]
    assert (item["id"], item["content_text"]) == (STONE.url, "")
    assert item["_review"] == {"state": "removed", "removed_at": "2026-11-20T13:00:00Z"}


def test_a2_dates_are_read_as_the_moments_that_they_are() -> None:
    berlin = timezone(timedelta(hours=1))
    view = replace(FEED, updated_at=NOON.astimezone(berlin))
    assert parsed(view).feed.updated_parsed[:6] == (2026, 11, 20, 12, 0, 0)
    assert parsed(FEED).entries[0].published_parsed[:6] == (2026, 11, 20, 12, 0, 0)


def test_a2_a_moment_without_a_zone_is_refused() -> None:
    naive = NOON.replace(tzinfo=None)
    for view in (
        replace(FEED, updated_at=naive),
        replace(FEED, entries=(replace(ENTRY, published_at=naive, updated_at=naive),)),
    ):
        with pytest.raises(ValueError, match="zone"):
            atom(view)
    with pytest.raises(ValueError, match="zone"):
        json_feed(replace(FEED, tombstones=(replace(STONE, removed_at=naive),)))


@given(st.lists(entries, max_size=3), words)
def test_hostile_words_leave_both_feeds_readable(views: list[EntryView], title: str) -> None:
    view = replace(FEED, title=title, entries=tuple(views), tombstones=())
    found = etree.fromstring(atom(view)).findall("a:entry", ATOM)
    assert [entry.findtext("a:id", namespaces=ATOM) for entry in found] == [v.url for v in views]
    assert [item["id"] for item in items(view)] == [v.url for v in views]
    for entry, item in zip(found, items(view), strict=True):
        assert entry.findtext("a:content", namespaces=ATOM) == item["content_text"]
        assert item["content_text"]
