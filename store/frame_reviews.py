"""Reviews of protection frames: discreet, seen by finance, insurer and the member's own people."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, Text, text
from sqlmodel import Field, Session, col, select

from store.columns import Table, UtcDateTime


class FrameReview(Table, table=True):
    """One review of a member's frame (systems.md §39); a member has one open review at most.

    ``question`` is what the member is asked for and ``answer_cipher`` its encrypted answer; of an
    approval, ``approved_eur_minor`` cents hold from the day ``approved_from`` on, and have been
    put in force at ``applied_at``. ``reasons`` are those of a refusal or of closing.
    """

    __tablename__ = "frame_reviews"
    __table_args__ = (
        Index(
            "uq_frame_reviews_open",
            "account_id",
            unique=True,
            sqlite_where=text("is_open"),
            postgresql_where=text("is_open"),
        ),
        Index(None, "is_open", "id"),
    )

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    account_id: int = Field(
        sa_column=Column(Integer, ForeignKey("accounts.id"), nullable=False, index=True)
    )
    cause: str = Field(max_length=12)
    state: str = Field(max_length=16)
    is_open: bool = True
    question: str = Field(default="", sa_column=Column(Text, nullable=False))
    answer_cipher: bytes | None = Field(default=None, sa_type=LargeBinary)
    insurer_ref: str = Field(default="", max_length=80)
    approved_eur_minor: int | None = Field(
        default=None, sa_column=Column(BigInteger, nullable=True, default=None)
    )
    approved_from: date | None = Field(default=None)
    reasons: str = Field(default="", sa_column=Column(Text, nullable=False))
    decider: str = Field(default="", max_length=120)
    opened_at: datetime = Field(sa_type=UtcDateTime)
    asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    applied_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    version: int = 1


def by_public_id(session: Session, public_id: str, *, lock: bool = False) -> FrameReview | None:
    """The review with this id; ``lock`` holds its row until the transaction ends."""
    query = select(FrameReview).where(col(FrameReview.public_id) == public_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.exec(query).first()


def open_of(session: Session, account_id: int) -> FrameReview | None:
    """The review that this member's frame is in now."""
    query = select(FrameReview).where(
        col(FrameReview.account_id) == account_id, col(FrameReview.is_open)
    )
    return session.exec(query).first()


def of_account(session: Session, account_id: int, *, most: int) -> Sequence[FrameReview]:
    """The reviews of this member's frame, the latest first."""
    query = select(FrameReview).where(col(FrameReview.account_id) == account_id)
    return session.exec(query.order_by(col(FrameReview.id).desc()).limit(most)).all()


def latest(session: Session, account_id: int) -> FrameReview | None:
    """The last review of this member's frame, open or ended."""
    query = select(FrameReview).where(col(FrameReview.account_id) == account_id)
    return session.exec(query.order_by(col(FrameReview.id).desc()).limit(1)).first()


def waiting(session: Session, *, most: int) -> Sequence[FrameReview]:
    """Open reviews, the oldest first."""
    query = select(FrameReview).where(col(FrameReview.is_open))
    return session.exec(query.order_by(col(FrameReview.id)).limit(most)).all()


def to_apply(session: Session, today: date) -> Sequence[str]:
    """Ids of the approvals whose day has come and that are not in force yet."""
    query = select(FrameReview.public_id).where(
        col(FrameReview.approved_from) <= today, col(FrameReview.applied_at).is_(None)
    )
    return session.exec(query.order_by(col(FrameReview.id))).all()
