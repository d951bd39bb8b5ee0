"""No answer says VALID once the certificate is over, also while no worker runs (NEVER-16)."""

import asyncio
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import update
from sqlmodel import select

from api.cache import Cache
from api.caching import MARKED_SECONDS, PROFILES, STALE_IF_ERROR_SECONDS
from api.main import create_app
from api.polling import Poller
from api.stored import Stored
from schemas.snapshots import Kind, Media
from services import certificates, refresh
from store.certificates import Certificate
from store.snapshots import Reader
from tests.api.conftest import Reviewed
from tests.api.exchanges import KEY, Reply, Running, snapshot
from tests.api.readers import Clock, FakeReader
from tests.conditions import eventually
from tests.services import certified
from tests.services.steps import NOON

END = 2_000
URL = f"/v1/shops/{KEY}/badge.json".encode()
MARKED = replace(snapshot("badge.json", generation=1), expires=END)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cache(clock: Clock) -> Cache:
    return Cache(budget=1_000_000, clock=clock)


def test_what_shows_a_mark_leaves_memory_when_the_mark_ends(cache: Cache) -> None:
    cache.put(MARKED)
    cache.put(snapshot("grade.json", generation=1))
    cache.end(END - 1)
    assert cache.fresh(URL) is not None
    cache.end(END)
    assert cache.stale(URL) is None
    assert len(cache.entries) == 1
    cache.end(END + 1)


def test_what_has_ended_makes_room_for_an_answer_of_the_same_generation(cache: Cache) -> None:
    cache.put(MARKED)
    cache.end(END)
    said = cache.put(snapshot("badge.json", generation=1))
    assert cache.fresh(URL) is said


def test_marks_end_one_after_the_other(cache: Cache) -> None:
    cache.put(MARKED)
    cache.put(replace(snapshot("mark.svg", generation=1), expires=END + 100))
    cache.end(END)
    assert len(cache.entries) == 1
    cache.end(END + 100)
    assert cache.entries == {}


def test_an_answer_with_a_mark_stands_in_for_a_quarter_of_an_hour_only(
    cache: Cache, clock: Clock
) -> None:
    cache.put(MARKED)
    cache.invalidate(KEY, 2)
    clock.now += MARKED_SECONDS
    assert cache.stale(URL) is not None
    clock.now += 1
    assert cache.stale(URL) is None


def test_shared_caches_keep_an_answer_with_a_mark_for_a_quarter_of_an_hour_at_most() -> None:
    profile = PROFILES[Media.JSON]
    assert b"stale-if-error=%d" % STALE_IF_ERROR_SECONDS in profile.cache_control[1]
    assert profile.marked.cache_control == (
        b"cache-control",
        b"public, max-age=300, stale-while-revalidate=600, stale-if-error=600",
    )
    assert profile.marked is profile.marked
    assert profile.marked.content_type == profile.content_type


def test_a_mark_ends_also_while_the_database_is_gone(cache: Cache, clock: Clock) -> None:
    stored = Stored(FakeReader(is_gone=True), clock=clock)
    poller = Poller(cache, stored, seconds=1, clock_us=lambda: END * 1_000_000, passing=clock)
    cache.put(MARKED)
    asyncio.run(poller.poll())
    assert cache.stale(URL) is None


@pytest.mark.parametrize(("now", "is_given"), [(END - 1, True), (END, False)])
def test_a_stored_answer_is_not_given_out_once_its_mark_is_over(
    clock: Clock, now: int, is_given: bool
) -> None:
    reader = FakeReader(is_local=True, stored={MARKED.url: MARKED})
    stored = Stored(reader, clock=clock, now=lambda: now)
    assert (asyncio.run(stored.get(MARKED.url)) is not None) is is_given


def test_a_stored_badge_says_until_when_it_may_be_shown(reviewed: Reviewed) -> None:
    key, _ = certified.certify(reviewed.installation)
    refresh.render(reviewed.installation, key)
    reader = Reader(reviewed.settings.database)
    with reviewed.installation.database.read() as session:
        until = session.exec(select(Certificate.valid_until)).one()
    badge, grade = (reader.get(f"/v1/shops/{key}/{name}.json") for name in ("badge", "grade"))
    bare = reader.get(reviewed.url("badge.json"))
    reader.close()
    assert badge is not None
    assert grade is not None
    assert badge.kind is Kind.BADGE
    assert badge.expires == int(until.timestamp())
    assert grade.expires is None
    assert bare is None or bare.expires is None


def test_no_output_says_valid_after_the_end_though_no_worker_has_written_it_down(
    reviewed: Reviewed,
) -> None:
    database = reviewed.installation.database
    key, _ = certified.certify(reviewed.installation)
    refresh.render(reviewed.installation, key)
    with Running(create_app(reviewed.settings)) as site:
        assert said(site, key) == {True}
    with database.write() as work:
        work.session.execute(update(Certificate).values(valid_until=NOON + timedelta(hours=1)))
    with Running(create_app(reviewed.settings)) as site:
        assert said(site, key) == {False}


def test_every_output_that_is_kept_shows_and_drops_the_mark_as_soon_as_the_poller_looks(
    reviewed: Reviewed,
) -> None:
    database, now = reviewed.installation.database, datetime.now(UTC)
    key = certified.open_shop(database)
    certified.guarantor(database)
    certified.frame(database, key)
    audit_id = certified.passed(database, key, at=now)
    refresh.render(reviewed.installation, key)
    with Running(create_app(reviewed.settings)) as site:
        assert said(site, key) == {False}
        certificate_id = certified.issue(database, audit_id, now=now)
        refresh.render(reviewed.installation, key)
        assert eventually(partial(has_come_to, site, key, is_valid=True))
        for step, is_valid in (
            (certificates.suspend, False),
            (certificates.reinstate, True),
            (certificates.withdraw, False),
        ):
            with database.write() as work:
                step(work, certificate_id, certified.WHY, actor=certified.AUDITOR, now=now)
            refresh.render(reviewed.installation, key)
            assert eventually(partial(has_come_to, site, key, is_valid=is_valid))


def test_no_cache_may_keep_an_answer_with_a_mark_for_more_than_a_quarter_of_an_hour(
    reviewed: Reviewed,
) -> None:
    key, _ = certified.certify(reviewed.installation, now=datetime.now(UTC))
    with Running(create_app(reviewed.settings)) as site:
        for path in outputs(key):
            kept = site.ask(path).headers["cache-control"]
            if kept == "private, no-cache":
                continue
            assert "immutable" not in kept
            seconds = dict(re.findall(r"([a-z-]+)=(\d+)", kept))
            fresh = int(seconds.pop("max-age"))
            for name, more in seconds.items():
                assert fresh + int(more) <= MARKED_SECONDS, (path, name)


def has_come_to(site: Running, key: str, *, is_valid: bool) -> bool:
    """Whether every answer says the same of the mark, and this."""
    return said(site, key) == {is_valid}


def outputs(key: str) -> tuple[str, ...]:
    """The address of every answer that says whether the mark is valid."""
    return (
        *(f"/v1/shops/{key}/{name}" for name in ("badge.json", "certificate.json")),
        f"/v1/shops/{key}/badge-token.json",
        f"/v1/shops/{key}/mark.svg",
        f"/js/{key}.js",
        f"/en/certificate/{key}",
        f"/rest/internal/v2/shops/{key}/trustmarks.json",
        f"/shops/{key}/mobiles/v1/sdks/ios/trustmarks.json",
    )


def said(site: Running, key: str) -> set[bool]:
    """What the answers of a running process say: whether the mark is valid."""
    found = set()
    for path in outputs(key):
        reply = site.ask(path)
        assert reply.status == 200, path
        found.add(shows_mark(path, reply))
    return found


def shows_mark(path: str, reply: Reply) -> bool:
    """Whether an answer shows a valid mark."""
    if path.endswith(".svg"):
        return b"<path" in reply.body
    if path.endswith(".js"):
        return b'"status":"VALID"' in reply.body
    if path.startswith("/en/"):
        return b'class="good"' in reply.body
    document = reply.json()
    if "response" in document:
        document = document["response"]["data"]["shop"]
    said: str = next(
        document[name]["status"] for name in ("mark", "trustMark", "token") if name in document
    )
    return said == "VALID"
