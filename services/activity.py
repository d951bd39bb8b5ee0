"""Keeps the days of activity in step with orders, invitations, reviews and replies (AGG-12)."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from domain.activity import Activity
from domain.invitations import InvitationState
from domain.windows import day_of
from store import activity as days
from store import replies
from store.database import Work
from store.invitations import Invitation
from store.orders import Order
from store.replies import Reply
from store.reviews import Review


def ordered(work: Work, order: Order) -> None:
    """An order was recorded; one whose buyer may not be asked does not count."""
    ordered_many(work, (order,))


def ordered_many(work: Work, orders: Iterable[Order]) -> None:
    """Many orders were recorded, in one statement for all days of their shops."""
    found = ((each.shop_id, day_of(each.ordered_at)) for each in orders if each.legal_basis)
    changes = {day: Activity(ordered=number) for day, number in Counter(found).items()}
    days.add_many(work.session, changes)


def invited(work: Work, invitation: Invitation, *, was_counted: bool = False) -> None:
    """An invitation was issued, sent, or put off before it was; product ones do not count."""
    sign = int(is_counted(invitation)) - int(was_counted)
    if invitation.subject_id == 0 and sign:
        _add(work, invitation.shop_id, invitation.issued_at, Activity(invited=sign))


def is_counted(invitation: Invitation) -> bool:
    """Whether the buyer has been asked; a mail that waits or was never sent asks nobody."""
    return (
        not invitation.is_mailed
        or invitation.sent_at is not None
        or invitation.state == InvitationState.REVIEWED
    )


def answered(work: Work, invitation: Invitation) -> None:
    """An invitation has written its review, which it does once, maybe before it was mailed."""
    if invitation.subject_id == 0:
        is_early = invitation.is_mailed and invitation.sent_at is None
        change = Activity(invited=int(is_early), answered=1)
        _add(work, invitation.shop_id, invitation.issued_at, change)


def shown(work: Work, review: Review, *, was_public: bool) -> None:
    """A review has been stored; ``was_public`` says what it was before."""
    if review.is_public is was_public or review.imported_from is not None:
        return
    sign = 1 if review.is_public else -1
    _add(work, review.shop_id, review.submitted_at, Activity(received=sign))
    reply = replies.by_review(work.session, review.id) if review.id else None
    if reply is not None:
        _reply(work, review, reply, sign)


def replied(work: Work, review: Review, reply: Reply) -> None:
    """A public review got its first reply."""
    if review.imported_from is None:
        _reply(work, review, reply, 1)


def reply_deleted(work: Work, review: Review, reply: Reply) -> None:
    """A reply was taken back; that of a review that is not public did not count."""
    if review.is_public and review.imported_from is None:
        _reply(work, review, reply, -1)


def is_sound(session: Session, shop_id: int) -> bool:
    """Whether the shop's days hold what its orders, invitations, reviews and replies add up to."""
    return days.stored(session, shop_id) == days.counted(session, shop_id)


def recount(work: Work, shop_id: int) -> None:
    """Have the shop's days hold what is there."""
    days.replace_all(work.session, shop_id, days.counted(work.session, shop_id))


def _reply(work: Work, review: Review, reply: Reply, sign: int) -> None:
    seconds = int(reply.created_at.timestamp()) - int(review.submitted_at.timestamp())
    change = Activity(replied=sign, reply_seconds=sign * seconds)
    _add(work, review.shop_id, review.submitted_at, change)


def _add(work: Work, shop_id: int, moment: datetime, change: Activity) -> None:
    days.add(work.session, shop_id, day_of(moment), change)
