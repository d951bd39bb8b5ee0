"""Reviews that were public and are so no more, for the tombstones of feeds (A1)."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Final

from sqlalchemy import Integer, bindparam, func, select
from sqlmodel import Session

from store import decisions as _decisions
from store import reviews as _reviews
from store.columns import Table, UtcDateTime
from store.tallies import Subject


def since(
    session: Session, subject: Subject, moment: datetime, *, most: int
) -> Sequence[tuple[str, datetime]]:
    """Ids of a subject's reviews that were removed after ``moment``, and when, the latest first.

    At most ``most`` of them. A review that came back is not among them.
    """
    values = asdict(subject) | {"since": moment, "most": most}
    return [(row[0], row[1]) for row in session.connection().execute(_REMOVED, values)]


_REVIEW: Final = Table.metadata.tables[_reviews.Review.__tablename__].c
_LOG: Final = Table.metadata.tables[_decisions.AuditEntry.__tablename__].c
_AT: Final = func.max(_LOG.at, type_=UtcDateTime())
# Built once: building this statement costs more than running it.
_REMOVED: Final = (
    select(_REVIEW.public_id, _AT)
    .join_from(_REVIEW.id.table, _LOG.id.table, _LOG.object == _REVIEW.public_id)
    .where(_REVIEW.shop_id == bindparam("shop_id"))
    .where(_REVIEW.subject_id == bindparam("subject_id"))
    .where(_REVIEW.epoch == bindparam("epoch"), _REVIEW.is_public.is_(False))
    .where(_LOG.action.in_(("review.rejected", "review.withdrawn", "review.erased")))
    .where(_LOG.at > bindparam("since", type_=UtcDateTime()))
    .group_by(_REVIEW.public_id)
    .order_by(_AT.desc(), _REVIEW.public_id)
    .limit(bindparam("most", type_=Integer))
)
