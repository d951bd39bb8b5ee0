"""What people ask about their data, and what belongs to an address, found by its keyed hash."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Index, LargeBinary, delete, or_, update
from sqlmodel import Field, Session, col, select

from domain.complaints import AUTHOR, ComplaintState
from domain.person_data import RequestKind
from domain.pictures import PictureState
from store.cases import Case, Complaint, Message
from store.columns import Table, UtcDateTime
from store.hand_overs import HandOver
from store.holds import Hold
from store.invitations import Invitation
from store.mails import Mail, Suppression
from store.notices import Notice
from store.orders import Order, OrderLine
from store.pictures import Picture
from store.products import Product
from store.receipts import Receipt
from store.replies import Reply
from store.review_contacts import ReviewContact
from store.review_drafts import ReviewDraft
from store.reviews import EvidenceRecord, Review, Revision
from store.shops import Shop
from store.social_proofs import SocialProof


class PersonRequest(Table, table=True):
    """A link that somebody asked for, or an erasure that waits or was done.

    ``email_cipher`` and ``email_hash`` are emptied when it is done: what is left says that and
    when, but not for whom. ``told_at`` is when the person was told that an open case defers it.
    """

    __tablename__ = "person_requests"
    __table_args__ = (Index(None, "email_hash", "kind"), Index(None, "kind", "due_at"))

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    kind: str = Field(max_length=10)
    email_cipher: bytes = Field(sa_type=LargeBinary)
    email_hash: str = Field(max_length=64)
    language: str = Field(max_length=2)
    token_hash: str | None = Field(default=None, max_length=64, unique=True)
    asked_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)
    told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def by_public_id(session: Session, public_id: str, *, lock: bool = False) -> PersonRequest | None:
    """The request with this id; ``lock`` holds its row until the transaction ends."""
    query = select(PersonRequest).where(col(PersonRequest.public_id) == public_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.exec(query).first()


def by_token(session: Session, token_hash: str) -> PersonRequest | None:
    """The request whose link has this token, as its hash."""
    query = select(PersonRequest).where(col(PersonRequest.token_hash) == token_hash)
    return session.exec(query).first()


def open_erasure(session: Session, email_hash: str) -> PersonRequest | None:
    """The erasure of this address that is not done yet."""
    query = select(PersonRequest).where(
        col(PersonRequest.email_hash) == email_hash,
        col(PersonRequest.kind) == RequestKind.ERASURE,
        col(PersonRequest.done_at).is_(None),
    )
    return session.exec(query).first()


def open_erasures(session: Session) -> Sequence[str]:
    """Ids of the erasures that are not done yet, the most urgent first."""
    query = select(PersonRequest.public_id).where(
        col(PersonRequest.kind) == RequestKind.ERASURE, col(PersonRequest.done_at).is_(None)
    )
    return session.exec(query.order_by(col(PersonRequest.due_at), col(PersonRequest.id))).all()


def drop_links(session: Session, email_hash: str) -> None:
    """End every link that was mailed to this address."""
    mine = (
        col(PersonRequest.email_hash) == email_hash,
        col(PersonRequest.kind) == RequestKind.LINK,
    )
    session.execute(delete(PersonRequest).where(*mine))


def purge(session: Session, links_before: datetime, records_before: datetime) -> None:
    """Remove links that have ended, and records of what was done long ago."""
    is_link = col(PersonRequest.kind) == RequestKind.LINK
    is_old = is_link & (col(PersonRequest.asked_at) <= links_before)
    is_over = col(PersonRequest.done_at) < records_before
    session.execute(delete(PersonRequest).where(or_(is_old, is_over)))


def is_known(session: Session, email_hash: str) -> bool:
    """Whether anything of a buyer belongs to this address."""
    return any(
        session.exec(query.limit(1)).first() is not None
        for query in (
            select(Order.id).where(col(Order.email_hash) == email_hash),
            select(HandOver.id).where(col(HandOver.email_hash) == email_hash),
            select(Suppression.id).where(col(Suppression.recipient_hash) == email_hash),
            select(Notice.id).where(col(Notice.reporter_hash) == email_hash),
            select(ReviewContact.review_id).where(col(ReviewContact.email_hash) == email_hash),
        )
    )


def orders(session: Session, email_hash: str, *, most: int) -> Sequence[tuple[Order, Shop]]:
    """The newest orders of this address with their shops."""
    query = (
        select(Order, Shop)
        .join(Shop, col(Shop.id) == col(Order.shop_id))
        .where(col(Order.email_hash) == email_hash)
    )
    return session.exec(query.order_by(col(Order.id).desc()).limit(most)).all()


def order_ids(session: Session, email_hash: str, *, after: int, most: int) -> Sequence[int]:
    """Numbers of the orders of this address, in their order."""
    query = select(Order.id).where(col(Order.email_hash) == email_hash, col(Order.id) > after)
    return session.exec(query.order_by(col(Order.id)).limit(most)).all()


def order(session: Session, order_id: int) -> Order | None:
    """The order with this number, held."""
    query = select(Order).where(col(Order.id) == order_id).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).first()


def hand_overs(session: Session, email_hash: str) -> Sequence[HandOver]:
    """What shops' pages handed over with this address and no order record came of."""
    query = select(HandOver).where(
        col(HandOver.email_hash) == email_hash, col(HandOver.order_id).is_(None)
    )
    return session.exec(query.order_by(col(HandOver.id))).all()


def open_reviews(session: Session, email_hash: str) -> Sequence[tuple[Review, Shop]]:
    """Reviews that this address has written without an invitation, with their shops."""
    query = (
        select(Review, Shop)
        .join(ReviewContact, col(ReviewContact.review_id) == col(Review.id))
        .join(Shop, col(Shop.id) == col(Review.shop_id))
        .where(col(ReviewContact.email_hash) == email_hash)
    )
    return session.exec(query.order_by(col(Review.id))).all()


def lines(session: Session, order_id: int) -> Sequence[tuple[OrderLine, Product]]:
    """What was bought with an order."""
    query = (
        select(OrderLine, Product)
        .join(Product, col(Product.id) == col(OrderLine.product_id))
        .where(col(OrderLine.order_id) == order_id)
    )
    return session.exec(query.order_by(col(OrderLine.id))).all()


def reviews(session: Session, order_id: int) -> Sequence[Review]:
    """The reviews of an order."""
    query = select(Review).where(col(Review.order_id) == order_id)
    return session.exec(query.order_by(col(Review.id))).all()


def invitations(session: Session, order_id: int) -> Sequence[Invitation]:
    """The invitations of an order."""
    query = select(Invitation).where(col(Invitation.order_id) == order_id)
    return session.exec(query.order_by(col(Invitation.id))).all()


def revisions(session: Session, review_id: int) -> Sequence[Revision]:
    """What a review said before it was edited."""
    query = select(Revision).where(col(Revision.review_id) == review_id)
    return session.exec(query.order_by(col(Revision.id))).all()


def suppressions(session: Session, email_hash: str) -> Sequence[Suppression]:
    """Where this address has opted out."""
    query = select(Suppression).where(col(Suppression.recipient_hash) == email_hash)
    return session.exec(query.order_by(col(Suppression.id))).all()


def notices(session: Session, email_hash: str) -> Sequence[Notice]:
    """Reports that somebody has filed with this address."""
    query = select(Notice).where(col(Notice.reporter_hash) == email_hash)
    return session.exec(query.order_by(col(Notice.id))).all()


def mails(session: Session, email_hash: str, *, most: int) -> Sequence[Mail]:
    """The last mails to this address."""
    query = select(Mail).where(col(Mail.recipient_hash) == email_hash)
    return session.exec(query.order_by(col(Mail.id).desc()).limit(most)).all()


def drop_mails(session: Session, email_hash: str, *, but: str) -> None:
    """Remove the mails to this address that are not in this state."""
    mine = (col(Mail.recipient_hash) == email_hash, col(Mail.state) != but)
    session.execute(delete(Mail).where(*mine))


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


def forget_hand_over(session: Session, order_id: int, now: datetime) -> None:
    """Empty what a page told of this order."""
    values = emptied_hand_over(now)
    session.execute(update(HandOver).where(col(HandOver.order_id) == order_id).values(**values))


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


def drop_lines(session: Session, order_id: int) -> None:
    """Remove what was bought with an order."""
    session.execute(delete(OrderLine).where(col(OrderLine.order_id) == order_id))


def drop_draft(session: Session, invitation_id: int) -> None:
    """Remove what was begun with an invitation."""
    session.execute(delete(ReviewDraft).where(col(ReviewDraft.invitation_id) == invitation_id))


def erase_around(session: Session, review_id: int, now: datetime) -> None:
    """Remove what is kept beside a review: versions, proofs, pictures, salts, and what was said.

    The shop's reply answers what is gone, and goes with it.
    """
    for table in (Revision, EvidenceRecord, SocialProof, Reply, ReviewContact):
        session.execute(delete(table).where(col(table.review_id) == review_id))
    session.execute(update(Receipt).where(col(Receipt.review_id) == review_id).values(salt=None))
    held = update(Hold).where(col(Hold.review_id) == review_id)
    session.execute(held.values(cipher=None, found="{}"))
    session.execute(
        update(Picture)
        .where(col(Picture.review_id) == review_id)
        .values(alternative="", state=PictureState.REMOVED)
    )
    kept = update(Picture).where(
        col(Picture.review_id) == review_id, col(Picture.removed_at).is_(None)
    )
    session.execute(kept.values(removed_at=now))
    cases = select(Case.id).where(col(Case.review_id) == review_id)
    session.execute(
        delete(Message).where(col(Message.case_id).in_(cases), col(Message.party) == AUTHOR)
    )
    session.execute(
        update(Complaint)
        .where(col(Complaint.case_id).in_(cases), col(Complaint.complainant) == AUTHOR)
        .values(text="")
    )
