"""The cache in process memory: finished answers by canonical URL, within a budget of bytes.

An answer is replaced as a whole. When its shop changes it turns stale at once: it no longer
answers requests, but stays until it is replaced, in case the database cannot be read (RFC 5861).
One that shows a valid mark goes when that ends, whether anybody says so or not (NEVER-16).
Everything here runs on the event loop; there are no locks.
"""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, Union

from api.answers import Representation
from api.caching import MARKED_SECONDS, PROFILES, STALE_IF_ERROR_SECONDS, Profile
from schemas.snapshots import Snapshot

# What an entry takes beside its bodies and URL, in bytes: objects, table slots, its shop.
OVERHEAD: Final = 600
# Of these there may be as many as there are products, replies or ways to ask.
_DISPENSABLE: Final = ("?", "#", "/products/", "/product-reviews/", "/comments/")


class _Shop:
    """What the cache knows of a shop: its newest generation and what it keeps of it."""

    __slots__ = ("entries", "expected", "generation", "key")

    def __init__(self, key: str) -> None:
        self.key = key
        self.generation = 0
        self.entries: list[Entry] = []
        self.expected = 0


class Entry(Representation):
    """One stored answer; ``url`` is its canonical URL.

    ``stale_since`` is None while it may answer requests, else the time since when it may not.
    ``is_plain`` where sending it is all there is to do (``caching.Profile``).
    """

    __slots__ = (
        "after",
        "before",
        "expires",
        "generation",
        "is_plain",
        "shop",
        "stale_since",
        "url",
    )

    before: Union["Entry", "_Ring"]
    after: Union["Entry", "_Ring"]

    def __init__(self, snapshot: Snapshot, shop: _Shop, profile: Profile) -> None:
        super().__init__(
            (snapshot.body, snapshot.gzip, snapshot.brotli),
            digest=snapshot.digest,
            modified=snapshot.modified,
            profile=profile,
        )
        self.is_plain = not (profile.is_spoken or profile.is_counted)
        self.url = snapshot.url.encode()
        self.shop = shop
        self.generation = snapshot.generation
        self.expires = snapshot.expires
        self.stale_since: float | None = None

    @property
    def size(self) -> int:
        """Bytes that the budget counts for this entry."""
        return sum(map(len, self.bodies)) + len(self.url) + OVERHEAD


class _Ring:
    """Entries in the order in which they came; the ring itself stands between last and first."""

    __slots__ = ("after", "before")

    def __init__(self) -> None:
        self.before: Entry | _Ring = self
        self.after: Entry | _Ring = self

    @property
    def oldest(self) -> Entry | None:
        return self.after if isinstance(self.after, Entry) else None

    def append(self, entry: Entry) -> None:
        entry.before, entry.after = self.before, self
        self.before.after = self.before = entry

    @staticmethod
    def remove(entry: Entry) -> None:
        # Its own two references stay: were it to point to itself, that would keep it alive.
        entry.before.after, entry.after.before = entry.after, entry.before


class Cache:
    """Entries within ``budget`` bytes; ``clock`` gives seconds that only rise.

    When room is needed, answers to parametrised URLs and product pages go first, the oldest of
    them at the front. ``hot`` is how many entries keep their messages.
    """

    def __init__(self, *, budget: int, clock: Callable[[], float], hot: int = 8_192) -> None:
        self.entries: dict[bytes, Entry] = {}
        self.used = 0
        self._budget = budget
        self._clock = clock
        self._most_hot = hot
        self._hot: dict[Entry, None] = {}
        self._shops: dict[str, _Shop] = {}
        self._dispensable, self._wanted = _Ring(), _Ring()
        self._ending: dict[Entry, int] = {}
        self._next_end: float = math.inf

    def fresh(self, url: bytes) -> Entry | None:
        """The entry that may answer a request for this canonical URL."""
        entry = self.entries.get(url)
        return entry if entry is not None and entry.stale_since is None else None

    def stale(self, url: bytes) -> Entry | None:
        """The entry that may stand in for an answer that cannot be made just now."""
        entry = self.entries.get(url)
        if entry is None or entry.stale_since is None:
            return entry
        most = STALE_IF_ERROR_SECONDS if entry.expires is None else MARKED_SECONDS
        if self._clock() - entry.stale_since <= most:
            return entry
        self._drop(entry)
        return None

    @contextmanager
    def expecting(self, shop_key: str) -> Iterator[None]:
        """Remember the shop's invalidations while an answer about it is read and put.

        Without it, a change between reading and putting would go unnoticed.
        """
        shop = self._shops.get(shop_key)
        if shop is None:
            shop = self._shops[shop_key] = _Shop(shop_key)
        shop.expected += 1
        try:
            yield
        finally:
            shop.expected -= 1
            self._forget_if_unused(shop)

    def put(self, snapshot: Snapshot, profile: Profile | None = None) -> Entry:
        """Store an answer in the place of one from an older generation; returns what is newer.

        Without ``profile`` it gets the headers that its format has under ``/v1``.
        An answer from before its shop's last change is stored as stale, one that is larger than
        the budget not at all.
        """
        with self.expecting(snapshot.shop_key):
            shop = self._shops[snapshot.shop_key]
            profile = profile or PROFILES[snapshot.media]
            marked = profile if snapshot.expires is None else profile.marked
            entry = Entry(snapshot, shop, marked)
            present = self.entries.get(entry.url)
            if present is not None and present.generation >= entry.generation:
                return present
            self.invalidate(snapshot.shop_key, entry.generation)
            if present is not None:
                self._drop(present)
            if entry.size <= self._budget:
                self._add(entry, self._ring(snapshot))
            return entry

    def invalidate(self, shop_key: str, generation: int) -> None:
        """Let no answer from before ``generation`` of this shop answer requests any more."""
        shop = self._shops.get(shop_key)
        if shop is None or generation <= shop.generation:
            return
        shop.generation = generation
        now = self._clock()
        for entry in shop.entries:
            if entry.stale_since is None and entry.generation < generation:
                entry.stale_since = now

    def end(self, now: float) -> None:
        """Drop what may not be shown any more at ``now``, in Unix seconds."""
        if now < self._next_end:
            return
        for entry in [entry for entry, expires in self._ending.items() if expires <= now]:
            self._drop(entry)
        self._next_end = min(self._ending.values(), default=math.inf)

    def warm(self, entry: Entry) -> None:
        """Keep the messages of a stored entry; the one that was warmed first may lose its own."""
        if self.entries.get(entry.url) is not entry:
            return
        if len(self._hot) >= self._most_hot:
            self._cool(next(iter(self._hot)))
        entry.warm()
        self._hot[entry] = None

    def _cool(self, entry: Entry) -> None:
        entry.answers = None
        self._hot.pop(entry, None)

    def _add(self, entry: Entry, ring: _Ring) -> None:
        if entry.generation < entry.shop.generation:
            entry.stale_since = self._clock()
        self._make_room(entry.size)
        if entry.expires is not None:
            self._ending[entry] = entry.expires
            self._next_end = min(self._next_end, entry.expires)
        self.used += entry.size
        self.entries[entry.url] = entry
        entry.shop.entries.append(entry)
        ring.append(entry)

    def _ring(self, snapshot: Snapshot) -> _Ring:
        is_dispensable = any(part in snapshot.url for part in _DISPENSABLE)
        return self._dispensable if is_dispensable else self._wanted

    def _make_room(self, size: int) -> None:
        while self.used + size > self._budget:
            oldest = self._dispensable.oldest or self._wanted.oldest
            if oldest is None:
                return
            self._drop(oldest)

    def _drop(self, entry: Entry) -> None:
        self.used -= entry.size
        del self.entries[entry.url]
        _Ring.remove(entry)
        self._cool(entry)
        self._ending.pop(entry, None)
        entry.shop.entries.remove(entry)
        self._forget_if_unused(entry.shop)

    def _forget_if_unused(self, shop: _Shop) -> None:
        if not shop.entries and not shop.expected:
            self._shops.pop(shop.key, None)
