"""Public reviews as payloads show them: one page, or the latest that count."""

from datetime import datetime
from typing import Final, NamedTuple

from sqlmodel import Session

from domain import reviews as rules
from domain.criteria import Criterion
from domain.errors import ReviewNotFound
from domain.evidence import EvidenceLevel
from domain.grades import mean
from domain.invitations import ReviewKind
from domain.reviews import ReviewState
from domain.windows import Period, midnight
from schemas.questions import ReviewQuery
from store import review_lists as rows
from store.review_lists import ListedReview
from store.tallies import Subject
from widgets.views import ReplyView, ReviewPage, ReviewView

# Walking the enumeration itself is slow, and a page would do so for each review.
_CRITERIA: Final = tuple(Criterion)


class _Standing(NamedTuple):
    """What decides whether a stored review counts."""

    state: ReviewState
    kind: ReviewKind
    level: EvidenceLevel
    incentivised: bool
    imported_from: str | None
    epoch: int
    submitted_at: datetime


def page(session: Session, subject: Subject, query: ReviewQuery, *, window: Period) -> ReviewPage:
    """One page of a subject's public reviews; raises CursorUnknown."""
    found = rows.page(session, subject, query)
    views = tuple(view(row, epoch=subject.epoch, window=window) for row in found.rows)
    return ReviewPage(
        reviews=views,
        after=views[-1].id if views and found.has_more_after else None,
        before=views[0].id if views and found.has_more_before else None,
    )


def one(session: Session, subject: Subject, review_id: str, *, window: Period) -> ReviewPage:
    """A page that holds one public review of the subject; raises ReviewNotFound."""
    row = rows.one(session, subject, review_id)
    if row is None:
        raise ReviewNotFound
    return ReviewPage((view(row, epoch=subject.epoch, window=window),), after=None, before=None)


def latest_counted(
    session: Session, subject: Subject, *, window: Period, limit: int
) -> tuple[ReviewView, ...]:
    """The newest reviews with a text that enter the grade, for stickers."""
    since = midnight(window.start)
    found = rows.latest_counted(session, subject, since=since, limit=limit)
    return tuple(view(row, epoch=subject.epoch, window=window) for row in found)


def view(row: ListedReview, *, epoch: int, window: Period) -> ReviewView:
    """A stored review as payloads show it; ``epoch`` is the one that is counted now."""
    given = (row.mark_service, row.mark_delivery, row.mark_goods, row.mark_total)
    marks = {c: mark for c, mark in zip(_CRITERIA, given, strict=True) if mark is not None}
    standing = _Standing(
        ReviewState(row.state),
        ReviewKind(row.kind),
        EvidenceLevel(row.level),
        row.incentivised,
        row.imported_from,
        row.epoch,
        row.submitted_at,
    )
    return ReviewView(
        id=row.public_id,
        marks=marks,
        stars=row.stars,
        rating=mean(sum(marks.values()), len(marks)),
        title=row.title,
        comment=row.comment,
        language=row.language,
        author_name=row.author_name,
        submitted_at=row.submitted_at,
        published_at=row.published_at or row.submitted_at,
        experienced_on=row.experienced_on,
        edited_at=row.edited_at,
        level=standing.level,
        incentivised=row.incentivised,
        imported_from=row.imported_from,
        not_counted=rules.why_not_counted(standing, epoch=epoch, window=window),
        reply=_reply(row),
    )


def _reply(row: ListedReview) -> ReplyView | None:
    if row.reply_text is None or row.reply_created_at is None:
        return None
    return ReplyView(row.reply_text, row.reply_created_at, row.reply_edited_at)
