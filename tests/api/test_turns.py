"""Work that is pure computing takes turns, and whoever would wait too long hears so at once."""

import asyncio
import threading

from api.turns import Turns
from domain.errors import Unavailable


def test_no_more_wait_for_their_turn_than_are_soon_done() -> None:
    released = threading.Event()
    running: set[int] = set()

    def slowly() -> str:
        running.add(threading.get_ident())
        assert released.wait(20)
        return "done"

    async def run() -> list[str | BaseException]:
        turns = Turns("pieces of work", at_once=2, waiting=3)
        tasks = [asyncio.create_task(turns.take(slowly)) for _ in range(8)]
        done, waiting = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        while len(done) < 3:
            more, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            done |= more
        released.set()
        return list(await asyncio.gather(*tasks, return_exceptions=True))

    answers = asyncio.run(run())
    assert answers[:5] == ["done"] * 5
    refusals = [each for each in answers[5:] if isinstance(each, Unavailable)]
    assert len(refusals) == 3
    assert {each.detail for each in refusals} == {
        "Too many pieces of work are waiting. Try again soon."
    }
    assert len(running) <= 2


def test_a_turn_that_fails_is_given_to_the_next() -> None:
    async def run() -> list[str | BaseException]:
        turns = Turns("pieces of work", at_once=1, waiting=0)
        failed = await asyncio.gather(turns.take(lambda: 1 // 0), return_exceptions=True)
        return [*map(str, failed), await turns.take(lambda: "next")]

    assert asyncio.run(run()) == ["integer division or modulo by zero", "next"]
