"""The inbox: one short row for each review that a shop sees, and pages of them by keyset.

Triggers keep the rows in step with reviews and replies (migration 0005). Everything that a list
can be narrowed by stands in one index, so that the worst combination of filters still reads no
more than that index.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    Select,
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
_WAS_REPORTED: Final = "moderation <> ''"
_IS_OF_PRODUCT: Final = "subject_id > 0"


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
        Index(
            "ix_inbox_reported",
            *("shop_id", "submitted_at", "review_id"),
            sqlite_where=text(_WAS_REPORTED),
            postgresql_where=text(_WAS_REPORTED),
        ),
        Index(
            "ix_inbox_product",
            *("subject_id", "submitted_at", "review_id"),
            sqlite_where=text(_IS_OF_PRODUCT),
            postgresql_where=text(_IS_OF_PRODUCT),
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
_REPORTED: Final[ColumnElement[bool]] = literal_column(_WAS_REPORTED)
_OF_PRODUCT: Final[ColumnElement[bool]] = literal_column(_IS_OF_PRODUCT)
_FEW: Final = 5_000


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
    walk = backwards, place.limit + 1
    conditions = _conditions(shop_id, filters, subject_id)
    rare = _rare_index(session, conditions, filters, subject_id)
    few = _few(session, conditions, rare, filters, subject_id)
    if few is None:
        source = _source(session, shop_id, filters, rare)
        ids = _read(session, source, conditions, position, walk)
    else:
        ids = _found_among(session, shop_id, filters, _beyond(few, position, walk), walk)
    goes_on = len(ids) > place.limit
    shown = ids[: place.limit]
    if backwards:
        return Found(shown[::-1], has_more_after=True, has_more_before=goes_on)
    return Found(shown, has_more_after=goes_on, has_more_before=place.after is not None)


def neighbours(session: Session, shop_id: int, at: datetime, review_id: int) -> list[int | None]:
    """The reviews before and after this one in the whole list of its shop."""
    source, of_shop = review_search.everything(_INBOX), [_INBOX.c.shop_id == shop_id]
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
    if filters.moderation is Moderation.CLOSED or filters.is_public is False:
        # What is hidden was reported, and a moderator has decided.
        conditions.append(_REPORTED)
    if subject_id is not None:
        conditions.append(_OF_PRODUCT)
    return conditions


def _rare_index(
    session: Session,
    conditions: list[ColumnElement[bool]],
    filters: Filters,
    subject_id: int | None,
) -> str | None:
    """The short index that holds no more than a few thousand rows of the list, if one does.

    It is not left to the databases' guesses, which know averages: of a shop that has read
    nothing yet, this index is as long as the list, and slower.
    """
    chosen = {
        "ix_inbox_open": filters.moderation is Moderation.OPEN,
        "ix_inbox_reported": filters.moderation is Moderation.CLOSED or filters.is_public is False,
        "ix_inbox_product": subject_id is not None,
        "ix_inbox_unread": filters.is_unread is True,
    }
    own = {"ix_inbox_product": [_OF_PRODUCT, _INBOX.c.subject_id == subject_id]}
    literals = {"ix_inbox_open": _WAITING, "ix_inbox_reported": _REPORTED}
    for name in (each for each, is_wanted in chosen.items() if is_wanted):
        where = own.get(name, [conditions[0], literals.get(name, _UNREAD)])
        rows = _hinted(select(_INBOX.c.review_id), name).where(*where).limit(_FEW + 1)
        if session.execute(select(func.count()).select_from(rows.subquery())).scalar_one() <= _FEW:
            return name
    return None


def _few(
    session: Session,
    conditions: list[ColumnElement[bool]],
    rare: str | None,
    filters: Filters,
    subject_id: int | None,
) -> Sequence[tuple[datetime, int]] | None:
    """The reviews that the filters leave, the newest first, where these are not many.

    Then words are looked for in these alone: a common word would be followed through very many
    reviews of which the filters leave none. Asked only where the search cannot decide it itself.
    """
    if filters.search is None:
        return None
    decides = session.get_bind().dialect.name == "sqlite"
    if filters.is_unread is None and subject_id is None and (decides or not filters.is_narrow):
        return None
    query = _hinted(select(_INBOX.c.submitted_at, _INBOX.c.review_id), rare).where(*conditions)
    ordered = query.order_by(_INBOX.c.submitted_at.desc(), _INBOX.c.review_id.desc())
    rows = session.execute(ordered.limit(_FEW + 1)).all()
    return None if len(rows) > _FEW else [(row[0], row[1]) for row in rows]


def _beyond(
    few: Sequence[tuple[datetime, int]],
    position: tuple[datetime, int] | None,
    walk: tuple[bool, int],
) -> Sequence[tuple[datetime, int]]:
    """Those that come next, in the order in which they are walked."""
    ordered = list(reversed(few)) if walk[0] else few
    if position is None:
        return ordered
    return [each for each in ordered if (each > position if walk[0] else each < position)]


def _found_among(
    session: Session,
    shop_id: int,
    filters: Filters,
    few: Sequence[tuple[datetime, int]],
    walk: tuple[bool, int],
) -> Sequence[int]:
    search = filters.search
    if search is None or not few:
        return ()
    if session.get_bind().dialect.name == "sqlite":
        return review_search.among_on_sqlite(session, shop_id, search, few, walk)
    return review_search.among_on_postgresql(session, search, few, walk)


def _hinted(query: Select[Any], index: str | None) -> Select[Any]:
    return query.with_hint(_INBOX, f"INDEXED BY {index}", "sqlite") if index else query


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


def _source(session: Session, shop_id: int, filters: Filters, rare: str | None) -> Source:
    search = filters.search
    if search is None:
        listed = review_search.everything(_INBOX)
        return replace(listed, ids=lambda conditions: _hinted(listed.ids(conditions), rare))
    if session.get_bind().dialect.name == "sqlite":
        return review_search.on_sqlite(_INBOX, shop_id, search, filters)
    return review_search.on_postgresql(session, _INBOX, search)
