"""Each feed of each seeded shop and product is what readers of its kind accept (CI5, A1 to A3)."""

import gzip
import shutil
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

import feedparser
import orjson
import pytest
from lxml import etree

from domain.actors import OPERATOR
from domain.shops import domain_of
from rich_snippets import gtins
from schemas import questions
from schemas.snapshots import Media
from services import feed_runs, review_feeds, seed, sitemaps, snapshots, syndication
from services.installation import Installation
from services.review_feeds import FeedKind
from tests.api.conftest import settings_for
from tests.rich_snippets import structures
from tests.seeds import Seeds
from tests.services import fed
from tests.services.seeded import subjects

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def seeded(seeds: Seeds, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The example shops, at a public address; every test of this file reads the same ones."""
    home = tmp_path_factory.mktemp("home")
    url = f"sqlite:///{shutil.copy(seeds.sqlite(), home / 'trustwright.db')}"
    site = Installation.open(settings_for(url, home, PUBLIC_URL=fed.PUBLIC_URL))
    with site.database.write() as work:
        seed.sow(work, now=NOW)
    yield site
    site.close()


def written(site: Installation, kind: FeedKind) -> dict[str, list[bytes]]:
    """The files of this kind of all shops whose feed may be written, by the shop's key."""
    found = {}
    for key in {key for key, sku in subjects(site) if sku is None}:
        with site.database.write() as work:
            review_feeds.open_address(work, key, kind, actor=OPERATOR, now=NOW)
        feed_runs.write(site, key, kind, now=NOW)
        folder = fed.folder(site, key)
        if kind is FeedKind.PRODUCT_RATINGS:
            with zipfile.ZipFile(folder / "product-ratings.zip") as file:
                found[key] = [file.read(name) for name in file.namelist()]
        else:
            found[key] = [gzip.decompress(path.read_bytes()) for path in folder.glob(f"{kind}*.gz")]
    return found


def answer(site: Installation, path: str) -> bytes:
    return snapshots.answer(site, questions.parse(path, ())).body


def test_every_feed_of_product_ratings_keeps_to_the_contract(seeded: Installation) -> None:
    sent = 0
    for key, bodies in written(seeded, FeedKind.PRODUCT_RATINGS).items():
        feeds = [etree.fromstring(body) for body in bodies]
        for body in bodies:
            structures.check(structures.PRODUCT_RATINGS, body)
        ids = [each.text for feed in feeds for each in feed.iter("review_id")]
        urls = [str(each.text) for feed in feeds for each in feed.iter("product_url")]
        numbers = [str(each.text) for feed in feeds for each in feed.iter("gtin")]
        sent += len(ids)
        assert len(ids) == len(set(ids))
        assert all(gtins.is_valid(number) for number in numbers)
        assert len({domain_of(url) for url in urls}) <= 1, key
    assert sent


def test_every_feed_of_shop_reviews_keeps_to_the_contract(seeded: Installation) -> None:
    sent = 0
    for bodies in written(seeded, FeedKind.MERCHANT_REVIEWS).values():
        for body in bodies:
            structures.check(structures.MERCHANT_REVIEWS, body)
            sent += body.count(b"<review ")
    assert sent


def test_every_enrichment_has_a_product_on_each_line(seeded: Installation) -> None:
    items = [
        orjson.loads(line)
        for bodies in written(seeded, FeedKind.REVIEW_ENRICHMENT).values()
        for body in bodies
        for line in body.splitlines()
    ]
    assert items
    for item in items:
        assert item["review_count"] == item["rating"]["count"] > 0
        assert item["star_rating"] == f"{item['rating']['value']:.2f}"
        assert item["reviews"]


def test_ci7_every_enrichment_tells_the_number_of_the_widget(seeded: Installation) -> None:
    for key, bodies in written(seeded, FeedKind.REVIEW_ENRICHMENT).items():
        for line in b"".join(bodies).splitlines():
            item = orjson.loads(line)
            hexed = item["item_id"].encode().hex()
            stars = questions.parse(f"{questions.PREFIX}{key}/stars.json", [("hex", hexed)])
            (widget,) = orjson.loads(snapshots.answer(seeded, stars).body)["products"]
            assert item["rating"]["value"] == widget["grade"]["rating"]
            assert item["review_count"] == widget["grade"]["count"]


def test_a1_every_feed_for_readers_is_read_without_complaint(seeded: Installation) -> None:
    entries = 0
    for key, sku in subjects(seeded):
        paths = syndication.addresses(key, sku)
        feed = feedparser.parse(answer(seeded, paths[Media.ATOM]))
        assert not feed.bozo, paths
        document = orjson.loads(answer(seeded, paths[Media.JSONFEED]))
        structures.check_json_feed(document)
        shown = [item["id"] for item in document["items"] if "url" in item]
        assert [entry.id for entry in feed.entries] == shown
        for entry in feed.entries:
            assert entry.published_parsed <= entry.updated_parsed <= feed.feed.updated_parsed
            assert urlsplit(entry.link).netloc == "trust.example"
        entries += len(shown)
    assert entries


def test_a3_every_profile_is_in_a_valid_sitemap(seeded: Installation) -> None:
    structures.check(structures.SITEMAP, sitemaps.index(seeded).body)
    body = sitemaps.part(seeded, 1).body
    structures.check(structures.SITEMAP, body)
    keys = [key for key, sku in subjects(seeded) if sku is None]
    assert all(f"/profile/{key}/".encode() in body for key in keys)
