"""Keeps tallies and stored copies in step with what happens to a review (AGG-13)."""

from datetime import datetime

import orjson

from domain.criteria import Criterion, own_stars
from domain.evidence import Evidence, EvidenceKind
from domain.grades import Tally
from domain.invitations import ReviewKind
from domain.reviews import Review, ReviewState, contribution
from domain.windows import day_of
from services import activity, generations
from store import reviews as rows
from store import tallies
from store.database import Work
from store.reviews import Review as Row
from store.shops import Shop
from store.tallies import Subject


def review_of(work: Work, row: Row) -> Review:
    """The review as the rules see it, with its evidence."""
    proofs = rows.evidence_of(work.session, row.id)
    evidence = tuple(Evidence(EvidenceKind(p.kind), p.seen_at, p.source) for p in proofs)
    return Review(
        state=ReviewState(row.state),
        kind=ReviewKind(row.kind),
        epoch=row.epoch,
        submitted_at=row.submitted_at,
        marks=marks_of(row),
        evidence=evidence,
        incentivised=row.incentivised,
        imported_from=row.imported_from,
    )


def marks_of(row: Row) -> dict[Criterion, int]:
    """The marks of a stored review, in the order of the criteria."""
    marks = {c: getattr(row, f"mark_{c.lower()}") for c in Criterion}
    return {criterion: mark for criterion, mark in marks.items() if mark is not None}


def marks_json(row: Row) -> str:
    """The marks as a JSON object, for earlier versions."""
    return orjson.dumps({c.value: mark for c, mark in marks_of(row).items()}).decode()


def copy(review: Review, row: Row) -> None:
    """Write what the rules derived into the columns that indexes and lists read."""
    row.state = review.state
    row.is_public = review.state.is_public
    row.level = review.level
    row.stars = own_stars(review.marks)
    row.incentivised = review.incentivised
    for criterion in Criterion:
        setattr(row, f"mark_{criterion.lower()}", review.marks.get(criterion))


def settle(
    work: Work, shop: Shop, row: Row, *, before: Review | None, after: Review, now: datetime
) -> None:
    """Store the new state and move the tallies by the difference it makes."""
    copy(after, row)
    work.session.add(row)
    activity.shown(work, row, was_public=before is not None and before.state.is_public)
    old = contribution(before) if before else Tally()
    change = contribution(after) - old
    if change != Tally():
        day = day_of(after.submitted_at)
        subject = Subject(shop.id, row.subject_id, row.epoch)
        spans = tallies.spans_at(day, shop.window_start, shop.trend_start)
        tallies.add(work.session, subject, day, change, spans)
    generations.raise_for(work, shop, now=now, product_id=row.subject_id)
