"""What happens around a shop's reviews, one row for each UTC day (domain/activity.py).

Orders stand on the day they were placed, invitations and their answers on the day of the
invitation, reviews and replies on the day of the review: so a share never exceeds its whole.
"""

from collections.abc import Collection, Mapping
from datetime import date
from functools import cache
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Column,
    ColumnElement,
    Date,
    ForeignKey,
    Integer,
    Select,
    bindparam,
    case,
    cast,
    delete,
    func,
    select,
)
from sqlalchemy import Table as CoreTable
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from domain.activity import FIELDS, Activity
from domain.invitations import InvitationState
from store import invitations as _invitations
from store import orders as _orders
from store import replies as _replies
from store import reviews as _reviews
from store.columns import Table

DAYS: Final = CoreTable(
    "activity_days",
    Table.metadata,
    Column("shop_id", Integer, ForeignKey("shops.id"), primary_key=True, autoincrement=False),
    Column("day", Date, primary_key=True),
    *(Column(name, Integer, nullable=False, server_default="0") for name in FIELDS[:-1]),
    Column(FIELDS[-1], BigInteger, nullable=False, server_default="0"),
)
_ORDER: Final = Table.metadata.tables[_orders.Order.__tablename__].c
_INVITATION: Final = Table.metadata.tables[_invitations.Invitation.__tablename__].c
_REVIEWS: Final = Table.metadata.tables[_reviews.Review.__tablename__]
_REVIEW: Final = _REVIEWS.c
_REPLIES: Final = Table.metadata.tables[_replies.Reply.__tablename__]
_REPLY: Final = _REPLIES.c
_REVIEWED: Final = _REVIEWS.join(_REPLIES, _REPLY.review_id == _REVIEW.id)
_SHOP: Final[BindParameter[int]] = bindparam("shop_id")
_COUNTED: Final = _REVIEW.is_public & _REVIEW.imported_from.is_(None)


def add(session: Session, shop_id: int, day: date, change: Activity) -> None:
    """Add ``change``, whose numbers may be negative, to the shop's day."""
    add_many(session, {(shop_id, day): change})


def add_many(session: Session, changes: Mapping[tuple[int, date], Activity]) -> None:
    """Add changes to days of shops, by one statement and always in the same order."""
    values = [
        {"shop_id": shop_id, "day": day, **_numbers(change)}
        for (shop_id, day), change in sorted(changes.items(), key=itemgetter(0))
    ]
    if not values:
        return
    # Nothing that waits in the session touches these rows, so it may wait for the end.
    with session.no_autoflush:
        session.execute(_adding(session.get_bind().dialect.name), values)


def _numbers(activity: Activity) -> dict[str, int]:
    return {name: getattr(activity, name) for name in FIELDS}


# Built once for each dialect: building this statement costs more than running it.
@cache
def _adding(dialect: str) -> Any:
    insert: Any = postgresql.insert(DAYS) if dialect == "postgresql" else sqlite.insert(DAYS)
    return insert.on_conflict_do_update(
        index_elements=["shop_id", "day"],
        set_={name: DAYS.c[name] + insert.excluded[name] for name in FIELDS},
    )


def days_since(session: Session, shop_id: int, first: date) -> dict[date, Activity]:
    """The shop's days from ``first`` on on which anything happened."""
    query = select(DAYS).where(DAYS.c.shop_id == shop_id, DAYS.c.day >= first)
    return {row.day: _activity(row) for row in session.connection().execute(query)}


def totals(session: Session, shop_ids: Collection[int]) -> dict[int, Activity]:
    """Everything that ever happened around each of these shops' reviews."""
    sums = (func.coalesce(func.sum(DAYS.c[name]), 0).label(name) for name in FIELDS)
    query = select(DAYS.c.shop_id, *sums).where(DAYS.c.shop_id.in_(shop_ids))
    rows = session.connection().execute(query.group_by(DAYS.c.shop_id))
    found = {row.shop_id: _activity(row) for row in rows}
    return {shop_id: found.get(shop_id, Activity()) for shop_id in shop_ids}


def _activity(row: Any) -> Activity:
    return Activity(*(int(getattr(row, name)) for name in FIELDS))


def stored(session: Session, shop_id: int) -> dict[date, Activity]:
    """The shop's days as they stand, those that add up to nothing left out."""
    found = days_since(session, shop_id, date.min)
    return {day: activity for day, activity in found.items() if activity != Activity()}


def counted(session: Session, shop_id: int) -> dict[date, Activity]:
    """What the days ought to hold, from orders, invitations, reviews and replies themselves."""
    days: dict[date, Activity] = {}
    for query in _sources(session.get_bind().dialect.name):
        for row in session.connection().execute(query, {"shop_id": shop_id}).mappings():
            numbers = {name: int(row[name]) for name in FIELDS if name in row}
            day = row["day"]
            day = date.fromisoformat(day) if isinstance(day, str) else day
            days[day] = days.get(day, Activity()) + Activity(**numbers)
    return days


def replace_all(session: Session, shop_id: int, days: Mapping[date, Activity]) -> None:
    """Have the shop's days hold exactly these."""
    session.execute(delete(DAYS).where(DAYS.c.shop_id == shop_id))
    rows = [{"shop_id": shop_id, "day": day, **_numbers(each)} for day, each in days.items()]
    if rows:
        session.execute(DAYS.insert(), rows)


@cache
def _sources(dialect: str) -> tuple[Select[Any], ...]:
    """What each kind of row adds to the days of a shop."""
    is_sqlite = dialect == "sqlite"
    day = _sqlite_day if is_sqlite else _postgresql_day
    second = func.unixepoch if is_sqlite else _postgresql_second
    seconds = second(_REPLY.created_at) - second(_REVIEW.submitted_at)
    one = func.count()
    answered = func.sum(case((_INVITATION.state == InvitationState.REVIEWED, 1), else_=0))
    asked = _per_day(day(_ORDER.ordered_at), ordered=one)
    invited = _per_day(day(_INVITATION.issued_at), invited=one, answered=answered).where(
        ~_INVITATION.is_mailed
        | _INVITATION.sent_at.is_not(None)
        | (_INVITATION.state == InvitationState.REVIEWED)
    )
    received = _per_day(day(_REVIEW.submitted_at), received=one)
    replied = _per_day(day(_REVIEW.submitted_at), replied=one, reply_seconds=func.sum(seconds))
    return (
        asked.where(_ORDER.shop_id == _SHOP, _ORDER.legal_basis.is_not(None)),
        invited.where(_INVITATION.shop_id == _SHOP, _INVITATION.subject_id == 0),
        received.where(_REVIEW.shop_id == _SHOP, _COUNTED),
        replied.select_from(_REVIEWED).where(_REVIEW.shop_id == _SHOP, _COUNTED),
    )


def _per_day(day: ColumnElement[Any], **sums: ColumnElement[Any]) -> Select[Any]:
    return select(day.label("day"), *(value.label(name) for name, value in sums.items())).group_by(
        day
    )


def _sqlite_day(moment: Column[Any]) -> ColumnElement[Any]:
    return func.date(moment)


def _postgresql_day(moment: Column[Any]) -> ColumnElement[Any]:
    return func.date(func.timezone("UTC", moment))


def _postgresql_second(moment: Column[Any]) -> ColumnElement[Any]:
    return cast(func.floor(func.date_part("epoch", moment)), BigInteger)
