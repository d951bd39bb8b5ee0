"""The use of frames equals what protections themselves say, in any order and from any thread."""

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from itertools import count, pairwise
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from domain.actors import OPERATOR
from domain.frame_use import Span
from domain.frames import FrameState, Zone
from domain.shops import NewShop
from domain.windows import day_of, midnight
from services import frame_use, shops
from store import frames as frame_rows
from store import shops as shop_rows
from store.database import Database
from store.decisions import AuditEntry
from store.shops import Shop
from tests.services import protected

FIRST: Final = datetime(2026, 1, 1, tzinfo=UTC)
DAYS: Final = 36
_NUMBERS: Final = count(1)


def at(day: int, hour: int = 0) -> datetime:
    """A moment of January, or so many days later."""
    return FIRST + timedelta(days=day - 1, hours=hour)


def span(start: datetime, euros: int, *, days: int = 30) -> Span:
    """A protection of 30 days with its first one."""
    return Span(start, midnight(day_of(start)) + timedelta(days=days), euros * 100)


def member(database: Database, *, number: int = 1) -> tuple[int, list[str]]:
    """A new member's account, and the keys of its shops."""
    name = f"member-{next(_NUMBERS)}"
    with database.write() as work:
        account = shops.open_account(work, name, now=FIRST)
        keys = [
            shops.register(
                work,
                account,
                NewShop(name, f"https://{name}-{each}.example", "EUO", "en", "EUR", True),
                actor=OPERATOR,
                now=FIRST,
            )
            for each in range(number)
        ]
        shop = shop_rows.by_key(work.session, keys[0])
        assert shop is not None
        return shop.account_id, keys


def grant(database: Database, account_id: int, euros: int) -> None:
    """Give the member an active frame of this amount."""
    with database.write() as work:
        row = frame_rows.held(work.session, account_id, now=FIRST)
        row.state, row.base_eur_minor = FrameState.ACTIVE, euros * 100
        work.session.add(row)


def note(
    database: Database, key: str, before: Span | None, after: Span | None, now: datetime
) -> None:
    with database.write() as work:
        shop = shop_rows.by_key(work.session, key)
        assert shop is not None
        frame_use.note(work, shop, before, after, now)


def open_day(database: Database, account_id: int, now: datetime) -> None:
    with database.write() as work:
        frame_use.open_day(work, account_id, now=now)


def use(database: Database, account_id: int, now: datetime) -> int:
    with database.read() as session:
        return frame_use.use_of(session, account_id, now=now).use_eur_minor


def exceedances(database: Database) -> list[str]:
    with database.read() as session:
        query = select(AuditEntry.after).where(AuditEntry.action == "frame.exceeded")
        return list(session.exec(query).all())


def test_the_use_of_the_documented_vector(database: Database) -> None:
    account_id, (key,) = member(database)
    for day, euros in ((1, 500), (10, 1_000), (16, 500)):
        note(database, key, None, span(at(day, 15), euros), at(day, 15))
    # Of days to come it is what will still run, so the whole vector can be read on the last day.
    late = [(16, 2_000), (30, 2_000), (31, 1_500), (39, 1_500), (40, 500), (45, 500), (46, 0)]
    assert [(day, use(database, account_id, at(day, 20)) // 100) for day, _ in late] == late
    for day in range(1, 47):
        open_day(database, account_id, at(day, 23))
    with database.read() as session:
        found = frame_use.maxima(session, account_id, first=at(1).date())[0]
    maxima = [most // 100 for _, most in sorted(found.items())]
    expected = [500] * 9 + [1_500] * 6 + [2_000] * 15 + [1_500] * 9 + [500] * 6 + [0]
    assert maxima == expected


@pytest.mark.parametrize(
    ("euros", "zone"),
    [(1_600, Zone.GREEN), (1_601, Zone.YELLOW), (2_000, Zone.YELLOW), (2_001, Zone.RED)],
)
def test_the_zone_follows_the_use(database: Database, euros: int, zone: Zone) -> None:
    account_id, (key,) = member(database)
    grant(database, account_id, 2_000)
    note(database, key, None, span(at(2, 3), euros), at(2, 3))
    with database.read() as session:
        found = frame_use.use_of(session, account_id, now=at(2, 4))
    assert (found.zone, found.percent) == (zone, -(-euros * 100 // 2_000))


def test_without_an_active_frame_the_use_is_recorded_and_nothing_is_exceeded(
    database: Database,
) -> None:
    account_id, (key,) = member(database)
    note(database, key, None, span(at(2, 3), 700), at(2, 3))
    with database.read() as session:
        found = frame_use.use_of(session, account_id, now=at(2, 4))
    assert (found.use_eur_minor, found.zone, found.percent) == (700_00, Zone.GREY, None)
    assert exceedances(database) == []


def test_going_beyond_the_frame_is_logged_once_a_day_and_stops_nothing(database: Database) -> None:
    account_id, keys = member(database, number=2)
    grant(database, account_id, 1_000)
    for hour, key in enumerate(keys * 3):
        note(database, key, None, span(at(2, hour + 1), 600), at(2, hour + 1))
    assert use(database, account_id, at(2, 9)) == 3_600_00
    assert len(exceedances(database)) == 1
    # It is still exceeded on the next day, on which nothing else happens.
    open_day(database, account_id, at(3, 1))
    open_day(database, account_id, at(3, 2))
    assert len(exceedances(database)) == 2


def test_two_at_once_beyond_the_frame_both_succeed(database: Database) -> None:
    account_id, (key,) = member(database)
    grant(database, account_id, 1_000)
    with ThreadPoolExecutor(2) as pool:
        moments = [at(2, 3), at(2, 3) + timedelta(milliseconds=1)]
        done = [pool.submit(note, database, key, None, span(now, 800), now) for now in moments]
        assert [each.result() for each in done] == [None, None]
    assert use(database, account_id, at(2, 4)) == 1_600_00
    assert len(exceedances(database)) == 1


def test_two_purchases_protected_at_once_beyond_the_frame_both_succeed(database: Database) -> None:
    now = at(2, 3)
    key = protected.open_shop(database, now=now)
    with database.read() as session:
        account_id = _shop(shop_rows.by_key(session, key)).account_id
    grant(database, account_id, 2_000)

    def protect(number: int) -> str:
        told = {"residence": "FR", "amount_minor": 2_500_00}
        return protected.protect(database, key, f"P-{number}", at=now, **told).state

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(protect, range(2))) == ["ACTIVE", "ACTIVE"]
    assert use(database, account_id, now) == 5_000_00
    assert len(exceedances(database)) == 1


def test_eight_threads_give_the_exact_sum(database: Database) -> None:
    account_id, keys = member(database, number=3)
    amounts = [[number * 8 + thread + 1 for number in range(25)] for thread in range(8)]

    def work(thread: int) -> None:
        for number, euros in enumerate(amounts[thread]):
            now = at(3, 8) + timedelta(seconds=number, milliseconds=thread)
            note(database, keys[(thread + number) % 3], None, span(now, euros), now)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    total = sum(map(sum, amounts)) * 100
    assert use(database, account_id, at(3, 9)) == total
    with database.read() as session:
        found = frame_use.maxima(session, account_id, first=at(1).date())
    assert found[0] == {at(3).date(): total}
    assert sum(found[shop_id][at(3).date()] for shop_id in found if shop_id) == total


class History:
    """Protections of a member's shops, and what was done to them, told in some order."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.told: list[tuple[int, int, Span | None, Span | None, datetime]] = []
        self.spans: list[tuple[int, Span]] = []
        moments = st.integers(0, DAYS * 24 * 4 - 1).map(lambda n: FIRST + timedelta(minutes=15 * n))
        for number in range(draw(st.integers(1, 12))):
            self._one(draw, number, moments)
        self.told = self._in_any_order(draw)

    def _one(self, draw: st.DrawFn, number: int, moments: st.SearchStrategy[datetime]) -> None:
        shop = draw(st.integers(0, 2))
        start = draw(moments)
        late = timedelta(hours=draw(st.sampled_from([0, 0, 0, 5, 60])))
        told_at = min(start + late, FIRST + timedelta(days=DAYS))
        cents = draw(st.integers(1, 300_000))
        days = draw(st.sampled_from([1, 3, 7, 30]))
        now = Span(start, midnight(day_of(start)) + timedelta(days=days), cents)
        self.told.append((number, shop, None, now, told_at))
        fate = draw(st.sampled_from(["runs", "extended", "cancelled", "both"]))
        if fate in ("extended", "both"):
            longer = Span(start, now.end + timedelta(days=draw(st.sampled_from([2, 30]))), cents)
            self.told.append((number, shop, now, longer, told_at))
            now = longer
        if fate in ("cancelled", "both"):
            ended_at = max(told_at, draw(moments))
            self.told.append((number, shop, now, None, ended_at))
            now = Span(start, min(max(ended_at, start), now.end), cents)
        self.spans.append((shop, now))

    def _in_any_order(
        self, draw: st.DrawFn
    ) -> list[tuple[int, int, Span | None, Span | None, datetime]]:
        """Any order in which what is told of one protection keeps its own."""
        waiting: dict[int, list[tuple[int, int, Span | None, Span | None, datetime]]]
        waiting = defaultdict(list)
        for each in self.told:
            waiting[each[0]].append(each)
        order = draw(st.permutations([each[0] for each in self.told]))
        return [waiting[number].pop(0) for number in order]

    def use(self, moment: datetime, shop: int | None = None) -> int:
        return sum(
            each.cover_eur_minor
            for of, each in self.spans
            if shop in (None, of) and each.start <= moment < each.end
        )

    def most(self, day: date, shop: int | None = None) -> int:
        first, end = midnight(day), midnight(day) + timedelta(days=1)
        edges = {edge for _, each in self.spans for edge in (each.start, each.end)}
        moments = {first, *(edge for edge in edges if first <= edge < end)}
        return max(self.use(moment, shop) for moment in moments)


@st.composite
def histories(draw: st.DrawFn) -> History:
    return History(draw)


@given(history=histories(), watched=st.lists(st.integers(0, DAYS), max_size=4))
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_history_in_any_order_equals_what_protections_say(
    database: Database, history: History, watched: list[int]
) -> None:
    account_id, keys = member(database, number=3)
    with database.read() as session:
        ids = [_shop(shop_rows.by_key(session, key)).id for key in keys]
    for number, (_, of, before, after, now) in enumerate(history.told):
        note(database, keys[of], before, after, now)
        if number < len(watched):
            open_day(database, account_id, FIRST + timedelta(days=watched[number], seconds=5))
    last = FIRST + timedelta(days=DAYS, hours=23)
    open_day(database, account_id, last)
    with database.read() as session:
        found = frame_use.maxima(session, account_id, first=date(2026, 1, 1))
        for later in (0, 1, 10, 70):
            moment = last + timedelta(days=later)
            wanted = {ids[n]: history.use(moment, n) for n in range(3) if history.use(moment, n)}
            assert frame_use.use_of(session, account_id, now=moment).shops == wanted
    members: list[tuple[int, int | None]] = [(0, None), *zip(ids, range(3), strict=True)]
    for shop_id, shop in members:
        days = found.get(shop_id, {})
        assert days == {day: history.most(day, shop) for day in days}
        assert all(later - day == timedelta(days=1) for day, later in pairwise(sorted(days)))
    assert last.date() in found[0]


def _shop(shop: Shop | None) -> Shop:
    assert shop is not None
    return shop
