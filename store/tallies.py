"""Day buckets and window tallies: what reviews add up to, kept so that windows slide.

A day bucket holds what a shop or product received on one UTC day. Window tallies are sums of
buckets: YEAR from the shop's ``window_start`` on, BEFORE the window of equal length before it,
ALL the whole epoch. A change of one review changes one bucket and the tallies it lies in; a new
day moves what leaves YEAR into BEFORE. Reviews themselves are read again by no one but the
weekly recount.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    Column,
    Date,
    Index,
    Integer,
    Select,
    String,
    Subquery,
    and_,
    bindparam,
    case,
    delete,
    func,
    literal,
    select,
    true,
    union_all,
)
from sqlalchemy import Table as CoreTable
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from domain.grades import TALLY_FIELDS, Tally
from store import reviews as _reviews
from store import shops as _shops
from store.columns import Table


class Span(StrEnum):
    """Which sum a window tally is."""

    YEAR = "YEAR"
    BEFORE = "BEFORE"
    ALL = "ALL"


def _sums() -> list[Column[int]]:
    return [Column(name, Integer, nullable=False, server_default="0") for name in TALLY_FIELDS]


def _key() -> list[Column[int]]:
    names = ("shop_id", "subject_id", "epoch")
    return [Column(name, Integer, primary_key=True, autoincrement=False) for name in names]


DAY_BUCKETS: Final = CoreTable(
    "day_buckets",
    Table.metadata,
    *_key(),
    Column("day", Date, primary_key=True),
    *_sums(),
    Index("ix_day_buckets_day", "day", "shop_id"),
)
WINDOW_TALLIES: Final = CoreTable(
    "window_tallies",
    Table.metadata,
    *_key(),
    Column("span", String(6), primary_key=True),
    *_sums(),
)
_SHOPS: Final = Table.metadata.tables[_shops.Shop.__tablename__]
_REVIEWS: Final = Table.metadata.tables[_reviews.Review.__tablename__]


def spans_at(day: date, window_start: date, trend_start: date) -> list[Span]:
    """The spans that a day lies in, for a shop whose windows start at these days."""
    if day >= window_start:
        return [Span.ALL, Span.YEAR]
    return [Span.ALL, Span.BEFORE] if day >= trend_start else [Span.ALL]


@dataclass(frozen=True, slots=True)
class Subject:
    """What is counted: the shop itself (``subject_id`` 0) or one product, in one epoch."""

    shop_id: int
    subject_id: int
    epoch: int


def add(session: Session, subject: Subject, day: date, change: Tally, spans: list[Span]) -> None:
    """Add ``change`` (which may be negative) to the bucket of ``day`` and to the spans."""
    numbers = {name: getattr(change, name) for name in TALLY_FIELDS}
    key = asdict(subject)
    _add_rows(session, DAY_BUCKETS, [{**key, "day": day, **numbers}])
    _add_rows(session, WINDOW_TALLIES, [{**key, "span": span, **numbers} for span in spans])


def _add_rows(session: Session, table: CoreTable, rows: list[dict[str, Any]]) -> None:
    if rows:
        # Nothing that waits in the session touches tallies, so it may wait for the end.
        with session.no_autoflush:
            session.execute(_adding(session.get_bind().dialect.name, table), rows)


# Built once for each dialect: building this statement costs more than running it.
@cache
def _adding(dialect: str, table: CoreTable) -> Any:
    return _added(postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table))


def _added(insert: Any) -> Any:
    """An insert that adds to the row it meets."""
    table = insert.table
    return insert.on_conflict_do_update(
        index_elements=[column.name for column in table.primary_key],
        set_={name: table.c[name] + insert.excluded[name] for name in TALLY_FIELDS},
    )


def spans_of(session: Session, subject: Subject) -> dict[Span, Tally]:
    """The window tallies of a subject; a span without any review is an empty tally."""
    rows = session.connection().execute(_SPANS, asdict(subject))
    found = {Span(row.span): _tally(row) for row in rows}
    return {span: found.get(span, Tally()) for span in Span}


def years_of_markets(session: Session, markets: Collection[str]) -> Mapping[int, Tally]:
    """What each shop of these markets received in its window, by the shops' internal ids."""
    rows = session.connection().execute(_YEARS_OF_MARKETS, {"markets": list(markets)})
    return {row.shop_id: _tally(row) for row in rows}


def total(session: Session, subject: Subject, first: date, last: date) -> Tally:
    """What the day buckets from ``first`` to ``last`` add up to, both inclusive."""
    values = asdict(subject) | {"first": first, "last": last}
    return _tally(session.connection().execute(_TOTAL, values).one())


def buckets_since(session: Session, subject: Subject, first: date) -> dict[date, Tally]:
    """The subject's day buckets from ``first`` on."""
    rows = session.connection().execute(_BUCKETS_SINCE, asdict(subject) | {"first": first})
    return {row.day: _tally(row) for row in rows}


def _of_subject(table: CoreTable) -> Select[Any]:
    conditions = (table.c[name] == bindparam(name) for name in ("shop_id", "subject_id", "epoch"))
    return select(table).where(*conditions)


# Built once: building these statements costs more than running them.
_SPANS: Final = _of_subject(WINDOW_TALLIES)
_BUCKETS_SINCE: Final = _of_subject(DAY_BUCKETS).where(DAY_BUCKETS.c.day >= bindparam("first"))
_TOTAL: Final = (
    _of_subject(DAY_BUCKETS)
    .with_only_columns(
        *(func.coalesce(func.sum(DAY_BUCKETS.c[name]), 0).label(name) for name in TALLY_FIELDS)
    )
    .where(DAY_BUCKETS.c.day.between(bindparam("first"), bindparam("last")))
)
_YEARS_OF_MARKETS: Final = (
    select(WINDOW_TALLIES)
    .join(
        _SHOPS,
        and_(_SHOPS.c.id == WINDOW_TALLIES.c.shop_id, _SHOPS.c.epoch == WINDOW_TALLIES.c.epoch),
    )
    .where(WINDOW_TALLIES.c.subject_id == 0, WINDOW_TALLIES.c.span == Span.YEAR)
    .where(_SHOPS.c.market.in_(bindparam("markets", expanding=True)))
)


def _tally(row: Any) -> Tally:
    return Tally(*(getattr(row, name) for name in TALLY_FIELDS))


def slide(session: Session, *, start: date, trend_start: date, shop_id: int | None = None) -> None:
    """Move every shop's windows forward to ``start``, whatever day each of them stood at.

    With ``shop_id`` only that shop's. The shops' own ``window_start`` and ``trend_start`` are
    read here and have to be raised by the caller in the same transaction, which also holds
    their rows.
    """
    boundaries = (
        ("window_start", start, ((Span.YEAR, -1), (Span.BEFORE, 1))),
        ("trend_start", trend_start, ((Span.BEFORE, -1),)),
    )
    with session.no_autoflush:
        for boundary, new_start, moves in boundaries:
            values = {"new_start": new_start, **_reach(session, boundary, new_start, shop_id)}
            _pass(session, boundary, moves, values)


_Moves = tuple[tuple[Span, int], ...]


def _pass(session: Session, boundary: str, moves: _Moves, values: dict[str, int | date]) -> None:
    """Move what a boundary passes out of one span and into another."""
    is_one = "one_shop" in values
    if is_one and session.execute(_anything(boundary), values).first() is None:
        return
    dialect = session.get_bind().dialect.name
    session.execute(_sliding(dialect, boundary, moves, is_one), values)


def _reach(
    session: Session, boundary: str, new_start: date, shop_id: int | None
) -> dict[str, int | date]:
    """Which buckets are looked at: one shop's, or those since the first day of any shop.

    That day is the same for all shops, so that the index on days is walked and not the table.
    """
    if shop_id is not None:
        return {"one_shop": shop_id}
    old_start = _SHOPS.c[boundary]
    behind = select(func.min(old_start)).where(old_start < new_start)
    return {"oldest": session.execute(behind).scalar() or new_start}


# Built once for each: building these statements costs more than running them.
@cache
def _anything(boundary: str) -> Select[Any]:
    return _leaving(boundary, [DAY_BUCKETS.c.day], is_one=True).limit(1)


@cache
def _sliding(dialect: str, boundary: str, moves: _Moves, is_one: bool) -> Any:
    """The statement that adds to each span, with its sign, what a boundary has passed.

    All spans in one statement: grouped by the bucket's own key alone, SQLite would try every
    shop in the index of the primary key instead of walking the one on days.
    """
    build = postgresql if dialect == "postgresql" else sqlite
    bucket, move = DAY_BUCKETS.c, _table_of(moves).c
    key = (bucket.shop_id, bucket.subject_id, bucket.epoch, move.span)
    sums = [func.sum(move.sign * bucket[name]).label(name) for name in TALLY_FIELDS]
    leaving = _leaving(boundary, [*key, *sums], is_one=is_one).join(_table_of(moves), true())
    names = [column.name for column in WINDOW_TALLIES.columns]
    return _added(build.insert(WINDOW_TALLIES).from_select(names, leaving.group_by(*key)))


@cache
def _table_of(moves: _Moves) -> Subquery:
    rows = (
        select(literal(span.value).label("span"), literal(sign).label("sign"))
        for span, sign in moves
    )
    return union_all(*rows).subquery("move")


def _leaving(boundary: str, columns: list[Any], *, is_one: bool) -> Select[Any]:
    """The buckets that lie between each shop's old start and the new one."""
    day = DAY_BUCKETS.c.day
    one_shop = DAY_BUCKETS.c.shop_id == bindparam("one_shop")
    within = one_shop if is_one else day >= bindparam("oldest")
    return (
        select(*columns)
        .select_from(DAY_BUCKETS)
        .join(_SHOPS, _SHOPS.c.id == DAY_BUCKETS.c.shop_id)
        .where(day >= _SHOPS.c[boundary], day < bindparam("new_start"), within)
    )


def recount_buckets(session: Session, shop_id: int) -> dict[tuple[Subject, date], Tally]:
    """What the buckets of a shop ought to hold, from the reviews themselves."""
    review = _REVIEWS.c
    day = func.date(review.submitted_at) if _is_sqlite(session) else _utc_date(review)
    query = (
        select(review.subject_id, review.epoch, day.label("day"), *_review_sums())
        .where(review.shop_id == shop_id, _reviews.COUNTABLE)
        .group_by(review.subject_id, review.epoch, day)
    )
    return {
        (Subject(shop_id, row.subject_id, row.epoch), _as_date(row.day)): _tally(row)
        for row in session.execute(query)
    }


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _utc_date(review: Any) -> Any:
    return func.date(func.timezone("UTC", review.submitted_at))


def _as_date(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _review_sums() -> list[Any]:
    review = _REVIEWS.c
    sums = [func.count().label("reviews")]
    sums += [
        func.sum(case((review.stars == stars, 1), else_=0)).label(name)
        for stars, name in enumerate(TALLY_FIELDS[1:6], 1)
    ]
    for criterion in ("service", "delivery", "goods", "total"):
        mark = review[f"mark_{criterion}"]
        sums.append(func.count(mark).label(f"{criterion}_count"))
        sums.append(func.coalesce(func.sum(mark), 0).label(f"{criterion}_sum"))
    return sums


def stored_buckets(session: Session, shop_id: int) -> dict[tuple[Subject, date], Tally]:
    """The shop's buckets as they stand, those that add up to nothing left out."""
    query = select(DAY_BUCKETS).where(DAY_BUCKETS.c.shop_id == shop_id)
    found = {
        (Subject(shop_id, row.subject_id, row.epoch), row.day): _tally(row)
        for row in session.execute(query)
    }
    return {key: tally for key, tally in found.items() if tally != Tally()}


def stored_windows(session: Session, shop_id: int) -> dict[tuple[Subject, Span], Tally]:
    """The shop's window tallies as they stand, empty ones left out."""
    query = select(WINDOW_TALLIES).where(WINDOW_TALLIES.c.shop_id == shop_id)
    found = {
        (Subject(shop_id, row.subject_id, row.epoch), Span(row.span)): _tally(row)
        for row in session.execute(query)
    }
    return {key: tally for key, tally in found.items() if tally != Tally()}


def replace_all(
    session: Session,
    shop_id: int,
    buckets: Mapping[tuple[Subject, date], Tally],
    windows: Mapping[tuple[Subject, Span], Tally],
) -> None:
    """Put recounted buckets and windows in the place of a shop's stored ones."""
    for table in (DAY_BUCKETS, WINDOW_TALLIES):
        session.execute(delete(table).where(table.c.shop_id == shop_id))
    _add_rows(session, DAY_BUCKETS, [_row(s, t, day=day) for (s, day), t in buckets.items()])
    _add_rows(session, WINDOW_TALLIES, [_row(s, t, span=p) for (s, p), t in windows.items()])


def _row(subject: Subject, tally: Tally, **more: date | Span) -> dict[str, Any]:
    numbers = {name: getattr(tally, name) for name in TALLY_FIELDS}
    return {**asdict(subject), **more, **numbers}
