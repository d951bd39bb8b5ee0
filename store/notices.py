"""Notices and the people who file them: addresses encrypted, with a keyed hash to count them by."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Text, delete, update
from sqlmodel import Field, Session, col, func, select

from domain.notices import Measure
from store.cases import Case
from store.columns import Table, UtcDateTime


class Notice(Table, table=True):
    """One report of a review. ``reporter_hash`` is empty where nobody had to give an address.

    ``put_at`` is when it was put to the review's author in a hearing.
    """

    __tablename__ = "notices"
    __table_args__ = (Index(None, "reporter_hash", "filed_at"),)

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    case_id: int = Field(
        sa_column=Column(Integer, ForeignKey("cases.id"), nullable=False, index=True)
    )
    kind: str = Field(max_length=10)
    reporter_hash: str = Field(max_length=64)
    name_cipher: bytes | None = Field(default=None, sa_type=LargeBinary)
    email_cipher: bytes | None = Field(default=None, sa_type=LargeBinary)
    language: str = Field(max_length=8)
    reason: str = Field(max_length=30)
    explanation: str = Field(sa_column=Column(Text, nullable=False))
    is_unfounded: bool = False
    filed_at: datetime = Field(sa_type=UtcDateTime, index=True)
    put_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ReporterMeasure(Table, table=True):
    """A warning or a suspension from reporting, with its reasons (DSA-5)."""

    __tablename__ = "reporter_measures"

    id: int = Field(default=None, primary_key=True)
    reporter_hash: str = Field(max_length=64, index=True)
    kind: str = Field(max_length=10)
    moderator: str = Field(max_length=120)
    notices: int
    unfounded: int
    decided_at: datetime = Field(sa_type=UtcDateTime)
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ModeratorLanguage(Table, table=True):
    """A language that a moderator has said they read (ISO-9)."""

    __tablename__ = "moderator_languages"

    moderator: str = Field(max_length=120, primary_key=True)
    language: str = Field(max_length=8, primary_key=True)


def by_public_id(session: Session, public_id: str) -> Notice | None:
    """The notice with this id."""
    return session.exec(select(Notice).where(col(Notice.public_id) == public_id)).first()


def of_case(session: Session, case_id: int) -> Sequence[Notice]:
    """The notices that led to a case, in the order in which they came."""
    query = select(Notice).where(col(Notice.case_id) == case_id).order_by(col(Notice.id))
    return session.exec(query).all()


def latest(session: Session, review_id: int, reporter_hash: str) -> tuple[Notice, Case] | None:
    """The last notice of somebody about a review, with its case."""
    query = (
        select(Notice, Case)
        .join(Case, col(Case.id) == col(Notice.case_id))
        .where(col(Case.review_id) == review_id, col(Notice.reporter_hash) == reporter_hash)
        .order_by(col(Notice.id).desc())
    )
    return session.exec(query).first()


def filed_since(session: Session, reporter_hash: str, moment: datetime) -> tuple[int, int]:
    """How many notices somebody has filed since then, and how many were unfounded."""
    query = (
        select(Notice.is_unfounded, func.count())
        .where(col(Notice.reporter_hash) == reporter_hash, col(Notice.filed_at) >= moment)
        .group_by(col(Notice.is_unfounded))
    )
    numbers = {bool(unfounded): number for unfounded, number in session.exec(query).all()}
    return sum(numbers.values()), numbers.get(True, 0)


def measures(session: Session, reporter_hash: str) -> Sequence[ReporterMeasure]:
    """What was decided about somebody's reports, the newest first."""
    query = (
        select(ReporterMeasure)
        .where(col(ReporterMeasure.reporter_hash) == reporter_hash)
        .order_by(col(ReporterMeasure.id).desc())
    )
    return session.exec(query).all()


def warned_at(session: Session, reporter_hash: str, since: datetime) -> datetime | None:
    """When somebody was warned last since then, if they were."""
    return next(
        (
            measure.decided_at
            for measure in measures(session, reporter_hash)
            if measure.kind == Measure.WARNED and measure.decided_at >= since
        ),
        None,
    )


def forget(session: Session, case_ids: Collection[int]) -> None:
    """Remove names, addresses and explanations from the notices of these cases."""
    statement = (
        update(Notice)
        .where(col(Notice.case_id).in_(case_ids))
        .values(name_cipher=None, email_cipher=None, reporter_hash="", explanation="")
        .execution_options(synchronize_session=False)
    )
    session.execute(statement)


def forget_measures(session: Session, before: datetime) -> None:
    """Delete warnings and suspensions that were decided before this moment."""
    session.execute(delete(ReporterMeasure).where(col(ReporterMeasure.decided_at) < before))


def languages(session: Session, moderator: str) -> Sequence[str]:
    """The languages that a moderator reads, in their order."""
    query = (
        select(ModeratorLanguage.language)
        .where(col(ModeratorLanguage.moderator) == moderator)
        .order_by(col(ModeratorLanguage.language))
    )
    return session.exec(query).all()


def set_languages(session: Session, moderator: str, named: Iterable[str]) -> None:
    """Replace the languages that a moderator reads."""
    session.execute(delete(ModeratorLanguage).where(col(ModeratorLanguage.moderator) == moderator))
    session.add_all(ModeratorLanguage(moderator=moderator, language=tag) for tag in named)
