"""Quotas and limits of legacy-api.md 1.7, asked of the whole app."""

import time
from pathlib import Path

import pytest

from api.legacy import sharing
from api.main import create_app
from tests.api.conftest import reviewed_on, settings_for
from tests.api.exchanges import Reply, Running
from tests.api.legacy.edges import PUBLIC, RATE, envelope
from tests.conditions import eventually
from tests.servers import Redis


def test_1_7_everything_public_has_one_quota_and_beyond_it_a_429(
    sqlite_url: str, tmp_path: Path
) -> None:
    with reviewed_on(sqlite_url, tmp_path / "home") as reviewed:
        limited = settings_for(sqlite_url, tmp_path / "home", LEGACY_RATE="3")
        shop = f"{PUBLIC}/{reviewed.shop_key}"
        with Running(create_app(limited)) as running:
            tag = running.ask(f"{shop}.json").headers["etag"]
            for _ in range(5):
                known = running.ask(f"{shop}.json", if_none_match=tag)
                assert (known.status, known.headers["x-rate-limit-remaining"]) == (304, "2")
            unknown = running.ask("/rest/internal/v2/shops/abc/reviews.json")
            assert unknown.headers["x-rate-limit-remaining"] == "1"
            posted = running.ask(f"{shop}/quality.json", method="POST")
            assert posted.headers["x-rate-limit-remaining"] == "0"
            for target, method in (
                (f"{shop}.json", "GET"),
                (f"{shop}/reviews", "GET"),
                (shop, "PUT"),
            ):
                refused = running.ask(target, method=method)
                assert (refused.status, refused.headers["x-rate-limit-remaining"]) == (429, "0")
                assert envelope(refused)["message"] == "TOO_MANY_REQUESTS"
                wait = int(refused.headers["retry-after"])
                reset = int(refused.headers["x-rate-limit-reset"])
                assert 1 <= wait <= 3_600
                assert abs(time.time() + wait - reset) <= 2
                assert refused.headers["access-control-allow-origin"] == "*"
            assert running.ask(f"{shop}.json", if_none_match=tag).status == 304
            assert running.ask(f"{shop}.json", method="OPTIONS").status == 204
            assert (
                running.ask(f"/shops/{reviewed.shop_key}/products/public/v1/feed.json").status
                == 200
            )
            assert running.ask(reviewed.url("badge.json")).status == 200


def test_1_7_the_rest_keeps_the_general_limit_in_the_words_of_the_contract(
    sqlite_url: str, tmp_path: Path
) -> None:
    with reviewed_on(sqlite_url, tmp_path / "home") as reviewed:
        limited = settings_for(sqlite_url, tmp_path / "home", API_RATE="1")
        sdk = f"/shops/{reviewed.shop_key}/mobiles/v1/sdks"
        with Running(create_app(limited)) as running:
            first = running.ask(f"{sdk}/ios/trustmarks.json")
            assert first.headers["x-rate-limit-remaining"] == "0"
            refused = running.ask(f"{sdk}/android/trustmarks.json")
            assert (refused.status, envelope(refused)["message"]) == (429, "TOO_MANY_REQUESTS")
            assert int(refused.headers["retry-after"]) <= 60
            hit = running.ask(f"{sdk}/ios/trustmarks.json")
            assert (hit.status, RATE & hit.headers.keys()) == (200, set())
            reviewed.review(1)
            assert running.ask(f"{PUBLIC}/{reviewed.shop_key}/reviews.json").status == 200


def test_1_7_beyond_the_general_limit_the_answer_of_a_moment_ago_stands_in(
    sqlite_url: str, tmp_path: Path
) -> None:
    with reviewed_on(sqlite_url, tmp_path / "home") as reviewed:
        limited = settings_for(sqlite_url, tmp_path / "home", API_RATE="1")
        target = f"/shops/{reviewed.shop_key}/mobiles/v1/sdks/ios/quality/reviews.json"
        with Running(create_app(limited)) as running:
            first = running.ask(target)
            reviewed.review(1)
            # The last hit is fresh; what stands in for the next answer tells that nothing is left.
            stale = eventually(lambda: told(running.ask(target)))
            assert stale is not None
            assert (stale.status, stale.body) == (200, first.body)
            assert running.ask(target, accept_language="de").status == 429


def told(reply: Reply) -> Reply | None:
    """The reply, if it was counted."""
    return reply if reply.headers.keys() >= RATE else None


def test_1_7_processes_with_one_redis_share_the_quota(
    sqlite_url: str, tmp_path: Path, own_redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "SECONDS", 0.01)
    more = {"REDIS_URL": own_redis.tcp_url, "LEGACY_RATE": "20"}
    with reviewed_on(sqlite_url, tmp_path / "home") as reviewed:
        shared = settings_for(sqlite_url, tmp_path / "home", **more)
        target = f"{PUBLIC}/{reviewed.shop_key}.json"
        with Running(create_app(shared)) as one, Running(create_app(shared)) as other:
            for _ in range(15):
                assert one.ask(target).status == 200
            tag = other.ask(target).headers["etag"]

            def left() -> int:
                # A 304 is free, and lets the app tell and hear what was counted.
                one.ask(target, if_none_match=tag)
                reply = other.ask(target, if_none_match=tag)
                return int(reply.headers["x-rate-limit-remaining"])

            eventually(lambda: left() == 4)
            own_redis.stop()
            assert [other.ask(target).status for _ in range(5)] == [200] * 4 + [429]
