"""Who wrote a review that no invitation allowed: address and order number, encrypted."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, func, text
from sqlmodel import Field, Session, col, select

from domain.reviews import ReviewState
from store.columns import Table, UtcDateTime
from store.reviews import Review


class ReviewContact(Table, table=True):
    """The author of one open review.

    ``content`` is what was written, until the address is confirmed: so nothing that nobody stands
    for lies in a column that lists read. ``network_hash`` stands for where it came from, and
    ``seconds`` is how long writing took, where that is known.
    """

    __tablename__ = "review_contacts"
    __table_args__ = (
        Index(None, "network_hash", "received_at"),
        Index(None, "email_hash", "shop_id"),
        Index(
            "ix_review_contacts_waiting",
            "received_at",
            sqlite_where=text("confirmed_at IS NULL"),
            postgresql_where=text("confirmed_at IS NULL"),
        ),
    )

    review_id: int = Field(
        sa_column=Column(Integer, ForeignKey("reviews.id"), primary_key=True, autoincrement=False)
    )
    shop_id: int = Field(sa_column=Column(Integer, ForeignKey("shops.id"), nullable=False))
    email_cipher: bytes
    email_hash: str = Field(max_length=64)
    reference_cipher: bytes | None = Field(default=None, sa_type=LargeBinary)
    reference_hash: str = Field(default="", max_length=64)
    content: bytes | None = Field(default=None, sa_type=LargeBinary)
    network_hash: str = Field(default="", max_length=64)
    seconds: int | None = None
    received_at: datetime = Field(sa_type=UtcDateTime)
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def of_review(session: Session, review_id: int) -> ReviewContact | None:
    """The author of an open review; None for any other."""
    return session.get(ReviewContact, review_id)


def from_networks(session: Session, network_hashes: Collection[str], since: datetime) -> int:
    """How many open reviews these networks have sent since then."""
    query = select(func.count()).where(
        col(ReviewContact.network_hash).in_(list(network_hashes)),
        col(ReviewContact.received_at) > since,
    )
    return session.exec(query).one()


def from_address(session: Session, email_hash: str, since: datetime) -> int:
    """How many open reviews were sent with this address since then."""
    query = select(func.count()).where(
        col(ReviewContact.email_hash) == email_hash, col(ReviewContact.received_at) > since
    )
    return session.exec(query).one()


def has_reviewed(session: Session, contact: ReviewContact) -> bool:
    """Whether the same address has another confirmed review of the same purchase at this shop.

    A review without an order number is one of a purchase without one.
    """
    query = (
        select(ReviewContact.review_id)
        .join(Review, col(Review.id) == col(ReviewContact.review_id))
        .where(
            col(ReviewContact.email_hash) == contact.email_hash,
            col(ReviewContact.shop_id) == contact.shop_id,
            col(ReviewContact.reference_hash) == contact.reference_hash,
            col(ReviewContact.confirmed_at).is_not(None),
            col(ReviewContact.review_id) != contact.review_id,
            col(Review.state) != ReviewState.DISCARDED,
        )
    )
    return session.exec(query).first() is not None


def unconfirmed(session: Session, before: datetime, *, most: int) -> Sequence[str]:
    """Ids of the reviews that came in by that moment and that nobody has confirmed."""
    query = (
        select(Review.public_id)
        .join(ReviewContact, col(ReviewContact.review_id) == col(Review.id))
        .where(col(ReviewContact.confirmed_at).is_(None), col(ReviewContact.received_at) <= before)
        .order_by(col(ReviewContact.received_at))
        .limit(most)
    )
    return session.exec(query).all()


def traced(session: Session, before: datetime, *, most: int) -> Sequence[ReviewContact]:
    """Confirmed ones that still tell where they came from, received before that moment."""
    query = (
        select(ReviewContact)
        .where(
            col(ReviewContact.network_hash) != "",
            col(ReviewContact.confirmed_at).is_not(None),
            col(ReviewContact.received_at) < before,
        )
        .limit(most)
    )
    return session.exec(query).all()


def confirmed_between(
    session: Session, shop_id: int, since: datetime, until: datetime, *, submitted_from: datetime
) -> Sequence[Review]:
    """Public open reviews of a shop that were written before ``since`` and confirmed in between.

    From ``since`` on and before ``until``, the oldest first; of those that were written from
    ``submitted_from`` on.
    """
    query = (
        select(Review)
        .join(ReviewContact, col(ReviewContact.review_id) == col(Review.id))
        .where(
            col(Review.shop_id) == shop_id,
            col(Review.is_public),
            col(Review.submitted_at) >= submitted_from,
            col(Review.submitted_at) < since,
            col(ReviewContact.confirmed_at) >= since,
            col(ReviewContact.confirmed_at) < until,
        )
    )
    return session.exec(query.order_by(col(Review.submitted_at), col(Review.id))).all()
