"""Reviews with their marks, evidence and earlier versions."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    and_,
    bindparam,
    func,
    text,
)
from sqlmodel import Field, Session, col, select

from domain.evidence import EvidenceLevel
from domain.reviews import ReviewState
from store.columns import Table, UtcDateTime


class Review(Table, table=True):
    """A review of a shop (``subject_id`` 0) or of one of its products.

    ``level`` and ``stars`` are copies of what the rules derive from evidence and marks, kept
    for indexes. ``is_public`` follows ``state``. The ``original_…`` columns say what an
    imported review was called and rated where it comes from (MIG-2). Product reviews have
    epoch 0: a switch of the criteria system leaves them alone. ``shown`` is a copy, as JSON, of
    what the author shows besides the text: pictures and facts about themselves.
    """

    __tablename__ = "reviews"
    __table_args__ = (
        UniqueConstraint("order_id", "subject_id"),
        UniqueConstraint("shop_id", "imported_from", "original_id"),
        CheckConstraint(
            "mark_service BETWEEN 1 AND 5 OR mark_delivery BETWEEN 1 AND 5 "
            "OR mark_goods BETWEEN 1 AND 5 OR mark_total BETWEEN 1 AND 5",
            name="one_mark",
        ),
        CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),
        Index(
            "ix_reviews_list",
            *("shop_id", "subject_id", "epoch", "is_public"),
            "submitted_at",
            "id",
        ),
        Index(
            "ix_reviews_stars",
            *("shop_id", "subject_id", "epoch", "is_public"),
            "stars",
            "submitted_at",
            "id",
        ),
        Index(
            "ix_reviews_language",
            *("shop_id", "subject_id", "epoch", "is_public"),
            "language",
            "submitted_at",
            "id",
        ),
        Index(
            "ix_reviews_products",
            *("shop_id", "is_public", "submitted_at", "id"),
            sqlite_where=text("subject_id > 0"),
            postgresql_where=text("subject_id > 0"),
        ),
        Index(
            "ix_reviews_reported",
            "shop_id",
            sqlite_where=text("state = 'MODERATION'"),
            postgresql_where=text("state = 'MODERATION'"),
        ),
    )

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    shop_id: int = Field(sa_column=Column(Integer, ForeignKey("shops.id"), nullable=False))
    subject_id: int = 0
    order_id: int | None = Field(
        default=None, sa_column=Column(Integer, ForeignKey("orders.id"), nullable=True)
    )
    invitation_id: int | None = Field(
        default=None,
        sa_column=Column(Integer, ForeignKey("invitations.id"), nullable=True, unique=True),
    )
    kind: str = Field(max_length=20)
    epoch: int
    state: str = Field(default="", max_length=20)
    is_public: bool = False
    level: int = 0
    stars: int = 0
    mark_service: int | None = None
    mark_delivery: int | None = None
    mark_goods: int | None = None
    mark_total: int | None = None
    title: str = ""
    comment: str = ""
    language: str = Field(default="", max_length=8)
    author_name: str = Field(default="", max_length=40)
    incentivised: bool = False
    imported_from: str | None = Field(default=None, max_length=80)
    original_id: str | None = Field(default=None, max_length=120)
    original_rating: str | None = Field(default=None, max_length=40)
    experienced_on: date | None = None
    submitted_at: datetime = Field(sa_type=UtcDateTime)
    published_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    edited_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    shown: str | None = Field(default=None, sa_type=Text)


_COLUMN: Final = Table.metadata.tables[Review.__tablename__].c
COUNTABLE: Final = and_(
    _COLUMN.is_public,
    _COLUMN.level >= EvidenceLevel.L2,
    _COLUMN.incentivised.is_(False),
    _COLUMN.imported_from.is_(None),
)
"""``domain.reviews.contribution`` in SQL, as to kind; a property test holds the two equal."""


class EvidenceRecord(Table, table=True):
    """One proof behind a review; the level follows from these rows alone (LVL-6)."""

    __tablename__ = "evidence"

    id: int = Field(default=None, primary_key=True)
    review_id: int = Field(
        sa_column=Column(Integer, ForeignKey("reviews.id"), nullable=False, index=True)
    )
    kind: str = Field(max_length=30)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    source: str = Field(max_length=80)


class Revision(Table, table=True):
    """What a review said before its author edited it; ``marks`` is a JSON object."""

    __tablename__ = "revisions"

    id: int = Field(default=None, primary_key=True)
    review_id: int = Field(
        sa_column=Column(Integer, ForeignKey("reviews.id"), nullable=False, index=True)
    )
    replaced_at: datetime = Field(sa_type=UtcDateTime)
    marks: str = Field(max_length=200)
    title: str
    comment: str
    author_name: str = Field(max_length=40)
    incentivised: bool


def by_public_id(session: Session, public_id: str) -> Review | None:
    """The review with this id."""
    return session.exec(select(Review).where(col(Review.public_id) == public_id)).first()


# Built once: building these statements costs as much as running them.
_BY_SUBJECT: Final = select(Review).where(
    col(Review.order_id) == bindparam("order_id"),
    col(Review.subject_id) == bindparam("subject_id"),
)


def by_subject(session: Session, order_id: int, subject_id: int) -> Review | None:
    """The review of this purchase: of the shop (0) or of one product."""
    parameters = {"order_id": order_id, "subject_id": subject_id}
    return session.exec(_BY_SUBJECT, params=parameters).first()


def of_order(session: Session, order_id: int) -> Sequence[Review]:
    """The reviews of this purchase, of the shop and of its products."""
    query = select(Review).where(col(Review.order_id) == order_id)
    return session.exec(query.order_by(col(Review.id))).all()


def evidence_of(session: Session, review_id: int) -> Sequence[EvidenceRecord]:
    """The proofs behind a review, in the order they arrived."""
    query = (
        select(EvidenceRecord)
        .where(col(EvidenceRecord.review_id) == review_id)
        .order_by(col(EvidenceRecord.id))
    )
    return session.exec(query).all()


def public_between(
    session: Session, shop_id: int, epoch: int, since: datetime, until: datetime
) -> Sequence[Review]:
    """Public reviews of the shop in its epoch and of its products, submitted in that time.

    From ``since`` on and before ``until``, the oldest first.
    """
    inside = (
        col(Review.shop_id) == shop_id,
        col(Review.is_public),
        col(Review.submitted_at) >= since,
        col(Review.submitted_at) < until,
    )
    # Two questions, because no index answers both at once.
    of_shop = (col(Review.subject_id) == 0, col(Review.epoch) == epoch)
    found = [
        *session.exec(select(Review).where(*inside, *of_shop)),
        *session.exec(select(Review).where(*inside, text("subject_id > 0"))),
    ]
    return sorted(found, key=lambda review: (review.submitted_at, review.id))


def worst(session: Session, shop_id: int, *, limit: int) -> Sequence[Review]:
    """Published reviews of the shop that nobody has reported, those with the fewest stars first."""
    query = (
        select(Review)
        .where(col(Review.shop_id) == shop_id, col(Review.state) == ReviewState.APPROVED)
        .order_by(col(Review.stars), col(Review.id))
        .limit(limit)
    )
    return session.exec(query).all()


def textless(session: Session, shop_id: int, *, since: datetime, limit: int) -> Sequence[Review]:
    """Published reviews of the shop that invitations wrote with stars alone, the newest first."""
    query = (
        select(Review)
        .where(
            col(Review.shop_id) == shop_id,
            col(Review.subject_id) == 0,
            col(Review.state) == ReviewState.APPROVED,
            col(Review.invitation_id).is_not(None),
            col(Review.submitted_at) >= since,
            col(Review.title) == "",
            col(Review.comment) == "",
        )
        .order_by(col(Review.submitted_at).desc(), col(Review.id))
        .limit(limit)
    )
    return session.exec(query).all()


def count_reported(session: Session, shop_id: int) -> int:
    """How many reviews of the shop and its products somebody has reported, undecided."""
    query = select(func.count()).where(col(Review.shop_id) == shop_id, text("state = 'MODERATION'"))
    return session.exec(query).one()


def count_public(session: Session, shop_id: int, epoch: int) -> int:
    """How many public reviews of the shop itself an epoch has."""
    query = select(func.count()).where(
        col(Review.shop_id) == shop_id,
        col(Review.subject_id) == 0,
        col(Review.epoch) == epoch,
        col(Review.is_public),
    )
    return session.exec(query).one()
