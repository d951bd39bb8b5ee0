"""Calls that wait at the same moment are stored together, in one transaction.

While one of them is stored, others come in for the same key, such as a shop; the first of those
takes all of them in next. So many calls at once cost little more than one, and one alone waits
for nobody.
"""

import threading
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from domain.errors import Unavailable

_Key = TypeVar("_Key", bound=Hashable)
_Told = TypeVar("_Told")
_Result = TypeVar("_Result")


@dataclass(slots=True)
class _Call(Generic[_Told, _Result]):
    """What one caller has told, and what came of it; ``woken`` once that is there.

    Who is woken without it takes in what waits.
    """

    told: _Told
    result: _Result | BaseException | None = None
    woken: threading.Event = field(default_factory=threading.Event)


class Gathering(Generic[_Key, _Told, _Result]):
    """Threads hand in what they are told; ``store`` takes in what has come for a key.

    It returns a result or an exception for each, in their order.
    """

    def __init__(
        self, store: Callable[[_Key, Sequence[_Told]], Sequence[_Result | BaseException]]
    ) -> None:
        self._store = store
        self._guard = threading.Lock()
        # There is a list for a key while somebody stores for it.
        self._waiting: dict[_Key, list[_Call[_Told, _Result]]] = {}

    def one(self, key: _Key, told: _Told) -> _Result:
        """What came of this call; raises what refused it."""
        call: _Call[_Told, _Result] = _Call(told)
        with self._guard:
            is_first = key not in self._waiting
            if is_first:
                self._waiting[key] = []
            else:
                self._waiting[key].append(call)
        if not is_first:
            call.woken.wait()
        if call.result is None:
            self._take_turn(key, call)
        if isinstance(call.result, BaseException):
            raise call.result
        if call.result is None:
            raise RuntimeError("A call has got no result.")
        return call.result

    def _take_turn(self, key: _Key, call: _Call[_Told, _Result]) -> None:
        """Take in this call and all that wait, and leave the turn to the first that came since."""
        with self._guard:
            calls = [call, *self._waiting[key]]
            self._waiting[key] = []
        try:
            self._settle(key, calls)
        finally:
            with self._guard:
                since = self._waiting[key]
                woken = [*calls, *since[:1]]
                if since:
                    del since[0]
                else:
                    del self._waiting[key]
            for each in woken:
                each.woken.set()

    def _settle(self, key: _Key, calls: Sequence[_Call[_Told, _Result]]) -> None:
        """Store all of them; where one of them hinders the others, each goes on alone."""
        try:
            results = self._store(key, [call.told for call in calls])
            for call, result in zip(calls, results, strict=True):
                call.result = result
        except BaseException as error:
            # Without a database none of them would come further.
            if len(calls) == 1 or isinstance(error, Unavailable):
                for call in calls:
                    call.result = error
                return
            for call in calls:
                self._settle(key, [call])
