"""Replies to reviews by a shop's own programs: written, replaced and taken back."""

from datetime import datetime

from domain.access_tokens import Caller
from domain.errors import ReviewNotFound
from schemas.modern.reviews import NewReply, Reply
from schemas.modern.shapes import moment
from services import replies
from services.modern import channels, review_shapes
from store import account_reviews
from store import replies as reply_rows
from store import reviews as review_rows
from store import shops as shop_rows
from store.database import Work


def write(work: Work, caller: Caller, review_id: str, told: NewReply, *, now: datetime) -> Reply:
    """Answer a review, or replace the answer.

    Raises ReviewNotFound (also for another account's), ReplyForbidden or TextInvalid.
    """
    replies.write(
        work,
        _shop_key(work, caller, review_id),
        review_id,
        told.comment or "",
        actor=channels.actor_of(caller),
        now=now,
        tell_buyer=told.send_notification,
    )
    work.session.flush()
    review = review_rows.by_public_id(work.session, review_id)
    reply = reply_rows.by_review(work.session, review.id) if review else None
    if reply is None:
        raise ReviewNotFound
    occasion = review_shapes.occasion(review_id)
    return Reply(
        created_at=moment(reply.created_at) or "",
        updated_at=moment(reply.edited_at or reply.created_at) or "",
        comment=reply.text,
        send_notification=bool(account_reviews.told(work.session, [occasion])),
    )


def delete(work: Work, caller: Caller, review_id: str, *, now: datetime) -> None:
    """Take the answer back; without one there is nothing to do. Raises ReviewNotFound."""
    shop_key = _shop_key(work, caller, review_id)
    replies.delete(work, shop_key, review_id, actor=channels.actor_of(caller), now=now)


def _shop_key(work: Work, caller: Caller, review_id: str) -> str:
    """The key of the account's shop that a review is of."""
    review = review_rows.by_public_id(work.session, review_id)
    shop = shop_rows.by_id(work.session, review.shop_id) if review else None
    if shop is None or shop.account_id != caller.account_id:
        raise ReviewNotFound
    return shop.shop_key
