"""Use cases of moderation: report, disable with reasons, restore (systems.md §12, DSA-3)."""

from datetime import datetime

from domain import ids
from domain.actors import Actor, Role
from domain.decisions import DecisionKind, Restoration, StatementOfReasons
from domain.errors import ReviewNotFound
from domain.ids import Prefix
from domain.reviews import ReviewState
from services import audit, counting
from store import reviews
from store import shops as shop_rows
from store.database import Work
from store.decisions import Decision
from store.reviews import Review as Row
from store.shops import Shop


def report(work: Work, review_id: str, *, actor: Actor, now: datetime) -> None:
    """A notice has come in: the review stays visible and counted while it is checked (GO-9)."""
    shop, row = _found(work, review_id)
    before = counting.review_of(work, row)
    counting.settle(work, shop, row, before=before, after=before.report(), now=now)
    audit.log(work, actor, "review.reported", row.public_id, now=now)


def keep(work: Work, review_id: str, *, actor: Actor, now: datetime) -> None:
    """The notice was not upheld."""
    shop, row = _found(work, review_id)
    before = counting.review_of(work, row)
    counting.settle(work, shop, row, before=before, after=before.keep(), now=now)
    audit.log(work, actor, "review.kept", row.public_id, now=now)


def disable(work: Work, review_id: str, reasons: StatementOfReasons) -> str:
    """Hide a review, with its statement of reasons; returns the decision's id.

    A review nobody reported passes through moderation on the way. Raises ReviewNotFound or
    TransitionForbidden.
    """
    shop, row = _found(work, review_id)
    before = counting.review_of(work, row)
    checked = before.report() if before.state is ReviewState.APPROVED else before
    after = checked.reject(reasons)
    now = reasons.decided_at
    counting.settle(work, shop, row, before=before, after=after, now=now)
    decision = Decision(
        public_id=ids.new(Prefix.DECISION),
        review_id=row.id,
        kind=DecisionKind.REJECTED,
        moderator=reasons.moderator.name,
        ground=reasons.ground,
        facts=reasons.facts,
        explanation=reasons.explanation,
        redress=reasons.redress,
        source=reasons.source,
        scope=reasons.scope,
        territory=reasons.territory,
        until=reasons.until,
        automated_detection=reasons.automated_detection,
        decided_at=now,
    )
    work.session.add(decision)
    actor = Actor(Role.MODERATOR, reasons.moderator.name)
    audit.log(work, actor, "review.rejected", row.public_id, now=now, reason=decision.public_id)
    return decision.public_id


def restore(work: Work, review_id: str, restoration: Restoration) -> str:
    """Show a hidden review again, counted as before (DSA-4); returns the decision's id."""
    shop, row = _found(work, review_id)
    before = counting.review_of(work, row)
    now = restoration.decided_at
    counting.settle(work, shop, row, before=before, after=before.restore(restoration), now=now)
    decision = Decision(
        public_id=ids.new(Prefix.DECISION),
        review_id=row.id,
        kind=DecisionKind.RESTORED,
        moderator=restoration.moderator.name,
        explanation=restoration.explanation,
        decided_at=now,
    )
    work.session.add(decision)
    actor = Actor(Role.MODERATOR, restoration.moderator.name)
    audit.log(work, actor, "review.restored", row.public_id, now=now, reason=decision.public_id)
    return decision.public_id


def _found(work: Work, review_id: str) -> tuple[Shop, Row]:
    """The shop, held first, and then its review: every writer takes them in this order."""
    row = reviews.by_public_id(work.session, review_id)
    shop = shop_rows.by_id(work.session, row.shop_id, lock=True) if row else None
    if row is None or shop is None:
        raise ReviewNotFound
    work.session.refresh(row)
    return shop, row
