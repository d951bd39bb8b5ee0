"""Counts of notices and of the reviews that they could be about, and decisions for the export."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, func, select
from sqlmodel import Session, col

from domain.decisions import DecisionKind
from store.cases import Case
from store.decisions import Decision
from store.notices import Notice
from store.reviews import Review
from store.tallies import WINDOW_TALLIES, Span

_COLUMNS: Final = ("one_star", "two_stars", "three_stars", "four_stars", "five_stars")
_AT_ONCE: Final = 500


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
    """How many counted reviews of the last twelve months there are, by their stars."""
    table = WINDOW_TALLIES.c
    sums = [func.coalesce(func.sum(table[name]), 0) for name in _COLUMNS]
    query: Select[Any] = select(*sums).where(table.span == Span.YEAR)
    if shop_id is not None:
        query = query.where(table.shop_id == shop_id)
    return dict(enumerate(map(int, session.execute(query).one()), start=1))


def decisions(session: Session) -> Iterator[tuple[Decision, Review]]:
    """Every decision that took something out of view, in their order, a few rows at a time."""
    query = (
        select(Decision, Review)
        .join_from(Decision, Review, col(Review.id) == col(Decision.review_id))
        .where(col(Decision.kind).in_((DecisionKind.REJECTED, DecisionKind.TEXT_HELD)))
        .order_by(col(Decision.id))
        .execution_options(yield_per=_AT_ONCE)
    )
    yield from session.execute(query)
