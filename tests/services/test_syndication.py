"""Feeds of stored reviews: permalinks, edits, replies, pages and tombstones (A1, A2)."""

from datetime import timedelta
from typing import Any

import feedparser
import orjson
import pytest
from lxml import etree

from domain.actors import OPERATOR
from domain.criteria import Criterion
from domain.errors import CursorUnknown, ProductNotFound
from schemas import questions
from schemas.snapshots import Media
from services import moderation, replies, reviews, snapshots, syndication
from services.installation import Installation
from tests.services import steps
from tests.services.steps import NOON

STONE = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"


def body(installation: Installation, path: str, **parameters: str) -> bytes:
    """The feed under this path below ``/v1/shops/``."""
    question = questions.parse(f"{questions.PREFIX}{path}", list(parameters.items()))
    return snapshots.answer(installation, question).body


def atom(installation: Installation, path: str, **parameters: str) -> Any:
    """What a lenient reader makes of it, once a strict one has read it."""
    document = body(installation, path, **parameters)
    etree.fromstring(document)
    feed = feedparser.parse(document)
    assert not feed.bozo
    return feed


def stones(installation: Installation, path: str, **parameters: str) -> dict[str, str]:
    """Ids of removed reviews, each with its moment."""
    document = etree.fromstring(body(installation, path, **parameters))
    return {
        str(each.get("ref")).rpartition("#")[2]: str(each.get("when"))
        for each in document.iter(STONE)
    }


def test_the_newest_review_comes_first_with_its_permalink(installation: Installation) -> None:
    shop = steps.open_shop(installation.database)
    first = steps.review(installation.database, shop, steps.marks(service=5))
    later = NOON + timedelta(hours=1)
    second = steps.review(installation.database, shop, steps.marks(service=1), at=later)
    feed = atom(installation, f"{shop}/reviews.atom")
    ids = [entry.id.rpartition("#")[2] for entry in feed.entries]
    assert ids == [second.review_id, first.review_id]
    assert f"/profile/{shop}?review={second.review_id}" in feed.entries[0].link
    assert feed.feed.updated == "2026-11-20T13:00:00Z"


def test_an_author_without_a_name_has_a_word_in_the_language_of_the_shop(
    installation: Installation,
) -> None:
    shop = steps.open_shop(installation.database)
    steps.review(installation.database, shop, steps.marks(service=5))
    assert atom(installation, f"{shop}/reviews.atom").entries[0].author == "Without name"


def test_an_edit_and_a_reply_move_updated_and_not_published(installation: Installation) -> None:
    shop = steps.open_shop(installation.database)
    written = steps.review(installation.database, shop, steps.marks(service=5))
    answered = NOON + timedelta(hours=2)
    with installation.database.write() as work:
        replies.write(work, shop, written.review_id, "Thank you.", actor=OPERATOR, now=answered)
    (entry,) = atom(installation, f"{shop}/reviews.atom").entries
    assert (entry.published, entry.updated) == ("2026-11-20T12:00:00Z", "2026-11-20T14:00:00Z")
    assert entry.content[0].value.endswith("– Thank you.")


def test_pages_follow_one_another_until_the_last(installation: Installation) -> None:
    shop = steps.open_shop(installation.database)
    for hour in range(5):
        at = NOON + timedelta(hours=hour)
        steps.review(installation.database, shop, steps.marks(service=5), at=at)
    seen, cursor, pages = list[str](), dict[str, str](), 0
    while True:
        document = orjson.loads(
            body(installation, f"{shop}/reviews.feed.json", limit="2", **cursor)
        )
        seen += [item["id"] for item in document["items"]]
        pages += 1
        assert document["feed_url"].endswith("/reviews.feed.json?limit=2")
        if "next_url" not in document:
            break
        cursor = {"after": seen[-1].rpartition("#")[2]}
        assert f"after={cursor['after']}" in document["next_url"]
    assert (pages, len(set(seen))) == (3, 5)


@pytest.mark.parametrize("way", ["rejected", "withdrawn"])
def test_a_removed_review_leaves_a_tombstone_until_it_comes_back(
    installation: Installation, way: str
) -> None:
    database = installation.database
    shop = steps.open_shop(database)
    written = steps.review(database, shop, steps.marks(service=1))
    path, gone = f"{shop}/reviews.atom", NOON + timedelta(hours=3)
    assert stones(installation, path) == {}
    with database.write() as work:
        if way == "withdrawn":
            reviews.withdraw(work, written.token, now=gone)
        else:
            moderation.report(work, written.review_id, actor=OPERATOR, now=NOON)
            moderation.disable(work, written.review_id, steps.reasons(gone))
    assert stones(installation, path) == {written.review_id: "2026-11-20T15:00:00Z"}
    feed = atom(installation, path)
    assert (feed.entries, feed.feed.updated) == ([], "2026-11-20T15:00:00Z")
    document = orjson.loads(body(installation, f"{shop}/reviews.feed.json"))
    assert [item["_review"]["state"] for item in document["items"]] == ["removed"]


def test_tombstones_end_after_sixty_days_and_stand_on_the_first_page_alone(
    installation: Installation,
) -> None:
    database = installation.database
    shop = steps.open_shop(database)
    kept = steps.review(database, shop, steps.marks(service=5))
    written = steps.review(database, shop, steps.marks(service=1))
    with database.write() as work:
        reviews.withdraw(work, written.token, now=NOON)
    path = f"{shop}/reviews.atom"
    assert stones(installation, path) != {}
    assert stones(installation, path, after=kept.review_id) == {}
    steps.review(database, shop, steps.marks(service=4), at=NOON + timedelta(days=61))
    assert stones(installation, path) == {}


def test_a_product_has_a_feed_of_its_own(installation: Installation) -> None:
    shop = steps.open_shop(installation.database)
    given = {Criterion.TOTAL: 2}
    of_product = steps.review(installation.database, shop, given, sku="A/1")
    steps.review(installation.database, shop, steps.marks(service=5))
    feed = atom(installation, f"{shop}/products/A%2F1/reviews.atom")
    assert [entry.id.rpartition("#")[2] for entry in feed.entries] == [of_product.review_id]
    assert "Product A/1" in feed.feed.title
    with pytest.raises(ProductNotFound):
        body(installation, f"{shop}/products/other/reviews.atom")


def test_a_feed_without_reviews_is_a_feed(installation: Installation) -> None:
    shop = steps.open_shop(installation.database)
    feed = atom(installation, f"{shop}/reviews.atom")
    assert (feed.entries, feed.feed.updated) == ([], "2024-01-01T00:00:00Z")


def test_a_cursor_of_another_shop_is_refused(installation: Installation) -> None:
    shop = steps.open_shop(installation.database)
    other = steps.open_shop(installation.database, domain="other.example")
    foreign = steps.review(installation.database, other, steps.marks(service=5))
    with pytest.raises(CursorUnknown):
        body(installation, f"{shop}/reviews.atom", after=foreign.review_id)


def test_the_addresses_of_feeds_are_those_that_answer(installation: Installation) -> None:
    shop = steps.open_shop(installation.database)
    steps.review(installation.database, shop, {Criterion.TOTAL: 5}, sku="ä b")
    for sku in (None, "ä b"):
        found = syndication.addresses(shop, sku)
        assert found.keys() == {Media.ATOM, Media.JSONFEED}
        for path in found.values():
            assert body(installation, path.removeprefix(questions.PREFIX))
