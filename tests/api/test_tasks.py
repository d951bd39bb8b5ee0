"""Background tasks end with the server."""

import asyncio

from api import tasks


async def forever() -> None:
    await asyncio.Event().wait()


async def deaf_once() -> None:
    """Goes on after its first cancellation, as a task does whose library lost it."""
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        await asyncio.Event().wait()


async def broken() -> None:
    raise OSError


def test_all_tasks_end_even_those_that_lost_a_cancellation_or_failed_before() -> None:
    async def run() -> list[asyncio.Task[None]]:
        running = [asyncio.create_task(each()) for each in (forever, deaf_once, broken)]
        await asyncio.sleep(0)
        await tasks.end(running)
        return running

    assert all(task.done() for task in asyncio.run(run()))


def test_nothing_to_end_is_ended_at_once() -> None:
    asyncio.run(tasks.end([]))
