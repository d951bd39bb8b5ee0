"""How many reviews of a period there are, by what became of them and what is behind them."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, func, select
from sqlmodel import Session

from domain.decisions import DecisionKind
from domain.reviews import ReviewState
from store import decisions as _decisions
from store import reviews as _reviews
from store.columns import Table, UtcDateTime
from store.tallies import Subject

_REVIEW: Final = Table.metadata.tables[_reviews.Review.__tablename__].c
_EVIDENCE: Final = Table.metadata.tables[_reviews.EvidenceRecord.__tablename__].c
_DECISION: Final = Table.metadata.tables[_decisions.Decision.__tablename__].c
_MOMENT: Final = UtcDateTime()


class Group(NamedTuple):
    """Reviews that have all this in common, and how many these are."""

    state: str
    level: int
    incentivised: bool
    imported: bool
    invited: bool
    reviews: int


def groups(session: Session, subject: Subject, since: datetime, until: datetime) -> Sequence[Group]:
    """All reviews of a subject from ``since`` on and before ``until``, public or not."""
    rows = session.connection().execute(_GROUPS, _values(subject, since, until))
    return [
        Group(row.state, row.level, row.incentivised, row.imported, row.invited, row.number)
        for row in rows
    ]


def removed(session: Session, subject: Subject, since: datetime, until: datetime) -> dict[str, int]:
    """The rejected ones among them, by the ground of the last decision that hid each."""
    rows = session.connection().execute(_REMOVED, _values(subject, since, until))
    return {row.ground: row.number for row in rows}


def proofs(session: Session, subject: Subject, since: datetime, until: datetime) -> dict[str, int]:
    """How many countable reviews have each kind of proof behind them, of the same time."""
    rows = session.connection().execute(_PROOFS, _values(subject, since, until))
    return {row.kind: row.number for row in rows}


def _values(subject: Subject, since: datetime, until: datetime) -> dict[str, Any]:
    return {**asdict(subject), "since": since, "until": until}


def _within() -> ColumnElement[bool]:
    return and_(
        *(_REVIEW[name] == bindparam(name) for name in ("shop_id", "subject_id", "epoch")),
        # Both are named, so that the index that begins with these columns leads to the dates.
        _REVIEW.is_public.in_((True, False)),
        _REVIEW.submitted_at >= bindparam("since", type_=_MOMENT),
        _REVIEW.submitted_at < bindparam("until", type_=_MOMENT),
    )


_IMPORTED: Final = _REVIEW.imported_from.is_not(None).label("imported")
_INVITED: Final = _REVIEW.invitation_id.is_not(None).label("invited")
_KEY: Final = (_REVIEW.state, _REVIEW.level, _REVIEW.incentivised, _IMPORTED, _INVITED)
_LAST: Final = (
    select(func.max(_DECISION.id))
    .where(_DECISION.review_id == _REVIEW.id, _DECISION.kind == DecisionKind.REJECTED)
    .correlate(_REVIEW.id.table)
    .scalar_subquery()
)
# Built once: building these statements costs more than running them.
_GROUPS: Final = select(*_KEY, func.count().label("number")).where(_within()).group_by(*_KEY)
_REMOVED: Final = (
    select(_DECISION.ground, func.count().label("number"))
    .join_from(_REVIEW.id.table, _DECISION.id.table, _DECISION.review_id == _REVIEW.id)
    .where(_within(), _REVIEW.state == ReviewState.REJECTED, _DECISION.id == _LAST)
    .group_by(_DECISION.ground)
)
_PROOFS: Final = (
    select(_EVIDENCE.kind, func.count(func.distinct(_EVIDENCE.review_id)).label("number"))
    .join_from(_REVIEW.id.table, _EVIDENCE.id.table, _EVIDENCE.review_id == _REVIEW.id)
    .where(_within(), _reviews.COUNTABLE)
    .group_by(_EVIDENCE.kind)
)
