"""Use cases of a protected buyer's account: what it shows, and what its owner may do (§35)."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from domain import protection_tiers
from domain.buyer_accounts import BUYER_ACCOUNTS
from domain.protections import ProtectionNotFound, ProtectionState
from services import guarantors, protection_members, protections
from services.buyer_accounts import Buyer
from store import buyer_accounts as rows
from store import claims
from store.database import Work
from store.guarantors import Guarantor
from store.protections import Protection
from store.shops import Shop


@dataclass(frozen=True, slots=True)
class OwnProtection:
    """A protection as its buyer sees it; money in minor units of ``currency``.

    ``ends_at`` is 00:00Z and not part of it. It ``runs`` while the purchase is covered;
    ``may_prolong`` where its tier lets the buyer do that once, and that is still to come;
    ``has_claim`` once its buyer has reported a problem.
    """

    number: str
    shop: str
    reference: str
    tier: str
    amount_minor: int
    cover_minor: int
    currency: str
    starts_at: datetime
    ends_at: datetime
    state: ProtectionState
    runs: bool
    may_prolong: bool
    has_claim: bool
    guarantor: str
    guarantor_address: str
    is_demo: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """What a buyer has agreed to or booked: where they live, and until when Plus runs.

    ``has_plus`` without ``plus_ends_at`` goes on from year to year.
    """

    residence: str = ""
    has_consented: bool = False
    has_plus: bool = False
    plus_ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """What the page of an account shows: the newest 200 protections first.

    ``is_offered`` while somebody stands behind new protections.
    """

    email: str
    protections: tuple[OwnProtection, ...]
    standing: Standing
    is_offered: bool


@dataclass(frozen=True, slots=True)
class Backing:
    """Who stands behind protections now; ``is_demo`` where that covers nothing really."""

    name: str
    address: str
    contact: str
    licence_note: str
    is_demo: bool


def account(session: Session, buyer: Buyer, *, now: datetime) -> Account:
    """Everything that belongs to the address."""
    found = rows.protections(session, buyer.email_hash, most=BUYER_ACCOUNTS.protections)
    reported = _reported(session, buyer)
    return Account(
        buyer.email,
        tuple(_own(*each, reported, now) for each in found),
        _standing(session, buyer, now),
        guarantors.active(session) is not None,
    )


def one(session: Session, buyer: Buyer, number: str, *, now: datetime) -> OwnProtection:
    """The buyer's protection with this number; raises ProtectionNotFound for anybody else's."""
    return _own(*_required(session, buyer, number), _reported(session, buyer), now)


def cancel(work: Work, buyer: Buyer, number: str, *, now: datetime) -> None:
    """The buyer wants this protection no more.

    Raises ProtectionNotFound, or ProtectionStepForbidden once it has ended.
    """
    protection, _, _ = _required(work.session, buyer, number)
    protections.cancel(work, protection, now=now)


def prolong(work: Work, buyer: Buyer, number: str, *, now: datetime) -> None:
    """The buyer makes a protection of Plus longer, once.

    Raises ProtectionNotFound or ProtectionStepForbidden.
    """
    protection, _, _ = _required(work.session, buyer, number)
    protections.prolong(work, protection, now=now)


def consent(work: Work, buyer: Buyer, residence: str, *, now: datetime) -> None:
    """The buyer agrees that later orders are protected too. Raises ResidenceInvalid."""
    protection_members.consent(work, _member(buyer, residence), now=now)


def withdraw(work: Work, buyer: Buyer, *, now: datetime) -> None:
    """The buyer takes that back."""
    protection_members.withdraw(work, buyer.email_hash, now=now)


def book_plus(work: Work, buyer: Buyer, residence: str, *, now: datetime) -> None:
    """The buyer books Protection Plus. Raises ResidenceInvalid or PlusUnavailable."""
    protection_members.book_plus(work, _member(buyer, residence), now=now)


def cancel_plus(work: Work, buyer: Buyer, *, now: datetime) -> datetime:
    """The buyer ends Protection Plus; returns its end. Raises PlusNotBooked."""
    return protection_members.cancel_plus(work, buyer.email_hash, now=now)


def backing(session: Session) -> Backing | None:
    """Who stands behind protections now; None where nobody does, and none are offered."""
    row = guarantors.active(session)
    if row is None:
        return None
    return Backing(row.name, row.address, row.contact, row.licence_note, row.is_demo)


def _member(buyer: Buyer, residence: str) -> protection_members.Buyer:
    return protection_members.Buyer(buyer.email, buyer.language, residence)


def _required(session: Session, buyer: Buyer, number: str) -> tuple[Protection, Shop, Guarantor]:
    found = rows.protection(session, number, buyer.email_hash)
    if found is None:
        raise ProtectionNotFound
    return found


def _reported(session: Session, buyer: Buyer) -> Set[int]:
    """The protections, by internal id, about which the buyer has reported a problem."""
    return {row.protection_id for row, _, _ in claims.of_buyer(session, buyer.email_hash)}


def _own(
    row: Protection, shop: Shop, guarantor: Guarantor, reported: Set[int], now: datetime
) -> OwnProtection:
    terms = protection_tiers.by_name(row.residence, row.tier)
    runs = protections.term_of(row).runs(now)
    # The nightly job writes down what time has ended; nobody waits for it here.
    is_over = ProtectionState(row.state).runs and not runs
    return OwnProtection(
        number=row.public_id,
        shop=shop.name,
        reference=row.order_reference,
        tier=row.tier,
        amount_minor=row.amount_minor,
        cover_minor=row.cover_minor,
        currency=row.currency,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        state=ProtectionState.ENDED if is_over else ProtectionState(row.state),
        runs=runs,
        may_prolong=runs and terms.may_prolong and row.prolonged_at is None,
        has_claim=row.id in reported,
        guarantor=guarantor.name,
        guarantor_address=guarantor.address,
        is_demo=guarantor.is_demo,
    )


def _standing(session: Session, buyer: Buyer, now: datetime) -> Standing:
    row = protection_members.of_hash(session, buyer.email_hash)
    if row is None:
        return Standing()
    plus = protection_members.plus_of(row)
    return Standing(row.residence, protection_members.is_consent(row), plus.runs(now), plus.ends_at)
