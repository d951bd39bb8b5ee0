"""The whole app on a real database: light while it only hits, current soon after a change."""

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from lxml import etree
from redis import Redis as RedisClient

import schemas
from api.asgi import Message
from api.main import create_app
from schemas.announcements import channel
from schemas.questions import PREFIX
from services.installation import Installation
from services.settings import SettingsError
from tests.api.conftest import Reviewed, reviewed_on, settings_for
from tests.api.exchanges import OTHER_KEY, Reply, Running
from tests.architecture.tree import ROOT
from tests.conditions import eventually
from tests.servers import Redis

HEAVY = [
    "alembic",
    "babel",
    "dbos",
    "jinja2",
    "limits",
    "lxml",
    "psycopg",
    "redis",
    "sqlalchemy",
    "sqlmodel",
    "starlette",
    "structlog",
]
# A process of its own, because this one has imported everything already.
LIGHT = """
import json, sys
from api.main import create_app
from tests.api.exchanges import ask
app = create_app()
replies = [ask(app, target).status for target in json.loads(sys.argv[1])]
print(json.dumps([replies, sorted(sys.modules)]))
"""


def count_of(reply: Reply) -> int:
    count: int = reply.json()["grade"]["count"]
    return count


def test_every_kind_of_answer_comes_from_the_database(reviewed: Reviewed) -> None:
    schema = etree.XMLSchema(file=Path(schemas.__file__).with_name("trustwright-v1.xsd"))
    with Running(create_app(reviewed.settings)) as site:
        for name in ("badge", "grade", "reviews", "sticker"):
            found = site.ask(reviewed.url(name))
            assert (found.status, count_of(found)) == (200, 1)
            schema.assertValid(etree.fromstring(site.ask(reviewed.url(f"{name}.xml")).body))
        image = site.ask(reviewed.url("badge.svg"))
        assert image.headers["content-type"] == "image/svg+xml"
        stars = site.ask(reviewed.url("stars?hex=41")).json()
        assert stars["products"][0]["state"] == "UNKNOWN"


def test_unknown_shops_and_products_are_clear_problems(reviewed: Reviewed) -> None:
    with Running(create_app(reviewed.settings)) as site:
        reply = site.ask(f"{PREFIX}{OTHER_KEY}/badge")
        assert (reply.status, reply.json()["code"]) == (404, "TS_ID_NOT_FOUND")
        reply = site.ask(reviewed.url("products/none/reviews"))
        assert (reply.status, reply.json()["code"]) == (404, "PRODUCT_NOT_FOUND")


def test_the_bare_address_leads_to_the_documentation(reviewed: Reviewed) -> None:
    with Running(create_app(reviewed.settings)) as site:
        reply = site.ask("/")
        assert (reply.status, reply.headers["location"]) == (307, "/docs")
        assert site.ask("/docs").status == 200


def test_what_was_not_cached_is_counted_and_what_was_is_not(reviewed: Reviewed) -> None:
    with Running(create_app(reviewed.settings)) as site:
        missed, hit = (site.ask(reviewed.url("badge.json")) for _ in range(2))
    assert missed.headers["x-rate-limit-remaining"] == "599"
    assert hit.headers.items() <= missed.headers.items()
    assert not any("rate" in name for name in hit.headers)


def test_a_change_is_visible_within_two_seconds(reviewed: Reviewed) -> None:
    target = reviewed.url("badge.json")
    with Running(create_app(reviewed.settings)) as site:
        assert count_of(site.ask(target)) == 1
        reviewed.review(4)
        eventually(lambda: count_of(site.ask(target)) == 2, within=2)


def test_a_change_is_announced_through_redis_where_polling_is_slow(
    reviewed: Reviewed, own_redis: Redis, tmp_path: Path
) -> None:
    target, url = reviewed.url("badge.json"), reviewed.settings.database_url
    more = {"REDIS_URL": own_redis.tcp_url, "POLL_SECONDS": "60"}
    settings = settings_for(url, tmp_path / "home", **more)
    writer = Reviewed(Installation.open(settings), reviewed.shop_key)
    with Running(create_app(settings)) as site, closing(writer.installation):
        # The app listens only while it is asked something: this test is its event loop.
        name = channel(settings.installation_id)
        eventually(lambda: site.ask("/health").status == 200 and subscribers(own_redis, name) == 1)
        assert count_of(site.ask(target)) == 1
        writer.review(4)
        eventually(lambda: count_of(site.ask(target)) == 2, within=2)


def subscribers(server: Redis, name: str) -> int:
    with RedisClient.from_url(server.url) as client:
        ((_, count),) = client.pubsub_numsub(name)
        return int(count)


@pytest.mark.slow
def test_a_process_that_only_hits_imports_nothing_heavy(reviewed: Reviewed) -> None:
    is_sqlite = reviewed.settings.database_url.startswith("sqlite")
    heavy = [name for name in HEAVY if is_sqlite or name != "psycopg"]
    reviewed.render()
    targets = [
        reviewed.url("badge.json"),
        reviewed.url("badge"),
        reviewed.url("reviews.xml"),
        reviewed.url("badge.svg"),
        "/health",
        "/ready",
    ]
    replies, modules = _light(reviewed, targets)
    assert replies == [200] * len(targets)
    assert [name for name in heavy if name in modules] == []
    assert "starlette" in _light(reviewed, ["/docs"])[1]


def _light(reviewed: Reviewed, targets: list[str]) -> tuple[list[int], list[str]]:
    settings = reviewed.settings
    environment = {key: value for key, value in os.environ.items() if "TRUSTWRIGHT" not in key}
    environment |= {
        "TRUSTWRIGHT_HOME": str(settings.home),
        "TRUSTWRIGHT_DATABASE_URL": settings.database_url,
        "TRUSTWRIGHT_SECRET_KEY": settings.secret_key,
        "TRUSTWRIGHT_ROLE": "web",
    }
    done = subprocess.run(
        [sys.executable, "-c", LIGHT, json.dumps(targets)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        check=True,
        text=True,
    )
    replies, modules = json.loads(done.stdout)
    return replies, modules


def test_a_database_that_is_locked_by_a_writer_still_answers(
    sqlite_url: str, tmp_path: Path
) -> None:
    with (
        reviewed_on(sqlite_url, tmp_path) as reviewed,
        closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as other,
        Running(create_app(reviewed.settings)) as site,
    ):
        other.execute("BEGIN EXCLUSIVE")
        assert site.ask(reviewed.url("badge")).status == 200


def test_without_a_database_what_was_cached_is_served_and_the_rest_is_a_problem(
    sqlite_url: str, tmp_path: Path
) -> None:
    with reviewed_on(sqlite_url, tmp_path) as reviewed:
        path = Path(sqlite_url.removeprefix("sqlite:///"))
        badge = reviewed.url("badge")
        with Running(create_app(reviewed.settings)) as site:
            assert site.ask(badge).status == 200
            for file in path.parent.glob(f"{path.name}*"):
                file.unlink()
            path.mkdir()
            assert site.ask(badge).status == 200
    with Running(create_app(reviewed.settings)) as other:
        reply = other.ask(badge)
        assert (reply.status, reply.json()["code"]) == (503, "DATABASE_UNAVAILABLE")
        assert "retry-after" in reply.headers
        assert other.ask("/ready").status == 503
        assert other.ask("/health").status == 200


def test_a_database_without_tables_is_unavailable_and_not_an_accident(tmp_path: Path) -> None:
    settings = settings_for(f"sqlite:///{tmp_path / 'empty.db'}", tmp_path)
    with Running(create_app(settings)) as site:
        reply = site.ask(f"{PREFIX}{OTHER_KEY}/badge")
        assert (reply.status, reply.json()["code"]) == (503, "DATABASE_UNAVAILABLE")


def test_settings_that_describe_nothing_stop_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUSTWRIGHT_TYPO", "1")
    with pytest.raises(SettingsError, match="TRUSTWRIGHT_TYPO"):
        create_app()


def test_a_proxy_that_is_no_network_stops_the_start(tmp_path: Path) -> None:
    settings = settings_for("sqlite:///x", tmp_path, TRUSTED_PROXIES="proxy.example")
    with pytest.raises(SettingsError, match="TRUSTWRIGHT_TRUSTED_PROXIES"):
        create_app(settings)


def test_an_installation_that_cannot_be_opened_is_unavailable(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = settings_for(f"sqlite:///{tmp_path / 'a.db'}", tmp_path, REDIS_URL="nonsense://")
    with Running(create_app(settings)) as site:
        reply = site.ask("/docs")
        assert (reply.status, reply.json()["code"]) == (503, "DATABASE_UNAVAILABLE")
        assert site.ask("/health").status == 200
    assert "The installation cannot be opened." in caplog.messages


def test_a_start_that_fails_is_told_to_the_server(tmp_path: Path) -> None:
    async def run() -> Message:
        # A worker cannot claim its name below a file.
        (tmp_path / "file").write_text("")
        settings = settings_for(
            f"sqlite:///{tmp_path / 'a.db'}", tmp_path / "file" / "home", ROLE="all"
        )
        app = create_app(settings)
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "lifespan.startup"}

        async def send(message: Message) -> None:
            sent.append(message)

        with pytest.raises(OSError, match="file"):
            await app({"type": "lifespan", "asgi": {}, "state": {}}, receive, send)
        return sent[-1]

    assert asyncio.run(run())["type"] == "lifespan.startup.failed"


def test_a_websocket_is_closed(tmp_path: Path) -> None:
    app = create_app(settings_for(f"sqlite:///{tmp_path / 'a.db'}", tmp_path))
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    async def run() -> None:
        await app({"type": "websocket", "path": "/"}, receive, send)

    asyncio.run(run())
    assert sent == [{"type": "websocket.close", "code": 1000}]
