"""Documents of claims, of which the encrypted bytes lie in the home folder, and accounts."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Column, Date, ForeignKey, Integer, LargeBinary
from sqlmodel import Field, Session, col, func, select

from domain.claim_documents import DocumentKind
from store.claims import Claim
from store.columns import Table, UtcDateTime


class ClaimDocument(Table, table=True):
    """One document of a claim; ``removed_at`` is when its bytes and what it says were deleted.

    ``told_cipher`` is the encrypted tracking number of a return, or a buyer's account, which has
    no file. ``digest`` is the SHA-256 of the file.
    """

    __tablename__ = "claim_documents"

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    claim_id: int = Field(
        sa_column=Column(Integer, ForeignKey("claims.id"), nullable=False, index=True)
    )
    party: str = Field(max_length=12)
    kind: str = Field(max_length=20)
    media_type: str = Field(default="", max_length=40)
    size: int = 0
    digest: str = Field(default="", max_length=64)
    day: date | None = Field(default=None, sa_column=Column(Date))
    told_cipher: bytes | None = Field(default=None, sa_type=LargeBinary)
    handed_in_at: datetime = Field(sa_type=UtcDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    @property
    def has_file(self) -> bool:
        """Whether bytes of it lie in the home folder."""
        return bool(self.media_type) and self.removed_at is None


def by_public_id(session: Session, public_id: str) -> ClaimDocument | None:
    """The document with this id."""
    query = select(ClaimDocument).where(col(ClaimDocument.public_id) == public_id)
    return session.exec(query).first()


def of_claim(session: Session, claim_id: int) -> Sequence[ClaimDocument]:
    """The documents of a claim, in the order in which they came."""
    query = select(ClaimDocument).where(col(ClaimDocument.claim_id) == claim_id)
    return session.exec(query.order_by(col(ClaimDocument.id))).all()


def count(session: Session, claim_id: int, party: str) -> int:
    """How many documents a side has handed in."""
    query = select(func.count()).where(
        col(ClaimDocument.claim_id) == claim_id, col(ClaimDocument.party) == party
    )
    return session.exec(query).one()


def latest(session: Session, claim_id: int, kind: str) -> ClaimDocument | None:
    """The last document of a kind that is still kept."""
    query = (
        select(ClaimDocument)
        .where(
            col(ClaimDocument.claim_id) == claim_id,
            col(ClaimDocument.kind) == kind,
            col(ClaimDocument.removed_at).is_(None),
        )
        .order_by(col(ClaimDocument.id).desc())
        .limit(1)
    )
    return session.exec(query).first()


def accounts(session: Session, claim_ids: Collection[int]) -> Mapping[int, bytes]:
    """The encrypted account that each of these claims' buyers has named last."""
    query = (
        select(ClaimDocument.claim_id, ClaimDocument.told_cipher)
        .where(
            col(ClaimDocument.claim_id).in_(claim_ids),
            col(ClaimDocument.kind) == DocumentKind.IBAN,
            col(ClaimDocument.removed_at).is_(None),
        )
        .order_by(col(ClaimDocument.id))
    )
    return {claim_id: cipher for claim_id, cipher in session.exec(query) if cipher is not None}


def closed_before(session: Session, moment: datetime, *, most: int) -> Sequence[ClaimDocument]:
    """Documents of claims that were closed before a moment, and are still kept."""
    query = (
        select(ClaimDocument)
        .join(Claim, col(Claim.id) == col(ClaimDocument.claim_id))
        .where(col(ClaimDocument.removed_at).is_(None), col(Claim.closed_at) < moment)
        .limit(most)
    )
    return session.exec(query).all()


def kept(session: Session) -> set[str]:
    """Ids of the documents whose bytes are there."""
    query = select(ClaimDocument.public_id).where(col(ClaimDocument.removed_at).is_(None))
    return set(session.exec(query).all())
