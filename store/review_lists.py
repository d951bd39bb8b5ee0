"""Pages of public reviews, by keyset: the same cost at any depth (design §6).

Orders by stars are read star by star, newest first within each, so that every order walks an
index in one direction.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    tuple_,
)
from sqlmodel import Session

from domain.errors import CursorUnknown
from domain.evidence import EvidenceLevel
from schemas.questions import ReviewQuery, Sort
from store import replies as _replies
from store import reviews as _reviews
from store.columns import Table, UtcDateTime
from store.tallies import Subject

_REVIEWS: Final = Table.metadata.tables[_reviews.Review.__tablename__]
_REPLIES: Final = Table.metadata.tables[_replies.Reply.__tablename__]
_STARS_DOWN: Final = (5, 4, 3, 2, 1)
_MOMENT: Final = UtcDateTime()


@dataclass(frozen=True, slots=True)
class AllProducts:
    """What a list may be about in the place of one subject: every product of a shop."""

    shop_id: int


Listing = Subject | AllProducts


@dataclass(frozen=True, slots=True)
class Position:
    """Where in a list a review stands."""

    stars: int
    submitted_at: datetime
    id: int


class ListedReview(NamedTuple):
    """What a list shows of a review, and what decides whether it counts; the rest stays unread.

    The fields are the columns that are selected, in this order; ``reply_…`` are the reply's.
    """

    public_id: str
    kind: str
    epoch: int
    state: str
    level: int
    stars: int
    title: str
    comment: str
    language: str
    mark_service: int | None
    mark_delivery: int | None
    mark_goods: int | None
    mark_total: int | None
    author_name: str
    incentivised: bool
    imported_from: str | None
    experienced_on: date | None
    submitted_at: datetime
    published_at: datetime | None
    edited_at: datetime | None
    shown: str | None
    reply_text: str | None
    reply_created_at: datetime | None
    reply_edited_at: datetime | None


@dataclass(frozen=True, slots=True)
class RowPage:
    """One page of rows in list order, and whether the list goes on on either side."""

    rows: Sequence[ListedReview]
    has_more_after: bool
    has_more_before: bool


class _Filter(NamedTuple):
    """The conditions of a list beside what it is about; equal ones share a statement."""

    of_products: bool
    by_stars: bool
    by_language: bool
    has_text: bool
    is_verified: bool
    is_recent: bool


def page(
    session: Session, listing: Listing, query: ReviewQuery, *, since: datetime | None = None
) -> RowPage:
    """The page of public reviews that ``query`` asks for, submitted at or after ``since``.

    Raises CursorUnknown when the cursor is not a review of what is listed.
    """
    cursor = query.after or query.before
    position = _position(session, listing, cursor) if cursor else None
    backwards = query.before is not None
    newest_first = (query.sort is not Sort.OLDEST) != backwards
    rows: list[ListedReview] = []
    for stars in _bands(query, position, backwards=backwards):
        statement = _band(
            _filter(listing, query, stars, since),
            positioned=position is not None,
            newest_first=newest_first,
        )
        values = _values(listing, query, stars, since, position)
        values["most"] = query.limit + 1 - len(rows)
        rows.extend(map(ListedReview._make, session.connection().execute(statement, values)))
        position = None
        if len(rows) > query.limit:
            break
    goes_on = len(rows) > query.limit
    shown = rows[: query.limit]
    if backwards:
        return RowPage(shown[::-1], has_more_after=True, has_more_before=goes_on)
    return RowPage(shown, has_more_after=goes_on, has_more_before=query.after is not None)


def count(
    session: Session, listing: Listing, query: ReviewQuery, *, since: datetime | None = None
) -> int:
    """How many public reviews the whole list has of which ``query`` asks for a page."""
    statement = _counted(_filter(listing, query, query.stars, since))
    values = _values(listing, query, query.stars, since, None)
    return int(session.connection().execute(statement, values).scalar_one())


def one(session: Session, listing: Listing, public_id: str) -> ListedReview | None:
    """One of the listed public reviews, by its id."""
    values = asdict(listing) | {"public_id": public_id}
    statement = _one(of_products=isinstance(listing, AllProducts))
    row = session.connection().execute(statement, values).first()
    return None if row is None else ListedReview._make(row)


@cache
def _one(*, of_products: bool) -> Select[Any]:
    conditions = _public(of_products=of_products)
    return listed().where(conditions, _REVIEWS.c.public_id == bindparam("public_id"))


def _position(session: Session, listing: Listing, cursor: str) -> Position:
    column = _REVIEWS.c
    is_listed = (
        column.subject_id > 0
        if isinstance(listing, AllProducts)
        else column.subject_id == listing.subject_id
    )
    statement = select(column.stars, column.submitted_at, column.id).where(
        column.public_id == cursor, column.shop_id == listing.shop_id, is_listed
    )
    row = session.execute(statement).first()
    if row is None:
        raise CursorUnknown
    return Position(*row)


def _bands(
    query: ReviewQuery, position: Position | None, *, backwards: bool
) -> Sequence[int | None]:
    """The stars to read one after the other; None reads all stars at once."""
    if query.stars is not None or query.sort in (Sort.NEWEST, Sort.OLDEST):
        return (query.stars,)
    bands = _STARS_DOWN if query.sort is Sort.HIGHEST else _STARS_DOWN[::-1]
    if backwards:
        bands = bands[::-1]
    return bands[bands.index(position.stars) :] if position else bands


def _filter(
    listing: Listing, query: ReviewQuery, stars: int | None, since: datetime | None
) -> _Filter:
    return _Filter(
        of_products=isinstance(listing, AllProducts),
        by_stars=stars is not None,
        by_language=query.language is not None,
        has_text=query.has_text,
        is_verified=query.is_verified,
        is_recent=since is not None,
    )


def _values(
    listing: Listing,
    query: ReviewQuery,
    stars: int | None,
    since: datetime | None,
    position: Position | None,
) -> dict[str, Any]:
    """Values for every name that the conditions may use."""
    values: dict[str, Any] = asdict(listing) | {
        "stars": stars,
        "language": query.language,
        "since": since,
    }
    if position is not None:
        values |= {"submitted_at": position.submitted_at, "id": position.id}
    return values


@cache
def _band(chosen: _Filter, *, positioned: bool, newest_first: bool) -> Select[Any]:
    """One walk along an index; built once, because building costs more than running."""
    column = _REVIEWS.c
    statement = listed().where(*_conditions(chosen))
    key = tuple_(column.submitted_at, column.id)
    if positioned:
        edge = tuple_(bindparam("submitted_at", type_=_MOMENT), bindparam("id", type_=Integer))
        statement = statement.where(key < edge if newest_first else key > edge)
    if newest_first:
        statement = statement.order_by(column.submitted_at.desc(), column.id.desc())
    else:
        statement = statement.order_by(column.submitted_at, column.id)
    return statement.limit(bindparam("most", type_=Integer))


@cache
def _counted(chosen: _Filter) -> Select[Any]:
    return select(func.count()).select_from(_REVIEWS).where(*_conditions(chosen))


def _conditions(chosen: _Filter) -> list[ColumnElement[bool]]:
    column = _REVIEWS.c
    conditions = [_public(of_products=chosen.of_products)]
    if chosen.by_stars:
        conditions.append(column.stars == bindparam("stars"))
    if chosen.by_language:
        conditions.append(column.language == bindparam("language"))
    if chosen.has_text:
        conditions.append(or_(column.comment != "", column.title != ""))
    if chosen.is_verified:
        conditions.append(column.level >= EvidenceLevel.L2)
    if chosen.is_recent:
        conditions.append(column.submitted_at >= bindparam("since", type_=_MOMENT))
    return conditions


def latest_counted(
    session: Session, subject: Subject, *, since: datetime, limit: int
) -> Sequence[ListedReview]:
    """The newest reviews that count and have a text, submitted at or after ``since``."""
    values = asdict(subject) | {"since": since, "most": limit}
    return list(map(ListedReview._make, session.connection().execute(_latest(), values)))


@cache
def _latest() -> Select[Any]:
    column = _REVIEWS.c
    return (
        listed()
        .where(_public(of_products=False))
        .where(_reviews.COUNTABLE, column.comment != "")
        .where(column.submitted_at >= bindparam("since", type_=_MOMENT))
        .order_by(column.submitted_at.desc(), column.id.desc())
        .limit(bindparam("most", type_=Integer))
    )


def _public(*, of_products: bool) -> ColumnElement[bool]:
    """Whether a review is public, and of the subject's epoch or of any product."""
    column = _REVIEWS.c
    if of_products:
        # The index of these reviews is used where its own condition stands in the query.
        is_listed = column.subject_id > literal_column("0")
    else:
        is_listed = and_(
            column.subject_id == bindparam("subject_id"), column.epoch == bindparam("epoch")
        )
    return and_(column.shop_id == bindparam("shop_id"), is_listed, column.is_public)


def listed() -> Select[Any]:
    """Reviews as ``ListedReview``, each with the shop's reply, before any condition."""
    return select(*map(_column, ListedReview._fields)).outerjoin(
        _REPLIES, _REPLIES.c.review_id == _REVIEWS.c.id
    )


def _column(name: str) -> Any:
    if name.startswith("reply_"):
        return _REPLIES.c[name.removeprefix("reply_")].label(name)
    return _REVIEWS.c[name]
