"""Product feeds are written once per generation, streamed, and leave nothing on disk (C7, 4.6)."""

import asyncio
import gzip
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import orjson
import pytest

from api.asgi import Message
from api.legacy.product_feeds import ProductFeeds
from domain.criteria import Criterion
from domain.errors import DatabaseUnavailable, ShopNotFound, Unavailable
from schemas.legacy.questions import Family, LegacyKind, LegacyQuestion
from schemas.snapshots import Media, digest_of
from services.legacy.product_feeds import Content, ProductFeed
from tests.api.exchanges import KEY, Reply, exchange, scope_of
from tests.api.legacy.edges import Site, opened
from tests.services import steps

DAY = 86_400
PATH = "/shops/{K}/products/public/v1/feed"


def question(media: Media = Media.JSON, key: str = KEY) -> LegacyQuestion:
    path = f"/shops/{key}/products/public/v1/feed.{media}"
    return LegacyQuestion(LegacyKind.PRODUCT_FEED, Family.CDN, key, media, path)


class Disk:
    """Stands for the use case: writes feeds of 1 MB and remembers every file it made."""

    def __init__(self) -> None:
        self.generation = 1
        self.is_down = False
        self.files: list[IO[bytes]] = []
        self.may_write = threading.Event()
        self.may_write.set()

    def generation_of(self, shop_key: str) -> int:
        if self.is_down:
            raise DatabaseUnavailable
        if shop_key != KEY:
            raise ShopNotFound
        return self.generation

    def write(self, shop_key: str, media: Media) -> ProductFeed:
        assert self.may_write.wait(10)
        body = f"{shop_key} {media} {self.generation} ".encode() * 20_000
        identity, packed = self._content(body), self._content(gzip.compress(body, mtime=0))
        return ProductFeed(self.generation, 1_700_000_000, digest_of(body), identity, packed)

    def _content(self, body: bytes) -> Content:
        file = TemporaryFile()  # noqa: SIM115 - the feed closes it
        file.write(body)
        file.flush()
        self.files.append(file)
        return Content(file, len(body))

    @property
    def open_files(self) -> int:
        return sum(not file.closed for file in self.files)


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def never() -> bool:
    return False


@pytest.fixture
def disk() -> Iterator[Disk]:
    disk = Disk()
    yield disk
    for file in disk.files:
        file.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def feeds(disk: Disk, clock: Clock) -> ProductFeeds:
    return ProductFeeds(
        disk.generation_of, disk.write, is_down=never, clock=clock, budget=4_000_000
    )


async def answered(
    feeds: ProductFeeds, asked: LegacyQuestion | None = None, method: str = "GET", **headers: str
) -> Reply:
    named = [(name.replace("_", "-"), value) for name, value in headers.items()]
    scope = scope_of("/", method=method, headers=named)

    async def app(scope: Any, _receive: object, send: Any) -> None:
        await feeds.answer(asked or question(), scope, send)

    return await exchange(app, scope)


def ask(feeds: ProductFeeds, asked: LegacyQuestion | None = None, **more: Any) -> Reply:
    return asyncio.run(answered(feeds, asked, **more))


def test_a_feed_is_written_once_while_its_shop_stays_the_same(
    feeds: ProductFeeds, disk: Disk
) -> None:
    bodies = {ask(feeds).body for _ in range(3)}
    assert len(bodies) == 1
    assert len(disk.files) == 2
    disk.generation = 2
    assert ask(feeds).body not in bodies
    assert len(disk.files) == 4
    assert disk.open_files == 2


def test_all_who_ask_at_once_share_one_writing(feeds: ProductFeeds, disk: Disk) -> None:
    async def many() -> list[Reply]:
        disk.may_write.clear()
        asking = [asyncio.create_task(answered(feeds)) for _ in range(20)]
        await asyncio.sleep(0)
        disk.may_write.set()
        return await asyncio.gather(*asking)

    assert len({reply.body for reply in asyncio.run(many())}) == 1
    assert len(disk.files) == 2


def test_length_and_etag_are_those_of_the_bytes_that_come(feeds: ProductFeeds) -> None:
    plain, packed = ask(feeds), ask(feeds, accept_encoding="gzip, br")
    assert gzip.decompress(packed.body) == plain.body
    for reply in (plain, packed):
        assert reply.headers["content-length"] == str(len(reply.body))
        assert not reply.headers["etag"].startswith("W/")
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["etag"] != plain.headers["etag"]
    assert "content-encoding" not in ask(feeds, accept_encoding="br").headers


def test_a_known_feed_is_not_sent_again(feeds: ProductFeeds, disk: Disk) -> None:
    etag = ask(feeds).headers["etag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        reply = ask(feeds, if_none_match=known)
        assert (reply.status, reply.body) == (304, b"")
        assert reply.headers["etag"] == etag
        assert "content-length" not in reply.headers
    modified = ask(feeds).headers["last-modified"]
    assert ask(feeds, if_modified_since=modified).status == 304
    assert ask(feeds, if_modified_since=modified, if_none_match='"other"').status == 200
    disk.generation = 2
    assert ask(feeds, if_none_match=etag).status == 200


def test_head_tells_the_same_and_sends_nothing(feeds: ProductFeeds) -> None:
    got, head = ask(feeds), ask(feeds, method="HEAD")
    assert head.headers == got.headers
    assert (head.status, head.body) == (200, b"")


def test_a_feed_goes_out_in_pieces_and_waits_for_the_reader(feeds: ProductFeeds) -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(feeds.answer(question(), scope_of("/"), send))
    pieces = [len(message["body"]) for message in sent[1:]]
    assert max(pieces) <= 256 * 1024
    assert len(pieces) > 3
    assert [message.get("more_body", False) for message in sent[1:]] == [
        *[True] * (len(pieces) - 1),
        False,
    ]


@pytest.mark.parametrize("is_cancelled", [True, False])
def test_a_client_that_goes_away_leaves_no_file_behind(
    feeds: ProductFeeds, disk: Disk, is_cancelled: bool
) -> None:
    async def leave() -> None:
        reading = asyncio.Event()

        async def send(message: Message) -> None:
            if message["type"] == "http.response.body":
                reading.set()
                if not is_cancelled:
                    raise OSError("gone")
                await asyncio.Event().wait()

        task = asyncio.create_task(feeds.answer(question(), scope_of("/"), send))
        await reading.wait()
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled() or isinstance(task.exception(), OSError)

    asyncio.run(leave())
    assert disk.open_files == 2
    disk.generation = 2
    ask(feeds)
    assert disk.open_files == 2
    feeds.close()
    assert disk.open_files == 0


def test_a_reader_of_an_old_feed_gets_all_of_it(feeds: ProductFeeds, disk: Disk) -> None:
    async def read_slowly() -> bytes:
        parts: list[bytes] = []

        async def send(message: Message) -> None:
            if message["type"] == "http.response.body":
                parts.append(message["body"])
                if len(parts) == 1:
                    disk.generation = 2
                    await answered(feeds)
                    assert disk.open_files == 4
                    feeds.close()

        await feeds.answer(question(), scope_of("/"), send)
        return b"".join(parts)

    assert asyncio.run(read_slowly()) == f"{KEY} json 1 ".encode() * 20_000
    assert disk.open_files == 0


def test_the_feed_that_nobody_asked_for_goes_when_the_disk_is_full(
    feeds: ProductFeeds, disk: Disk
) -> None:
    for media in (Media.JSON, Media.XML, Media.CSV, Media.JSON):
        ask(feeds, question(media))
    assert disk.open_files == 6
    assert len(disk.files) == 6
    tight = ProductFeeds(
        disk.generation_of, disk.write, is_down=never, clock=Clock(), budget=1_500_000
    )
    for media in (Media.JSON, Media.XML):
        ask(tight, question(media))
    assert (len(disk.files), disk.open_files) == (10, 8)


def test_a_feed_larger_than_all_room_is_sent_and_not_kept(disk: Disk, clock: Clock) -> None:
    feeds = ProductFeeds(disk.generation_of, disk.write, is_down=never, clock=clock, budget=10)
    assert len(ask(feeds).body) > 10
    assert disk.open_files == 0


def test_the_last_feed_of_a_day_stands_in_while_the_database_is_gone(
    feeds: ProductFeeds, disk: Disk, clock: Clock
) -> None:
    body = ask(feeds).body
    disk.is_down = True
    clock.now += DAY - 1
    assert ask(feeds).body == body
    clock.now += 2
    with pytest.raises(Unavailable):
        ask(feeds)


def test_nobody_waits_for_a_database_that_failed_a_moment_ago(disk: Disk, clock: Clock) -> None:
    feeds = ProductFeeds(disk.generation_of, disk.write, is_down=lambda: True, clock=clock)
    with pytest.raises(Unavailable):
        ask(feeds)
    assert disk.files == []


def test_a_shop_that_is_not_there_has_no_feed(feeds: ProductFeeds, disk: Disk) -> None:
    with pytest.raises(ShopNotFound):
        ask(feeds, question(key="X" + "1" * 32))
    assert disk.files == []


@pytest.fixture
def site(sqlite_url: str, tmp_path: Path) -> Iterator[Site]:
    with opened(sqlite_url, tmp_path / "home") as site:
        yield site


Check = Callable[[Reply], object]


@pytest.mark.parametrize(
    ("suffix", "content_type", "check"),
    [
        ("json", "application/json", lambda reply: reply.json()["response"]["code"] == 200),
        ("xml", "application/xml", lambda reply: b"<response><code>200</code>" in reply.body),
        ("csv", "text/csv", lambda reply: reply.body.startswith(b"sku,name,gtin,mpn,brand,")),
    ],
)
def test_the_app_serves_the_feed_in_each_format(
    site: Site, suffix: str, content_type: str, check: Check
) -> None:
    reply = site.ask(f"{PATH}.{suffix}")
    assert reply.status == 200
    assert reply.headers["content-type"] == content_type
    assert reply.headers["access-control-allow-origin"] == "*"
    assert reply.headers["cache-control"] == "public, max-age=900, stale-while-revalidate=86400"
    assert check(reply)
    again = site.ask(f"{PATH}.{suffix}", if_none_match=reply.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert site.ask(f"{PATH}.{suffix}", method="HEAD").body == b""


def test_a_new_review_is_in_the_next_feed(site: Site) -> None:
    def comments() -> list[str]:
        found = orjson.loads(site.ask(f"{PATH}.json").body)["response"]["data"]["shop"]["products"]
        return [each["comment"] for product in found for each in product["productReviews"]]

    before = comments()
    reviewed = site.reviewed
    steps.review(
        reviewed.installation.database,
        reviewed.shop_key,
        {Criterion.TOTAL: 1},
        sku="NEW",
        comment="New.",
    )
    assert sorted(comments()) == sorted([*before, "New."])
