"""Feeds over HTTP: whole files at secret addresses, known ones as 304, all else as 404."""

import gzip
import zipfile
from base64 import b64encode
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import NoReturn

import pytest

from api.main import create_app
from domain.errors import DatabaseBusy
from services import feed_runs
from services.installation import Installation
from services.review_feeds import Address, FeedKind
from tests.api.conftest import settings_for
from tests.api.exchanges import Reply, ask
from tests.services import fed
from tests.services.steps import NOON

KIND = FeedKind.PRODUCT_RATINGS


class Site:
    """An app and the shop whose feeds it serves."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.app = create_app(installation.settings)
        self.shop = fed.open_shop(installation.database)

    def open(self, kind: FeedKind = KIND, *, has_password: bool = False) -> Address:
        """Open a feed and write it."""
        database = self.installation.database
        address = fed.open_feed(database, self.shop, kind, has_password=has_password)
        self.write(kind)
        return address

    def write(self, kind: FeedKind = KIND) -> None:
        feed_runs.write(self.installation, self.shop, kind, now=NOON)

    def ask(self, path: str, method: str = "GET", **headers: str) -> Reply:
        return ask(self.app, path, method=method, **headers)


@pytest.fixture
def site(sqlite_url: str, tmp_path: Path) -> Iterator[Site]:
    settings = settings_for(sqlite_url, tmp_path / "home", PUBLIC_URL="https://trust.example")
    installation = Installation.open(settings)
    yield Site(installation)
    installation.close()


def basic(login: str, password: str | None) -> str:
    """The header of these credentials."""
    return "Basic " + b64encode(f"{login}:{password}".encode()).decode()


def test_a_feed_is_answered_whole_and_stays_out_of_shared_caches(site: Site) -> None:
    fed.review_product(site.installation.database, site.shop, "A", 5)
    reply = site.ask(site.open().path)
    assert reply.status == 200
    assert reply.headers["content-type"] == "application/zip"
    assert reply.headers["content-length"] == str(len(reply.body))
    assert reply.headers["cache-control"] == "private, max-age=300"
    assert reply.headers["x-robots-tag"] == "noindex"
    with zipfile.ZipFile(BytesIO(reply.body)) as file:
        assert b"<overall" in file.read("product-ratings-0001.xml")


def test_a_large_feed_arrives_in_pieces_and_whole(site: Site) -> None:
    path = site.open().path
    file = fed.folder(site.installation, site.shop) / "product-ratings.zip"
    file.write_bytes(bytes(range(256)) * 4_000)
    assert site.ask(path).body == file.read_bytes()


def test_a4_a_known_feed_is_answered_with_304_until_the_next_is_written(site: Site) -> None:
    path = site.open().path
    first = site.ask(path)
    known = site.ask(path, if_none_match=first.headers["etag"])
    assert (known.status, known.body) == (304, b"")
    assert site.ask(path, if_modified_since=first.headers["last-modified"]).status == 304
    site.write()
    assert site.ask(path, if_none_match=first.headers["etag"]).status == 200


def test_a_head_request_has_the_headers_alone(site: Site) -> None:
    path = site.open().path
    head, full = site.ask(path, method="HEAD"), site.ask(path)
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == full.headers["content-length"]


def test_fp12_an_unknown_token_and_an_unknown_file_are_404(site: Site) -> None:
    path = site.open().path
    token = path.split("/")[3]
    for wrong in (
        path.replace(token, "A" * 32),
        path.replace(token, "A" * 5_000),
        path.replace("product-ratings.zip", "merchant-reviews.xml.gz"),
        path.replace("product-ratings.zip", ".turn"),
        path.replace("product-ratings.zip", "..%2F..%2Fsecret.key"),
        f"/v1/exports/{token}",
    ):
        assert site.ask(wrong).status == 404, wrong


def test_a_feed_that_was_not_written_yet_is_404(site: Site) -> None:
    address = fed.open_feed(site.installation.database, site.shop, KIND)
    assert site.ask(address.path).status == 404


def test_a_password_is_asked_for_and_accepted(site: Site) -> None:
    address = site.open(has_password=True)
    asked = site.ask(address.path)
    assert (asked.status, asked.body) == (401, b"")
    assert asked.headers["www-authenticate"].startswith("Basic ")
    for header in (basic(site.shop, "wrong"), basic("x", address.password), "Basic ?", "Bearer x"):
        assert site.ask(address.path, authorization=header).status == 401
    right = basic(site.shop, address.password)
    assert site.ask(address.path, authorization=right).status == 200


def test_the_newest_incremental_file_has_an_address_and_each_day_one_of_its_own(
    site: Site,
) -> None:
    path = site.open(FeedKind.MERCHANT_REVIEWS).path
    newest = site.ask(path)
    assert newest.headers["content-type"] == "application/gzip"
    day = path.replace("merchant-reviews", "merchant-reviews-2026-11-20")
    assert site.ask(day).body == newest.body
    assert site.ask(day.replace("11-20", "11-19")).status == 404


def test_the_panel_stands_behind_the_same_secret(site: Site) -> None:
    path = site.open().path.replace("product-ratings.zip", "eligibility.json")
    reply = site.ask(path)
    assert reply.headers["content-type"] == "application/json"
    assert reply.json()["shop"] == site.shop
    assert site.ask(path.replace("eligibility", "other")).status == 404


def test_a_fetch_is_noted_and_a_look_at_the_headers_is_not(site: Site) -> None:
    path, database = site.open().path, site.installation.database
    site.ask(path, method="HEAD")
    assert fed.feed_of(database, KIND).fetched_at is None
    site.ask(path)
    assert fed.feed_of(database, KIND).fetched_at is not None


def test_a_feed_is_sent_even_where_its_fetch_cannot_be_noted(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object, **__: object) -> NoReturn:
        raise DatabaseBusy

    path = site.open().path
    monkeypatch.setattr("services.review_feeds.note_fetch", busy)
    assert site.ask(path).status == 200


def test_the_enrichment_file_is_fetched_like_the_others(site: Site) -> None:
    fed.review_product(site.installation.database, site.shop, "A", 5)
    reply = site.ask(site.open(FeedKind.REVIEW_ENRICHMENT).path)
    assert reply.headers["content-type"] == "application/gzip"
    assert b'"item_id":"A"' in gzip.decompress(reply.body)


def test_nothing_but_reading_is_allowed(site: Site) -> None:
    assert site.ask(site.open().path, method="POST").status == 405
