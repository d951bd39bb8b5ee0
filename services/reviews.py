"""Use cases of reviews: submit with an invitation, edit and withdraw by the author."""

from collections.abc import Iterable
from datetime import datetime

from domain import ids
from domain import reviews as rules
from domain.actors import AUTHOR
from domain.criteria import CriteriaSystem
from domain.errors import (
    EditingClosed,
    InvitationAlreadyUsed,
    InvitationExpired,
    ReviewExists,
    ReviewNotFound,
    ReviewTooEarly,
)
from domain.evidence import Evidence
from domain.ids import Prefix
from domain.invitations import InvitationState, ReviewKind
from domain.review_forms import Said, is_edit
from domain.reviews import Review, ReviewState, Submission
from domain.webhooks import EventType
from domain.windows import day_of, review_deadline
from services import (
    activity,
    audit,
    counting,
    deliveries,
    evidence,
    holds,
    invitations,
    notifications,
    packs,
    receipts,
    signals,
)
from services.invitations import Opened
from services.signals import NOTHING, Sent
from store.database import Work
from store.reviews import EvidenceRecord, Revision
from store.reviews import Review as Row
from store.shops import Shop


def submit(
    work: Work, token: str, submission: Submission, *, sent: Sent = NOTHING, now: datetime
) -> str:
    """Write the one review that an invitation allows; returns its public id.

    It is verified by its invitation (L2) and public at once; a text in which a check finds
    something waits for a person. ``sent`` is how it came in. Raises InvitationMalformed,
    InvitationForged, InvitationAlreadyUsed, InvitationExpired, ReviewExists, ReviewTooEarly,
    MembershipEnded, MarksInvalid or TextInvalid.
    """
    opened = invitations.opened(work, token)
    _refuse(opened, now)
    packs.check_membership(work.session, opened.shop.id)
    kind = ReviewKind(opened.invitation.kind)
    submission = rules.checked(submission, kind, CriteriaSystem(opened.shop.criteria_system))
    proofs = evidence.of_order(work, opened.order, now=now)
    review = Review(
        state=ReviewState.SUBMITTED,
        kind=kind,
        epoch=opened.shop.epoch if kind is ReviewKind.SERVICE_REVIEW else 0,
        submitted_at=now,
        marks=submission.marks,
        evidence=proofs,
        incentivised=submission.incentivised,
    ).publish()
    row = _row(opened, review, submission, now)
    stopped = holds.stopped(work, opened.shop, row)
    work.session.add(row)
    work.session.flush()
    if stopped is not None:
        holds.keep(work, opened.shop, row, stopped, now=now)
    opened.invitation.state = InvitationState.REVIEWED
    work.session.add_all((*records(row, proofs), opened.invitation))
    activity.answered(work, opened.invitation)
    counting.settle(work, opened.shop, row, before=None, after=review, now=now)
    audit.log(work, AUTHOR, "review.submitted", row.public_id, now=now)
    deliveries.announce(work, opened.shop, row, EventType.REVIEW_SUBMITTED, now=now)
    notifications.expect(work, row)
    receipts.issue(work, opened.shop, row, submission.title, submission.comment, now=now)
    signals.note(work, opened.shop, row, submission.comment, sent, now=now)
    return row.public_id


def records(row: Row, proofs: Iterable[Evidence]) -> list[EvidenceRecord]:
    """The proofs of a stored review, as rows."""
    return [
        EvidenceRecord(review_id=row.id, kind=each.kind, seen_at=each.seen_at, source=each.source)
        for each in proofs
    ]


def _refuse(opened: Opened, now: datetime) -> None:
    if opened.review is not None:
        raise InvitationAlreadyUsed if opened.is_used else ReviewExists
    if now >= opened.invitation.expires_at:
        raise InvitationExpired
    if now < max(opened.order.ordered_at, opened.invitation.issued_at):
        raise ReviewTooEarly


def _row(opened: Opened, review: Review, submission: Submission, now: datetime) -> Row:
    row = Row(
        public_id=ids.new(Prefix.REVIEW),
        shop_id=opened.shop.id,
        subject_id=opened.invitation.subject_id,
        order_id=opened.order.id,
        invitation_id=opened.invitation.id,
        kind=review.kind,
        epoch=review.epoch,
        title=submission.title,
        comment=submission.comment,
        language=submission.language or opened.shop.language,
        author_name=submission.author_name,
        experienced_on=day_of(opened.order.ordered_at),
        submitted_at=now,
        published_at=now,
    )
    counting.copy(review, row)
    return row


def written_with(work: Work, token: str) -> tuple[Opened, Row]:
    """The review that an invitation has written, for its author, and what it belongs to.

    Raises ReviewNotFound while there is none, InvitationAlreadyUsed for a link that the shop may
    have as well (NEVER-3, NEVER-4), and as ``invitations.opened`` does.
    """
    opened = invitations.opened(work, token)
    if opened.review is None or not opened.is_used:
        raise ReviewNotFound("Nothing has been written with this invitation yet.")
    if opened.is_handed_on:
        raise InvitationAlreadyUsed("Its author changes it by the link in the receipt.")
    return opened, opened.review


def edit(work: Work, token: str, submission: Submission, *, now: datetime) -> None:
    """Replace the author's own marks and text; the original is kept (systems.md §4).

    Raises EditingClosed six months after the purchase or once the shop has switched its
    criteria, TransitionForbidden when the review is not public, and as ``submit`` does.
    """
    opened, row = written_with(work, token)
    submission = _changeable(opened, row, submission, now)
    _change(work, opened.shop, row, submission, is_edit=True, now=now)


def complete(work: Work, token: str, submission: Submission, *, now: datetime) -> None:
    """Add what the author says besides the stars, which were submitted before (systems.md §4).

    The first text is no edit; a mark or a text that is changed later is one, and a change that
    changes nothing readers see is none. Raises as ``edit`` does.
    """
    opened, row = written_with(work, token)
    submission = _changeable(opened, row, submission, now)
    complete_row(work, opened.shop, row, submission, now=now)


def complete_row(
    work: Work, shop: Shop, row: Row, submission: Submission, *, now: datetime
) -> None:
    """Like ``complete``, for a checked submission of an author who may change this review."""
    before = Said(counting.marks_of(row), row.title, row.comment)
    after = Said(submission.marks, submission.title, submission.comment)
    _change(work, shop, row, submission, is_edit=is_edit(before, after), now=now)


def _changeable(opened: Opened, row: Row, submission: Submission, now: datetime) -> Submission:
    if now >= review_deadline(opened.order.ordered_at):
        raise EditingClosed
    if row.kind == ReviewKind.SERVICE_REVIEW and row.epoch != opened.shop.epoch:
        raise EditingClosed("The shop asks for other criteria since; withdrawing stays possible.")
    system = CriteriaSystem(opened.shop.criteria_system)
    return rules.checked(submission, ReviewKind(row.kind), system)


def _change(
    work: Work, shop: Shop, row: Row, submission: Submission, *, is_edit: bool, now: datetime
) -> None:
    before = counting.review_of(work, row)
    after = before.edit(submission)
    had_text = notifications.has_text(row)
    if is_edit:
        work.session.add(_revision(row, now))
        row.edited_at = now
    row.language = submission.language or row.language
    row.title, row.comment = holds.screen(
        work, shop, row, submission.title, submission.comment, now=now
    )
    row.author_name = submission.author_name
    counting.settle(work, shop, row, before=before, after=after, now=now)
    action = "review.edited" if is_edit else "review.completed"
    audit.log(work, AUTHOR, action, row.public_id, now=now)
    if not had_text and notifications.has_text(row):
        notifications.expect(work, row)
    deliveries.announce(work, shop, row, EventType.REVIEW_UPDATED, now=now)
    receipts.issue(work, shop, row, submission.title, submission.comment, now=now)
    signals.note(work, shop, row, submission.comment, now=now)


def _revision(row: Row, now: datetime) -> Revision:
    return Revision(
        review_id=row.id,
        replaced_at=now,
        marks=counting.marks_json(row),
        title=row.title,
        comment=row.comment,
        author_name=row.author_name,
        incentivised=row.incentivised,
    )


def withdraw(work: Work, token: str, *, now: datetime) -> None:
    """Take the review back, as its author may at any time (GO-8, ISO-8).

    Raises ReviewNotFound, or TransitionForbidden when it was withdrawn before.
    """
    opened, row = written_with(work, token)
    withdraw_row(work, opened.shop, row, now=now)


def withdraw_row(work: Work, shop: Shop, row: Row, *, now: datetime) -> None:
    """Like ``withdraw``, for an author whose review this is."""
    before = counting.review_of(work, row)
    counting.settle(work, shop, row, before=before, after=before.withdraw(), now=now)
    holds.withdrawn(work, row, now=now)
    signals.withdrawn(work, row, now=now)
    audit.log(work, AUTHOR, "review.withdrawn", row.public_id, now=now)
    deliveries.announce(work, shop, row, EventType.REVIEW_UPDATED, now=now)
