"""Pages of the reviews that count, newest first, at any offset for the same cost.

The legacy contract counts pages (4.3), so a page may begin anywhere. The day buckets say how
many countable reviews each whole UTC day has; only the days at the edges of a range are counted
review by review, and only the days that the page lies in are read.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    func,
    or_,
    select,
)
from sqlmodel import Session

from domain.windows import Period, day_of, midnight
from store import reviews as _reviews
from store import shops as _shops
from store.columns import Table, UtcDateTime
from store.review_lists import ListedReview, listed
from store.tallies import DAY_BUCKETS, Subject

_REVIEWS: Final = Table.metadata.tables[_reviews.Review.__tablename__]
_SHOPS: Final = Table.metadata.tables[_shops.Shop.__tablename__]
_MOMENT: Final = UtcDateTime()
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Moments:
    """From ``since`` on and before ``until``; empty where ``until`` is not the later one."""

    since: datetime
    until: datetime

    @classmethod
    def of(cls, period: Period) -> "Moments":
        """Those of whole UTC days."""
        return cls(midnight(period.start), midnight(period.end + _DAY))


@dataclass(frozen=True, slots=True)
class Slice:
    """``limit`` reviews after the newest ``offset``."""

    offset: int
    limit: int


@dataclass(frozen=True, slots=True)
class _Source:
    """Three statements about the same reviews, which take the same values."""

    count: Select[Any]
    days: Select[Any]
    rows: Select[Any]


def page(
    session: Session, subject: Subject, within: Moments, part: Slice
) -> Sequence[ListedReview]:
    """A page of the countable reviews of a shop's epoch or of a product."""
    rows = _read(session, _OF_SUBJECT, asdict(subject), within, part)
    return [ListedReview._make(row) for row in rows]


def page_of_products(
    session: Session, shop_id: int, within: Moments, part: Slice
) -> Sequence[ListedReview]:
    """A page of the countable reviews of all products of a shop."""
    rows = _read(session, _OF_PRODUCTS, {"shop_id": shop_id}, within, part)
    return [ListedReview._make(row) for row in rows]


def page_of_account(
    session: Session, account_id: int, within: Moments, part: Slice
) -> Sequence[tuple[ListedReview, str]]:
    """A page over all shops of an account, each in its present epoch; with the shops' keys."""
    rows = _read(session, _OF_ACCOUNT, {"account_id": account_id}, within, part)
    return [(ListedReview._make(row[:-1]), row[-1]) for row in rows]


def by_public_id(session: Session, shop_id: int, epoch: int, public_id: str) -> ListedReview | None:
    """The shop's countable review with this id: of the epoch, or of one of its products."""
    values = {"shop_id": shop_id, "epoch": epoch, "public_id": public_id}
    row = session.connection().execute(_BY_PUBLIC_ID, values).first()
    return ListedReview._make(row) if row else None


def _read(
    session: Session, source: _Source, values: Mapping[str, Any], within: Moments, part: Slice
) -> Sequence[Row[Any]]:
    if within.since >= within.until:
        return []
    stretches = _stretches(session, source, values, within)
    read, rest = _narrowed(stretches, within, part)
    more = asdict(read) | {"most": part.limit, "rest": rest}
    return session.connection().execute(source.rows, {**values, **more}).all()


def _stretches(
    session: Session, source: _Source, values: Mapping[str, Any], within: Moments
) -> Iterable[tuple[datetime, int]]:
    """The beginnings of stretches of time, newest first, and how many reviews each has.

    First the part of a day at the newer end, then whole days; the part of a day at the older
    end is not counted, because nothing comes after it.
    """
    last = day_of(within.until)
    newest = Moments(max(midnight(last), within.since), within.until)
    if newest.since < newest.until:
        count = session.connection().execute(source.count, {**values, **asdict(newest)})
        yield newest.since, count.scalar_one()
    first = day_of(within.since)
    if midnight(first) < within.since:
        first += _DAY
    days = session.connection().execute(source.days, {**values, "first": first, "last": last})
    for day, reviews in days.all():
        yield midnight(day), reviews


def _narrowed(
    stretches: Iterable[tuple[datetime, int]], within: Moments, part: Slice
) -> tuple[Moments, int]:
    """The moments in which the page lies, and how many reviews come before it there."""
    until, rest, missing = within.until, part.offset, part.offset + part.limit
    passing = True
    for since, reviews in stretches:
        passing = passing and rest >= reviews
        if passing:
            until, rest = since, rest - reviews
        missing -= reviews
        if missing <= 0:
            return Moments(since, until), rest
    return Moments(within.since, until), rest


def _source(
    reviews: ColumnElement[bool], buckets: ColumnElement[bool], *, over_shops: bool = False
) -> _Source:
    """The statements for the reviews and for the buckets that the conditions choose."""
    review, bucket = _REVIEWS.c, DAY_BUCKETS.c
    moment = review.submitted_at
    inside = and_(
        reviews,
        _reviews.COUNTABLE,
        moment >= bindparam("since", type_=_MOMENT),
        moment < bindparam("until", type_=_MOMENT),
    )
    days = and_(buckets, bucket.day >= bindparam("first"), bucket.day < bindparam("last"))
    counted = select(func.count()).select_from(_REVIEWS)
    summed = select(bucket.day, func.sum(bucket.reviews)).select_from(DAY_BUCKETS)
    rows = listed()
    if over_shops:
        counted = counted.join(_SHOPS, _is_of_shop(review))
        summed = summed.join(_SHOPS, _is_of_shop(bucket))
        rows = rows.join(_SHOPS, _is_of_shop(review)).add_columns(_SHOPS.c.shop_key)
    return _Source(
        count=counted.where(inside),
        days=summed.where(days).group_by(bucket.day).order_by(bucket.day.desc()),
        rows=rows.where(inside)
        .order_by(moment.desc(), review.id.desc())
        .limit(bindparam("most", type_=Integer))
        .offset(bindparam("rest", type_=BigInteger)),
    )


def _is_of_shop(column: Any) -> ColumnElement[bool]:
    """A shop's own reviews or buckets, in its present epoch."""
    return and_(
        _SHOPS.c.id == column.shop_id, column.subject_id == 0, column.epoch == _SHOPS.c.epoch
    )


def _is_of_subject(column: Any) -> ColumnElement[bool]:
    return and_(*(column[name] == bindparam(name) for name in ("shop_id", "subject_id", "epoch")))


def _is_of_products(column: Any) -> ColumnElement[bool]:
    return and_(column.shop_id == bindparam("shop_id"), column.subject_id > 0)


# Built once: building these statements costs more than running them.
_OF_SUBJECT: Final = _source(_is_of_subject(_REVIEWS.c), _is_of_subject(DAY_BUCKETS.c))
_OF_PRODUCTS: Final = _source(_is_of_products(_REVIEWS.c), _is_of_products(DAY_BUCKETS.c))
_OF_ACCOUNT: Final = _source(
    _SHOPS.c.account_id == bindparam("account_id"),
    _SHOPS.c.account_id == bindparam("account_id"),
    over_shops=True,
)
_BY_PUBLIC_ID: Final = (
    listed()
    .where(_REVIEWS.c.public_id == bindparam("public_id"), _reviews.COUNTABLE)
    .where(_REVIEWS.c.shop_id == bindparam("shop_id"))
    .where(or_(_REVIEWS.c.subject_id > 0, _REVIEWS.c.epoch == bindparam("epoch")))
)
