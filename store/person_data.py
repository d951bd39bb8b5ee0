"""What people ask about their data, and what belongs to an address, found by its keyed hash."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Index, LargeBinary, delete, func, or_
from sqlmodel import Field, Session, col, select

from domain.person_data import RequestKind
from store.claims import Claim
from store.columns import Table, UtcDateTime
from store.hand_overs import HandOver
from store.invitations import Invitation
from store.mails import Mail, Suppression
from store.notices import Notice
from store.orders import Order, OrderLine
from store.products import Product
from store.protections import Protection, ProtectionMember
from store.review_contacts import ReviewContact
from store.reviews import Review, Revision
from store.shops import Shop
from store.tickets import Ticket


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


def open_requests(session: Session, *, most: int) -> Sequence[PersonRequest]:
    """The erasures that are not done yet, the most urgent first."""
    query = select(PersonRequest).where(
        col(PersonRequest.kind) == RequestKind.ERASURE, col(PersonRequest.done_at).is_(None)
    )
    ordered = query.order_by(col(PersonRequest.due_at), col(PersonRequest.id))
    return session.exec(ordered.limit(most)).all()


def done_since(session: Session, since: datetime) -> int:
    """How many erasures were done since then."""
    query = select(func.count()).where(col(PersonRequest.done_at) >= since)
    return session.exec(query).one()


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
            select(Protection.id).where(col(Protection.buyer_hash) == email_hash),
            select(ProtectionMember.id).where(col(ProtectionMember.buyer_hash) == email_hash),
            select(Claim.id).where(col(Claim.buyer_hash) == email_hash),
            select(Ticket.id).where(col(Ticket.email_hash) == email_hash),
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
    """What shops' pages handed over with this address and no order of this address came of."""
    query = (
        select(HandOver)
        .join(Order, col(Order.id) == col(HandOver.order_id), isouter=True)
        .where(
            col(HandOver.email_hash) == email_hash,
            or_(col(Order.id).is_(None), col(Order.email_hash) != email_hash),
        )
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
