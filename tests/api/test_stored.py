"""Stored snapshots are read off the event loop, and a database that is gone is left alone."""

import asyncio
import threading

import pytest

from api.stored import RETRY_SECONDS, Stored
from tests.api.exchanges import snapshot
from tests.api.readers import Clock, FakeReader

HERE = threading.current_thread().name
STORED = snapshot("badge.json")


@pytest.mark.parametrize("is_local", [True, False])
def test_a_read_that_waits_for_another_host_does_not_hold_up_the_loop(is_local: bool) -> None:
    reader = FakeReader(is_local=is_local, stored={STORED.url: STORED})

    async def run() -> None:
        stored = Stored(reader, clock=Clock())
        assert await stored.get(STORED.url) is STORED
        assert await stored.get("/other") is None
        await stored.close()

    asyncio.run(run())
    assert {name == HERE for name in reader.threads} == {is_local}


def test_every_thread_closes_its_connection() -> None:
    reader = FakeReader()
    asyncio.run(Stored(reader, clock=Clock()).close())
    assert len(set(reader.closed)) == 3


def test_after_a_failure_the_database_is_left_alone_for_a_moment() -> None:
    clock, reader = Clock(), FakeReader(is_gone=True)

    async def run() -> None:
        stored = Stored(reader, clock=clock)
        assert not stored.is_down
        for _ in range(5):
            with pytest.raises(OSError, match=r"gone|a moment ago"):
                await stored.get("/a")
        assert len(reader.threads) == 1
        assert stored.is_down
        clock.now += RETRY_SECONDS
        assert not stored.is_down
        reader.is_gone = False
        assert await stored.get("/a") is None
        await stored.close()

    asyncio.run(run())


def test_a_poll_does_not_wait_behind_reads() -> None:
    reader = FakeReader(changes=[("X", 2, 7)])

    async def run() -> None:
        stored = Stored(reader, clock=Clock())
        reader.may_read.clear()
        reads = [asyncio.create_task(stored.get(f"/{n}")) for n in range(10)]
        async with asyncio.timeout(10):
            assert await stored.changed(0) == [("X", 2, 7)]
            assert await stored.newest_us() == 7
        assert not any(read.done() for read in reads)
        reader.may_read.set()
        assert await asyncio.gather(*reads) == [None] * 10
        await stored.close()

    asyncio.run(run())


def test_a_poll_that_succeeds_ends_the_pause_at_once() -> None:
    reader = FakeReader(is_gone=True)

    async def run() -> None:
        stored = Stored(reader, clock=Clock())
        with pytest.raises(OSError, match="gone"):
            await stored.changed(0)
        assert stored.is_down
        reader.is_gone = False
        assert await stored.changed(0) == []
        assert not stored.is_down
        await stored.close()

    asyncio.run(run())


@pytest.mark.parametrize("is_local", [True, False])
def test_what_another_release_stored_in_another_form_counts_as_absent(is_local: bool) -> None:
    async def run() -> None:
        stored = Stored(FakeReader(is_local=is_local, is_strange=True), clock=Clock())
        assert await stored.get("/a") is None
        assert not stored.is_down
        await stored.close()

    asyncio.run(run())
