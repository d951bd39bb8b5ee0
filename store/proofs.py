"""Proofs: files that people handed in, of which the encrypted bytes lie in the home folder."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Column, ForeignKey, Integer
from sqlmodel import Field, Session, col, func, select

from store.cases import Case
from store.columns import Table, UtcDateTime


class Proof(Table, table=True):
    """One file of a case; ``removed_at`` is when its bytes were deleted, on time."""

    __tablename__ = "proofs"

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    case_id: int = Field(
        sa_column=Column(Integer, ForeignKey("cases.id"), nullable=False, index=True)
    )
    party: str = Field(max_length=20)
    media_type: str = Field(max_length=40)
    size: int
    handed_in_at: datetime = Field(sa_type=UtcDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def by_public_id(session: Session, public_id: str) -> Proof | None:
    """The proof with this id."""
    return session.exec(select(Proof).where(col(Proof.public_id) == public_id)).first()


def of_case(session: Session, case_id: int) -> Sequence[Proof]:
    """The proofs of a case, in the order in which they came."""
    query = select(Proof).where(col(Proof.case_id) == case_id).order_by(col(Proof.id))
    return session.exec(query).all()


def count(session: Session, case_id: int, party: str) -> int:
    """How many proofs a side has handed in."""
    query = select(func.count()).where(col(Proof.case_id) == case_id, col(Proof.party) == party)
    return session.exec(query).one()


def of_closed_cases(session: Session) -> Sequence[Proof]:
    """Proofs whose case is closed and whose bytes are still there."""
    query = (
        select(Proof)
        .join(Case, col(Case.id) == col(Proof.case_id))
        .where(col(Proof.removed_at).is_(None), col(Case.state) == "CLOSED")
    )
    return session.exec(query).all()


def kept(session: Session) -> set[str]:
    """Ids of the proofs whose bytes are there."""
    return set(session.exec(select(Proof.public_id).where(col(Proof.removed_at).is_(None))).all())
