"""A reader of snapshots whose database the test lets fail, and a clock that the test moves."""

import threading
from dataclasses import dataclass, field

from schemas.snapshots import Snapshot


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class FakeReader:
    """What ``store.snapshots.Reader`` does, without a database."""

    is_local: bool = False
    is_gone: bool = False
    is_strange: bool = False
    stored: dict[str, Snapshot] = field(default_factory=dict)
    changes: list[tuple[str, int, int]] = field(default_factory=list)
    threads: list[str] = field(default_factory=list)
    asked_since: list[int] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    may_read: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.may_read.set()

    def get(self, url: str) -> Snapshot | None:
        self.may_read.wait(20)
        self._meet()
        if self.is_strange:
            raise ValueError("a kind of a later release")
        return self.stored.get(url)

    def newest_us(self) -> int:
        self._meet()
        return max((stamp for *_, stamp in self.changes), default=0)

    def changed(self, since_us: int) -> list[tuple[str, int, int]]:
        self._meet()
        self.asked_since.append(since_us)
        return [change for change in self.changes if change[2] >= since_us]

    def close(self) -> None:
        self.closed.append(threading.current_thread().name)

    def _meet(self) -> None:
        self.threads.append(threading.current_thread().name)
        if self.is_gone:
            raise OSError("gone")
