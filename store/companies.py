"""What a company says of itself, and which contract documents it has accepted (systems.md §1)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, LargeBinary, UniqueConstraint
from sqlmodel import Field, Session, col, select

from store.columns import Table, UtcDateTime


class Company(Table, table=True):
    """One account's company; ``contacts`` are people, and so encrypted.

    ``turnover_minor`` is the declared gross online turnover of a year in minor units of
    ``turnover_currency``; None where nothing was declared.
    """

    __tablename__ = "companies"

    account_id: int = Field(
        sa_column=Column(Integer, ForeignKey("accounts.id"), primary_key=True, autoincrement=False)
    )
    legal_name: str = Field(max_length=200)
    legal_form: str = Field(max_length=80)
    register_number: str = Field(max_length=80)
    vat_id: str = Field(max_length=20)
    address: str = Field(max_length=300)
    country: str = Field(max_length=2)
    turnover_minor: int | None = Field(
        default=None, sa_column=Column(BigInteger, nullable=True, default=None)
    )
    turnover_currency: str = Field(max_length=3)
    contacts: bytes = Field(sa_type=LargeBinary)
    changed_at: datetime = Field(sa_type=UtcDateTime)


class AcceptedDocument(Table, table=True):
    """One version of one contract document that a company accepted; ``sha256`` is its bytes'."""

    __tablename__ = "accepted_documents"
    __table_args__ = (UniqueConstraint("account_id", "document", "version", "sha256"),)

    id: int = Field(default=None, primary_key=True)
    account_id: int = Field(sa_column=Column(Integer, ForeignKey("accounts.id"), nullable=False))
    document: str = Field(max_length=40)
    version: str = Field(max_length=40)
    sha256: str = Field(max_length=64)
    accepted_by: str = Field(max_length=40)
    accepted_at: datetime = Field(sa_type=UtcDateTime)


def by_account(session: Session, account_id: int) -> Company | None:
    """What the company of this account has said of itself."""
    return session.get(Company, account_id)


def accepted(session: Session, account_id: int) -> Sequence[AcceptedDocument]:
    """What the company has accepted, the latest first."""
    query = select(AcceptedDocument).where(col(AcceptedDocument.account_id) == account_id)
    return session.exec(query.order_by(col(AcceptedDocument.id).desc())).all()
