"""Feeds of reviews over HTTP: kept, compressed and validated as any other payload (A4)."""

import gzip

import brotli
import pytest

from api.asgi import App
from api.main import create_app
from tests.api.conftest import Reviewed
from tests.api.exchanges import Running, ask

TYPES = {"reviews.atom": "application/atom+xml", "reviews.feed.json": "application/feed+json"}


@pytest.fixture
def app(reviewed: Reviewed) -> App:
    return create_app(reviewed.settings)


@pytest.mark.parametrize("name", TYPES)
def test_a_feed_is_an_answer_like_any_other(app: App, reviewed: Reviewed, name: str) -> None:
    url = reviewed.url(name)
    plain = ask(app, url)
    assert (plain.status, plain.headers["content-type"]) == (200, TYPES[name])
    assert plain.headers["access-control-allow-origin"] == "*"
    assert gzip.decompress(ask(app, url, accept_encoding="gzip").body) == plain.body
    assert brotli.decompress(ask(app, url, accept_encoding="br").body) == plain.body
    assert ask(app, url, if_none_match=plain.headers["etag"]).status == 304
    assert ask(app, url, if_modified_since=plain.headers["last-modified"]).status == 304
    head = ask(app, url, method="HEAD")
    assert (head.body, head.headers["content-length"]) == (b"", str(len(plain.body)))
    assert ask(app, url, method="OPTIONS").status == 204


def test_a_feed_is_made_anew_when_its_shop_changes(reviewed: Reviewed) -> None:
    with Running(create_app(reviewed.settings)) as site:
        url = reviewed.url("reviews.feed.json")
        assert len(site.ask(url).json()["items"]) == 1
        reviewed.review(1)
        second = create_app(reviewed.settings)
        assert len(ask(second, url).json()["items"]) == 2


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
def test_what_is_no_feed_is_refused(app: App, reviewed: Reviewed, path: str, status: int) -> None:
    assert ask(app, reviewed.url(path)).status == status
