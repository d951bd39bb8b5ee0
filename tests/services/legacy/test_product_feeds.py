"""The product feed is complete, agrees with the product answers, and is never held in memory."""

import csv
import gzip
import io
import resource
import tempfile
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from lxml import etree

from domain.criteria import Criterion
from domain.errors import ShopNotFound, Unavailable
from schemas.legacy.questions import LegacyKind
from schemas.snapshots import Media, digest_of
from services import reviews
from services.installation import Installation
from services.legacy import product_feeds
from services.legacy.product_feeds import Content, ProductFeed
from tests.services import steps
from tests.services.legacy import catalogues
from tests.services.legacy.feed_questions import feed
from tests.services.steps import NOON


def text_of(content: Content) -> bytes:
    return content.read(0, content.size + 1)


def products_of(installation: Installation, shop_key: str) -> list[dict[str, Any]]:
    written = product_feeds.write(installation, shop_key, Media.JSON)
    found: list[dict[str, Any]] = orjson.loads(text_of(written.identity))["response"]["data"][
        "shop"
    ]["products"]
    return found


@pytest.fixture
def shop_key(installation: Installation) -> str:
    """A shop whose reviews take more than one batch of products to read."""
    key = steps.open_shop(installation.database)
    catalogues.fill(installation.database, key, products=405, reviews_each=3)
    return key


def test_every_rated_product_is_listed_once_with_its_own_numbers(
    installation: Installation, shop_key: str
) -> None:
    found = products_of(installation, shop_key)
    assert [product["sku"] for product in found] == [f"SKU-{n}" for n in range(1, 406)]
    for product in found[::67]:
        sku = product["sku"]
        quality = feed(installation, LegacyKind.PRODUCT_QUALITY, shop_key, sku)
        shown = quality["response"]["data"]["product"]
        assert product["qualityIndicators"] == shown["qualityIndicators"]
        listed = feed(installation, LegacyKind.PRODUCT_REVIEWS, shop_key, sku)
        of_product = listed["response"]["data"]["product"]["reviews"]
        assert [review["uuid"] for review in product["productReviews"]] == [
            review["UID"] for review in of_product
        ]
        assert [review["creationDate"] for review in product["productReviews"]] == [
            review["creationDate"] for review in of_product
        ]


def test_the_public_feed_tells_nothing_of_orders_and_reviewers(
    installation: Installation, shop_key: str
) -> None:
    (review, *_) = products_of(installation, shop_key)[0]["productReviews"]
    assert list(review) == ["creationDate", "comment", "criteria", "mark", "uuid"]


def test_products_without_a_review_that_counts_stay_out(installation: Installation) -> None:
    database = installation.database
    key = steps.open_shop(database)
    total = Criterion.TOTAL
    steps.order(database, key, skus=("UNRATED",))
    steps.review(database, key, {total: 5}, sku="BOUGHT", incentivised=True)
    withdrawn = steps.review(database, key, {total: 5}, sku="WITHDRAWN")
    steps.review(database, key, {total: 4}, sku="RATED")
    foreign = steps.open_shop(database, domain="other.example")
    steps.review(database, foreign, {total: 1}, sku="FOREIGN")
    with database.write() as work:
        reviews.withdraw(work, withdrawn.token, now=NOON)
    assert [product["sku"] for product in products_of(installation, key)] == ["RATED"]


def test_a_product_shows_its_newest_reviews_up_to_the_limit(installation: Installation) -> None:
    key = steps.open_shop(installation.database)
    catalogues.fill(installation.database, key, products=2, reviews_each=501)
    for product in products_of(installation, key):
        dates = [review["creationDate"] for review in product["productReviews"]]
        assert len(dates) == 500
        assert dates[0] == NOON.isoformat()
        assert dates == sorted(dates, reverse=True)
        assert product["qualityIndicators"]["reviewIndicator"]["totalReviewCount"] == 501


def test_an_empty_shop_has_an_empty_feed_in_every_format(installation: Installation) -> None:
    key = steps.open_shop(installation.database)
    assert products_of(installation, key) == []
    document = product_feeds.write(installation, key, Media.XML)
    root = etree.fromstring(text_of(document.identity))
    assert root.findtext("data/shop/tsId") == key
    assert [len(each) for each in root.iterfind("data/shop/products")] == [0]
    table = product_feeds.write(installation, key, Media.CSV)
    assert text_of(table.identity).count(b"\r\n") == 1


def test_all_formats_list_the_same_products(installation: Installation, shop_key: str) -> None:
    found = products_of(installation, shop_key)
    document = product_feeds.write(installation, shop_key, Media.XML)
    root = etree.fromstring(text_of(document.identity))
    assert [each.text for each in root.iterfind("data/shop/products/product/name")] == [
        product["name"] for product in found
    ]
    assert len(root.findall(".//productReview")) == 405 * 3
    table = product_feeds.write(installation, shop_key, Media.CSV)
    text = io.StringIO(text_of(table.identity).decode(), newline="")
    rows = list(csv.DictReader(text, strict=True))
    assert [row["uuid"] for row in rows] == [product["uuid"] for product in found]
    assert {row["brand"] for row in rows} == {"'=Brand"}


@pytest.mark.parametrize("media", [Media.JSON, Media.XML, Media.CSV])
def test_the_packed_file_and_the_digest_are_those_of_the_bytes(
    installation: Installation, shop_key: str, media: Media
) -> None:
    written = product_feeds.write(installation, shop_key, media)
    body = text_of(written.identity)
    assert len(body) == written.identity.size
    assert gzip.decompress(text_of(written.gzip)) == body
    assert written.digest == digest_of(body)
    assert written.generation == product_feeds.generation(installation, shop_key)
    again = product_feeds.write(installation, shop_key, media)
    assert (again.digest, text_of(again.gzip)) == (written.digest, text_of(written.gzip))


def test_an_unknown_shop_has_no_feed(installation: Installation) -> None:
    for ask in (
        lambda: product_feeds.generation(installation, "X" + "0" * 32),
        lambda: product_feeds.write(installation, "X" + "0" * 32, Media.JSON),
    ):
        with pytest.raises(ShopNotFound):
            ask()


@pytest.mark.slow
def test_ten_thousand_products_take_little_memory(installation: Installation) -> None:
    key = steps.open_shop(installation.database)
    catalogues.fill(installation.database, key, products=10_000, reviews_each=3)
    product_feeds.write(installation, key, Media.CSV)
    tracemalloc.start()
    try:
        written = product_feeds.write(installation, key, Media.JSON)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert written.identity.size > 9_000_000
    assert peak < written.identity.size / 4


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder for temporary files, of this test alone."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


def files_of(feed: ProductFeed) -> list[Any]:
    return [feed.identity.file, feed.gzip.file]


def test_the_files_have_no_name_and_end_with_the_feed(
    installation: Installation, shop_key: str, own_folder: Path
) -> None:
    written = product_feeds.write(installation, shop_key, Media.JSON)
    assert list(own_folder.iterdir()) == []
    files = files_of(written)
    assert not any(file.closed for file in files)
    del written
    assert all(file.closed for file in files)


def test_a_full_disk_is_no_answer_just_now_and_leaves_nothing(
    installation: Installation, shop_key: str, own_folder: Path
) -> None:
    assert list(own_folder.iterdir()) == []
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(Unavailable, match="room"):
            product_feeds.write(installation, shop_key, Media.JSON)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert len(products_of(installation, shop_key)) == 405
