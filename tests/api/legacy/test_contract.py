"""The tables of legacy-api.md 1.2 to 1.5, asked of the whole app."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.exchanges import OTHER_KEY
from tests.api.legacy import edges
from tests.api.legacy.edges import (
    EVERY_CDN,
    EVERY_OTHER,
    EVERY_READ,
    PUBLIC,
    RATE,
    SDK,
    Site,
    envelope,
)


@pytest.fixture
def site(sqlite_url: str, tmp_path: Path) -> Iterator[Site]:
    with edges.opened(sqlite_url, tmp_path / "home") as site:
        yield site


@pytest.mark.parametrize("path", EVERY_READ)
def test_1_3_the_format_is_that_of_the_suffix_else_of_accept_else_xml(
    site: Site, path: str
) -> None:
    stem, question, query = path.partition("?")
    for suffix, accept, expected in (
        ("", None, "xml"),
        ("", "*/*", "xml"),
        ("", "text/html", "xml"),
        ("", "application/json", "json"),
        (".json", "application/xml", "json"),
        (".xml", "application/json", "xml"),
    ):
        headers = {} if accept is None else {"accept": accept}
        reply = site.ask(f"{stem}{suffix}{question}{query}", **headers)
        assert (reply.status, reply.headers["content-type"]) == (200, f"application/{expected}")
        assert envelope(reply)["message"] == "SUCCESS"
        vary = "Accept-Encoding, Accept-Language"
        assert reply.headers["vary"] == (vary if suffix else f"Accept, {vary}")


@pytest.mark.parametrize("target", [*EVERY_CDN, *EVERY_OTHER])
def test_every_address_of_the_contract_answers(site: Site, target: str) -> None:
    reply = site.ask(target)
    assert reply.status == 200
    assert reply.body not in {b"", b"{}"}
    assert reply.headers["access-control-allow-origin"] == "*"
    assert site.ask(target, method="HEAD").body == b""
    again = site.ask(target)
    assert (again.status, again.body) == (200, reply.body)


@pytest.mark.parametrize("target", [*EVERY_READ, *EVERY_CDN, *EVERY_OTHER])
def test_1_4_other_methods_are_refused_with_what_is_allowed(site: Site, target: str) -> None:
    may_post = "/public/" in target and "/quality" in target
    for method in ("PUT", "DELETE", "PATCH", "TRACE", *(() if may_post else ("POST",))):
        reply = site.ask(target, method=method)
        assert reply.status == 405
        allowed = "GET, POST, HEAD, OPTIONS" if may_post else "GET, HEAD, OPTIONS"
        assert reply.headers["allow"] == allowed
        assert reply.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize("name", ["quality", "quality.json", "quality/reviews.xml"])
def test_1_4_quality_is_posted_where_it_is_meant_to_be_read(site: Site, name: str) -> None:
    target = f"{PUBLIC}/{{K}}/{name}"
    posted = [site.ask(target, method="POST", content_type="application/json") for _ in range(2)]
    found = site.ask(target)
    assert [reply.body for reply in posted] == [found.body] * 2
    assert posted[0].status == 200


@pytest.mark.parametrize("target", [*EVERY_READ, *EVERY_CDN])
def test_1_5_a_preflight_says_what_pages_may_do(site: Site, target: str) -> None:
    reply = site.ask(target, method="OPTIONS", origin="https://shop.example")
    assert (reply.status, reply.body) == (204, b"")
    named = {
        name.removeprefix("access-control-"): value
        for name, value in reply.headers.items()
        if name.startswith("access-control-")
    }
    assert named.pop("expose-headers", "").count("Rate") in {0, 3}
    assert named == {
        "allow-origin": "*",
        "allow-methods": "GET, POST, HEAD, OPTIONS",
        "allow-headers": "Accept, Accept-Language, Content-Type, client-token, X-Requested-With",
        "max-age": "86400",
    }


@pytest.mark.parametrize(
    ("target", "cache_control"),
    [
        (PUBLIC + "/{K}.json", "public, max-age=300"),
        ("/rest/internal/v2/shops/{K}/trustmarks.json", "public, max-age=300"),
        (SDK + "/ios/trustmarks.json", "public, max-age=300"),
        (SDK + "/ios/quality/reviews.json", "public, max-age=900, stale-while-revalidate=86400"),
        (EVERY_CDN[-1], "public, max-age=900, stale-while-revalidate=86400"),
        (PUBLIC + f"/{OTHER_KEY}.json", "public, max-age=60"),
        (PUBLIC + "/abc.json", "private, no-store"),
    ],
)
def test_1_5_caches_are_told_how_long(site: Site, target: str, cache_control: str) -> None:
    missed, hit = site.ask(target), site.ask(target)
    assert missed.headers["cache-control"] == hit.headers["cache-control"] == cache_control
    assert ("etag" in hit.headers) == (hit.status == 200)


@pytest.mark.parametrize("target", [PUBLIC + "/{K}/reviews.json", EVERY_CDN[1], EVERY_CDN[6]])
def test_1_5_a_known_etag_is_answered_with_304(site: Site, target: str) -> None:
    found = site.ask(target, accept_encoding="gzip")
    tag = found.headers["etag"]
    reply = site.ask(target, accept_encoding="gzip", if_none_match=f"W/{tag}")
    assert (reply.status, reply.body) == (304, b"")
    is_counted = target.startswith("/rest")
    assert (reply.headers.keys() >= RATE) == is_counted or not is_counted


def test_1_5_answers_have_no_charset_and_no_cookie(site: Site) -> None:
    for target in [*EVERY_READ, *EVERY_CDN, *EVERY_OTHER]:
        reply = site.ask(target, cookie="a=b")
        assert ";" not in reply.headers["content-type"]
        assert "set-cookie" not in reply.headers


def test_1_2_plain_http_is_answered_and_never_redirected(site: Site) -> None:
    for target in [*EVERY_READ, *EVERY_CDN]:
        assert site.ask(target).status == 200


@pytest.mark.parametrize(
    "target",
    [PUBLIC + "/{K}?", PUBLIC + "/{K}/", PUBLIC + "/{K}.json?callback=x", PUBLIC + "/{K}.json/"],
)
def test_1_2_other_spellings_are_the_same_shop(site: Site, target: str) -> None:
    assert site.reviewed.shop_key in site.ask(target).body.decode()


def test_p7_the_reply_of_a_shop_is_found_by_both_ids(site: Site) -> None:
    reply = site.ask(PUBLIC + "/{K}/reviews/{R}/comments/{M}.json")
    assert envelope(reply)["data"]["comment"]["comment"] == "Thank you."


def test_our_own_answers_are_untouched_by_the_contract(site: Site) -> None:
    reply = site.ask(site.reviewed.url("badge"))
    assert reply.headers["content-type"] == "application/json"
    assert site.ask("/docs").status == 200
    missing = site.ask("/else")
    assert missing.headers["content-type"] == "application/problem+json"
    assert re.match(rb'{"type":"/docs#PAGE_NOT_FOUND"', missing.body)
