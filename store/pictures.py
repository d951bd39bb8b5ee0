"""Pictures of reviews and of their authors; the bytes lie in the picture store."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Column, ForeignKey, Integer, func, or_
from sqlmodel import Field, Session, col, select

from domain.pictures import PictureState
from domain.reviews import ReviewState
from store.columns import Table, UtcDateTime
from store.holds import Hold
from store.reviews import Review


class Picture(Table, table=True):
    """One picture of a review, or of its author (``is_avatar``); edges in px.

    ``removed_at`` is when its bytes were given up for deletion.
    """

    __tablename__ = "pictures"

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    review_id: int = Field(
        sa_column=Column(Integer, ForeignKey("reviews.id"), nullable=False, index=True)
    )
    state: str = Field(max_length=20)
    alternative: str = Field(default="", max_length=300)
    width: int
    height: int
    is_avatar: bool = False
    added_at: datetime = Field(sa_type=UtcDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def by_public_id(session: Session, public_id: str) -> Picture | None:
    """The picture with this id."""
    return session.exec(select(Picture).where(col(Picture.public_id) == public_id)).first()


def of_review(session: Session, review_id: int) -> Sequence[Picture]:
    """The pictures of a review that nobody has removed, in the order in which they came."""
    query = (
        select(Picture)
        .where(col(Picture.review_id) == review_id, col(Picture.removed_at).is_(None))
        .order_by(col(Picture.id))
    )
    return session.exec(query).all()


def ever(session: Session, review_id: int) -> int:
    """How many pictures a review has had, those that were removed among them."""
    query = select(func.count()).select_from(Picture).where(col(Picture.review_id) == review_id)
    return session.exec(query).one()


def is_public(session: Session, public_id: str) -> bool:
    """Whether everybody may see the picture: it is shown, and so is its review.

    Pictures wait with a text that waits; the author's own picture belongs to no text.
    """
    waits = select(Hold.id).where(col(Hold.review_id) == col(Review.id), col(Hold.is_open))
    query = (
        select(Picture.id)
        .join(Review, col(Review.id) == col(Picture.review_id))
        .where(
            col(Picture.public_id) == public_id,
            col(Picture.state) == PictureState.SHOWN,
            col(Review.is_public),
            or_(col(Picture.is_avatar), ~waits.exists()),
        )
    )
    return session.exec(query).first() is not None


def known(session: Session, public_ids: Collection[str]) -> set[str]:
    """Those of these ids that are pictures, removed or not."""
    query = select(Picture.public_id).where(col(Picture.public_id).in_(list(public_ids)))
    return set(session.exec(query).all())


def kept(session: Session, public_ids: Collection[str]) -> set[str]:
    """Those of these ids whose bytes are still wanted."""
    query = select(Picture.public_id).where(
        col(Picture.public_id).in_(list(public_ids)), col(Picture.removed_at).is_(None)
    )
    return set(session.exec(query).all())


def of_withdrawn(session: Session) -> Sequence[Picture]:
    """Pictures whose review its author has taken back."""
    query = (
        select(Picture)
        .join(Review, col(Review.id) == col(Picture.review_id))
        .where(col(Picture.removed_at).is_(None), col(Review.state) == ReviewState.DISCARDED)
    )
    return session.exec(query).all()
