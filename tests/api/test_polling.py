"""Polling finds every change, also those that were stamped before they could be seen."""

import asyncio
import logging

import pytest

from api.cache import Cache
from api.polling import OVERLAP_US, Poller
from api.stored import Stored
from tests.api.exchanges import KEY, OTHER_KEY, snapshot
from tests.api.readers import Clock, FakeReader
from tests.conditions import eventually

URL = f"/v1/shops/{KEY}/badge.json".encode()


def opened(reader: FakeReader, clock: Clock, *, ahead_s: float = 0) -> tuple[Cache, Poller]:
    """A poller whose machine's clock is ahead of the one that stamps the changes."""
    cache = Cache(budget=10**6, clock=clock)
    poller = Poller(
        cache,
        Stored(reader, clock=clock),
        seconds=0.01,
        clock_us=lambda: int((clock.now + ahead_s) * 1_000_000),
        passing=clock,
    )
    return cache, poller


def stamp(clock: Clock, *, ahead_s: float = 0) -> int:
    return int((clock.now + ahead_s) * 1_000_000)


def test_a_poll_invalidates_what_changed() -> None:
    reader = FakeReader()
    cache, poller = opened(reader, Clock())
    cache.put(snapshot("badge.json", generation=1))
    reader.changes = [(OTHER_KEY, 7, 1), (KEY, 2, 1)]
    asyncio.run(poller.poll())
    assert cache.fresh(URL) is None


def test_each_poll_looks_back_over_the_last_one_by_half_a_minute() -> None:
    clock = Clock()
    reader = FakeReader(changes=[(KEY, 1, stamp(clock))])
    _, poller = opened(reader, clock)

    async def run() -> None:
        await poller.poll()
        clock.now += 5
        await poller.poll()
        clock.now += 5
        await poller.poll()

    asyncio.run(run())
    started = 1_000_000_000 - OVERLAP_US
    assert reader.asked_since == [started, started, started + 5_000_000]


def test_what_nobody_changes_any_more_is_not_read_for_ever() -> None:
    clock = Clock()
    reader = FakeReader(changes=[(KEY, 1, stamp(clock))])
    _, poller = opened(reader, clock)

    async def run() -> None:
        for _ in range(3):
            await poller.poll()
            clock.now += 40

    asyncio.run(run())
    assert reader.asked_since[-1] > stamp(Clock())


@pytest.mark.parametrize("ahead_s", [-7_200, -60, 0, 60, 7_200])
def test_a_clock_that_is_wrong_hides_no_change(ahead_s: float) -> None:
    clock = Clock()
    reader = FakeReader(changes=[(OTHER_KEY, 1, stamp(clock))])
    cache, poller = opened(reader, clock, ahead_s=ahead_s)

    async def run() -> None:
        for generation in range(2, 6):
            await poller.poll()
            cache.put(snapshot("badge.json", generation=generation - 1))
            clock.now += 100
            reader.changes = [(KEY, generation, stamp(clock))]
            await poller.poll()
            assert cache.fresh(URL) is None

    asyncio.run(run())


def test_a_writer_whose_clock_is_ahead_does_not_hide_what_others_change() -> None:
    clock, reader = Clock(), FakeReader()
    cache, poller = opened(reader, clock)
    cache.put(snapshot("badge.json", generation=1))

    async def run() -> None:
        await poller.poll()
        reader.changes = [(OTHER_KEY, 2, stamp(clock, ahead_s=7_200))]
        await poller.poll()
        clock.now += 5
        reader.changes.append((KEY, 2, stamp(clock)))
        await poller.poll()

    asyncio.run(run())
    assert cache.fresh(URL) is None


def test_after_an_outage_nothing_that_changed_meanwhile_is_missed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = Clock()
    reader = FakeReader(changes=[(KEY, 1, stamp(clock))])
    _, poller = opened(reader, clock)

    async def run() -> None:
        await poller.poll()
        reader.is_gone = True
        for _ in range(100):
            clock.now += 60
            await poller.poll()
        reader.is_gone = False
        await poller.poll()

    with caplog.at_level(logging.WARNING):
        asyncio.run(run())
    assert reader.asked_since[-1] == 1_000_000_000 - OVERLAP_US
    assert len(caplog.records) == 1


def test_polling_goes_on_until_it_is_cancelled() -> None:
    reader = FakeReader()
    _, poller = opened(reader, Clock())

    async def run() -> None:
        task = asyncio.create_task(poller.run())
        await asyncio.to_thread(eventually, lambda: len(reader.asked_since) >= 3)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())


def test_a_night_that_changes_every_shop_leaves_room_for_requests() -> None:
    reader = FakeReader(changes=[(f"X{n:032}", 2, n) for n in range(5_000)])
    _, poller = opened(reader, Clock())

    async def run() -> int:
        task = asyncio.create_task(poller.poll())
        turns = 0
        while not task.done():
            turns += 1
            await asyncio.sleep(0)
        return turns

    assert asyncio.run(run()) >= 10
