"""Overlapping calls share one result, whatever becomes of those who wait."""

import asyncio
import gc

import pytest

from api.flights import Flights


def test_overlapping_calls_share_one_result() -> None:
    calls = 0

    async def call() -> int:
        nonlocal calls
        calls += 1
        await asyncio.sleep(0)
        return calls

    async def crowd() -> list[int]:
        flights: Flights[str, int] = Flights()
        first = await asyncio.gather(*(flights.share("a", call) for _ in range(5)))
        return [*first, await flights.share("a", call)]

    assert asyncio.run(crowd()) == [1, 1, 1, 1, 1, 2]


def test_all_callers_learn_of_an_error() -> None:
    async def fail() -> int:
        await asyncio.sleep(0)
        raise ValueError("no")

    async def crowd() -> list[object]:
        flights: Flights[str, int] = Flights()
        calls = (flights.share("a", fail) for _ in range(3))
        return list(await asyncio.gather(*calls, return_exceptions=True))

    assert [type(each) for each in asyncio.run(crowd())] == [ValueError] * 3


def test_a_caller_that_goes_away_does_not_stop_the_others() -> None:
    async def crowd() -> str:
        flights: Flights[str, str] = Flights()
        landed = asyncio.Event()

        async def call() -> str:
            await landed.wait()
            return "landed"

        impatient = asyncio.create_task(flights.share("a", call))
        patient = asyncio.create_task(flights.share("a", call))
        await asyncio.sleep(0)
        impatient.cancel()
        await asyncio.sleep(0)
        landed.set()
        return await patient

    assert asyncio.run(crowd()) == "landed"


def test_an_error_that_nobody_waited_for_is_not_reported_as_forgotten() -> None:
    reports: list[object] = []

    async def crowd() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, what: reports.append(what))
        flights: Flights[str, None] = Flights()
        started = asyncio.Event()

        async def fail() -> None:
            started.set()
            await asyncio.sleep(0)
            raise ValueError("no")

        caller = asyncio.create_task(flights.share("a", fail))
        await started.wait()
        caller.cancel()
        with pytest.raises(asyncio.CancelledError):
            await caller
        for _ in range(3):
            await asyncio.sleep(0)
        gc.collect()

    asyncio.run(crowd())
    assert reports == []
