"""Use cases of replies: the shop answers a review in public (systems.md §11)."""

from datetime import datetime

from domain import policies, texts
from domain.actors import Actor
from domain.errors import ReplyForbidden, ReviewNotFound, TextInvalid
from services import audit, generations, shops
from store import replies, reviews
from store.database import Work
from store.replies import Reply
from store.reviews import Review
from store.shops import Shop


def write(
    work: Work, shop_key: str, review_id: str, text: str, *, actor: Actor, now: datetime
) -> None:
    """Answer a review, or replace the answer; shown at once, marked as edited if replaced.

    Raises ReviewNotFound (also for another shop's), ReplyForbidden, or TextInvalid when empty
    or longer than 5,000 characters.
    """
    shop, review = _reviewed(work, shop_key, review_id)
    if not review.is_public:
        raise ReplyForbidden
    text = texts.clean(text, most=policies.REVIEWS.reply_characters, field="text")
    if not text:
        raise TextInvalid("A reply has a text.", field="text")
    reply = replies.by_review(work.session, review.id)
    if reply is None:
        reply = Reply(review_id=review.id, text=text, author=actor.name, created_at=now)
    else:
        reply.text, reply.author, reply.edited_at = text, actor.name, now
    work.session.add(reply)
    audit.log(work, actor, "review.replied", review.public_id, now=now)
    generations.raise_for(work, shop, now=now, product_id=review.subject_id)


def delete(work: Work, shop_key: str, review_id: str, *, actor: Actor, now: datetime) -> None:
    """Take the shop's own answer back; without one there is nothing to do."""
    shop, review = _reviewed(work, shop_key, review_id)
    reply = replies.by_review(work.session, review.id)
    if reply is None:
        return
    work.session.delete(reply)
    audit.log(work, actor, "review.reply_deleted", review.public_id, now=now)
    generations.raise_for(work, shop, now=now, product_id=review.subject_id)


def _reviewed(work: Work, shop_key: str, review_id: str) -> tuple[Shop, Review]:
    shop = shops.required(work, shop_key)
    review = reviews.by_public_id(work.session, review_id)
    if review is None or review.shop_id != shop.id:
        raise ReviewNotFound
    return shop, review
