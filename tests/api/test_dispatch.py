"""Hits are answered with stored bytes, in the format, encoding and freshness that was asked for."""

import asyncio
import gzip
import time
from collections.abc import Callable
from dataclasses import replace

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.asgi import Receive, Scope, Send
from api.cache import Cache
from api.caching import SNAPSHOT, Profile
from api.dispatch import Dispatcher
from schemas.snapshots import Snapshot
from tests.api.exchanges import KEY, OTHER_KEY, ask, exchange, scope_of, snapshot

JSON = b'{"grade":4.87,"text":"' + b"very good " * 30 + b'"}'
XML = b"<badge>4.87</badge>"
BADGE = f"/v1/shops/{KEY}/badge"


class Store:
    """A second level whose stored snapshots the test decides; it counts how often it is read."""

    def __init__(self) -> None:
        self.stored: dict[str, Snapshot] = {}
        self.error: OSError | None = None
        self.asked: list[str] = []

    async def __call__(self, url: str) -> Snapshot | None:
        self.asked.append(url)
        # As a real one does, it lets others run before it answers.
        await asyncio.sleep(0)
        if self.error is not None:
            raise self.error
        return self.stored.get(url)


async def rest(_scope: Scope, _receive: Receive, send: Send) -> None:
    """What stands behind the dispatcher: here it only says that it was asked."""
    await send({"type": "http.response.start", "status": 404, "headers": [(b"x-rest", b"1")]})
    await send({"type": "http.response.body", "body": b"rest"})


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def cache() -> Cache:
    cache = Cache(budget=10**6, clock=time.monotonic)
    cache.put(snapshot("badge.json", body=JSON))
    cache.put(snapshot("badge.xml", body=XML))
    return cache


@pytest.fixture
def app(cache: Cache, store: Store) -> Dispatcher:
    return Dispatcher(cache, store, rest)


def test_a_hit_is_the_stored_answer_with_everything_that_caches_need(app: Dispatcher) -> None:
    reply = ask(app, f"{BADGE}.json")
    assert (reply.status, reply.body) == (200, JSON)
    assert reply.headers.pop("etag").startswith('"')
    assert reply.headers == {
        "content-type": "application/json",
        "content-length": str(len(JSON)),
        "cache-control": "public, max-age=300, stale-while-revalidate=600, stale-if-error=86400",
        "last-modified": "Tue, 14 Nov 2023 22:13:20 GMT",
        "vary": "Accept-Encoding",
        "access-control-allow-origin": "*",
    }


@pytest.mark.parametrize(
    ("accepted", "named", "decode"),
    [
        ("br, gzip", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("identity", None, bytes),
        ("br;q=0, gzip;q=0.1", "gzip", gzip.decompress),
        ("*;q=0", None, bytes),
    ],
)
def test_each_encoding_is_the_same_answer(
    app: Dispatcher, accepted: str, named: str | None, decode: Callable[[bytes], bytes]
) -> None:
    reply = ask(app, f"{BADGE}.json", accept_encoding=accepted)
    assert reply.headers.get("content-encoding") == named
    assert decode(reply.body) == JSON
    assert reply.headers["content-length"] == str(len(reply.body))


def test_each_encoding_has_an_etag_of_its_own(app: Dispatcher) -> None:
    replies = [ask(app, f"{BADGE}.json", accept_encoding=each) for each in ("br", "gzip", "x")]
    assert len({reply.headers["etag"] for reply in replies}) == 3


def test_head_has_the_headers_of_get_and_no_body(app: Dispatcher) -> None:
    found = ask(app, f"{BADGE}.json", accept_encoding="br")
    head = ask(app, f"{BADGE}.json", method="HEAD", accept_encoding="br")
    assert (head.status, head.headers, head.body) == (200, found.headers, b"")


def test_a_query_that_means_nothing_finds_the_answer_without_it(
    app: Dispatcher, cache: Cache
) -> None:
    profile = Profile("text/javascript", SNAPSHOT, is_for_any_query=True)
    cache.put(replace(snapshot(), url="/v1/badge.js"), profile)
    assert ask(app, f"/v1/badge.js?shop={KEY}&ver=2.0.6").body == snapshot().body
    assert ask(app, f"{BADGE}.json?ver=2.0.6").status == 200


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_a_known_etag_is_answered_with_304(app: Dispatcher, method: str, form: str) -> None:
    found = ask(app, f"{BADGE}.json", accept_encoding="br")
    tags = form.format(found.headers["etag"])
    reply = ask(app, f"{BADGE}.json", method=method, accept_encoding="br", if_none_match=tags)
    assert (reply.status, reply.body) == (304, b"")
    kept = {"etag", "cache-control", "vary", "last-modified", "access-control-allow-origin"}
    assert reply.headers == {name: found.headers[name] for name in kept}


def test_the_etag_of_another_encoding_is_not_this_one(app: Dispatcher) -> None:
    tag = ask(app, f"{BADGE}.json", accept_encoding="gzip").headers["etag"]
    reply = ask(app, f"{BADGE}.json", accept_encoding="br", if_none_match=tag)
    assert reply.status == 200


@pytest.mark.parametrize(
    ("since", "status"),
    [
        ("Tue, 14 Nov 2023 22:13:20 GMT", 304),
        ("Wed, 15 Nov 2023 22:13:20 GMT", 304),
        ("Tue, 14 Nov 2023 22:13:19 GMT", 200),
        ("yesterday", 200),
    ],
)
def test_if_modified_since_compares_dates(app: Dispatcher, since: str, status: int) -> None:
    assert ask(app, f"{BADGE}.json", if_modified_since=since).status == status


def test_if_modified_since_is_not_looked_at_beside_an_etag(app: Dispatcher) -> None:
    date = "Wed, 15 Nov 2023 22:13:20 GMT"
    reply = ask(app, f"{BADGE}.json", if_none_match='"other"', if_modified_since=date)
    assert reply.status == 200


@pytest.mark.parametrize(
    ("accept", "body"),
    [
        (None, JSON),
        ("*/*", JSON),
        ("application/xml", XML),
        ("\x00;q=;", JSON),
        ("a" * 9_999, JSON),
    ],
)
def test_without_a_suffix_accept_decides(app: Dispatcher, accept: str | None, body: bytes) -> None:
    headers = {} if accept is None else {"accept": accept}
    reply = ask(app, BADGE, **headers)
    assert (reply.status, reply.body) == (200, body)
    assert reply.headers["vary"] == "Accept, Accept-Encoding"


def test_a_suffix_wins_over_accept(app: Dispatcher) -> None:
    reply = ask(app, f"{BADGE}.json", accept="application/xml")
    assert (reply.body, reply.headers["vary"]) == (JSON, "Accept-Encoding")


def test_both_spellings_keep_their_own_vary_however_often_they_are_asked(app: Dispatcher) -> None:
    for _ in range(3):
        for encoding in ("br", "gzip", "identity"):
            named = ask(app, f"{BADGE}.json", accept_encoding=encoding)
            bare = ask(app, BADGE, accept_encoding=encoding)
            assert named.headers["vary"] == "Accept-Encoding"
            assert bare.headers == named.headers | {"vary": "Accept, Accept-Encoding"}


@pytest.mark.parametrize(
    "target",
    [
        f"/v1/shops/{KEY.lower()}/badge.json",
        f"/v1/shops/{KEY.lower()}/badge",
        f"{BADGE}/",
        f"{BADGE}.json?",
        f"{BADGE}.json?utm_source=newsletter",
        f"{BADGE}.json?lang=",
        f"{BADGE}.json?lang=ja",
    ],
)
def test_other_spellings_of_a_url_share_its_answer(
    app: Dispatcher, store: Store, target: str
) -> None:
    assert ask(app, target).body == JSON
    assert store.asked == []


def test_a_stored_snapshot_is_read_once(app: Dispatcher, store: Store) -> None:
    stored = snapshot("grade.json", body=b"{}")
    store.stored[stored.url] = stored
    assert ask(app, stored.url).body == b"{}"
    assert ask(app, stored.url.lower()).body == b"{}"
    assert ask(app, stored.url).body == b"{}"
    assert store.asked == [stored.url]


def test_requests_that_overlap_read_a_stored_snapshot_once(app: Dispatcher, store: Store) -> None:
    stored = snapshot("grade.json", body=b"{}")
    store.stored[stored.url] = stored

    async def crowd() -> list[bytes]:
        scopes = [scope_of(stored.url) for _ in range(20)]
        return [reply.body for reply in await asyncio.gather(*(exchange(app, s) for s in scopes))]

    assert asyncio.run(crowd()) == [b"{}"] * 20
    assert store.asked == [stored.url]


def test_a_change_while_a_stored_snapshot_is_read_is_not_lost(cache: Cache) -> None:
    async def read(_url: str) -> Snapshot | None:
        cache.invalidate(OTHER_KEY, 2)
        return snapshot("grade.json", key=OTHER_KEY, generation=1)

    target = f"/v1/shops/{OTHER_KEY}/grade.json"
    assert ask(Dispatcher(cache, read, rest), target).status == 200
    assert cache.fresh(target.encode()) is None


def test_a_stale_answer_gives_way_to_the_stored_one(
    app: Dispatcher, cache: Cache, store: Store
) -> None:
    cache.invalidate(KEY, 2)
    fresh = snapshot("badge.json", generation=2, body=b'{"grade":4.88}')
    store.stored[fresh.url] = fresh
    assert ask(app, f"{BADGE}.json").body == b'{"grade":4.88}'


def test_a_stale_answer_stands_in_while_the_store_cannot_be_read(
    app: Dispatcher, cache: Cache, store: Store
) -> None:
    cache.invalidate(KEY, 2)
    store.error = OSError("gone")
    assert (ask(app, f"{BADGE}.json").status, ask(app, f"{BADGE}.json").body) == (200, JSON)


def test_without_any_answer_the_rest_is_asked(app: Dispatcher, cache: Cache, store: Store) -> None:
    cache.invalidate(KEY, 2)
    assert ask(app, f"{BADGE}.json").body == b"rest"
    store.error = OSError("gone")
    assert ask(app, f"/v1/shops/{KEY}/grade.json").body == b"rest"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "get"])
def test_other_methods_fall_through(app: Dispatcher, method: str) -> None:
    assert ask(app, f"{BADGE}.json", method=method).body == b"rest"


def test_a_hit_sets_no_cookie_and_reads_none(app: Dispatcher, store: Store) -> None:
    reply = ask(app, f"{BADGE}.json", cookie="session=1", authorization="Bearer 1")
    assert "set-cookie" not in reply.headers
    assert store.asked == []


def test_a_header_that_comes_twice_is_one_list(app: Dispatcher) -> None:
    headers = [("accept-encoding", "br"), ("accept-encoding", "gzip;q=0.1")]
    reply = asyncio.run(exchange(app, scope_of(f"{BADGE}.json", headers=headers)))
    assert reply.headers["content-encoding"] == "br"


HOSTILE = [
    b"/",
    b"//",
    b"*",
    b"/v1/shops/",
    b"/v1/shops/X/badge.json",
    b"/v1/shops/" + b"X" * 100_000 + b"/badge.json",
    BADGE.encode() + b".json\x00",
    BADGE.encode() + b"%00",
    BADGE.encode() + b".jso%6e",
    b"/v1/shops/" + KEY.encode() + b"/products/%ff%fe/reviews.json",
    b"/v1/shops/" + KEY.encode() + b"/products/%2e%2e%2f/reviews.json",
    b"/v1/shops/" + KEY.encode() + b"/../../etc/passwd",
    b"/v1/shops/\xff\xfe\x00/badge.json",
    BADGE.encode() + b".json?lang=%ff",
    BADGE.encode() + b".json?" + b"&" * 1_000,
    BADGE.encode() + b".json?" + b"a=b&" * 1_000,
    BADGE.encode() + b".json?lang=de&lang=fr",
    b"/v1/shops/" + KEY.encode() + b"/stars?hex=" + b"00," * 50_000,
    b"http://[::1/v1",
]


@pytest.mark.parametrize("target", HOSTILE)
def test_a_hostile_target_is_a_hit_or_a_miss_but_no_accident(
    app: Dispatcher, target: bytes
) -> None:
    assert ask(app, target).status in {200, 404}


@given(target=st.binary(max_size=120), name=st.binary(max_size=20), value=st.binary(max_size=300))
def test_no_request_is_an_accident(target: bytes, name: bytes, value: bytes) -> None:
    cache = Cache(budget=10**6, clock=time.monotonic)
    cache.put(snapshot("badge.json", body=JSON))
    app = Dispatcher(cache, Store(), rest)
    headers = [
        ("accept", value),
        ("accept-encoding", value),
        ("if-none-match", value),
        ("if-modified-since", value),
        (name.decode("latin-1"), value),
    ]
    for each in (target, BADGE.encode() + b".json", BADGE.encode() + target):
        reply = asyncio.run(exchange(app, scope_of(each, headers=headers)))
        assert reply.status in {200, 304, 404}


@pytest.mark.parametrize("target", ["reviews.json?stars=5", "stars.json?hex=41", "badge?lang=de"])
def test_what_is_never_stored_is_not_looked_for(app: Dispatcher, store: Store, target: str) -> None:
    assert ask(app, f"/v1/shops/{KEY}/{target}").body == b"rest"
    assert store.asked == []
