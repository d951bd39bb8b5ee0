"""Use cases of replies: the shop answers a review in public (systems.md §11)."""

from datetime import datetime
from typing import Final

from domain import policies, texts
from domain.actors import Actor
from domain.errors import ReplyForbidden, ReviewNotFound, TextInvalid
from domain.mails import MailKey
from domain.replies import ReplyChanged
from domain.webhooks import EventType
from schemas.profiles import PageKind, PageQuestion
from services import activity, audit, case_mails, deliveries, generations, mails, shops
from store import replies, reviews
from store.database import Work
from store.replies import Reply
from store.reviews import Review
from store.shops import Shop

NONE: Final = ""
"""What somebody saw who saw no reply."""


def write(
    work: Work,
    shop_key: str,
    review_id: str,
    text: str,
    *,
    actor: Actor,
    now: datetime,
    seen: str | None = None,
    tell_buyer: bool = False,
) -> None:
    """Answer a review, or replace the answer; shown at once, marked as edited if replaced.

    ``seen`` is the version of the reply that the writer has looked at (``version_of``), so that
    nobody replaces what they have not read; None does not ask. The same text once more changes
    nothing. With ``tell_buyer`` the buyer gets a mail, once per review, where there is an order.
    Raises ReviewNotFound (also for another shop's), ReplyForbidden, ReplyChanged, or TextInvalid
    when empty or longer than 5,000 characters.
    """
    shop, review = _reviewed(work, shop_key, review_id)
    if not review.is_public:
        raise ReplyForbidden
    text = texts.clean(text, most=policies.REVIEWS.reply_characters, field="text")
    if not text:
        raise TextInvalid("A reply has a text.", field="text")
    reply = replies.by_review(work.session, review.id)
    if reply is None or reply.text != text:
        _check_seen(reply, seen)
        _store(work, review, reply, text, actor, now)
        audit.log(work, actor, "review.replied", review.public_id, now=now)
        deliveries.announce(work, shop, review, EventType.REVIEW_REPLIED, now=now)
        generations.raise_for(work, shop, now=now, product_id=review.subject_id)
    if tell_buyer:
        _tell_buyer(work, shop, review, text, actor, now)


def delete(
    work: Work,
    shop_key: str,
    review_id: str,
    *,
    actor: Actor,
    now: datetime,
    seen: str | None = None,
) -> None:
    """Take the shop's own answer back; without one there is nothing to do.

    Raises ReviewNotFound or ReplyChanged.
    """
    shop, review = _reviewed(work, shop_key, review_id)
    reply = replies.by_review(work.session, review.id)
    if reply is None:
        return
    _check_seen(reply, seen)
    activity.reply_deleted(work, review, reply)
    work.session.delete(reply)
    audit.log(work, actor, "review.reply_deleted", review.public_id, now=now)
    deliveries.announce(work, shop, review, EventType.REVIEW_REPLIED, now=now)
    generations.raise_for(work, shop, now=now, product_id=review.subject_id)


def version_of(reply: Reply | None) -> str:
    """What changes with every change of a reply; empty where there is none."""
    return NONE if reply is None else (reply.edited_at or reply.created_at).isoformat()


def _check_seen(reply: Reply | None, seen: str | None) -> None:
    if seen is not None and seen != version_of(reply):
        raise ReplyChanged


def _store(
    work: Work, review: Review, reply: Reply | None, text: str, actor: Actor, now: datetime
) -> None:
    if reply is None:
        reply = Reply(review_id=review.id, text=text, author=actor.name, created_at=now)
        activity.replied(work, review, reply)
    else:
        reply.text, reply.author, reply.edited_at = text, actor.name, now
    work.session.add(reply)


def _tell_buyer(
    work: Work, shop: Shop, review: Review, text: str, actor: Actor, now: datetime
) -> None:
    """One mail for each review, whatever becomes of the reply later (systems.md §11)."""
    author = case_mails.author_of(work.session, work.keys, review, shop)
    if author is None:
        return
    question = PageQuestion(PageKind.PROFILE, shop.shop_key, None, review=review.public_id)
    mails.send(
        work,
        MailKey.SHOP_REPLIED,
        author,
        {"review": review.comment or review.title, "reply": text, "review_url": question.url},
        shop=shop,
        now=now,
        once=f"{MailKey.SHOP_REPLIED}:{review.public_id}",
        actor_of=actor.name,
    )


def _reviewed(work: Work, shop_key: str, review_id: str) -> tuple[Shop, Review]:
    """The shop, held, and its review; what its author took back is nobody's to answer."""
    shop = shops.required(work, shop_key)
    review = reviews.by_public_id(work.session, review_id)
    if review is None or review.shop_id != shop.id:
        raise ReviewNotFound
    return shop, review
