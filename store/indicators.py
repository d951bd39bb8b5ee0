"""Quality indicators day by day, what was told of them, and what they are computed from (§32).

Everything is asked of a stretch of shops at once, by their internal ids, first and last included:
ten thousand shops take as many statements as a few dozen.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    and_,
    case,
    delete,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy import Table as CoreTable
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from store import claims as _claims
from store import frames as _frames
from store import protections as _protections
from store import shops as _shops
from store import test_orders as _test_orders
from store.columns import Table
from store.frame_use import COVER

DAYS: Final = CoreTable(
    "indicator_days",
    Table.metadata,
    Column("shop_id", Integer, ForeignKey("shops.id"), primary_key=True, autoincrement=False),
    Column("indicator", String(20), primary_key=True),
    Column("day", Date, primary_key=True),
    # Millionths of a share, of a grade, of days, or of a number; none where nothing is measured.
    Column("value", BigInteger, nullable=True),
    Column("n", BigInteger, nullable=False),
    Column("zone", String(6), nullable=False),
    Index("ix_indicator_days_day", "day", "shop_id"),
)
ALERTS: Final = CoreTable(
    "indicator_alerts",
    Table.metadata,
    Column("shop_id", Integer, ForeignKey("shops.id"), primary_key=True, autoincrement=False),
    Column("indicator", String(20), primary_key=True),
    Column("kind", String(10), primary_key=True),
    Column("told_on", Date, nullable=False),
)
_SHOP: Final = Table.metadata.tables[_shops.Shop.__tablename__].c
_PROTECTION: Final = Table.metadata.tables[_protections.Protection.__tablename__].c
_CLAIM: Final = Table.metadata.tables[_claims.Claim.__tablename__].c
_STEP: Final = Table.metadata.tables[_claims.ClaimStep.__tablename__].c
_SAID: Final = Table.metadata.tables[_claims.ClaimMessage.__tablename__].c
_FRAME: Final = Table.metadata.tables[_frames.Frame.__tablename__].c
_TESTED: Final = Table.metadata.tables[_test_orders.TestOrder.__tablename__].c


@dataclass(frozen=True, slots=True)
class Line:
    """One shop of a stretch: its ids, its market, and whose it is."""

    id: int
    account_id: int
    market: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """Shops by their internal ids from ``first`` to ``last``, both included."""

    first: int
    last: int

    def of(self, column: Column[Any]) -> Any:
        """Whether a column names one of these shops."""
        return column.between(self.first, self.last)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was stored of one indicator of one shop on one day."""

    shop_id: int
    indicator: str
    day: date
    value: int | None
    n: int
    zone: str


def lines(session: Session, after: int, *, most: int) -> Sequence[Line]:
    """Shops by their internal ids, those behind ``after``."""
    query = select(_SHOP.id, _SHOP.account_id, _SHOP.market).where(_SHOP.id > after)
    rows = session.connection().execute(query.order_by(_SHOP.id).limit(most))
    return [Line(row.id, row.account_id, row.market) for row in rows]


def protections(
    session: Session, shops: Stretch, *, long: datetime, short: datetime
) -> Mapping[int, tuple[int, int]]:
    """How many protections of each shop began since ``long``, and how many since ``short``."""
    late = func.sum(case((_PROTECTION.starts_at >= short, 1), else_=0))
    query = (
        select(_PROTECTION.shop_id, func.count(), late)
        .where(shops.of(_PROTECTION.shop_id), _PROTECTION.starts_at >= long)
        .group_by(_PROTECTION.shop_id)
    )
    rows = session.connection().execute(query)
    return {shop_id: (int(all_), int(some)) for shop_id, all_, some in rows}


def claims_opened(
    session: Session, shops: Stretch, *, since: datetime
) -> Mapping[int, Sequence[tuple[datetime, datetime | None]]]:
    """When each claim since then was opened, and when its shop first answered, by shop."""
    query = select(_CLAIM.shop_id, _CLAIM.opened_at, _CLAIM.answered_at).where(
        shops.of(_CLAIM.shop_id), _CLAIM.opened_at >= since
    )
    found: dict[int, list[tuple[datetime, datetime | None]]] = defaultdict(list)
    for shop_id, opened_at, answered_at in session.connection().execute(query):
        found[shop_id].append((opened_at, answered_at))
    return found


def claims_open(
    session: Session,
    shops: Stretch,
    *,
    states: Collection[str],
    asked: Collection[str],
    exempt: str,
    shop: str,
    now: datetime,
) -> Mapping[int, tuple[int, int]]:
    """How many claims of each shop are open, and for how many its answer is late.

    Late is a claim in which the party ``shop`` has said nothing though its time is over: it stands
    in one of the states ``asked`` beyond its deadline, or behind them. Those for the reason
    ``exempt`` are not asked about.
    """
    has_spoken = exists().where(_SAID.claim_id == _CLAIM.id, _SAID.party == shop)
    is_over = or_(_CLAIM.state.not_in(asked), _CLAIM.due_at <= now)
    is_late = and_(_CLAIM.answered_at.is_(None), _CLAIM.reason != exempt, is_over, ~has_spoken)
    query = (
        select(_CLAIM.shop_id, func.count(), func.sum(case((is_late, 1), else_=0)))
        .where(shops.of(_CLAIM.shop_id), _CLAIM.state.in_(states))
        .group_by(_CLAIM.shop_id)
    )
    rows = session.connection().execute(query)
    return {shop_id: (int(opened), int(late)) for shop_id, opened, late in rows}


def claims_paid(
    session: Session, shops: Stretch, *, states: Collection[str], paid: str, since: datetime
) -> Mapping[int, int]:
    """How many claims of each shop, now in one of ``states``, were ``paid`` since then."""
    step = exists().where(_STEP.claim_id == _CLAIM.id, _STEP.to_state == paid, _STEP.at >= since)
    query = (
        select(_CLAIM.shop_id, func.count())
        .where(shops.of(_CLAIM.shop_id), _CLAIM.state.in_(states), step)
        .group_by(_CLAIM.shop_id)
    )
    return {shop_id: int(number) for shop_id, number in session.connection().execute(query)}


def frames(
    session: Session, accounts: Collection[int], *, state: str
) -> Mapping[int, tuple[int, int]]:
    """The base in EUR cents and the factor in per cent of each member's frame in this state."""
    query = select(_FRAME.account_id, _FRAME.base_eur_minor, _FRAME.factor_percent).where(
        _FRAME.account_id.in_(accounts), _FRAME.state == state
    )
    return {each: (base, factor) for each, base, factor in session.connection().execute(query)}


def frame_use(session: Session, accounts: Collection[int], day: date) -> Mapping[int, int]:
    """How much of each member's frame is used on a day, in EUR cents; nothing is left out."""
    query = (
        select(COVER.c.account_id, func.sum(COVER.c.cover_eur_minor))
        .where(COVER.c.account_id.in_(accounts), COVER.c.end_day > day)
        .group_by(COVER.c.account_id)
    )
    return {account: int(used) for account, used in session.connection().execute(query)}


def orders_tested(
    session: Session, shops: Stretch, *, since: datetime
) -> Mapping[int, tuple[int, int]]:
    """How many test orders were placed with each shop since then, and how many failed."""
    failed = func.sum(case((_TESTED.has_passed, 0), else_=1))
    query = (
        select(_TESTED.shop_id, func.count(), failed)
        .where(shops.of(_TESTED.shop_id), _TESTED.ordered_at >= since)
        .group_by(_TESTED.shop_id)
    )
    rows = session.connection().execute(query)
    return {shop_id: (int(placed), int(bad)) for shop_id, placed, bad in rows}


def day_before(session: Session, day: date) -> date | None:
    """The last day before ``day`` of which anything is stored; nights may have been missed."""
    latest: date | None = session.connection().scalar(
        select(func.max(DAYS.c.day)).where(DAYS.c.day < day)
    )
    return latest


def on_days(
    session: Session, shops: Stretch, days: Collection[date]
) -> Mapping[tuple[int, str, date], Snapshot]:
    """What is stored of these days, by shop, indicator and day."""
    query = select(DAYS).where(DAYS.c.day.in_(days), shops.of(DAYS.c.shop_id))
    found = (_snapshot(row) for row in session.connection().execute(query))
    return {(each.shop_id, each.indicator, each.day): each for each in found}


def since(session: Session, shop_id: int, first: date) -> Sequence[Snapshot]:
    """What is stored of one shop from ``first`` on, by day."""
    query = select(DAYS).where(DAYS.c.shop_id == shop_id, DAYS.c.day >= first)
    rows = session.connection().execute(query.order_by(DAYS.c.day))
    return [_snapshot(row) for row in rows]


def all_in_zone(
    session: Session, shop_ids: Collection[int], zone: str, first: date, last: date
) -> frozenset[tuple[int, str]]:
    """Of these shops, the indicators of which every stored day is in this zone.

    The first and the last day have to be among them.
    """
    query = (
        select(DAYS.c.shop_id, DAYS.c.indicator)
        .where(DAYS.c.shop_id.in_(shop_ids), DAYS.c.day.between(first, last))
        .group_by(DAYS.c.shop_id, DAYS.c.indicator)
        .having(
            func.min(DAYS.c.day) == first,
            func.max(DAYS.c.day) == last,
            func.sum(case((DAYS.c.zone == zone, 0), else_=1)) == 0,
        )
    )
    return frozenset((row.shop_id, row.indicator) for row in session.connection().execute(query))


def in_zone(
    session: Session, zone: str, *, after: int, most: int
) -> Mapping[tuple[int, str, str], frozenset[str]]:
    """Indicators that were in this zone at the last stored day, by id, key and name of shops.

    Shops in the order of their internal ids, those behind ``after``.
    """
    latest = select(func.max(DAYS.c.day)).scalar_subquery()
    is_there = and_(DAYS.c.day == latest, DAYS.c.zone == zone, DAYS.c.shop_id > after)
    page = select(DAYS.c.shop_id).where(is_there).distinct().order_by(DAYS.c.shop_id).limit(most)
    query = (
        select(_SHOP.id, _SHOP.shop_key, _SHOP.name, DAYS.c.indicator)
        .join(DAYS, DAYS.c.shop_id == _SHOP.id)
        .where(is_there, DAYS.c.shop_id.in_(page))
        .order_by(_SHOP.id)
    )
    found: dict[tuple[int, str, str], frozenset[str]] = {}
    for number, key, name, indicator in session.connection().execute(query):
        shop = (number, key, name)
        found[shop] = found.get(shop, frozenset()) | {indicator}
    return found


def put(session: Session, snapshots: Iterable[Snapshot]) -> None:
    """Store snapshots; one of the same day is replaced."""
    rows = [
        {
            "shop_id": each.shop_id,
            "indicator": each.indicator,
            "day": each.day,
            "value": each.value,
            "n": each.n,
            "zone": each.zone,
        }
        for each in snapshots
    ]
    if rows:
        session.execute(_putting(session.get_bind().dialect.name, DAYS), rows)


def told(session: Session, shops: Stretch, kind: str) -> Mapping[tuple[int, str], date]:
    """When somebody was last told of this kind, by shop and indicator."""
    query = select(ALERTS).where(shops.of(ALERTS.c.shop_id), ALERTS.c.kind == kind)
    rows = session.connection().execute(query)
    return {(row.shop_id, row.indicator): row.told_on for row in rows}


def note_told(session: Session, kind: str, day: date, which: Collection[tuple[int, str]]) -> None:
    """Somebody was told this day of these indicators of these shops."""
    rows = [
        {"shop_id": shop_id, "indicator": indicator, "kind": kind, "told_on": day}
        for shop_id, indicator in sorted(which)
    ]
    if rows:
        session.execute(_putting(session.get_bind().dialect.name, ALERTS), rows)


# Built once for each dialect: building these statements costs more than running them.
@cache
def _putting(dialect: str, table: CoreTable) -> Any:
    insert: Any = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    return insert.on_conflict_do_update(
        index_elements=[column.name for column in table.primary_key],
        set_={
            column.name: insert.excluded[column.name]
            for column in table.columns
            if not column.primary_key
        },
    )


def forget(session: Session, before: date) -> int:
    """Delete what is stored of days before this one; returns how many rows."""
    result: Any = session.connection().execute(delete(DAYS).where(DAYS.c.day < before))
    return int(result.rowcount)


def _snapshot(row: Any) -> Snapshot:
    return Snapshot(row.shop_id, row.indicator, row.day, row.value, row.n, row.zone)
