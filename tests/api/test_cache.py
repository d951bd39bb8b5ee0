"""The cache keeps its budget, replaces whole, and never answers with what has been superseded."""

import gc
from dataclasses import dataclass, field

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from api.cache import OVERHEAD, Cache, Entry
from api.caching import STALE_IF_ERROR_SECONDS
from api.negotiation import Encoding
from tests.api.exchanges import KEY, OTHER_KEY, snapshot


class Clock:
    """A clock that stands still until it is told to move."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cache(clock: Clock) -> Cache:
    return Cache(budget=1_000_000, clock=clock)


def url(name: str, key: str = KEY) -> bytes:
    return f"/v1/shops/{key}/{name}".encode()


def test_an_answer_is_found_under_its_canonical_url(cache: Cache) -> None:
    entry = cache.put(snapshot("badge.json", body=b"{}"))
    assert cache.fresh(url("badge.json")) is entry
    assert entry.bodies[Encoding.IDENTITY] == b"{}"


def test_a_change_makes_all_older_answers_of_the_shop_stale_at_once(cache: Cache) -> None:
    cache.put(snapshot("badge.json", generation=1))
    cache.put(snapshot("reviews.json", generation=1))
    other = cache.put(snapshot("badge.json", key=OTHER_KEY, generation=1))
    cache.invalidate(KEY, 2)
    assert cache.fresh(url("badge.json")) is None
    assert cache.fresh(url("reviews.json")) is None
    assert cache.fresh(url("badge.json", OTHER_KEY)) is other


def test_an_older_announcement_changes_nothing(cache: Cache) -> None:
    entry = cache.put(snapshot("badge.json", generation=5))
    cache.invalidate(KEY, 5)
    cache.invalidate(KEY, 4)
    assert cache.fresh(url("badge.json")) is entry


def test_a_newer_answer_makes_the_other_answers_of_its_shop_stale(cache: Cache) -> None:
    cache.put(snapshot("badge.json", generation=1))
    cache.put(snapshot("reviews.json", generation=2))
    assert cache.fresh(url("badge.json")) is None


def test_an_older_answer_never_replaces_a_newer_one(cache: Cache) -> None:
    newer = cache.put(snapshot("badge.json", generation=2, body=b"new"))
    assert cache.put(snapshot("badge.json", generation=1, body=b"old")) is newer
    assert cache.fresh(url("badge.json")) is newer


def test_a_change_while_an_answer_is_made_is_not_forgotten(cache: Cache) -> None:
    with cache.expecting(KEY):
        cache.invalidate(KEY, 2)
        late = cache.put(snapshot("badge.json", generation=1))
    assert cache.fresh(url("badge.json")) is None
    assert cache.stale(url("badge.json")) is late


def test_a_stale_answer_may_stand_in_for_a_day_and_no_longer(cache: Cache, clock: Clock) -> None:
    entry = cache.put(snapshot("badge.json", generation=1))
    cache.invalidate(KEY, 2)
    clock.now += STALE_IF_ERROR_SECONDS
    assert cache.stale(url("badge.json")) is entry
    clock.now += 1
    assert cache.stale(url("badge.json")) is None
    assert cache.used == 0


def test_a_second_change_does_not_make_a_stale_answer_younger(cache: Cache, clock: Clock) -> None:
    cache.put(snapshot("badge.json", generation=1))
    cache.invalidate(KEY, 2)
    clock.now += STALE_IF_ERROR_SECONDS
    cache.invalidate(KEY, 3)
    cache.put(snapshot("badge.json", generation=1))
    clock.now += 1
    assert cache.stale(url("badge.json")) is None


def test_answers_to_parametrised_urls_leave_first(clock: Clock) -> None:
    size = Cache(budget=10**9, clock=clock).put(snapshot("badge.json")).size
    cache = Cache(budget=size * 4, clock=clock)
    cache.put(snapshot("badge.json"))
    cache.put(snapshot("products/1/reviews.json"))
    cache.put(snapshot("badge.json?lang=de"))
    cache.put(snapshot("grade.json"))
    assert cache.fresh(url("badge.json")) is not None
    assert cache.fresh(url("products/1/reviews.json")) is None
    assert cache.fresh(url("grade.json")) is not None


def test_an_answer_larger_than_the_budget_is_given_but_not_kept(clock: Clock) -> None:
    cache = Cache(budget=OVERHEAD + 100, clock=clock)
    entry = cache.put(snapshot("badge.json", body=b"x" * 1_000))
    assert entry.bodies[Encoding.IDENTITY] == b"x" * 1_000
    assert (cache.used, cache.entries) == (0, {})


def test_only_the_hottest_entries_keep_their_messages(clock: Clock) -> None:
    cache = Cache(budget=10**6, clock=clock, hot=2)
    entries = [cache.put(snapshot(f"badge.json?lang={n}")) for n in range(3)]
    for entry in entries:
        cache.warm(entry)
    assert [entry.answers is not None for entry in entries] == [False, True, True]


def test_an_entry_that_was_dropped_is_not_kept_warm(cache: Cache) -> None:
    old = cache.put(snapshot("badge.json", generation=1))
    cache.put(snapshot("badge.json", generation=2))
    cache.warm(old)
    assert old.answers is None


def test_a_dropped_entry_is_freed_without_waiting_for_the_garbage_collector(cache: Cache) -> None:
    cache.warm(cache.put(snapshot("badge.json", generation=1)))
    cache.put(snapshot("grade.json", generation=1))
    gc.collect()
    gc.disable()
    try:
        # Apps of other tests may still have entries of their own, which stay as many as they are.
        before = entries_alive()
        cache.put(snapshot("badge.json", generation=2))
        assert entries_alive() == before
    finally:
        gc.enable()
    assert len(cache.entries) == 2


def entries_alive() -> int:
    """How many entries this process has, those that nobody can reach any more included."""
    return sum(isinstance(each, Entry) for each in gc.get_objects())


@dataclass
class Kept:
    """What the model knows of one entry."""

    body: bytes
    generation: int
    size: int
    stale_since: float | None = None


@dataclass
class Model:
    """The cache as one would write it without thinking of speed or memory."""

    budget: int
    kept: dict[str, Kept] = field(default_factory=dict)
    generations: dict[str, int] = field(default_factory=dict)
    expected: set[str] = field(default_factory=set)

    def put(self, name: str, key: str, kept: Kept, now: float) -> None:
        place = f"/v1/shops/{key}/{name}"
        present = self.kept.get(place)
        if present is not None and present.generation >= kept.generation:
            return
        self.invalidate(key, kept.generation, now, is_known=True)
        self.kept.pop(place, None)
        if kept.size > self.budget:
            return
        while sum(each.size for each in self.kept.values()) + kept.size > self.budget:
            dispensable = [each for each in self.kept if "?" in each or "/products/" in each]
            del self.kept[next(iter(dispensable or self.kept))]
        if kept.generation < self.generations[key]:
            kept.stale_since = now
        self.kept[place] = kept

    def invalidate(self, key: str, generation: int, now: float, *, is_known: bool = False) -> None:
        if not (is_known or self.knows(key)):
            return
        self.generations[key] = max(generation, self.generations.get(key, 0))
        for place, each in self.kept.items():
            if key in place and each.generation < generation and each.stale_since is None:
                each.stale_since = now

    def stale(self, place: str, now: float) -> Kept | None:
        kept = self.kept.get(place)
        since = now if kept is None or kept.stale_since is None else kept.stale_since
        if now - since <= STALE_IF_ERROR_SECONDS:
            return kept
        del self.kept[place]
        return None

    def knows(self, key: str) -> bool:
        return key in self.expected or any(key in place for place in self.kept)

    def forget(self) -> None:
        self.generations = {k: g for k, g in self.generations.items() if self.knows(k)}


names = st.sampled_from(
    ["badge.json", "badge.xml", "reviews.json", "badge.json?lang=de", "products/1/reviews.json"]
)
keys = st.sampled_from([KEY, OTHER_KEY])
generations = st.integers(1, 6)


class CacheMachine(RuleBasedStateMachine):
    """Whatever happens, the cache is the model, and never answers with superseded bytes."""

    @initialize(entries=st.integers(1, 6))
    def open(self, entries: int) -> None:
        self.clock = Clock()
        budget = entries * (OVERHEAD + 150)
        self.cache = Cache(budget=budget, clock=self.clock, hot=2)
        self.model = Model(budget)

    @rule(name=names, key=keys, generation=generations, length=st.integers(0, 400))
    def put(self, name: str, key: str, generation: int, length: int) -> None:
        sealed = snapshot(name, key=key, generation=generation, body=b"%d" % generation * length)
        sizes = map(len, (sealed.body, sealed.gzip, sealed.brotli, sealed.url))
        kept = Kept(sealed.body, generation, sum(sizes) + OVERHEAD)
        self.model.put(name, key, kept, self.clock.now)
        self.cache.put(sealed)

    @rule(key=keys, generation=generations)
    def invalidate(self, key: str, generation: int) -> None:
        self.model.invalidate(key, generation, self.clock.now)
        self.cache.invalidate(key, generation)

    @rule(name=names, key=keys)
    def warm(self, name: str, key: str) -> None:
        entry = self.cache.entries.get(url(name, key))
        if entry is not None:
            self.cache.warm(entry)

    @rule(name=names, key=keys)
    def stale(self, name: str, key: str) -> None:
        place = f"/v1/shops/{key}/{name}"
        kept = self.model.stale(place, self.clock.now)
        entry = self.cache.stale(place.encode())
        assert (entry and entry.bodies[0]) == (kept and kept.body)

    @rule(hours=st.integers(1, 20))
    def wait(self, hours: int) -> None:
        self.clock.now += hours * 3_600

    @rule(name=names, key=keys, generation=generations, changes=st.lists(generations, max_size=2))
    def put_late(self, name: str, key: str, generation: int, changes: list[int]) -> None:
        self.model.expected.add(key)
        with self.cache.expecting(key):
            for change in changes:
                self.invalidate(key, change)
            self.put(name, key, generation, 1)
            assert not any(
                entry.stale_since is None and entry.generation < max(changes, default=0)
                for place, entry in self.cache.entries.items()
                if key.encode() in place
            )
        self.model.expected.remove(key)

    @invariant()
    def it_keeps_its_budget(self) -> None:
        assert self.cache.used == sum(entry.size for entry in self.cache.entries.values())
        assert self.cache.used <= self.model.budget

    @invariant()
    def it_is_the_model(self) -> None:
        self.model.forget()
        found = {
            place.decode(): (entry.bodies[0], entry.generation, entry.stale_since)
            for place, entry in self.cache.entries.items()
        }
        assert found == {
            place: (kept.body, kept.generation, kept.stale_since)
            for place, kept in self.model.kept.items()
        }

    @invariant()
    def few_entries_keep_their_messages(self) -> None:
        hot = [entry for entry in self.cache.entries.values() if entry.answers is not None]
        assert len(hot) <= 2


TestCacheMachine = CacheMachine.TestCase
TestCacheMachine.settings = settings(stateful_step_count=40)
