"""Counts of notices and of the reviews that they could be about, and decisions for the export."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, func, or_, select
from sqlmodel import Session, col

from domain.decisions import DecisionKind
from store.cases import Case
from store.columns import Table
from store.decisions import Decision
from store.notices import Notice
from store.reviews import Review
from store.shops import Shop
from store.tallies import WINDOW_TALLIES, Span

_SHOPS: Final = Table.metadata.tables[Shop.__tablename__]
_COLUMNS: Final = ("one_star", "two_stars", "three_stars", "four_stars", "five_stars")
_AT_ONCE: Final = 500
_HIDING: Final = (
    DecisionKind.REJECTED,
    DecisionKind.TEXT_HELD,
    DecisionKind.IMAGES_REMOVED,
)


def notices(
    session: Session, since: datetime, *, shop_id: int | None = None
) -> Sequence[tuple[int, str, str, str | None, int]]:
    """Stars, requester, reason, outcome and number of the notices filed since then."""
    query = (
        select(
            col(Case.stars),
            col(Notice.kind),
            col(Notice.reason),
            col(Case.outcome),
            func.count(),
        )
        .join_from(Notice, Case, col(Case.id) == col(Notice.case_id))
        .where(col(Notice.filed_at) >= since)
        .group_by(col(Case.stars), col(Notice.kind), col(Notice.reason), col(Case.outcome))
        .order_by(col(Case.stars), col(Notice.kind), col(Notice.reason), col(Case.outcome))
    )
    if shop_id is not None:
        query = query.where(col(Case.shop_id) == shop_id)
    return [(row[0], row[1], row[2], row[3], row[4]) for row in session.execute(query)]


def reviews(session: Session, *, shop_id: int | None = None) -> dict[int, int]:
    """How many published reviews of the last twelve months are counted, by their stars.

    Those of shops in their present epoch, and those of products, which have none.
    """
    table, shop = WINDOW_TALLIES.c, _SHOPS.c
    sums = [func.coalesce(func.sum(table[name]), 0) for name in _COLUMNS]
    is_published = or_(table.subject_id > 0, table.epoch == shop.epoch)
    query: Select[Any] = (
        select(*sums)
        .select_from(WINDOW_TALLIES.join(_SHOPS, shop.id == table.shop_id))
        .where(table.span == Span.YEAR, is_published)
    )
    if shop_id is not None:
        query = query.where(table.shop_id == shop_id)
    return dict(enumerate(map(int, session.execute(query).one()), start=1))


def state(session: Session) -> tuple[int, ...]:
    """Numbers of which one is another as soon as the ledger would be.

    What is public about a shop raises its generation, what happens in a case its version, and
    notices are only ever added.
    """
    asked = select(
        select(func.count()).select_from(_SHOPS).scalar_subquery(),
        select(func.coalesce(func.sum(_SHOPS.c.generation), 0)).scalar_subquery(),
        select(func.count()).select_from(Case).scalar_subquery(),
        select(func.coalesce(func.sum(col(Case.version)), 0)).scalar_subquery(),
        select(func.coalesce(func.max(col(Notice.id)), 0)).scalar_subquery(),
    )
    return tuple(map(int, session.execute(asked).one()))


def decisions(session: Session) -> Iterator[tuple[Decision, Review]]:
    """Every decision that took something out of view, in their order, a few rows at a time."""
    query = (
        select(Decision, Review)
        .join_from(Decision, Review, col(Review.id) == col(Decision.review_id))
        .where(col(Decision.kind).in_(_HIDING))
        .order_by(col(Decision.id))
        .execution_options(yield_per=_AT_ONCE)
    )
    yield from session.execute(query)
