"""Feeds of reviews over HTTP: kept, compressed and validated as any other payload (A4)."""

import gzip
from collections.abc import Iterator

import brotli
import pytest

from api.main import create_app
from tests.api.conftest import Reviewed
from tests.api.exchanges import Running

TYPES = {"reviews.atom": "application/atom+xml", "reviews.feed.json": "application/feed+json"}


@pytest.fixture
def site(reviewed: Reviewed) -> Iterator[Running]:
    with Running(create_app(reviewed.settings)) as site:
        yield site


@pytest.mark.parametrize("name", TYPES)
def test_a_feed_is_an_answer_like_any_other(site: Running, reviewed: Reviewed, name: str) -> None:
    url = reviewed.url(name)
    plain = site.ask(url)
    assert (plain.status, plain.headers["content-type"]) == (200, TYPES[name])
    assert plain.headers["access-control-allow-origin"] == "*"
    assert gzip.decompress(site.ask(url, accept_encoding="gzip").body) == plain.body
    assert brotli.decompress(site.ask(url, accept_encoding="br").body) == plain.body
    assert site.ask(url, if_none_match=plain.headers["etag"]).status == 304
    assert site.ask(url, if_modified_since=plain.headers["last-modified"]).status == 304
    head = site.ask(url, method="HEAD")
    assert (head.body, head.headers["content-length"]) == (b"", str(len(plain.body)))
    assert site.ask(url, method="OPTIONS").status == 204


def test_a_feed_is_made_anew_when_its_shop_changes(reviewed: Reviewed) -> None:
    with Running(create_app(reviewed.settings)) as site:
        url = reviewed.url("reviews.feed.json")
        assert len(site.ask(url).json()["items"]) == 1
        reviewed.review(1)
    with Running(create_app(reviewed.settings)) as second:
        assert len(second.ask(url).json()["items"]) == 2


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("reviews.atom?after=nothing", 400),
        ("reviews.atom?limit=101", 400),
        ("products/unknown/reviews.atom", 404),
        ("badge.atom", 404),
        ("reviews.rss", 404),
    ],
)
def test_what_is_no_feed_is_refused(
    site: Running, reviewed: Reviewed, path: str, status: int
) -> None:
    assert site.ask(reviewed.url(path)).status == status
