"""Legacy answers in memory: in the format and language of the request, with rate headers."""

import asyncio
import time
from collections.abc import Iterable

import pytest

from api.asgi import Receive, Scope, Send
from api.cache import Cache
from api.clients import Clients
from api.dispatch import Dispatcher
from api.legacy import profiles
from api.legacy.hits import LegacyHits
from api.legacy.quotas import ClientWindows, Windows
from schemas.legacy.questions import parse
from schemas.snapshots import Media, Snapshot, seal
from tests.api.exchanges import KEY, Reply, exchange, scope_of

SHOP = f"/rest/public/v2/shops/{KEY}"
SDK = f"/shops/{KEY}/mobiles/v1/sdks/ios"
RATE = {"x-rate-limit-limit", "x-rate-limit-remaining", "x-rate-limit-reset"}


async def nothing_stored(_url: str) -> Snapshot | None:
    raise AssertionError("legacy answers are not stored")


async def rest(_scope: Scope, _receive: Receive, send: Send) -> None:
    """What stands behind the dispatcher: here it only says that it was asked."""
    await send({"type": "http.response.start", "status": 404, "headers": [(b"x-rest", b"1")]})
    await send({"type": "http.response.body", "body": b"rest"})


class Site:
    """A dispatcher over a cache that the test fills."""

    def __init__(self, *, most: int = 5) -> None:
        self.cache = Cache(budget=10**6, clock=time.monotonic)
        clients = Clients(secret=b"secret")
        windows = Windows("client", clients.hashed, most=most, seconds=3_600)
        self.quota = ClientWindows(windows, clients)
        legacy = LegacyHits(self.cache, self.quota)
        self.app = Dispatcher(self.cache, nothing_stored, rest, legacy)

    def put(self, path: str, body: bytes, *, language: str | None = None) -> None:
        """Keep this answer, as the router would after building it."""
        question = parse(path, [], negotiated=Media.XML, language=language)
        sealed = seal(
            body,
            url=question.url,
            shop_key=KEY,
            kind=question.kind,
            media=question.media,
            generation=1,
            modified=1_700_000_000,
        )
        self.cache.put(sealed, profiles.of(question))

    def ask(self, target: str | bytes, *, method: str = "GET", **headers: str) -> Reply:
        named = [(name.replace("_", "-"), value) for name, value in headers.items()]
        return asyncio.run(exchange(self.app, scope_of(target, method=method, headers=named)))


@pytest.fixture
def site() -> Site:
    site = Site(most=100)
    for media in ("json", "xml"):
        site.put(f"{SHOP}/reviews.{media}", f"reviews {media}".encode())
        site.put(f"{SHOP}/quality.{media}", f"quality {media}".encode())
        site.put(f"{SHOP}/quality.{media}", f"qualität {media}".encode(), language="de")
    site.put(f"{SDK}/quality/reviews.json", b"spoken by nobody")
    site.put(f"{SDK}/trustmarks.json", b"marks")
    return site


def left(replies: Iterable[Reply]) -> list[str | None]:
    return [reply.headers.get("x-rate-limit-remaining") for reply in replies]


def test_a_public_hit_tells_how_many_requests_are_left(site: Site) -> None:
    replies = [site.ask(f"{SHOP}/reviews.json") for _ in range(2)]
    assert [reply.body for reply in replies] == [b"reviews json"] * 2
    assert left(replies) == ["99", "98"]
    assert replies[0].headers["x-rate-limit-limit"] == "100"
    assert 0 < int(replies[0].headers["x-rate-limit-reset"]) - time.time() <= 3_600
    assert replies[0].headers["cache-control"] == "public, max-age=300"
    assert replies[0].headers["vary"] == "Accept-Encoding, Accept-Language"


def test_a_304_tells_too_and_is_free(site: Site) -> None:
    tag = site.ask(f"{SHOP}/reviews.json").headers["etag"]
    for sent in (tag, f"W/{tag}", "*"):
        reply = site.ask(f"{SHOP}/reviews.json", if_none_match=sent)
        assert (reply.status, reply.body, reply.headers["x-rate-limit-remaining"]) == (
            304,
            b"",
            "99",
        )


def test_head_counts_and_has_no_body(site: Site) -> None:
    head = site.ask(f"{SHOP}/reviews.json", method="HEAD")
    assert (head.status, head.body, left([head])) == (200, b"", ["99"])


def test_cdn_answers_are_hits_like_our_own(site: Site) -> None:
    for name in ("quality/reviews", "trustmarks"):
        reply = site.ask(f"{SDK}/{name}.json")
        assert reply.status == 200
        assert not RATE & reply.headers.keys()
    assert reply.headers["cache-control"] == "public, max-age=300"
    cdn = site.ask(f"{SDK}/quality/reviews.json").headers["cache-control"]
    assert cdn == "public, max-age=900, stale-while-revalidate=86400"


def test_beyond_the_quota_the_router_has_to_answer_but_304_goes_on() -> None:
    site = Site(most=2)
    site.put(f"{SHOP}/reviews.json", b"reviews")
    tag = [site.ask(f"{SHOP}/reviews.json") for _ in range(2)][-1].headers["etag"]
    assert site.ask(f"{SHOP}/reviews.json").body == b"rest"
    assert site.ask(f"{SHOP}/reviews.json", if_none_match=tag).status == 304


@pytest.mark.parametrize(
    ("header", "body"),
    [
        ("de", "qualität json"),
        ("de-AT,de;q=0.9,en;q=0.8", "qualität json"),
        ("en;q=0.5, de", "qualität json"),
        ("", "quality json"),
    ],
)
def test_the_quality_speaks_the_language_of_the_request(site: Site, header: str, body: str) -> None:
    for target in ("quality.json", "quality.json?", "quality.json?callback=x"):
        assert site.ask(f"{SHOP}/{target}", accept_language=header).body.decode() == body


def test_a_language_that_is_not_there_yet_is_for_the_router(site: Site) -> None:
    for header in ("en", "ja", "*", "x" * 5_000):
        assert site.ask(f"{SHOP}/quality.json", accept_language=header).body == b"rest"


def test_a_language_is_found_though_nobody_asked_without_one() -> None:
    site = Site()
    site.put(f"{SHOP}/quality.json", b"nur deutsch", language="de")
    assert site.ask(f"{SHOP}/quality.json", accept_language="de").body == b"nur deutsch"
    assert site.ask(f"{SHOP}/quality.json").body == b"rest"


def test_what_says_the_same_in_all_languages_is_one_answer(site: Site) -> None:
    assert site.ask(f"{SHOP}/reviews.json", accept_language="pl").body == b"reviews json"


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (None, "xml"),
        ("*/*", "xml"),
        ("text/html", "xml"),
        ("application/*", "xml"),
        ("application/json", "json"),
        ("application/json;q=0", "xml"),
        ("application/json, application/xml", "json"),
        ("application/xml, application/json;q=0.9", "xml"),
        ("text/xml;q=0.5, application/json;q=0.5, */*", "json"),
        ("application/json;q=0.1, */*", "json"),
        ("application/json;q=nonsense", "xml"),
        ("\x00", "xml"),
        ("a" * 9_999, "xml"),
    ],
)
def test_without_a_suffix_the_format_is_xml_unless_json_is_named(
    site: Site, accept: str | None, media: str
) -> None:
    headers = {} if accept is None else {"accept": accept}
    for target in ("reviews", "reviews/"):
        reply = site.ask(f"{SHOP}/{target}", **headers)
        assert reply.body.decode() == f"reviews {media}"
        assert reply.headers["content-type"] == f"application/{media}"
        assert reply.headers["vary"] == "Accept, Accept-Encoding, Accept-Language"


def test_a_suffix_wins_over_accept(site: Site) -> None:
    assert site.ask(f"{SHOP}/reviews.xml", accept="application/json").body == b"reviews xml"
    reply = site.ask(f"{SHOP}/reviews.json", accept="application/xml")
    assert (reply.body, reply.headers["vary"]) == (
        b"reviews json",
        "Accept-Encoding, Accept-Language",
    )


@pytest.mark.parametrize(
    "target",
    [
        f"{SHOP}/reviews.json?",
        f"{SHOP}/reviews.json?page=0&size=20",
        f"{SHOP}/reviews.json?page=x&utm_source=mail&startDate=never",
        f"{SHOP}/reviews.json/",
        f"/rest/public/v2/shops/{KEY.lower()}/reviews.json",
    ],
)
def test_other_spellings_of_a_url_share_its_answer(site: Site, target: str) -> None:
    reply = site.ask(target)
    assert (reply.body, reply.headers["vary"]) == (
        b"reviews json",
        "Accept-Encoding, Accept-Language",
    )


@pytest.mark.parametrize(
    "target",
    [
        "/rest/nothing",
        f"{SHOP}/nothing.json",
        "/rest/public/v2/shops/abc",
        b"/rest/public/v2/shops/\xff",
        f"{SHOP}/reviews.json?page={'1' * 70_000}",
    ],
)
def test_what_is_not_in_memory_is_for_the_router(site: Site, target: str | bytes) -> None:
    assert site.ask(target).body == b"rest"


def test_a_change_of_the_shop_ends_all_of_it(site: Site) -> None:
    site.cache.invalidate(KEY, 2)
    for target in ("reviews.json", "reviews", "quality.json"):
        assert site.ask(f"{SHOP}/{target}", accept_language="de").body == b"rest"


def test_a_request_with_too_many_header_bytes_is_for_the_router(site: Site) -> None:
    assert site.ask(f"{SHOP}/reviews", filler="x" * 70_000).body == b"rest"
