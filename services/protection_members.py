"""Use cases of buyers who agree that later orders are protected too, or who book Plus (§35).

No payment is taken here: Protection Plus is invoiced by the operator.
"""

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session

from domain import languages, protection_tiers
from domain import protection_members as rules
from domain.actors import BUYER
from domain.orders import normalise_email
from domain.protection_members import CONSENT_TEXT, Plus, PlusNotBooked
from services import audit
from store import protections as rows
from store.database import Work
from store.keys import Keyring
from store.protections import ProtectionMember
from store.shops import Shop

_LOGGED: Final = "protection_member"
_MOST: Final = 10_000


@dataclass(frozen=True, slots=True)
class Buyer:
    """Whose consent it is: an address that was proved, and where its owner lives."""

    email: str
    language: str
    residence: str


@dataclass(frozen=True, slots=True)
class Agreed:
    """A buyer who has agreed that later orders are protected: where they live, since when."""

    residence: str
    language: str
    since: datetime


@dataclass(frozen=True, slots=True)
class PlusBooking:
    """A booking that the operator invoices: whose, where they live, since when, until when."""

    email: str
    residence: str
    starts_at: datetime
    ends_at: datetime | None


def of_hash(session: Session, buyer_hash: str) -> ProtectionMember | None:
    """What the buyer with this keyed hash has agreed to or booked."""
    return rows.member(session, buyer_hash)


def agreed(session: Session, shop: Shop, buyer_hashes: Collection[str]) -> Mapping[str, Agreed]:
    """Those of these buyers who have agreed to the text in force, by their keyed hash.

    One query; nobody where the shop holds no certificate that is valid, as then nothing of it can
    be protected.
    """
    return {
        row.buyer_hash: Agreed(row.residence, row.language, row.consented_at)
        for row in rows.agreed(session, shop.id, buyer_hashes, CONSENT_TEXT)
        if row.consented_at is not None
    }


def is_consent(row: ProtectionMember) -> bool:
    """Whether the buyer agrees now to the text that is in force."""
    return (
        row.consented_at is not None
        and row.withdrawn_at is None
        and row.consent_version == CONSENT_TEXT
    )


def plus_of(row: ProtectionMember | None) -> Plus:
    """The buyer's booking of Protection Plus as the rules see it."""
    if row is None:
        return Plus()
    return Plus(row.plus_starts_at, row.plus_ends_at, row.plus_cancelled_at)


def with_plus(session: Session, buyer_hashes: Collection[str], *, now: datetime) -> Set[str]:
    """Those of these buyers for whose purchases Protection Plus counts now; one query."""
    found = rows.members(session, buyer_hashes)
    return {buyer_hash for buyer_hash, row in found.items() if plus_of(row).runs(now)}


def consent(work: Work, buyer: Buyer, *, now: datetime) -> None:
    """Note that the buyer agrees that later orders are protected too: which text, and when.

    Raises ResidenceInvalid.
    """
    row = _held(work, buyer)
    row.consent_version, row.consented_at, row.withdrawn_at = CONSENT_TEXT, now, None
    _store(work, row, "consented", now, after={"text": CONSENT_TEXT})


def withdraw(work: Work, buyer_hash: str, *, now: datetime) -> None:
    """Take the consent back; nothing more is protected by itself. Nothing where there is none."""
    row = rows.member(work.session, buyer_hash, lock=True)
    if row is None or row.consented_at is None or row.withdrawn_at is not None:
        return
    row.withdrawn_at = now
    _store(work, row, "withdrawn", now, after={"text": row.consent_version})


def book_plus(work: Work, buyer: Buyer, *, now: datetime) -> None:
    """Book Protection Plus from now on, for a year at a time; the operator invoices it.

    Raises ResidenceInvalid or PlusUnavailable.
    """
    country = protection_tiers.residence(buyer.residence)
    rules.Plus().book(country, now)
    row = _held(work, buyer)
    _set_plus(row, plus_of(row).book(country, now))
    _store(work, row, "plus_booked", now, after={"fee_minor": protection_tiers.PLUS.fee_minor})


def cancel_plus(work: Work, buyer_hash: str, *, now: datetime) -> datetime:
    """End Protection Plus with the year that is invoiced; returns its end. Raises PlusNotBooked."""
    row = rows.member(work.session, buyer_hash, lock=True)
    if row is None:
        raise PlusNotBooked
    plus = plus_of(row).cancel(now)
    if plus.ends_at is None:
        raise PlusNotBooked
    _set_plus(row, plus)
    _store(work, row, "plus_cancelled", now, after={"ends_at": plus.ends_at.isoformat()})
    return plus.ends_at


def to_invoice(session: Session, keys: Keyring, *, now: datetime) -> Sequence[PlusBooking]:
    """Bookings of Plus that go on, the oldest first, for the operator who invoices them."""
    return [
        PlusBooking(
            keys.decrypt(row.email_cipher), row.residence, row.plus_starts_at, row.plus_ends_at
        )
        for row in rows.with_plus(session, now, most=_MOST)
        if row.plus_starts_at is not None
    ]


def _held(work: Work, buyer: Buyer) -> ProtectionMember:
    """The buyer's row, held until the transaction ends, with what is known of them now."""
    buyer_hash = work.keys.hash_email(normalise_email(buyer.email))
    country = protection_tiers.residence(buyer.residence)
    fresh = ProtectionMember(
        buyer_hash=buyer_hash,
        email_cipher=work.keys.encrypt(buyer.email.strip()),
        language=languages.supported(buyer.language, fallback="en"),
        residence=country,
    )
    return rows.put_member(work.session, fresh)


def _set_plus(row: ProtectionMember, plus: Plus) -> None:
    row.plus_starts_at, row.plus_ends_at = plus.starts_at, plus.ends_at
    row.plus_cancelled_at = plus.cancelled_at


def _store(
    work: Work, row: ProtectionMember, step: str, now: datetime, *, after: dict[str, object]
) -> None:
    work.session.add(row)
    work.session.flush()
    audit.log(work, BUYER, f"{_LOGGED}.{step}", f"{_LOGGED}:{row.id}", now=now, after=after)
