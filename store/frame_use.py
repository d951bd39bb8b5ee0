"""How much of a member's frame is used: running cover by its last day, moves, daily maxima.

Amounts are EUR cents. A shop id of 0 stands for the member itself, all of its shops together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Column,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    Integer,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy import Table as CoreTable
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from domain.windows import day_of, midnight
from store.columns import Table, UtcDateTime

MEMBER: Final = 0
"""Stands for all shops of a member together."""


def _account() -> Column[int]:
    return Column(
        "account_id", Integer, ForeignKey("accounts.id"), primary_key=True, autoincrement=False
    )


COVER: Final = CoreTable(
    "frame_cover",
    Table.metadata,
    _account(),
    # The day at whose beginning the cover has ended.
    Column("end_day", Date, primary_key=True),
    Column("shop_id", Integer, primary_key=True, autoincrement=False),
    Column("cover_eur_minor", BigInteger, nullable=False),
)
MOVES: Final = CoreTable(
    "frame_moves",
    Table.metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", Integer, ForeignKey("accounts.id"), nullable=False),
    Column("shop_id", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("change_eur_minor", BigInteger, nullable=False),
    Index(None, "account_id", "at"),
)
DAYS: Final = CoreTable(
    "frame_days",
    Table.metadata,
    _account(),
    Column("shop_id", Integer, primary_key=True, autoincrement=False),
    Column("day", Date, primary_key=True),
    # At 00:00 of the day, after its latest move, and the most at any moment of it.
    Column("opening_eur_minor", BigInteger, nullable=False),
    Column("latest_eur_minor", BigInteger, nullable=False),
    Column("most_eur_minor", BigInteger, nullable=False),
    Column("latest_at", UtcDateTime, nullable=False),
    Column("exceeded_at", UtcDateTime, nullable=True),
)


@dataclass(frozen=True, slots=True)
class Touched:
    """A daily maximum after a move that came later than all others of its day."""

    shop_id: int
    most_eur_minor: int
    exceeded_at: datetime | None

    def exceeds(self, amount_eur_minor: int) -> bool:
        """Whether it is above the frame, and nobody has noted that yet."""
        return self.exceeded_at is None and self.most_eur_minor > amount_eur_minor


def add_cover(session: Session, account_id: int, shop_id: int, changes: Mapping[date, int]) -> None:
    """Add EUR cents, which may be negative, to the cover of a shop that ends on these days."""
    values = [
        {
            "account_id": account_id,
            "end_day": end_day,
            "shop_id": shop_id,
            "cover_eur_minor": eur_minor,
        }
        for end_day, eur_minor in sorted(changes.items())
    ]
    session.execute(_adding(session.get_bind().dialect.name), values)


# Built once for each dialect: building a statement costs more than running it.
@cache
def _adding(dialect: str) -> Any:
    insert: Any = postgresql.insert(COVER) if dialect == "postgresql" else sqlite.insert(COVER)
    column = COVER.c.cover_eur_minor
    return insert.on_conflict_do_update(
        index_elements=["account_id", "end_day", "shop_id"],
        set_={"cover_eur_minor": column + insert.excluded.cover_eur_minor},
    )


def add_move(session: Session, account_id: int, shop_id: int, at: datetime, change: int) -> None:
    """Note that the use of a shop changed inside a day, by EUR cents."""
    session.execute(
        _MOVED,
        {"account_id": account_id, "shop_id": shop_id, "at": at, "change_eur_minor": change},
    )


def follow(
    session: Session, account_id: int, shop_id: int, at: datetime, end_day: date, change: int
) -> list[Touched]:
    """Add EUR cents to the rows of member and shop from a moment on, until before ``end_day``.

    Returns those of the moment's own day, which are added to where nothing later is known of them.
    """
    day = day_of(at)
    values = {
        "account": account_id,
        "shop": shop_id,
        "of_day": day,
        "end": end_day,
        "moment": at,
        "change": change,
    }
    found = session.execute(_FOLLOWED, values)
    return [Touched(*figures) for of_day, *figures in found if of_day == day]


def shift(
    session: Session, account_id: int, shop_id: int, days: tuple[date, date], change: int
) -> None:
    """Add EUR cents to the rows of whole days of member and shop, the last day not included."""
    values = {
        "account": account_id,
        "shop": shop_id,
        "first": days[0],
        "end": days[1],
        "change": change,
    }
    session.execute(_SHIFTED, values)


def opening(session: Session, account_id: int, shop_id: int, day: date) -> int:
    """The use in EUR cents at 00:00 UTC of a day whose later moves are still known."""
    running = select(func.coalesce(func.sum(COVER.c.cover_eur_minor), 0)).where(
        COVER.c.account_id == account_id, COVER.c.end_day > day, *_of(COVER, shop_id)
    )
    moved = select(func.coalesce(func.sum(MOVES.c.change_eur_minor), 0)).where(
        MOVES.c.account_id == account_id, MOVES.c.at > midnight(day), *_of(MOVES, shop_id)
    )
    return int(session.scalar(running) or 0) - int(session.scalar(moved) or 0)


def swept(
    session: Session, account_id: int, shop_id: int, after: datetime
) -> tuple[int, int, datetime | None]:
    """What a day's moves after a moment come to: the highest sum of first ones, all, the last.

    The highest is at least 0, which is the moment itself; moves of one moment count together.
    """
    values = {
        "account": account_id,
        "shop": shop_id,
        "after": after,
        "end": midnight(day_of(after) + timedelta(days=1)),
    }
    highest, total, latest_at = session.execute(_SWEPT, values).one()
    return max(int(highest), 0), int(total), latest_at


def insert_move(
    session: Session, account_id: int, shop_id: int, at: datetime, change: int
) -> Touched | None:
    """Add a move that raises the use to a day's row which knows later ones; None without a row.

    What was highest before the move stays as it is, and everything after it is higher.
    """
    highest, total, _ = swept(session, account_id, shop_id, at)
    values = {
        "account": account_id,
        "of_shop": shop_id,
        "of_day": day_of(at),
        "change": change,
        "risen": change + highest - total,
    }
    row = session.execute(_INSERTED, values).first()
    return None if row is None else Touched(*row)


def put_day(
    session: Session, account_id: int, shop_id: int, day: date, values: Mapping[str, Any]
) -> None:
    """Store a day's row anew; when the frame was exceeded that day stays as it is."""
    key = {"account_id": account_id, "shop_id": shop_id, "day": day}
    session.execute(_putting(session.get_bind().dialect.name), {**key, **values})


@cache
def _putting(dialect: str) -> Any:
    insert: Any = postgresql.insert(DAYS) if dialect == "postgresql" else sqlite.insert(DAYS)
    return insert.on_conflict_do_update(
        index_elements=["account_id", "shop_id", "day"],
        set_={name: insert.excluded[name] for name in FIGURES},
    )


def exceed(session: Session, account_id: int, day: date, now: datetime, over: int) -> bool:
    """Note that a member's use went beyond ``over`` EUR cents on a day; whether that is news."""
    values = {"account": account_id, "of_day": day, "over": over, "moment": now}
    return session.execute(_EXCEEDED, values).first() is not None


def exceeded(session: Session, account_id: int, first: date) -> Sequence[date]:
    """The days from ``first`` on, on which the member's use went beyond its frame."""
    query = select(DAYS.c.day).where(
        DAYS.c.account_id == account_id,
        DAYS.c.shop_id == MEMBER,
        DAYS.c.day >= first,
        DAYS.c.exceeded_at.is_not(None),
    )
    return session.scalars(query.order_by(DAYS.c.day)).all()


def use(session: Session, account_id: int, day: date) -> dict[int, int]:
    """The use of each shop of a member at the latest moment of a day, in EUR cents.

    A sum of at most 61 rows for each shop, however many protections run. Of a day to come it is
    what will still run then, of those that have begun.
    """
    rows = session.execute(_USE, {"account": account_id, "of_day": day})
    return {shop_id: int(total) for shop_id, total in rows}


def uses(session: Session, day: date) -> dict[int, int]:
    """The use of every member that uses anything, by account."""
    query = select(COVER.c.account_id, func.sum(COVER.c.cover_eur_minor))
    query = query.where(COVER.c.end_day > day).group_by(COVER.c.account_id)
    return {account_id: int(total) for account_id, total in session.execute(query)}


def maxima(session: Session, account_id: int, first: date) -> dict[int, dict[date, int]]:
    """The highest use of each day from ``first`` on, by shop; those of the member under 0."""
    query = select(DAYS.c.shop_id, DAYS.c.day, DAYS.c.most_eur_minor)
    query = query.where(DAYS.c.account_id == account_id, DAYS.c.day >= first)
    found: dict[int, dict[date, int]] = {}
    for shop_id, day, most in session.execute(query.order_by(DAYS.c.shop_id, DAYS.c.day)):
        found.setdefault(shop_id, {})[day] = int(most)
    return found


def recorded(session: Session, account_id: int, first: date) -> set[tuple[int, date]]:
    """The shops and days from ``first`` on that have a row; the member's shop is 0."""
    query = select(DAYS.c.shop_id, DAYS.c.day)
    query = query.where(DAYS.c.account_id == account_id, DAYS.c.day >= first)
    return {(shop_id, day) for shop_id, day in session.execute(query)}


def shops_since(session: Session, account_id: int, first: date) -> Sequence[int]:
    """The shops of a member that had cover at the end of ``first`` or later."""
    query = select(COVER.c.shop_id).distinct()
    query = query.where(COVER.c.account_id == account_id, COVER.c.end_day > first)
    return session.scalars(query.order_by(COVER.c.shop_id)).all()


def purge(session: Session, *, moves: datetime, cover: date, days: date) -> None:
    """Forget moves, cover that ended, and daily maxima from before these moments."""
    session.execute(delete(MOVES).where(MOVES.c.at < moves))
    session.execute(delete(COVER).where(COVER.c.end_day < cover))
    session.execute(delete(DAYS).where(DAYS.c.day < days))


def _higher(use: ColumnElement[int]) -> ColumnElement[int]:
    return case((DAYS.c.most_eur_minor < use, use), else_=DAYS.c.most_eur_minor)


def _of(table: CoreTable, shop_id: int) -> tuple[ColumnElement[bool], ...]:
    return () if shop_id == MEMBER else (table.c.shop_id == shop_id,)


FIGURES: Final = ("opening_eur_minor", "latest_eur_minor", "most_eur_minor", "latest_at")
_CHANGE: Final[BindParameter[int]] = bindparam("change", type_=BigInteger)
_ROWS: Final = (
    DAYS.c.account_id == bindparam("account"),
    DAYS.c.shop_id.in_([MEMBER, bindparam("shop", type_=Integer)]),
)
_MOVED: Final = insert(MOVES)
_LATEST: Final = DAYS.c.latest_eur_minor + _CHANGE
_SHOP: Final[BindParameter[int]] = bindparam("shop", type_=Integer)
_LATER: Final = (
    select(
        MOVES.c.change_eur_minor,
        MOVES.c.at,
        func.sum(MOVES.c.change_eur_minor).over(order_by=MOVES.c.at).label("running"),
    )
    .where(
        MOVES.c.account_id == bindparam("account"),
        MOVES.c.at > bindparam("after"),
        MOVES.c.at < bindparam("end"),
        or_(MOVES.c.shop_id == _SHOP, _SHOP == MEMBER),
    )
    .subquery()
)
_SWEPT: Final = select(
    func.coalesce(func.max(_LATER.c.running), 0),
    func.coalesce(func.sum(_LATER.c.change_eur_minor), 0),
    func.max(_LATER.c.at),
)
_RISEN: Final = DAYS.c.latest_eur_minor + bindparam("risen", type_=BigInteger)
_INSERTED: Final = (
    update(DAYS)
    .where(
        DAYS.c.account_id == bindparam("account"),
        DAYS.c.shop_id == bindparam("of_shop"),
        DAYS.c.day == bindparam("of_day"),
    )
    .values(latest_eur_minor=_LATEST, most_eur_minor=_higher(_RISEN))
    .returning(DAYS.c.shop_id, DAYS.c.most_eur_minor, DAYS.c.exceeded_at)
)
_IS_DAY: Final = DAYS.c.day == bindparam("of_day", type_=Date)
_FOLLOWED: Final = (
    update(DAYS)
    .where(
        *_ROWS,
        or_(
            and_(_IS_DAY, DAYS.c.latest_at < bindparam("moment")),
            and_(DAYS.c.day > bindparam("of_day"), DAYS.c.day < bindparam("end")),
        ),
    )
    .values(
        opening_eur_minor=case(
            (_IS_DAY, DAYS.c.opening_eur_minor), else_=DAYS.c.opening_eur_minor + _CHANGE
        ),
        latest_eur_minor=_LATEST,
        most_eur_minor=case((_IS_DAY, _higher(_LATEST)), else_=DAYS.c.most_eur_minor + _CHANGE),
        latest_at=case((_IS_DAY, bindparam("moment", type_=UtcDateTime())), else_=DAYS.c.latest_at),
    )
    .returning(DAYS.c.day, DAYS.c.shop_id, DAYS.c.most_eur_minor, DAYS.c.exceeded_at)
)
_SHIFTED: Final = (
    update(DAYS)
    .where(*_ROWS, DAYS.c.day >= bindparam("first"), DAYS.c.day < bindparam("end"))
    .values({name: DAYS.c[name] + _CHANGE for name in FIGURES[:3]})
)
_EXCEEDED: Final = (
    update(DAYS)
    .where(
        DAYS.c.account_id == bindparam("account"),
        DAYS.c.shop_id == MEMBER,
        DAYS.c.day == bindparam("of_day"),
        DAYS.c.most_eur_minor > bindparam("over"),
        DAYS.c.exceeded_at.is_(None),
    )
    .values(exceeded_at=bindparam("moment"))
    .returning(DAYS.c.day)
)
_USE: Final = (
    select(COVER.c.shop_id, func.sum(COVER.c.cover_eur_minor))
    .where(COVER.c.account_id == bindparam("account"), COVER.c.end_day > bindparam("of_day"))
    .group_by(COVER.c.shop_id)
)
