"""Use cases of independent sources: register one, take what it says, end it (LVL-3, LVL-4)."""

import base64
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import orjson
from sqlmodel import Session

from domain import ids, order_hooks, texts
from domain import independent_sources as rules
from domain.actors import SYSTEM, Actor
from domain.evidence import EvidenceKind
from domain.ids import Prefix
from domain.independent_sources import (
    NAME_CHARACTERS,
    Confirmation,
    ConfirmationOutcome,
    SourceKind,
    SourceNotFound,
)
from domain.order_hooks import OrderHookForged, OrderHookInvalid, System
from services import audit, counting, evidence, evidence_losses, shops
from services.installation import Installation
from store import independent_sources as rows
from store import orders, reviews
from store.database import Work
from store.independent_sources import IndependentSource, OrderConfirmation
from store.reviews import EvidenceRecord, Review
from store.shops import Shop

_SECRET_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """A source as lists show it, without its secret."""

    source_id: str
    kind: SourceKind
    name: str
    created_at: datetime
    ended_at: datetime | None


def add(work: Work, kind: SourceKind, name: str, *, actor: Actor, now: datetime) -> tuple[str, str]:
    """Register a source; returns its id and the secret that signs its calls.

    Only the operator does: what a shop could register would not be independent of it. Raises
    TextInvalid.
    """
    secret = f"whsec_{base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()}"
    source = IndependentSource(
        public_id=ids.new(Prefix.SOURCE),
        kind=kind,
        name=texts.clean_line(name, most=NAME_CHARACTERS, field="name"),
        secret_cipher=work.keys.encrypt(secret),
        created_at=now,
    )
    work.session.add(source)
    audit.log(work, actor, "source.added", source.public_id, now=now, after={"kind": kind})
    return source.public_id, secret


def end(work: Work, source_id: str, *, actor: Actor, now: datetime) -> None:
    """Take no more calls of a source; what it has confirmed stays confirmed.

    Raises SourceNotFound.
    """
    source = _standing(work.session, source_id)
    source.ended_at = now
    work.session.add(source)
    audit.log(work, actor, "source.ended", source_id, now=now)


def listed(session: Session) -> Sequence[SourceRecord]:
    """All sources, the oldest first, also those that have ended."""
    return [
        SourceRecord(row.public_id, SourceKind(row.kind), row.name, row.created_at, row.ended_at)
        for row in rows.listed(session)
    ]


def receive(
    installation: Installation,
    source_id: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    now: datetime,
) -> ConfirmationOutcome:
    """Take one signed call (Standard Webhooks); the same one again changes nothing.

    A confirmation lifts reviews of the order to L3, also those that are there, for whoever says it
    gains nothing by the stars; a withdrawal lowers them with reasons. Raises SourceNotFound,
    OrderHookForged, OrderHookInvalid, TextInvalid, ShopKeyMalformed or ShopNotFound.
    """
    database = installation.database
    with database.read() as session:
        cipher = _standing(session, source_id).secret_cipher
    secret = database.keys.decrypt(cipher)
    if not order_hooks.is_signed(System.GENERIC, headers, body, (secret,), now=now):
        raise OrderHookForged
    try:
        payload = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise OrderHookInvalid("The call's body is no JSON.") from None
    told = rules.read(payload, now=now)
    with database.write() as work:
        return _take(work, _standing(work.session, source_id), told, now)


def _standing(session: Session, source_id: str) -> IndependentSource:
    source = rows.by_public_id(session, source_id)
    if source is None or source.ended_at is not None:
        raise SourceNotFound
    return source


def _take(
    work: Work, source: IndependentSource, told: Confirmation, now: datetime
) -> ConfirmationOutcome:
    shop = shops.required(work, told.shop_key)
    hashed = evidence.reference_hash(work.keys, shop, told.reference)
    known = rows.of_source(work.session, source.id, shop.id, hashed)
    if told.is_withdrawn:
        if known is None or known.withdrawn_at is not None:
            return ConfirmationOutcome.IGNORED
        known.withdrawn_at = now
        work.session.add(known)
        _lower(work, shop, source, told.reference, now)
        outcome = ConfirmationOutcome.WITHDRAWN
    else:
        if known is not None:
            return ConfirmationOutcome.IGNORED
        row = OrderConfirmation(
            source_id=source.id,
            shop_id=shop.id,
            reference_hash=hashed,
            seen_at=told.seen_at,
            told_at=now,
        )
        work.session.add(row)
        _lift(work, shop, source, row, told.reference, now)
        outcome = ConfirmationOutcome.CONFIRMED
    after = {"shop": shop.public_id}
    audit.log(work, SYSTEM, f"source.{outcome.lower()}", source.public_id, now=now, after=after)
    return outcome


def _reviews(work: Work, shop: Shop, reference: str) -> Sequence[Review]:
    order = orders.by_reference(work.session, shop.id, reference)
    return reviews.of_order(work.session, order.id) if order else ()


def _lift(
    work: Work,
    shop: Shop,
    source: IndependentSource,
    row: OrderConfirmation,
    reference: str,
    now: datetime,
) -> None:
    if shop.operator_is_shop:
        return
    for review in _reviews(work, shop, reference):
        before = counting.review_of(work, review)
        proof = evidence.independent(source, row)
        work.session.add(
            EvidenceRecord(
                review_id=review.id, kind=proof.kind, seen_at=proof.seen_at, source=proof.source
            )
        )
        work.session.flush()
        after = counting.review_of(work, review)
        counting.settle(work, shop, review, before=before, after=after, now=now)


def _lower(
    work: Work, shop: Shop, source: IndependentSource, reference: str, now: datetime
) -> None:
    told = evidence.named(source)
    for review in _reviews(work, shop, reference):
        for record in reviews.evidence_of(work.session, review.id):
            if record.kind == EvidenceKind.INDEPENDENT_SOURCE and record.source == told:
                evidence_losses.lose(work, shop, review, record, now=now)
