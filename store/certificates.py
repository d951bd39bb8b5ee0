"""Certificates of audited shops, what became of each, and reports of misused marks."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Column, ForeignKey, Index, Integer, Text, bindparam, delete, text
from sqlmodel import Field, Session, col, select

from domain.packs import BookingState, Pack
from store.bookings import Booking
from store.columns import Table, UtcDateTime
from store.shops import Shop


class Certificate(Table, table=True):
    """What was certified of one shop, as it was on that day (systems.md §34).

    It holds from ``certified_at`` until before ``valid_until``, a UTC midnight. ``check_groups``
    is a JSON list of the groups of criteria that were passed, ``audit_id`` the internal id of the
    audit. ``by_booking`` where packs were sold when it was issued: then the mark needs the
    pack's booking to run. A shop has one open certificate at most.
    """

    __tablename__ = "certificates"
    __table_args__ = (
        Index(
            "uq_certificates_open",
            "shop_id",
            unique=True,
            sqlite_where=text("is_open"),
            postgresql_where=text("is_open"),
        ),
        Index(None, "is_open", "valid_until"),
    )

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    shop_id: int = Field(
        sa_column=Column(Integer, ForeignKey("shops.id"), nullable=False, index=True)
    )
    audit_id: int | None = Field(default=None, index=True)
    number: str = Field(max_length=40, unique=True)
    criteria_version: str = Field(max_length=40)
    market: str = Field(max_length=5)
    language: str = Field(max_length=2)
    domain: str = Field(max_length=253)
    legal_entity: str = Field(max_length=300)
    address: str = Field(sa_column=Column(Text, nullable=False))
    check_groups: str = Field(sa_column=Column(Text, nullable=False))
    by_booking: bool = False
    state: str = Field(max_length=10)
    is_open: bool = True
    certified_at: datetime = Field(sa_type=UtcDateTime)
    valid_until: datetime = Field(sa_type=UtcDateTime)
    changed_at: datetime = Field(sa_type=UtcDateTime)
    reason: str = Field(sa_column=Column(Text, nullable=False))
    version: int = 1


class CertificateChange(Table, table=True):
    """One line of a certificate's history: what it was from ``changed_at`` on, by whom and why."""

    __tablename__ = "certificate_changes"

    id: int = Field(default=None, primary_key=True)
    certificate_id: int = Field(
        sa_column=Column(Integer, ForeignKey("certificates.id"), nullable=False, index=True)
    )
    state: str = Field(max_length=10)
    actor: str = Field(max_length=120)
    reason: str = Field(sa_column=Column(Text, nullable=False))
    changed_at: datetime = Field(sa_type=UtcDateTime)


class MarkReport(Table, table=True):
    """What somebody who does not say their name has told of a mark that seems to be misused."""

    __tablename__ = "mark_reports"

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    shop_id: int = Field(
        sa_column=Column(Integer, ForeignKey("shops.id"), nullable=False, index=True)
    )
    address: str = Field(max_length=500)
    text: str = Field(sa_column=Column(Text, nullable=False))
    reported_at: datetime = Field(sa_type=UtcDateTime, index=True)


def by_public_id(session: Session, public_id: str, *, fresh: bool = False) -> Certificate | None:
    """The certificate with this id; ``fresh`` reads it again, once its shop's row is held."""
    query = select(Certificate).where(col(Certificate.public_id) == public_id)
    if fresh:
        query = query.execution_options(populate_existing=True)
    return session.exec(query).first()


def of_audit(session: Session, audit_id: int) -> Certificate | None:
    """The certificate to which this audit has led."""
    query = select(Certificate).where(col(Certificate.audit_id) == audit_id)
    return session.exec(query.order_by(col(Certificate.id).desc())).first()


def of_former_members(session: Session) -> Sequence[str]:
    """Ids of the open certificates of shops whose every membership has ended."""
    booked = select(Booking.id).where(
        col(Booking.shop_id) == col(Certificate.shop_id), col(Booking.pack) == Pack.MEMBERSHIP
    )
    query = select(Certificate.public_id).where(
        col(Certificate.is_open),
        booked.exists(),
        ~booked.where(col(Booking.state) != BookingState.ENDED).exists(),
    )
    return session.exec(query.order_by(col(Certificate.id))).all()


def latest(session: Session, shop_id: int) -> Certificate | None:
    """The certificate that was issued last to this shop, whatever became of it."""
    return session.exec(_LATEST, params={"shop": shop_id}).first()


# Built once: building this statement costs as much as running it.
_LATEST: Final = (
    select(Certificate)
    .where(col(Certificate.shop_id) == bindparam("shop"))
    .order_by(col(Certificate.id).desc())
    .limit(1)
)


def open_of(session: Session, shop_id: int) -> Certificate | None:
    """The certificate of this shop that is valid or suspended."""
    query = select(Certificate).where(col(Certificate.shop_id) == shop_id, col(Certificate.is_open))
    return session.exec(query).first()


def history(session: Session, certificate_id: int) -> Sequence[CertificateChange]:
    """What a certificate has been, the first line first."""
    query = select(CertificateChange).where(col(CertificateChange.certificate_id) == certificate_id)
    return session.exec(query.order_by(col(CertificateChange.id))).all()


def due(session: Session, now: datetime) -> Sequence[str]:
    """Ids of the open certificates whose time is over."""
    query = select(Certificate.public_id).where(
        col(Certificate.is_open), col(Certificate.valid_until) <= now
    )
    return session.exec(query.order_by(col(Certificate.id))).all()


def shops_with_open(session: Session, account_id: int | None) -> Sequence[str]:
    """Keys of shops that have an open certificate, of one account or of all."""
    query = select(Shop.shop_key).join(Certificate, col(Certificate.shop_id) == col(Shop.id))
    query = query.where(col(Certificate.is_open))
    if account_id is not None:
        query = query.where(col(Shop.account_id) == account_id)
    return session.exec(query.order_by(col(Shop.id))).all()


def report(session: Session, public_id: str) -> MarkReport | None:
    """The report of a misused mark with this id."""
    return session.exec(select(MarkReport).where(col(MarkReport.public_id) == public_id)).first()


def reports(
    session: Session, *, without: Collection[int], most: int
) -> Sequence[tuple[MarkReport, Shop]]:
    """Reports and the shops that they are about, the latest first; none ``without`` accounts."""
    query = select(MarkReport, Shop).join(Shop, col(Shop.id) == col(MarkReport.shop_id))
    query = query.where(col(Shop.account_id).not_in(without))
    return session.exec(query.order_by(col(MarkReport.id).desc()).limit(most)).all()


def forget_reports(session: Session, before: datetime) -> int:
    """Delete what was reported before then; returns how many reports that were."""
    table = Table.metadata.tables[MarkReport.__tablename__]
    found = session.connection().execute(delete(table).where(table.c.reported_at < before))
    return found.rowcount
