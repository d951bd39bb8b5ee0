"""Shop replies as legacy payloads (legacy-api.md 5.4)."""

from typing import Final

from domain.errors import CommentNotFound
from schemas.legacy import encoding
from schemas.legacy.comments import Comment
from schemas.legacy.envelopes import Body
from schemas.legacy.shapes import lines, moment
from widgets.legacy import shops
from widgets.views import ReviewView, ShopView

_ROLE: Final = "comment"


def body(shop: ShopView, review: ReviewView) -> Body:
    """The shop's reply to a review; raises CommentNotFound where there is none."""
    if review.reply is None:
        raise CommentNotFound
    zone = shops.zone(shop)
    changed_at = review.reply.edited_at or review.reply.created_at
    comment: Comment = {
        "UID": uid_of(review.id),
        "comment": lines(review.reply.text),
        "creationDate": moment(review.reply.created_at, zone),
        "changeDate": moment(changed_at, zone),
    }
    return Body({"comment": comment})


def uid_of(review_id: str) -> str:
    """The 32 hex digits of a reply, which has no id of its own but one for each review."""
    return encoding.derived_uid(_ROLE, review_id)
