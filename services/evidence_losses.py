"""Use case of evidence that is lost again: the level falls, and the author is told why (LVL-6)."""

from datetime import datetime

from domain import ids
from domain.actors import SYSTEM
from domain.ids import Prefix
from domain.mails import MailKey
from domain.webhooks import EventType
from services import audit, case_mails, counting, deliveries, mails
from store.database import Work
from store.independent_sources import EvidenceLoss
from store.reviews import EvidenceRecord, Review
from store.shops import Shop
from widgets import texts


def lose(work: Work, shop: Shop, review: Review, record: EvidenceRecord, *, now: datetime) -> None:
    """Take one proof away; where the level falls, state why, and tell the author (DSA-3).

    The level follows from what is left, so nobody decides anything, and the statement says so:
    ``automated_decision`` is true. Marks, text and place of the review stay.
    """
    before = counting.review_of(work, review)
    kind, source = record.kind, record.source
    work.session.delete(record)
    work.session.flush()
    after = counting.review_of(work, review)
    audit.log(
        work,
        SYSTEM,
        "evidence.lost",
        review.public_id,
        now=now,
        before={"level": int(before.level)},
        after={"level": int(after.level), "kind": kind, "source": source},
    )
    if after.level == before.level:
        return
    counting.settle(work, shop, review, before=before, after=after, now=now)
    words = texts.of(review.language or shop.language)
    loss = EvidenceLoss(
        public_id=ids.new(Prefix.DECISION),
        review_id=review.id,
        kind=kind,
        source=source,
        level_before=before.level,
        level_after=after.level,
        facts=words.say("evidenceLost.facts"),
        explanation=words.say("evidenceLost.explanation"),
        redress=words.say("evidenceLost.redress"),
        automated_detection=True,
        automated_decision=True,
        lost_at=now,
    )
    work.session.add(loss)
    if review.is_public:
        _tell(work, shop, review, loss, now)
        deliveries.announce(work, shop, review, EventType.REVIEW_UPDATED, now=now)


def _tell(work: Work, shop: Shop, review: Review, loss: EvidenceLoss, now: datetime) -> None:
    to = case_mails.author_of(work.session, work.keys, review, shop)
    if to is None or not to.email:
        return
    values = {
        "facts": loss.facts,
        "explanation": loss.explanation,
        "redress": loss.redress,
        "review_url": case_mails.review_path(shop, review),
    }
    once = f"{MailKey.EVIDENCE_LOST}:{loss.public_id}"
    mails.send(work, MailKey.EVIDENCE_LOST, to, values, shop=shop, now=now, once=once)
