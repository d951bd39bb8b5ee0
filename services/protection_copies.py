"""What a person's copy holds of protected purchases: protections, claims, payouts, tickets (GP-6).

A copy shows what the person sees on their own pages: no account in full, and no notes of staff.
"""

from collections.abc import Mapping
from typing import Any, Final

import orjson
from sqlmodel import Session

from domain.claims import ClaimParty
from domain.person_data import PERSON_DATA
from domain.tickets import Party
from services import claim_documents
from store import claims, payouts, protections, tickets
from store.claims import Claim
from store.guarantors import Guarantor
from store.keys import Keyring
from store.protections import Protection, ProtectionMember
from store.shops import Shop
from store.tickets import Ticket

_PROTECTION: Final = (
    "order_reference ordered_at amount_minor currency payment_type payment_raw language "
    "residence tier cover_minor starts_at ends_at state extended_at prolonged_at ended_at"
)
_CLAIM: Final = (
    "problem reason state opened_at closed_at received_on withdrawn_on currency cover_minor "
    "shop_refunded_minor paid_minor refunds_minor chargeback_minor kept_minor approved_minor"
)
_MEMBER: Final = (
    "language residence consent_version consented_at withdrawn_at "
    "plus_starts_at plus_ends_at plus_cancelled_at"
)
_TICKET: Final = "channel language state opened_at answered_at solved_at closed_at satisfaction"


def of_person(session: Session, keys: Keyring, email_hash: str) -> Mapping[str, Any]:
    """The parts of a copy that tell of protected purchases and of the consumer service."""
    bought = protections.of_buyer(session, email_hash, most=PERSON_DATA.orders)
    return {
        "protections": [_protection(keys, *each) for each in bought],
        "claims": [_claim(session, keys, *each) for each in claims.of_buyer(session, email_hash)],
        "protection_member": _member(protections.member(session, email_hash)),
        "tickets": [_ticket(session, keys, row) for row in tickets.of_person(session, email_hash)],
    }


def _named(row: object, names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names.split()}


def _opened(keys: Keyring, cipher: bytes | None) -> str:
    return keys.decrypt(cipher) if cipher else ""


def _protection(
    keys: Keyring, row: Protection, shop: Shop, guarantor: Guarantor
) -> Mapping[str, Any]:
    return {
        "number": row.public_id,
        "shop": shop.name,
        "guarantor": guarantor.name,
        "email": _opened(keys, row.buyer_cipher),
        **_named(row, _PROTECTION),
    }


def _claim(
    session: Session, keys: Keyring, row: Claim, protection: Protection, shop: Shop
) -> Mapping[str, Any]:
    handed_in = claim_documents.listed(session, keys, row, ClaimParty.BUYER)
    payout = payouts.of_claim(session, row.id)
    return {
        "id": row.public_id,
        "protection": protection.public_id,
        "shop": shop.name,
        **_named(row, _CLAIM),
        "messages": [
            {"by": each.party, "at": each.said_at, "text": _opened(keys, each.cipher)}
            for each in claims.messages(session, row.id)
        ],
        "documents": [
            {
                "id": each.document_id,
                "by": each.party,
                "kind": each.kind,
                "at": each.handed_in_at,
                "day": each.day,
                "told": each.told,
            }
            for each in handed_in
        ],
        "payout": _named(payout, "amount_minor currency state paid_at") if payout else None,
    }


def _member(row: ProtectionMember | None) -> Mapping[str, Any] | None:
    return None if row is None else _named(row, _MEMBER)


def _ticket(session: Session, keys: Keyring, row: Ticket) -> Mapping[str, Any]:
    who = orjson.loads(_opened(keys, row.person_cipher) or "{}")
    return {
        "id": row.public_id,
        "name": who.get("name", ""),
        "subject": _opened(keys, row.subject_cipher),
        "order_reference": _opened(keys, row.order_cipher),
        **_named(row, _TICKET),
        "messages": [
            {"by": each.party, "at": each.said_at, "text": _opened(keys, each.cipher)}
            for each in tickets.messages(session, row.id)
            if each.party != Party.NOTE
        ],
    }
