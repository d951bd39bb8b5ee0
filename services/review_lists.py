"""Public reviews as payloads show them: one page, or the latest that count."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

import orjson
from sqlmodel import Session

from domain import reviews as rules
from domain.criteria import Criterion
from domain.evidence import EvidenceLevel
from domain.grades import mean
from domain.invitations import ReviewKind
from domain.reviews import ReviewState
from domain.windows import Period, midnight
from schemas.questions import ReviewQuery, Within
from store import review_lists as rows
from store.review_lists import AllProducts, ListedReview, Listing
from store.tallies import Subject
from widgets.views import NOBODY, AuthorView, PictureView, ReplyView, ReviewPage, ReviewView

# Calling or walking an enumeration is slow, and a page would do so for each review.
_CRITERIA: Final = tuple(Criterion)
_STATES: Final[Mapping[str, ReviewState]] = {each.value: each for each in ReviewState}
_KINDS: Final[Mapping[str, ReviewKind]] = {each.value: each for each in ReviewKind}
_LEVELS: Final[Mapping[int, EvidenceLevel]] = {each.value: each for each in EvidenceLevel}


class _Standing(NamedTuple):
    """What decides whether a stored review counts."""

    state: ReviewState
    kind: ReviewKind
    level: EvidenceLevel
    incentivised: bool
    imported_from: str | None
    epoch: int
    submitted_at: datetime


def page(session: Session, listing: Listing, query: ReviewQuery, *, window: Period) -> ReviewPage:
    """One page of the public reviews of a subject or of all products; raises CursorUnknown."""
    found = rows.page(session, listing, query, since=_since(query, window))
    views = tuple(view(row, epoch=_epoch(listing), window=window) for row in found.rows)
    return ReviewPage(
        reviews=views,
        after=views[-1].id if views and found.has_more_after else None,
        before=views[0].id if views and found.has_more_before else None,
    )


def count(session: Session, listing: Listing, query: ReviewQuery, *, window: Period) -> int:
    """How many reviews the whole list has, whatever page of it is asked for."""
    return rows.count(session, listing, query, since=_since(query, window))


def one(session: Session, listing: Listing, review_id: str, *, window: Period) -> ReviewPage | None:
    """A page that holds one public review, if it is one of the list."""
    row = rows.one(session, listing, review_id)
    if row is None:
        return None
    found = view(row, epoch=_epoch(listing), window=window)
    return ReviewPage((found,), after=None, before=None)


def _epoch(listing: Listing) -> int:
    """Products have but one epoch."""
    return 0 if isinstance(listing, AllProducts) else listing.epoch


def _since(query: ReviewQuery, window: Period) -> datetime | None:
    return midnight(window.start) if query.within is Within.YEAR else None


def latest_counted(
    session: Session, subject: Subject, *, window: Period, limit: int
) -> tuple[ReviewView, ...]:
    """The newest reviews with a text that enter the grade, for stickers."""
    since = midnight(window.start)
    found = rows.latest_counted(session, subject, since=since, limit=limit)
    return tuple(view(row, epoch=subject.epoch, window=window) for row in found)


def view(row: ListedReview, *, epoch: int, window: Period) -> ReviewView:
    """A stored review as payloads show it; ``epoch`` is the one that is counted now."""
    marks, rating = _marked(row.mark_service, row.mark_delivery, row.mark_goods, row.mark_total)
    standing = _Standing(
        _STATES[row.state],
        _KINDS[row.kind],
        _LEVELS[row.level],
        row.incentivised,
        row.imported_from,
        row.epoch,
        row.submitted_at,
    )
    return ReviewView(
        id=row.public_id,
        marks=marks,
        stars=row.stars,
        rating=rating,
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
        author=_author(row.shown) if row.shown else NOBODY,
        pictures=pictures_of(row.shown),
    )


def _author(shown: str) -> AuthorView:
    facts = orjson.loads(shown)
    return AuthorView(
        town=facts.get("town", ""),
        age_band=facts.get("age_band", ""),
        customer_since=facts.get("customer_since"),
        avatar=facts.get("avatar", ""),
    )


def pictures_of(shown: str | None) -> tuple[PictureView, ...]:
    """The public pictures of a review, by the copy in its row."""
    listed = orjson.loads(shown).get("pictures", ()) if shown else ()
    return tuple(PictureView(each["id"], each["alt"], *each["edges"]) for each in listed)


# Three criteria of five marks each: reviews have few combinations of marks.
@lru_cache(maxsize=1_024)
def _marked(*given: int | None) -> tuple[Mapping[Criterion, int], Decimal]:
    """The marks that were given, by criterion, and their mean."""
    marks = {c: mark for c, mark in zip(_CRITERIA, given, strict=True) if mark is not None}
    return MappingProxyType(marks), mean(sum(marks.values()), len(marks))


def _reply(row: ListedReview) -> ReplyView | None:
    if row.reply_text is None or row.reply_created_at is None:
        return None
    return ReplyView(row.reply_text, row.reply_created_at, row.reply_edited_at)
