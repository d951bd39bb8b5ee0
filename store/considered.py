"""When the first and the last countable review of a period were submitted.

Day buckets say on which days there are such reviews, so that only two days are looked at,
however many reviews lie between them or do not count.
"""

from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import bindparam, func, select
from sqlmodel import Session

from domain.windows import Period, midnight
from store import reviews as _reviews
from store.columns import Table, UtcDateTime
from store.tallies import DAY_BUCKETS, Subject

_REVIEWS: Final = Table.metadata.tables[_reviews.Review.__tablename__]
_MOMENT: Final = UtcDateTime()


def edges(session: Session, subject: Subject, period: Period) -> tuple[datetime, datetime] | None:
    """The first and the last moment; None where no review of the period counts."""
    days = asdict(subject) | {"first": period.start, "last": period.end}
    first, last = session.connection().execute(_DAYS, days).one()
    if first is None:
        return None
    return _within(session, subject, first)[0], _within(session, subject, last)[1]


def _within(session: Session, subject: Subject, day: date) -> tuple[datetime, datetime]:
    """The first and the last moment of a day."""
    bounds = {"start": midnight(day), "end": midnight(day + timedelta(days=1))}
    first, last = session.connection().execute(_MOMENTS, asdict(subject) | bounds).one()
    return first, last


def _of_subject(table: Any) -> list[Any]:
    return [table.c[name] == bindparam(name) for name in ("shop_id", "subject_id", "epoch")]


# Built once: building these statements costs more than running them.
_BUCKET: Final = DAY_BUCKETS.c
_DAYS: Final = select(func.min(_BUCKET.day), func.max(_BUCKET.day)).where(
    *_of_subject(DAY_BUCKETS),
    _BUCKET.day.between(bindparam("first"), bindparam("last")),
    _BUCKET.reviews > 0,
)
_COLUMN: Final = _REVIEWS.c
_MOMENTS: Final = select(func.min(_COLUMN.submitted_at), func.max(_COLUMN.submitted_at)).where(
    *_of_subject(_REVIEWS),
    _reviews.COUNTABLE,
    _COLUMN.submitted_at >= bindparam("start", type_=_MOMENT),
    _COLUMN.submitted_at < bindparam("end", type_=_MOMENT),
)
