"""The table of errors of legacy-api.md 8, and requests that mean no good."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.main import create_app
from tests.api.conftest import reviewed_on
from tests.api.exchanges import OTHER_KEY, Running
from tests.api.legacy import edges
from tests.api.legacy.edges import PUBLIC, SDK, Site, envelope


@pytest.fixture
def site(sqlite_url: str, tmp_path: Path) -> Iterator[Site]:
    with edges.opened(sqlite_url, tmp_path / "home") as site:
        yield site


@pytest.mark.parametrize(
    ("target", "method", "status", "message"),
    [
        (PUBLIC + "/abc", "GET", 400, "TS_ID_INVALID"),
        (PUBLIC + "/abc/quality", "POST", 400, "TS_ID_INVALID"),
        ("/shops/abc/mobiles/v1/sdks/ios/trustmarks.json", "GET", 400, "TS_ID_INVALID"),
        (PUBLIC, "GET", 400, "BAD_REQUEST"),
        (PUBLIC + "/{K}/quality/complaints", "GET", 403, "FORBIDDEN"),
        (PUBLIC + f"/{OTHER_KEY}", "GET", 404, "TS_ID_NOT_FOUND"),
        (f"/shops/{OTHER_KEY}/mobiles/v1/sdks/ios/trustmarks.json", "GET", 404, "TS_ID_NOT_FOUND"),
        (f"/shops/{OTHER_KEY}/products/public/v1/feed.json", "GET", 404, "TS_ID_NOT_FOUND"),
        (PUBLIC + "?url=nobody.example", "GET", 404, "SHOP_URL_NOT_FOUND"),
        ("/rest", "GET", 404, "RESOURCE_NOT_FOUND"),
        ("/rest/", "GET", 404, "RESOURCE_NOT_FOUND"),
        ("/rest/else", "GET", 404, "RESOURCE_NOT_FOUND"),
        (PUBLIC + "/{K}/else", "GET", 404, "RESOURCE_NOT_FOUND"),
        (PUBLIC + "/{K}/reviews/1/comments/2", "GET", 404, "RESOURCE_NOT_FOUND"),
        (
            PUBLIC + "/{K}/reviews/" + "0" * 32 + "/comments/" + "0" * 32,
            "GET",
            404,
            "RESOURCE_NOT_FOUND",
        ),
        ("/shops/{K}", "GET", 404, "RESOURCE_NOT_FOUND"),
        (SDK + "/ios/trustmarks", "GET", 404, "RESOURCE_NOT_FOUND"),
        (
            "/shops/{K}/products/skus/zz/productreviewstickers/v1/reviews.json",
            "GET",
            404,
            "RESOURCE_NOT_FOUND",
        ),
        (
            "/shops/{K}/products/skus/41/productreviewstickers/v1/reviews.json",
            "GET",
            404,
            "RESOURCE_NOT_FOUND",
        ),
        (PUBLIC + "/{K}", "PUT", 405, "METHOD_NOT_ALLOWED"),
        (PUBLIC + "?url=" + "x" * 70_000, "GET", 413, "REQUEST_TOO_LARGE"),
    ],
)
def test_8_errors_are_envelopes_in_the_format_that_was_asked_for(
    site: Site, target: str, method: str, status: int, message: str
) -> None:
    path, question, query = target.partition("?")
    is_cdn = path.startswith("/shops")
    for suffix, accept, expected in (
        ("", "", "json" if is_cdn else "xml"),
        ("", "application/json", "json"),
        (".json", "", "json"),
        (".xml", "application/json", "xml"),
    ):
        if path.endswith((".json", "/", "/rest")) and suffix:
            continue
        reply = site.ask(f"{path}{suffix}{question}{query}", method=method, accept=accept)
        if suffix == ".json" and path == SDK + "/ios/trustmarks":
            continue
        said = envelope(reply)
        assert reply.headers["content-type"] == f"application/{expected}"
        assert (reply.status, said["code"], said["message"]) == (status, status, message)
        assert said["status"] == "ERROR"
        assert "data" not in said


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/feeds/products/v1/channels/{C}/sku/41/feed.json", 200),
        ("/feeds/products/v1/channels/{C}/sku/zz/feed.json", 200),
        ("/feeds/grades/v1/channels/chl-1/touchpoints/all/feed.json", 200),
        ("/manifests/v1/wdg-1.json", 404),
        ("/manifests/v1/wdg-0192aaaa-0bed-43e7-b9da-f88b6f3fccb8.json", 404),
        ("/feeds/else", 404),
    ],
)
def test_feeds_say_nothing_about_what_is_unknown(site: Site, target: str, status: int) -> None:
    reply = site.ask(target)
    assert (reply.status, reply.body) == (status, b"{}")
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["cache-control"] == "public, max-age=60"
    assert reply.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    ("target", "status"),
    [
        (f"/bewertung/show_xml.php?tsid={OTHER_KEY}", 200),
        ("/bewertung/show_xml.php?tsid=abc", 200),
        ("/bewertung/show_xml.php", 200),
        (f"/api/ratings/v1/{OTHER_KEY}.xml", 404),
        (f"/reviews/widgets/{OTHER_KEY}.gif", 404),
    ],
)
def test_7_1_the_oldest_addresses_are_sorry_in_plain_text(
    site: Site, target: str, status: int
) -> None:
    reply = site.ask(target)
    assert (reply.status, reply.headers["content-type"]) == (status, "text/plain")
    assert reply.body.startswith(
        b"We are sorry, but your requested TSID is invalid "
        b"or our service is temporarily unavailable"
    )


def test_without_a_database_what_was_kept_is_served_and_the_rest_is_unavailable(
    sqlite_url: str, tmp_path: Path
) -> None:
    with reviewed_on(sqlite_url, tmp_path / "home") as reviewed:
        path = Path(sqlite_url.removeprefix("sqlite:///"))
        shop = f"{PUBLIC}/{reviewed.shop_key}"
        with Running(create_app(reviewed.settings)) as running:
            before = running.ask(f"{shop}.json")
            for file in path.parent.glob(f"{path.name}*"):
                file.unlink()
            path.mkdir()
            assert running.ask(f"{shop}.json").body == before.body
    with Running(create_app(reviewed.settings)) as other:
        for suffix in ("json", "xml"):
            reply = other.ask(f"{shop}.{suffix}")
            assert reply.headers["content-type"] == f"application/{suffix}"
            assert (reply.status, envelope(reply)["message"]) == (503, "SERVICE_UNAVAILABLE")
            assert int(reply.headers["retry-after"]) > 0
        for target in (f"{PUBLIC}?url=shop.example", f"{shop}/quality"):
            assert other.ask(target).status == 503
        sorry = other.ask(f"/api/ratings/v1/{reviewed.shop_key}.xml")
        assert (sorry.status, sorry.body[:12]) == (503, b"We are sorry")


STRANGE = (
    *("%00", "%FF", "..%2f..", "\x00", "%C0%80", "'--", "{{7*7}}", "%0d%0aSet-Cookie: a=b"),
    *("4" * 5_000, "e4" * 3_000, "%2525" * 500, "-" * 36, "XA2A8D35838AF5F63E5EB0E05847B1CB8"),
)
HOSTILE = st.text(max_size=60) | st.sampled_from(STRANGE)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    place=st.sampled_from(
        [
            PUBLIC + "/{}/quality",
            PUBLIC + "?url={}",
            PUBLIC + "/{{K}}/reviews.json?page={0}&size={0}&startDate={0}",
            PUBLIC + "/{{K}}/reviews/{0}/comments/{0}.xml",
            "/shops/{{K}}/products/skus/{}/productreviewstickers/v1/reviews.json",
            "/feeds/products/v1/channels/{{C}}/sku/{}/feed.json",
            "/feeds/grades/v1/channels/{}/touchpoints/all/feed.json",
            "/manifests/v1/{}.json",
            "/bewertung/show_xml.php?tsid={}",
            "/rest/restricted/v2/shops/{}",
            "/{}",
        ]
    ),
    value=HOSTILE,
    accept=HOSTILE,
    method=st.sampled_from(["GET", "HEAD", "POST", "OPTIONS", "PUT", "\x00"]),
)
def test_hostile_requests_are_refused_and_never_a_fault(
    site: Site, place: str, value: str, accept: str, method: str
) -> None:
    named = site.named(place.format(value.replace("{", "").replace("?", "")))
    target = named.encode("utf-8", "replace")
    headers = {"accept": accept, "accept_language": accept, "if_none_match": accept}
    reply = site.ask(target, method=method, **headers)
    assert 200 <= reply.status < 500
    assert b"Traceback" not in reply.body
