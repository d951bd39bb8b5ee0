"""What moderation does to a review: report, keep, hide with reasons, restore (DSA-3)."""

from datetime import datetime

from domain import ids
from domain.actors import Actor, Role
from domain.cases import CaseStepForbidden
from domain.decisions import DecisionKind, Finding, Restoration, StatementOfReasons
from domain.errors import ReviewNotFound
from domain.ids import Prefix
from domain.pictures import PictureState
from domain.reviews import ReviewState
from domain.webhooks import EventType
from services import audit, counting, deliveries, shown_copies
from store import pictures, reviews
from store import shops as shop_rows
from store.database import Work
from store.decisions import Decision
from store.reviews import Review as Row
from store.shops import Shop


def report(work: Work, review_id: str, *, actor: Actor, now: datetime) -> None:
    """A notice has come in: the review stays visible and counted while it is checked (GO-9)."""
    shop, row = held(work, review_id)
    before = counting.review_of(work, row)
    counting.settle(work, shop, row, before=before, after=before.report(), now=now)
    audit.log(work, actor, "review.reported", row.public_id, now=now)
    deliveries.announce(work, shop, row, EventType.REVIEW_MODERATED, now=now)


def keep(work: Work, review_id: str, *, actor: Actor, now: datetime) -> None:
    """The notice was not upheld."""
    shop, row = held(work, review_id)
    before = counting.review_of(work, row)
    counting.settle(work, shop, row, before=before, after=before.keep(), now=now)
    audit.log(work, actor, "review.kept", row.public_id, now=now)
    deliveries.announce(work, shop, row, EventType.REVIEW_MODERATED, now=now)


def record(work: Work, review_id: str, kind: DecisionKind, finding: Finding) -> str:
    """Store a decision that hides nothing, with its explanation; returns its id."""
    _, row = held(work, review_id)
    decision = Decision(
        public_id=ids.new(Prefix.DECISION),
        review_id=row.id,
        kind=kind,
        moderator=finding.moderator.name,
        explanation=finding.explanation,
        decided_at=finding.decided_at,
    )
    work.session.add(decision)
    return decision.public_id


def disable(work: Work, review_id: str, reasons: StatementOfReasons) -> str:
    """Hide a review, with its statement of reasons; returns the decision's id.

    A review nobody reported passes through moderation on the way. Raises ReviewNotFound or
    TransitionForbidden.
    """
    shop, row = held(work, review_id)
    before = counting.review_of(work, row)
    checked = before.report() if before.state is ReviewState.APPROVED else before
    after = checked.reject(reasons)
    now = reasons.decided_at
    counting.settle(work, shop, row, before=before, after=after, now=now)
    decision = _stated(row, DecisionKind.REJECTED, reasons)
    work.session.add(decision)
    actor = Actor(Role.MODERATOR, reasons.moderator.name)
    audit.log(work, actor, "review.rejected", row.public_id, now=now, reason=decision.public_id)
    deliveries.announce(work, shop, row, EventType.REVIEW_MODERATED, now=now)
    return decision.public_id


def hide_pictures(work: Work, review_id: str, reasons: StatementOfReasons) -> str:
    """Hide the pictures of a review alone, with their statement of reasons; the rest stays.

    Stars and text stay public and counted. Returns the decision's id. Raises ReviewNotFound, or
    CaseStepForbidden where no picture is shown.
    """
    shop, row = held(work, review_id)
    shown = [p for p in pictures.of_review(work.session, row.id) if p.state == PictureState.SHOWN]
    if not shown:
        raise CaseStepForbidden("This review shows no pictures.")
    for picture in shown:
        picture.state = PictureState.HIDDEN
        work.session.add(picture)
    decision = _stated(row, DecisionKind.IMAGES_REMOVED, reasons)
    work.session.add(decision)
    actor, now = Actor(Role.MODERATOR, reasons.moderator.name), reasons.decided_at
    if ReviewState(row.state) is ReviewState.MODERATION:
        before = counting.review_of(work, row)
        counting.settle(work, shop, row, before=before, after=before.keep(), now=now)
    _show_again(work, shop, row, actor, "pictures.hidden", decision.public_id, now=now)
    return decision.public_id


def restore_pictures(work: Work, review_id: str, restoration: Restoration) -> str:
    """Show pictures again that a decision had hidden (DSA-4); returns the decision's id."""
    shop, row = held(work, review_id)
    for picture in pictures.of_review(work.session, row.id):
        if picture.state == PictureState.HIDDEN:
            picture.state = PictureState.SHOWN
            work.session.add(picture)
    decision = _restored(row, restoration)
    work.session.add(decision)
    actor, now = Actor(Role.MODERATOR, restoration.moderator.name), restoration.decided_at
    _show_again(work, shop, row, actor, "pictures.restored", decision.public_id, now=now)
    return decision.public_id


def _show_again(
    work: Work, shop: Shop, row: Row, actor: Actor, action: str, decision_id: str, *, now: datetime
) -> None:
    """Bring everything that shows the review's pictures up to date, and tell of it."""
    work.session.flush()
    shown_copies.copy(work, shop, row, now=now)
    audit.log(work, actor, action, row.public_id, now=now, reason=decision_id)
    deliveries.announce(work, shop, row, EventType.REVIEW_MODERATED, now=now)


def restore(work: Work, review_id: str, restoration: Restoration) -> str:
    """Show a hidden review again, counted as before (DSA-4); returns the decision's id."""
    shop, row = held(work, review_id)
    before = counting.review_of(work, row)
    now = restoration.decided_at
    counting.settle(work, shop, row, before=before, after=before.restore(restoration), now=now)
    decision = _restored(row, restoration)
    work.session.add(decision)
    actor = Actor(Role.MODERATOR, restoration.moderator.name)
    audit.log(work, actor, "review.restored", row.public_id, now=now, reason=decision.public_id)
    deliveries.announce(work, shop, row, EventType.REVIEW_MODERATED, now=now)
    return decision.public_id


def _stated(row: Row, kind: DecisionKind, reasons: StatementOfReasons) -> Decision:
    return Decision(
        public_id=ids.new(Prefix.DECISION),
        review_id=row.id,
        kind=kind,
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
        decided_at=reasons.decided_at,
    )


def _restored(row: Row, restoration: Restoration) -> Decision:
    return Decision(
        public_id=ids.new(Prefix.DECISION),
        review_id=row.id,
        kind=DecisionKind.RESTORED,
        moderator=restoration.moderator.name,
        explanation=restoration.explanation,
        decided_at=restoration.decided_at,
    )


def held(work: Work, review_id: str) -> tuple[Shop, Row]:
    """The shop, held first, and then its review: every writer takes them in this order.

    Raises ReviewNotFound.
    """
    row = reviews.by_public_id(work.session, review_id)
    shop = shop_rows.by_id(work.session, row.shop_id, lock=True) if row else None
    if row is None or shop is None:
        raise ReviewNotFound
    work.session.refresh(row)
    return shop, row
