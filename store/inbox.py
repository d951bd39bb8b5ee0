"""The inbox: one short row for each review that a shop sees, and pages of them by keyset.

Triggers keep the rows in step with reviews and replies (migration 0005). Everything that a list
can be narrowed by stands in one index, so that the worst combination of filters still reads no
more than that index.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    and_,
    func,
    literal_column,
    select,
    text,
    tuple_,
    update,
)
from sqlmodel import Field, Session

from domain.errors import CursorUnknown
from domain.inbox import Filters, Moderation, Place
from domain.invitations import ReviewKind
from domain.windows import midnight
from store import review_search
from store import reviews as _reviews
from store.columns import Table, UtcDateTime
from store.review_search import Source

_DAY: Final = timedelta(days=1)
_OPEN: Final = f"moderation = '{Moderation.OPEN}'"


class InboxEntry(Table, table=True):
    """What decides in which lists a review stands; ``moderation`` is empty without a notice."""

    __tablename__ = "inbox"
    __table_args__ = (
        Index(
            "ix_inbox_list",
            *("shop_id", "submitted_at", "review_id", "subject_id", "stars"),
            *("is_public", "moderation", "is_answered", "is_unread"),
        ),
        Index(
            "ix_inbox_unread",
            *("shop_id", "submitted_at", "review_id"),
            sqlite_where=text("is_unread"),
            postgresql_where=text("is_unread"),
        ),
        Index(
            "ix_inbox_open",
            *("shop_id", "submitted_at", "review_id"),
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
    )

    review_id: int = Field(
        sa_column=Column(
            Integer,
            ForeignKey("reviews.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        )
    )
    shop_id: int
    subject_id: int
    submitted_at: datetime = Field(sa_type=UtcDateTime)
    stars: int
    is_public: bool
    moderation: str = Field(max_length=10)
    is_answered: bool
    is_unread: bool


_INBOX: Final = Table.metadata.tables[InboxEntry.__tablename__]
_REVIEWS: Final = Table.metadata.tables[_reviews.Review.__tablename__]
_UNREAD: Final[ColumnElement[bool]] = literal_column("is_unread")
_WAITING: Final[ColumnElement[bool]] = literal_column(_OPEN)


@dataclass(frozen=True, slots=True)
class Found:
    """Reviews by their internal ids, in list order, and whether the list goes on on each side."""

    ids: Sequence[int]
    has_more_after: bool
    has_more_before: bool


def page(
    session: Session, shop_id: int, filters: Filters, place: Place, *, subject_id: int | None
) -> Found:
    """A part of a shop's list, the newest first; ``subject_id`` is of the product asked for.

    Raises CursorUnknown where the place is not a review of this shop.
    """
    cursor = place.after or place.before
    position = _position(session, shop_id, cursor) if cursor else None
    backwards = place.before is not None
    conditions = _conditions(shop_id, filters, subject_id)
    source = _source(session, shop_id, filters)
    ids = _read(session, source, conditions, position, (backwards, place.limit + 1))
    goes_on = len(ids) > place.limit
    shown = ids[: place.limit]
    if backwards:
        return Found(shown[::-1], has_more_after=True, has_more_before=goes_on)
    return Found(shown, has_more_after=goes_on, has_more_before=place.after is not None)


def neighbours(session: Session, shop_id: int, at: datetime, review_id: int) -> list[int | None]:
    """The reviews before and after this one in the whole list of its shop."""
    source, of_shop = _source(session, shop_id, Filters()), [_INBOX.c.shop_id == shop_id]
    found: list[int | None] = []
    for backwards in (True, False):
        ids = _read(session, source, of_shop, (at, review_id), (backwards, 1))
        found.append(ids[0] if ids else None)
    return found


def count(session: Session, shop_id: int, *, most: int) -> tuple[int, int]:
    """How many reviews nobody has read, and how many a moderator looks at; ``most`` at most."""
    unread, waiting = (
        session.execute(
            select(func.count()).select_from(
                select(_INBOX.c.review_id)
                .where(_INBOX.c.shop_id == shop_id, condition)
                .limit(most)
                .subquery()
            )
        ).scalar_one()
        for condition in (_UNREAD, _WAITING)
    )
    return unread, waiting


def mark(session: Session, shop_id: int, public_ids: Collection[str], *, is_unread: bool) -> int:
    """Mark reviews of a shop as read or unread, others not; how many that changed."""
    chosen = select(_REVIEWS.c.id).where(
        _REVIEWS.c.public_id.in_(public_ids), _REVIEWS.c.shop_id == shop_id
    )
    return _marked(session, _INBOX.c.review_id.in_(chosen), is_unread=is_unread)


def mark_all(session: Session, shop_id: int, until: datetime) -> int:
    """Mark every review of a shop as read that was submitted until then; how many these were."""
    of_shop = and_(_INBOX.c.shop_id == shop_id, _INBOX.c.submitted_at <= until)
    return _marked(session, of_shop, is_unread=False)


def _marked(session: Session, which: ColumnElement[bool], *, is_unread: bool) -> int:
    was = _INBOX.c.is_unread if not is_unread else _INBOX.c.is_unread.is_(False)
    result: Any = session.execute(update(_INBOX).where(which, was).values(is_unread=is_unread))
    return int(result.rowcount)


def _position(session: Session, shop_id: int, cursor: str) -> tuple[datetime, int]:
    column = _REVIEWS.c
    query = select(column.submitted_at, column.id).where(
        column.public_id == cursor, column.shop_id == shop_id
    )
    row = session.execute(query).first()
    if row is None:
        raise CursorUnknown
    return row[0], row[1]


def _conditions(
    shop_id: int, filters: Filters, subject_id: int | None
) -> list[ColumnElement[bool]]:
    column = _INBOX.c
    conditions = [column.shop_id == shop_id]
    if filters.stars:
        conditions.append(column.stars.in_(sorted(filters.stars)))
    if filters.since is not None:
        conditions.append(column.submitted_at >= midnight(filters.since))
    if filters.until is not None:
        conditions.append(column.submitted_at < midnight(filters.until + _DAY))
    if filters.kind is not None:
        is_of_shop = filters.kind is ReviewKind.SERVICE_REVIEW
        conditions.append(column.subject_id == 0 if is_of_shop else column.subject_id > 0)
    if subject_id is not None:
        conditions.append(column.subject_id == subject_id)
    if filters.moderation is not None:
        conditions.append(column.moderation == filters.moderation)
    for name in ("is_public", "is_answered", "is_unread"):
        wanted = getattr(filters, name)
        if wanted is not None:
            conditions.append(column[name].is_(wanted))
    # The short indexes are used where their own condition stands in the query.
    if filters.is_unread:
        conditions.append(_UNREAD)
    if filters.moderation is Moderation.OPEN:
        conditions.append(_WAITING)
    return conditions


def _read(
    session: Session,
    source: Source,
    conditions: list[ColumnElement[bool]],
    position: tuple[datetime, int] | None,
    walk: tuple[bool, int],
) -> Sequence[int]:
    """``walk`` is whether to go backwards from the position, and how far at most."""
    backwards, most = walk
    query = source.ids(conditions)
    if position is not None:
        key, edge = tuple_(*source.order), tuple_(*source.place(*position))
        query = query.where(key > edge if backwards else key < edge)
    query = query.order_by(*(each.asc() if backwards else each.desc() for each in source.order))
    return session.execute(query.limit(most)).scalars().all()


def _source(session: Session, shop_id: int, filters: Filters) -> Source:
    search = filters.search
    if search is None:
        return review_search.everything(_INBOX)
    if session.get_bind().dialect.name == "sqlite":
        return review_search.on_sqlite(_INBOX, shop_id, search, filters)
    return review_search.on_postgresql(session, _INBOX, search)
