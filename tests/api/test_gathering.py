"""Calls that wait at the same moment: taken in together, each with its own answer."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import pytest

from api.gathering import Gathering
from domain.errors import DatabaseUnavailable, OrderInvalid
from tests.conditions import eventually

CALLERS: Final = 12


class Store:
    """Doubles numbers; the first call waits until the other callers have come in behind it."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.gathering: Gathering[str, int, int] = Gathering(self)
        self.is_full = threading.Event()

    def __call__(self, _: str, told: Sequence[int]) -> Sequence[int | BaseException]:
        self.batches.append(list(told))
        if len(self.batches) == 1:
            assert self.is_full.wait(30)
        return [self.result(number) for number in told]

    def result(self, number: int) -> int | BaseException:
        return number * 2

    def ask(self, number: int) -> int | str:
        try:
            return self.gathering.one("shop", number)
        except Exception as error:
            return type(error).__name__

    def waiting(self) -> int:
        return len(self.gathering._waiting.get("shop", ()))

    def answers(self) -> list[int | str]:
        with ThreadPoolExecutor(CALLERS) as pool:
            asked = [pool.submit(self.ask, 0)]
            eventually(lambda: self.batches)
            asked += [pool.submit(self.ask, number) for number in range(1, CALLERS)]
            eventually(lambda: self.waiting() == CALLERS - 1)
            self.is_full.set()
            return [each.result(30) for each in asked]


def test_one_alone_is_taken_in_at_once() -> None:
    store = Store()
    store.is_full.set()
    assert [store.gathering.one("shop", number) for number in range(3)] == [0, 2, 4]
    assert store.batches == [[0], [1], [2]]


def test_those_that_come_meanwhile_are_taken_in_together_and_each_hears_its_own() -> None:
    store = Store()
    assert store.answers() == [number * 2 for number in range(CALLERS)]
    assert [len(batch) for batch in store.batches] == [1, CALLERS - 1]
    assert store.waiting() == 0


def test_what_is_refused_among_them_is_refused_alone() -> None:
    class Refusing(Store):
        def result(self, number: int) -> int | BaseException:
            return OrderInvalid() if number % 5 == 3 else number

    store = Refusing()
    expected = ["OrderInvalid" if number % 5 == 3 else number for number in range(CALLERS)]
    assert store.answers() == expected
    assert len(store.batches) == 2


@pytest.mark.parametrize("error", [OrderInvalid, ValueError])
def test_what_hinders_a_batch_is_one_callers_answer_and_the_others_go_on(
    error: type[Exception],
) -> None:
    class Hindered(Store):
        def __call__(self, _: str, told: Sequence[int]) -> Sequence[int | BaseException]:
            results = super().__call__(_, told)
            if 7 in told:
                raise error
            return results

    store = Hindered()
    expected = [error.__name__ if number == 7 else number * 2 for number in range(CALLERS)]
    assert store.answers() == expected
    assert store.gathering.one("shop", 5) == 10


def test_without_a_database_a_batch_is_tried_once() -> None:
    class Down(Store):
        def __call__(self, _: str, told: Sequence[int]) -> Sequence[int | BaseException]:
            super().__call__(_, told)
            raise DatabaseUnavailable

    store = Down()
    assert store.answers() == ["DatabaseUnavailable"] * CALLERS
    assert len(store.batches) == 2


def test_a_store_that_forgets_an_answer_leaves_nobody_waiting() -> None:
    class Forgetful(Store):
        def __call__(self, _: str, told: Sequence[int]) -> Sequence[int | BaseException]:
            return super().__call__(_, told)[:1] if len(told) > 1 else super().__call__(_, told)

    assert Forgetful().answers() == [number * 2 for number in range(CALLERS)]


def test_keys_wait_for_themselves_alone() -> None:
    held, done = threading.Event(), threading.Event()

    def store(key: str, told: Sequence[int]) -> Sequence[int]:
        if key == "slow":
            done.set()
            assert held.wait(30)
        return told

    gathering: Gathering[str, int, int] = Gathering(store)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(gathering.one, "slow", 1)
        assert done.wait(30)
        assert gathering.one("fast", 2) == 2
        held.set()
        assert slow.result(30) == 1


def test_under_a_rush_nobody_is_left_out_and_nobody_taken_in_twice() -> None:
    taken: list[int] = []

    def store(_: int, told: Sequence[int]) -> Sequence[int]:
        taken.extend(told)
        return [number + 1 for number in told]

    gathering: Gathering[int, int, int] = Gathering(store)
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda number: gathering.one(number % 2, number), range(4_000)))
    assert found == list(range(1, 4_001))
    assert sorted(taken) == list(range(4_000))
