"""What is emptied or removed when a person has everything erased, and what an open case keeps."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import and_, delete, func, or_, update
from sqlmodel import Session, col, select

from domain.complaints import AUTHOR, ComplaintState
from domain.mails import MailKey, MailState
from domain.pictures import PictureState
from domain.protections import RUNNING
from store import protections
from store.cases import Case, Complaint, Message
from store.claims import Claim
from store.hand_overs import HandOver
from store.holds import Hold
from store.mails import Mail
from store.notices import Notice
from store.orders import Order, OrderLine
from store.pictures import Picture
from store.proofs import Proof
from store.protections import Protection
from store.receipts import Receipt
from store.replies import Reply
from store.review_contacts import ReviewContact
from store.review_drafts import ReviewDraft
from store.reviews import EvidenceRecord, Review, Revision
from store.shops import Shop
from store.social_proofs import SocialProof


def is_disputed(session: Session, review_ids: Collection[int]) -> bool:
    """Whether one of these reviews is in a case, or a complaint about one is open."""
    in_case = (
        select(Case.id)
        .join(Complaint, col(Complaint.case_id) == col(Case.id), isouter=True)
        .where(
            col(Case.review_id).in_(list(review_ids)),
            or_(col(Case.is_pending), col(Complaint.state) == ComplaintState.OPEN),
        )
    )
    return session.exec(in_case.limit(1)).first() is not None


def blocking_cases(session: Session, email_hash: str, *, most: int) -> Sequence[str]:
    """Public ids of the cases for which reviews of this address stay, the oldest first."""
    invited = (
        select(Review.id)
        .join(Order, col(Order.id) == col(Review.order_id))
        .where(col(Order.email_hash) == email_hash)
    )
    open_ = select(ReviewContact.review_id).where(col(ReviewContact.email_hash) == email_hash)
    complaint = select(Complaint.id).where(
        col(Complaint.case_id) == col(Case.id), col(Complaint.state) == ComplaintState.OPEN
    )
    query = select(Case.public_id).where(
        or_(col(Case.review_id).in_(invited), col(Case.review_id).in_(open_)),
        or_(col(Case.is_pending), complaint.exists()),
    )
    return session.exec(query.order_by(col(Case.id)).limit(most)).all()


def emptied_hand_over(now: datetime) -> dict[str, object]:
    """The columns of a hand-over of which nothing personal is left; nothing more comes of it."""
    return {
        "email_cipher": b"",
        "email_hash": "",
        "lines": "[]",
        "payment_text": "",
        "amount_minor": None,
        "send_at": None,
        "forgotten_at": now,
    }


def empty_hand_over(session: Session, order_id: int, now: datetime) -> None:
    """Empty what a page told of this order."""
    values = emptied_hand_over(now)
    session.execute(update(HandOver).where(col(HandOver.order_id) == order_id).values(**values))


def forget_protections(session: Session, email_hash: str, now: datetime) -> int:
    """Empty whose protections these were; returns how many stay, which run or are claimed of."""
    claimed = select(Claim.protection_id).where(
        col(Claim.buyer_hash) == email_hash, col(Claim.closed_at).is_(None)
    )
    mine = col(Protection.buyer_hash) == email_hash
    is_needed = or_(col(Protection.state).in_(RUNNING), col(Protection.id).in_(claimed))
    protections.empty(session, and_(mine, ~is_needed), now)
    return session.exec(select(func.count()).where(mine)).one()


def drop_lines(session: Session, order_id: int) -> None:
    """Remove what was bought with an order."""
    session.execute(delete(OrderLine).where(col(OrderLine.order_id) == order_id))


def drop_draft(session: Session, invitation_id: int) -> None:
    """Remove what was begun with an invitation."""
    session.execute(delete(ReviewDraft).where(col(ReviewDraft.invitation_id) == invitation_id))


def drop_around(session: Session, review_id: int, now: datetime) -> None:
    """Remove what is kept beside a review: versions, proofs, pictures, salts, and what was said.

    The shop's reply answers what is gone, and goes with it.
    """
    for table in (Revision, EvidenceRecord, SocialProof, Reply, ReviewContact):
        session.execute(delete(table).where(col(table.review_id) == review_id))
    session.execute(update(Receipt).where(col(Receipt.review_id) == review_id).values(salt=None))
    held = update(Hold).where(col(Hold.review_id) == review_id)
    session.execute(held.values(cipher=None, found="{}", digest=""))
    _drop_pictures(session, review_id, now)
    _drop_said(session, review_id, now)


def _drop_pictures(session: Session, review_id: int, now: datetime) -> None:
    mine = col(Picture.review_id) == review_id
    emptied = update(Picture).where(mine)
    session.execute(emptied.values(alternative="", state=PictureState.REMOVED))
    kept = update(Picture).where(mine, col(Picture.removed_at).is_(None))
    session.execute(kept.values(removed_at=now))


def _drop_said(session: Session, review_id: int, now: datetime) -> None:
    """Remove what the author said and handed in about cases; their files go with the next run."""
    cases = select(Case.id).where(col(Case.review_id) == review_id)
    said = (col(Message.case_id).in_(cases), col(Message.party) == AUTHOR)
    session.execute(delete(Message).where(*said))
    complained = (col(Complaint.case_id).in_(cases), col(Complaint.complainant) == AUTHOR)
    session.execute(update(Complaint).where(*complained).values(text=""))
    proofs = (col(Proof.case_id).in_(cases), col(Proof.party) == AUTHOR)
    session.execute(
        update(Proof).where(*proofs, col(Proof.removed_at).is_(None)).values(removed_at=now)
    )


def drop_quotes(session: Session, shop: Shop, review: Review, told_on: date) -> None:
    """Remove mails to others that say what a review said: alerts, digests, and those of its cases.

    ``told_on`` is the day of whose reviews a digest tells. Mails about a case that still wait
    stay: whoever has a decision coming gets it.
    """
    of_shop = col(Mail.shop_id) == shop.id
    once = col(Mail.once)
    alert = once.startswith(f"{MailKey.NEW_REVIEW}:{review.public_id}:")
    digest = and_(
        once.startswith(f"{MailKey.DIGEST}:{shop.public_id}:"),
        once.endswith(f":{told_on.isoformat()}"),
    )
    session.execute(delete(Mail).where(of_shop, or_(alert, digest)))
    named = [once.contains(f":{each}") for each in _named_in_cases(session, review.id)]
    if named:
        waits = col(Mail.state) == MailState.QUEUED
        session.execute(delete(Mail).where(of_shop, or_(*named), ~waits))


def _named_in_cases(session: Session, review_id: int) -> Sequence[str]:
    """Public ids by which mails about the cases of a review are named."""
    cases = select(Case.id).where(col(Case.review_id) == review_id)
    return [
        public_id
        for query in (
            select(Case.public_id).where(col(Case.review_id) == review_id),
            select(Notice.public_id).where(col(Notice.case_id).in_(cases)),
            select(Complaint.public_id).where(col(Complaint.case_id).in_(cases)),
        )
        for public_id in session.exec(query).all()
    ]


def drop_mails(session: Session, email_hash: str, *, waiting: Collection[MailKey]) -> None:
    """Remove the mails to this address; of those that still wait only the kinds in ``waiting``."""
    may_go = or_(col(Mail.state) != MailState.QUEUED, col(Mail.key).in_(list(waiting)))
    session.execute(delete(Mail).where(col(Mail.recipient_hash) == email_hash, may_go))
