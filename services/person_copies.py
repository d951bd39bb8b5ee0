"""Use case of a copy: everything that belongs to a person's address, as one JSON file (GP-6)."""

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlmodel import Session

from domain.actors import AUTHOR
from domain.person_data import PERSON_DATA
from domain.pictures import PICTURES, PictureNotFound, PictureState
from schemas.person_data import SHAPE
from services import audit, counting, holds, person_data, protection_copies
from services import pictures as picture_files
from services.installation import Installation
from store import (
    independent_sources,
    pictures,
    receipts,
    replies,
    review_contacts,
    review_drafts,
    shown_texts,
    signals,
    social_proofs,
)
from store import person_copies as around
from store import person_data as rows
from store.hand_overs import HandOver
from store.invitations import Invitation
from store.keys import Keyring
from store.orders import Order
from store.pictures import Picture
from store.reviews import Review
from store.shops import Shop
from store.shown_texts import ShownText

_MAILS = 500
_LARGEST = f"{max(PICTURES.edges)}.webp"


@dataclass(frozen=True, slots=True)
class _Reader:
    """One reading of everything, with the texts that invitations name."""

    session: Session
    keys: Keyring
    installation: Installation
    texts: dict[int, ShownText]


def take(installation: Installation, token: str, *, now: datetime) -> bytes:
    """The copy of the person whose link this is: JSON, the newest 2,000 orders at most.

    Raises PersonLinkExpired.
    """
    database = installation.database
    with database.write() as work:
        request = person_data.opened(work.session, token, now=now)
        email, email_hash = work.keys.decrypt(request.email_cipher), request.email_hash
        audit.log(work, AUTHOR, "person_data.copied", request.public_id, now=now)
    with database.read() as session:
        found = rows.orders(session, email_hash, most=PERSON_DATA.orders + 1)
        reader = _Reader(session, database.keys, installation, {})
        copied = [_order(reader, order, shop) for order, shop in found[: PERSON_DATA.orders]]
        own = [
            {"shop": shop.name, **_contact(reader, review), **_review(reader, review)}
            for review, shop in rows.open_reviews(session, email_hash)
        ]
        copy = {
            "shape": SHAPE,
            "made_at": now,
            "address": email,
            "is_complete": len(found) <= PERSON_DATA.orders,
            "orders": copied,
            "reviews_without_invitation": own,
            "unconfirmed_orders": [
                _hand_over(reader, each) for each in rows.hand_overs(session, email_hash)
            ],
            **protection_copies.of_person(session, database.keys, email_hash),
            "texts_shown": [_text(each) for each in reader.texts.values()],
            "mails": _mails(session, email_hash),
            "opt_outs": [
                {"since": each.created_at, "reason": each.reason}
                for each in rows.suppressions(session, email_hash)
            ],
            "reports": [
                {"id": each.public_id, "at": each.filed_at, "explanation": each.explanation}
                for each in rows.notices(session, email_hash)
            ],
        }
    return orjson.dumps(copy, option=orjson.OPT_INDENT_2)


def _order(reader: _Reader, order: Order, shop: Shop) -> Mapping[str, Any]:
    session, keys = reader.session, reader.keys
    return {
        "id": order.public_id,
        "shop": shop.name,
        "reference": order.reference,
        "email": keys.decrypt(order.email_cipher),
        "name": keys.decrypt(order.name_cipher) if order.name_cipher else "",
        "ordered_at": order.ordered_at,
        "recorded_at": order.recorded_at,
        "amount_minor": order.amount_minor,
        "currency": order.currency,
        "status": order.status,
        "source": order.source,
        "legal_basis": _basis(order),
        "lines": [
            {"sku": product.sku, "name": product.name, "quantity": line.quantity}
            for line, product in rows.lines(session, order.id)
        ],
        "events": [
            {"type": each.event_type, "at": each.received_at, "told": _opened(reader, each.told)}
            for each in around.events(session, order.id)
        ],
        "invitations": _invitations(reader, rows.invitations(session, order.id)),
        "reviews": [_review(reader, each) for each in rows.reviews(session, order.id)],
    }


def _basis(told: Order | HandOver) -> Mapping[str, Any] | None:
    if told.legal_basis is None:
        return None
    version, at = told.legal_basis_version, told.legal_basis_at
    return {"kind": told.legal_basis, "text_version": version, "at": at}


def _invitations(reader: _Reader, found: Sequence[Invitation]) -> list[Mapping[str, Any]]:
    wanted = {number for each in found for number in (each.text_id, each.reminder_text_id)}
    unknown = {number for number in wanted if number is not None} - reader.texts.keys()
    if unknown:
        reader.texts.update(shown_texts.by_ids(reader.session, unknown))
    return [_invitation(reader, each) for each in found]


def _invitation(reader: _Reader, row: Invitation) -> Mapping[str, Any]:
    shown = (reader.texts.get(number or 0) for number in (row.text_id, row.reminder_text_id))
    text, reminder = (each.digest if each else None for each in shown)
    draft = review_drafts.of_invitation(reader.session, row.id)
    return {
        "id": row.public_id,
        "kind": row.kind,
        "state": row.state,
        "issued_at": row.issued_at,
        "sent_at": row.sent_at,
        "reminded_at": row.reminded_at,
        "opened_at": row.clicked_at,
        "text_shown": text,
        "reminder_text_shown": reminder,
        "draft": _opened(reader, draft.content) if draft else None,
    }


def _review(reader: _Reader, row: Review) -> Mapping[str, Any]:
    session = reader.session
    waiting = holds.own_text(session, reader.keys, row)
    proof = social_proofs.of_review(session, row.id)
    reply = replies.by_review(session, row.id)
    return {
        "id": row.public_id,
        "state": row.state,
        "submitted_at": row.submitted_at,
        "edited_at": row.edited_at,
        "marks": {each.value: mark for each, mark in counting.marks_of(row).items()},
        "title": waiting.title if waiting else row.title,
        "comment": waiting.comment if waiting else row.comment,
        "is_held": waiting is not None,
        "language": row.language,
        "name_shown": row.author_name,
        "incentivised": row.incentivised,
        "shown_of_author": _shown(proof.town, proof.age_band, proof.customer_since)
        if proof
        else {},
        "consents": orjson.loads(proof.consents) if proof else {},
        "pictures": [_picture(reader, row, each) for each in pictures.of_review(session, row.id)],
        "evidence_lost": [
            {
                "id": each.public_id,
                "at": each.lost_at,
                "facts": each.facts,
                "explanation": each.explanation,
                "redress": each.redress,
            }
            for each in independent_sources.losses_of(session, row.id)
        ],
        "earlier_versions": _revisions(session, row.id),
        "receipts": [
            {"number": each.number, "digest": each.digest, "at": each.issued_at}
            for each in receipts.of_review(session, row.id)
        ],
        "sent": _sent(session, row.id),
        "reply_of_the_shop": reply.text if reply else None,
        **_disputed(session, row.id),
    }


def _contact(reader: _Reader, row: Review) -> Mapping[str, Any]:
    """What stands beside a review without an invitation, and what nobody has confirmed yet."""
    found = review_contacts.of_review(reader.session, row.id)
    if found is None:
        return {}
    return {
        "reference": reader.keys.decrypt(found.reference_cipher or b""),
        "received_at": found.received_at,
        "confirmed_at": found.confirmed_at,
        "unconfirmed": _opened(reader, found.content or b""),
    }


def _sent(session: Session, review_id: int) -> Mapping[str, Any] | None:
    trace = signals.trace_of(session, review_id)
    if trace is None:
        return None
    return {"at": trace.noted_at, "seconds": trace.seconds, "network": trace.network_hash}


def _disputed(session: Session, review_id: int) -> Mapping[str, Any]:
    """What was decided about a review, and what its author said and handed in about that."""
    return {
        "decisions": [
            {
                "id": each.public_id,
                "kind": each.kind,
                "ground": each.ground,
                "facts": each.facts,
                "explanation": each.explanation,
                "at": each.decided_at,
            }
            for each in around.decisions(session, review_id)
        ],
        "said_in_cases": [
            {"at": each.said_at, "text": each.text} for each in around.said(session, review_id)
        ],
        "complaints": [
            {"id": each.public_id, "at": each.filed_at, "text": each.text}
            for each in around.complaints(session, review_id)
        ],
        "proofs": [
            {"id": each.public_id, "type": each.media_type, "at": each.handed_in_at}
            for each in around.proofs(session, review_id)
        ],
    }


def _opened(reader: _Reader, cipher: bytes) -> Any:
    """What was sealed as JSON; None where there is nothing."""
    return orjson.loads(reader.keys.decrypt(cipher) or "null")


def _picture(reader: _Reader, row: Review, picture: Picture) -> Mapping[str, Any]:
    """Where a picture is shown; one that is not shown is told itself, as WebP in base64."""
    copied: dict[str, Any] = {
        "alternative": picture.alternative,
        "is_own_portrait": picture.is_avatar,
    }
    if row.is_public and picture.state == PictureState.SHOWN:
        base_url = reader.installation.settings.base_url
        return copied | {"address": f"{base_url}/pictures/{picture.public_id}-{_LARGEST}"}
    try:
        file = picture_files.own_file(reader.installation, row.id, picture.public_id, _LARGEST)
    except PictureNotFound:
        return copied
    return copied | {"image": base64.b64encode(file).decode()}


def _shown(town: str, age_band: str, customer_since: int | None) -> Mapping[str, Any]:
    return {"town": town, "age_band": age_band, "customer_since": customer_since}


def _revisions(session: Session, review_id: int) -> list[Mapping[str, Any]]:
    return [
        {
            "until": each.replaced_at,
            "marks": orjson.loads(each.marks),
            "title": each.title,
            "comment": each.comment,
            "name_shown": each.author_name,
        }
        for each in rows.revisions(session, review_id)
    ]


def _hand_over(reader: _Reader, row: HandOver) -> Mapping[str, Any]:
    return {
        "reference": row.reference,
        "email": reader.keys.decrypt(row.email_cipher),
        "received_at": row.received_at,
        "amount_minor": row.amount_minor,
        "currency": row.currency,
        "payment_type": row.payment_type,
        "payment_text": row.payment_text,
        "lines": orjson.loads(row.lines),
        "legal_basis": _basis(row),
        "denied_at": row.denied_at,
    }


def _text(row: ShownText) -> Mapping[str, Any]:
    names = ("digest", "key", "language", "subject", "body", "button", "first_shown_at")
    return {name: getattr(row, name) for name in names}


def _mails(session: Session, email_hash: str) -> Iterable[Mapping[str, Any]]:
    return [
        {"key": each.key, "state": each.state, "at": each.queued_at, "sent_at": each.sent_at}
        for each in rows.mails(session, email_hash, most=_MAILS)
    ]
