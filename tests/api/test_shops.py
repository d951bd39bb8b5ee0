"""What no cache has is built once, kept, and replaced by an older answer when it must be."""

import asyncio
import time
from collections.abc import Callable
from threading import Event

import pytest
from structlog.testing import capture_logs

from api.cache import Cache
from api.errors import Boundary
from api.shops import ShopAnswers
from domain.errors import DatabaseBusy, DatabaseUnavailable, ShopNotFound
from schemas.questions import Question
from schemas.snapshots import Snapshot, seal
from tests.api.exchanges import KEY, ask, exchange, scope_of, snapshot

BADGE = f"/v1/shops/{KEY}/badge"


class Builder:
    """Builds answers in the place of the use case; ``error`` is what it fails with."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.built: list[str] = []
        self.generation = 1

    def __call__(self, question: Question) -> Snapshot:
        self.built.append(question.url)
        if self.error is not None:
            raise self.error
        return seal(
            f"{question.kind} {self.generation}".encode(),
            url=question.url,
            shop_key=question.shop_key,
            kind=question.kind,
            media=question.media,
            generation=self.generation,
            modified=1_700_000_000,
        )


@pytest.fixture
def cache() -> Cache:
    return Cache(budget=10**6, clock=time.monotonic)


@pytest.fixture
def builder() -> Builder:
    return Builder()


def app(build: Callable[[Question], Snapshot], cache: Cache, *, is_down: bool = False) -> Boundary:
    return Boundary(ShopAnswers(build, cache, lambda: is_down))


def test_an_answer_is_built_and_kept_under_its_canonical_url(
    builder: Builder, cache: Cache
) -> None:
    reply = ask(app(builder, cache), f"/v1/shops/{KEY.lower()}/reviews?limit=5&sort=newest&x=y")
    assert (reply.status, reply.body) == (200, b"reviews 1")
    assert reply.headers["vary"] == "Accept, Accept-Encoding"
    assert builder.built == [f"/v1/shops/{KEY}/reviews.json?limit=5"]
    assert cache.fresh(builder.built[0].encode()) is not None


def test_a_miss_honours_conditions_and_head_like_a_hit(builder: Builder, cache: Cache) -> None:
    site = app(builder, cache)
    tag = ask(site, f"{BADGE}.json").headers["etag"]
    assert ask(site, f"{BADGE}.json", if_none_match=tag).status == 304
    assert ask(site, f"{BADGE}.json", method="HEAD").body == b""


def test_requests_that_overlap_build_once(cache: Cache) -> None:
    builder, may_go = Builder(), Event()

    def build(question: Question) -> Snapshot:
        assert may_go.wait(10)
        return builder(question)

    async def crowd() -> list[bytes]:
        site = app(build, cache)
        calls = [asyncio.create_task(exchange(site, scope_of(BADGE))) for _ in range(20)]
        await asyncio.sleep(0)
        may_go.set()
        return [reply.body for reply in await asyncio.gather(*calls)]

    assert asyncio.run(crowd()) == [b"badge 1"] * 20
    assert len(builder.built) == 1


@pytest.mark.parametrize("error", [DatabaseUnavailable(), DatabaseBusy(), RuntimeError("a bug")])
def test_a_stale_answer_stands_in_while_no_new_one_can_be_made(
    builder: Builder, cache: Cache, error: Exception
) -> None:
    cache.put(snapshot("badge.json", body=b"stale"))
    cache.invalidate(KEY, 2)
    builder.error = error
    with capture_logs() as logs:
        reply = ask(app(builder, cache), f"{BADGE}.json")
    assert (reply.status, reply.body) == (200, b"stale")
    assert len(logs) == (1 if isinstance(error, RuntimeError) else 0)


def test_a_shop_that_is_gone_is_not_replaced_by_its_stale_answer(
    builder: Builder, cache: Cache
) -> None:
    cache.put(snapshot("badge.json"))
    cache.invalidate(KEY, 2)
    builder.error = ShopNotFound()
    assert ask(app(builder, cache), f"{BADGE}.json").status == 404


def test_without_any_answer_there_is_a_problem(builder: Builder, cache: Cache) -> None:
    builder.error = DatabaseBusy()
    reply = ask(app(builder, cache), f"{BADGE}.json")
    assert (reply.status, reply.json()["code"]) == (503, "DATABASE_BUSY")


def test_nobody_waits_for_a_database_that_failed_a_moment_ago(
    builder: Builder, cache: Cache
) -> None:
    reply = ask(app(builder, cache, is_down=True), f"{BADGE}.json")
    assert (reply.status, reply.json()["code"]) == (503, "DATABASE_UNAVAILABLE")
    assert builder.built == []


def test_a_change_during_the_build_is_not_lost(builder: Builder, cache: Cache) -> None:
    def build(question: Question) -> Snapshot:
        built = builder(question)
        cache.invalidate(KEY, 2)
        return built

    assert ask(app(build, cache), f"{BADGE}.json").status == 200
    assert cache.fresh(f"{BADGE}.json".encode()) is None


def test_a_preflight_is_answered_without_building(builder: Builder, cache: Cache) -> None:
    reply = ask(app(builder, cache), BADGE, method="OPTIONS", origin="https://shop.example")
    assert (reply.status, reply.body) == (204, b"")
    assert reply.headers["access-control-allow-origin"] == "*"
    assert reply.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
    assert reply.headers["allow"] == "GET, HEAD, OPTIONS"
    assert builder.built == []


@pytest.mark.parametrize(
    ("target", "status", "code"),
    [
        ("/v1/shops/X1/badge.json", 400, "TS_ID_INVALID"),
        (f"/v1/shops/{KEY}/nothing", 404, "PAGE_NOT_FOUND"),
        (f"/v1/shops/{KEY}/reviews?limit=0", 400, "PARAMETER_INVALID"),
        (f"/v1/shops/{KEY}/reviews?limit=5&limit=6", 400, "PARAMETER_INVALID"),
        (f"/v1/shops/{KEY}/reviews?after=x", 400, "CURSOR_UNKNOWN"),
        (f"/v1/shops/{KEY}/reviews?language=%FF", 400, "PARAMETER_INVALID"),
        (f"/v1/shops/{KEY}/products/%FF/reviews", 400, "PARAMETER_INVALID"),
        (f"/v1/shops/{KEY}/stars?hex={'0' * 70_000}", 413, "BODY_TOO_LARGE"),
        (b"/v1/shops/\xff/badge", 404, "PAGE_NOT_FOUND"),
    ],
)
def test_a_question_that_cannot_be_read_is_a_clear_problem(
    builder: Builder, cache: Cache, target: str | bytes, status: int, code: str
) -> None:
    reply = ask(app(builder, cache), target)
    assert (reply.status, reply.json()["code"]) == (status, code)
    assert builder.built == []
