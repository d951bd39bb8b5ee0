"""Random histories of protections, told by eight writers at once, give the use to the cent.

The expected use is computed here by brute force from what the writers did, with none of the
functions that keep it.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from threading import Barrier
from typing import Final

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select, update

from services import activations, frame_use, protection_members, protections
from services.activations import Activated
from services.protection_members import Buyer
from store.database import Database
from store.decisions import AuditEntry
from store.frames import Frame
from store.shops import Shop
from tests.services import protected

FIRST: Final = datetime(2026, 1, 1, tzinfo=UTC)
DAYS: Final = 36
SHOPS: Final = 3
WRITERS: Final = 8
FRAME: Final = 3_000_00
PLUS: Final = "plus@example.org"
# What is covered at most by residence, in EUR cents; that of Plus under its buyer.
COVER: Final = {"DE": 100_00, "FR": 2_500_00, PLUS: 20_000_00}
_NUMBERS: Final = count(1)


@dataclass(frozen=True, slots=True)
class Purchase:
    """A protected purchase and what becomes of it; moments in quarters of an hour.

    ``extended`` are days, 0 for none; ``ending`` is "", "cancelled" or "claimed". As many more of
    its kind begin with it, in one transaction, and run their time.
    """

    shop: int
    start: int
    cents: int
    kind: str
    extended: int
    is_prolonged: bool
    ending: str
    waits: tuple[int, int, int]
    more: int = 0

    @property
    def all(self) -> list["Purchase"]:
        other = replace(self, extended=0, is_prolonged=False, ending="", more=0)
        return [self] + [other] * self.more

    def at(self, step: int) -> datetime:
        """When its step happens: 0 for the start, then extension, prolongation, ending."""
        start = FIRST + timedelta(minutes=15 * self.start)
        later = start + timedelta(minutes=15 * sum(self.waits[:step]))
        return max(start, min(later, FIRST + timedelta(days=DAYS)))

    @property
    def cover(self) -> int:
        return min(self.cents, COVER[self.kind])

    @property
    def runs(self) -> tuple[datetime, datetime]:
        """From when until when it takes of the frame."""
        start = self.at(0)
        first = start.replace(hour=0, minute=0)
        days = 30 + self.extended + (30 if self._prolongs else 0)
        end = first + timedelta(days=days)
        return start, min(self.at(3), end) if self.ending else end

    @property
    def _prolongs(self) -> bool:
        return self.is_prolonged and self.kind == PLUS

    def play(self, database: Database, key: str, number: int) -> None:
        """Do it all, each step in a transaction of its own."""
        who = {"residence": "DE", "email": PLUS} if self.kind == PLUS else {"residence": self.kind}
        orders = [
            protected.an_order(f"R-{number}-{each}", at=self.at(0), amount_minor=self.cents, **who)
            for each in range(1 + self.more)
        ]
        with database.write() as work:
            shop = protected.shop_of(work, key)
            outcomes = activations.activate_many(work, shop, orders, now=self.at(0))
        assert all(isinstance(each, Activated) and each.is_new for each in outcomes)
        (row, *_) = [each.protection for each in outcomes if isinstance(each, Activated)]
        if self.extended:
            with database.write() as work:
                protections.extend(work, row, self.extended, now=self.at(1))
        if self._prolongs:
            with database.write() as work:
                protections.prolong(work, row, now=self.at(2))
        if self.ending:
            step = protections.cancel if self.ending == "cancelled" else protections.mark_claimed
            with database.write() as work:
                step(work, row, now=self.at(3))


WAITS: Final = st.integers(0, 9 * 24 * 4)
PURCHASES: Final = st.builds(
    Purchase,
    shop=st.integers(0, SHOPS - 1),
    start=st.integers(0, DAYS * 24 * 4 - 1),
    cents=st.integers(1, 30_000_00),
    kind=st.sampled_from(sorted(COVER)),
    extended=st.sampled_from([0, 0, 1, 30]),
    is_prolonged=st.booleans(),
    ending=st.sampled_from(["", "cancelled", "claimed"]),
    waits=st.tuples(WAITS, WAITS, WAITS),
    more=st.sampled_from([0, 0, 1, 4]),
)
HISTORIES: Final = st.lists(
    st.lists(PURCHASES, min_size=1, max_size=5), min_size=WRITERS, max_size=WRITERS
)


def use_at(history: list[Purchase], moment: datetime, shop: int | None = None) -> int:
    """What protections of that moment cover, in EUR cents."""
    return sum(
        each.cover
        for each in history
        if shop in (None, each.shop) and each.runs[0] <= moment < each.runs[1]
    )


def most_on(history: list[Purchase], day: date, shop: int | None = None) -> int:
    """The highest use of a day, in EUR cents: at its beginning, or when something begins."""
    first = datetime.combine(day, datetime.min.time(), UTC)
    starts = {each.runs[0] for each in history if each.runs[0].date() == day}
    return max(use_at(history, moment, shop) for moment in {first, *starts})


def member(database: Database) -> tuple[int, list[str], list[int]]:
    """A new member with three shops that hold the mark: its account, their keys and ids."""
    name, now = f"member-{next(_NUMBERS)}", FIRST - timedelta(days=1)
    keys = [
        protected.open_shop(database, now=now, domain=f"{name}-{number}.example")
        for number in range(SHOPS)
    ]
    with database.write() as work:
        shops = [protected.shop_of(work, key) for key in keys]
        account_id, ids = shops[0].account_id, [shop.id for shop in shops]
        work.session.execute(
            update(Shop).where(col(Shop.id).in_(ids)).values(account_id=account_id)
        )
        frame = work.session.get(Frame, account_id)
        assert frame is not None
        frame.base_eur_minor = FRAME
        protection_members.book_plus(work, Buyer(PLUS, "de", "DE"), now=now)
    return account_id, keys, ids


def exceeded(database: Database) -> Counter[tuple[str, str]]:
    """How often each day of the members stands in the log as exceeded."""
    with database.read() as session:
        query = select(AuditEntry).where(AuditEntry.action == "frame.exceeded")
        return Counter((row.object, orjson.loads(row.after)["day"]) for row in session.exec(query))


@given(HISTORIES)
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_eight_writers_at_once_give_what_brute_force_gives(
    database: Database, written: list[list[Purchase]]
) -> None:
    account_id, keys, ids = member(database)
    together, known = Barrier(WRITERS), set(exceeded(database))

    def write(writer: int) -> None:
        together.wait()
        for number, each in enumerate(written[writer]):
            each.play(database, keys[each.shop], writer * 100 + number)

    with ThreadPoolExecutor(WRITERS) as pool:
        assert list(pool.map(write, range(WRITERS))) == [None] * WRITERS
    history = [one for of_writer in written for each in of_writer for one in each.all]
    last = FIRST + timedelta(days=DAYS, hours=23)
    with database.write() as work:
        frame_use.open_day(work, account_id, now=last)
    with database.read() as session:
        found = frame_use.maxima(session, account_id, first=FIRST.date())
        for later in (0, 1, 10, 70):
            moment = last + timedelta(days=later)
            wanted = {ids[n]: use_at(history, moment, n) for n in range(SHOPS)}
            use = frame_use.use_of(session, account_id, now=moment)
            assert use.shops == {key: cents for key, cents in wanted.items() if cents}
            assert use.use_eur_minor == use_at(history, moment)
    for shop_id, shop in ((0, None), *zip(ids, range(SHOPS), strict=True)):
        days = found.get(shop_id, {})
        assert days == {day: most_on(history, day, shop) for day in days}
    assert last.date() in found[0]
    assert min(each.at(0) for each in history).date() in found[0]
    told = {key: times for key, times in exceeded(database).items() if key not in known}
    beyond = {str(day) for day, most in found[0].items() if most > FRAME}
    assert beyond <= {day for _, day in told}
    assert set(told.values()) <= {1}
