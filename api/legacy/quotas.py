"""Quotas of the legacy contract: requests in fixed windows of the clock (legacy-api.md 1.6, 1.7).

Counted in process memory, under names that nobody can read and that change with each window.
``api.legacy.sharing`` adds what other processes have counted, where there is a Redis.
"""

import math
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from api.asgi import Scope
from api.caching import Header
from api.clients import Clients
from services.settings import Settings

Rates = tuple[Header, Header, Header]
"""The headers that tell what is allowed, what is left and when the window ends."""

_NAMES: Final = 100_000
_REMAINING: Final = b"x-rate-limit-remaining"


class Count:
    """Requests under one name in one window: what all processes told, and our own since then."""

    __slots__ = ("fresh", "name", "told")

    def __init__(self, name: str) -> None:
        self.name = name
        self.told = 0
        self.fresh = 0

    @property
    def total(self) -> int:
        """Requests in this window, as far as this process knows."""
        return self.told + self.fresh


class Windows:
    """Counts of at most ``names`` names in windows of ``seconds``, of which ``most`` are allowed.

    Windows begin with multiples of their length, so that all processes have the same. When a
    window ends its counts are forgotten. ``hashed`` makes a name of a text. ``asked`` are the
    counts that were looked at since the last exchange with other processes.
    """

    def __init__(
        self,
        label: str,
        hashed: Callable[[str], str],
        *,
        most: int,
        seconds: int,
        clock: Callable[[], float] = time.time,
        names: int = _NAMES,
    ) -> None:
        self.label = label
        self.most = most
        self.seconds = seconds
        self.ends_at = 0
        self.asked: dict[str, Count] = {}
        self._hashed = hashed
        self.clock = clock
        self._names = names
        self._counts: dict[str, Count] = {}
        self.limit: Header = (b"x-rate-limit-limit", b"%d" % most)
        self.reset: Header = (b"x-rate-limit-reset", b"0")

    def find(self, text: str) -> Count:
        """The count of whom ``text`` stands for, in the present window."""
        self.turn()
        name = self._hashed(f"{self.label} {self.ends_at} {text}")
        count = self._counts.get(name)
        if count is None:
            if len(self._counts) >= self._names:
                oldest = next(iter(self._counts))
                del self._counts[oldest]
                self.asked.pop(oldest, None)
            count = self._counts[name] = Count(name)
        return count

    def turn(self) -> None:
        """Begin a window if the last one is over."""
        now = self.clock()
        # A window that ends too far ahead is that of a clock which was set back since.
        if self.ends_at - self.seconds <= now < self.ends_at:
            return
        self.ends_at = (int(now) // self.seconds + 1) * self.seconds
        self.reset = (b"x-rate-limit-reset", b"%d" % self.ends_at)
        self._counts, self.asked = {}, {}

    def is_spent(self, count: Count) -> bool:
        """Whether nothing is left in this window."""
        return count.told + count.fresh >= self.most

    def add(self, count: Count, number: int = 1) -> None:
        """Count a request, or take one back."""
        count.fresh += number
        self.asked[count.name] = count

    def headers(self, count: Count) -> Rates:
        """What is allowed, what is left and when the window ends (1.7)."""
        # Who is told what is left soon hears what others have counted.
        self.asked[count.name] = count
        left = max(0, self.most - count.told - count.fresh)
        return self.limit, (_REMAINING, b"%d" % left), self.reset

    def retry_after(self) -> Header:
        """Seconds until the window ends, at least 1."""
        seconds = max(1, math.ceil(self.ends_at - self.clock()))
        return b"retry-after", b"%d" % seconds


class ClientWindows:
    """The quota of client addresses: as ``windows``, found by a request.

    Reading an address properly takes longer than a whole hit, so what was read once in a window
    is found again by a hash of the raw text, whose salt lives as long as the window.
    """

    def __init__(self, windows: Windows, clients: Clients) -> None:
        self.windows = windows
        self._clients = clients
        self._ends_at = 0
        self._salt = b""
        self._found: dict[int, Count] = {}

    def find(self, scope: Scope) -> Count:
        """The count of the client of this request."""
        windows = self.windows
        # The end of a window is checked here, because a call for it costs as much as all the rest.
        if not windows.ends_at - windows.seconds <= windows.clock() < self._ends_at:
            windows.turn()
            self._ends_at = windows.ends_at
            self._salt, self._found = secrets.token_bytes(32), {}
        # Python's own hash has a secret of the process, and takes a tenth of the time of others.
        told = hash((self._salt, self._clients.told(scope)))
        count = self._found.get(told)
        if count is None:
            if len(self._found) >= _NAMES:
                self._found.clear()
            count = self._found[told] = windows.find(self._clients.network(scope))
        return count

    def take(self, scope: Scope) -> Rates | None:
        """Count a request and tell what is left; None when there was nothing left."""
        count, windows = self.find(scope), self.windows
        left = windows.most - count.told - count.fresh
        if left <= 0:
            return None
        count.fresh += 1
        windows.asked[count.name] = count
        return windows.limit, (_REMAINING, b"%d" % (left - 1)), windows.reset

    def headers(self, scope: Scope) -> Rates:
        """Tell what is left, for an answer that does not count."""
        return self.windows.headers(self.find(scope))


@dataclass(frozen=True, slots=True)
class Quotas:
    """All that is counted: requests of addresses and of logins, and wrong passwords."""

    clients: ClientWindows
    logins: Windows
    failures: Windows

    @classmethod
    def of(
        cls, settings: Settings, clients: Clients, clock: Callable[[], float] = time.time
    ) -> "Quotas":
        """The quotas that the settings of an installation name; ``clock`` gives Unix time."""
        hour, hashed = settings.legacy_rate_seconds, clients.hashed
        requests = Windows("client", hashed, most=settings.legacy_rate, seconds=hour, clock=clock)
        return cls(
            clients=ClientWindows(requests, clients),
            logins=Windows(
                "login", hashed, most=settings.legacy_login_rate, seconds=hour, clock=clock
            ),
            failures=Windows(
                "failure",
                hashed,
                most=settings.legacy_login_failures,
                seconds=settings.legacy_login_failure_seconds,
                clock=clock,
            ),
        )

    @property
    def windows(self) -> tuple[Windows, ...]:
        """Everything that processes share."""
        return self.clients.windows, self.logins, self.failures
