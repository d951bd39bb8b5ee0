"""Events: a shop's programs tell what happened to an order, and its buyer is invited by rule."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from sqlmodel import Session

from domain import ids
from domain.access_tokens import Caller
from domain.errors import Conflict, Invalid
from domain.events import EVENTS, SOURCE, STANDARD, EventInvalid, EventNotFound
from domain.ids import Prefix
from schemas.modern.events import (
    Event,
    EventChannel,
    EventCustomer,
    EventTaken,
    NewEvent,
    Tracking,
)
from schemas.modern.reviews import Product, Transaction
from schemas.modern.shapes import moment
from services import audit, intake, shops
from services.modern import channels, orders
from services.modern.review_shapes import split_name
from services.plans import Plan
from store import events as rows
from store import orders as order_rows
from store.database import Work
from store.events import Event as Row
from store.keys import Keyring
from store.orders import Order
from store.products import Product as ProductRow

ACCEPTED: Final = "The event has been accepted."
UNASKED: Final = (
    f"{ACCEPTED} Nobody is invited for it: the shop has not stated that it holds the consent of "
    "its buyers."
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of events: its name, and whether invitations follow it."""

    name: str
    is_active: bool


def take(work: Work, caller: Caller, told: NewEvent, *, now: datetime) -> EventTaken:
    """Take an event; the same type and reference of a shop within 24 hours is the same event.

    The order is recorded, or what became of it noted, and its invitation scheduled by the shop's
    rule after this type. Where the shop has not stated that it holds its buyers' consent, nobody
    is invited, and the message says so (NEVER-14). Raises EventInvalid (400, as clients of the
    wire expect) or ShopNotFound.
    """
    kind = _kind(work.session, caller, told.type)
    try:
        found = orders.told(work.session, caller, told, now=now)
        extra = _extra(told)
        # Calls of one shop take turns from here on, so that two at once are one event.
        shops.required(work, found.shop.shop_key)
        known = _known(work, found.shop.id, kind.name, told, now)
        if known is not None:
            told_of = work.session.get_one(Order, known.order_id)
            return EventTaken(message=_message(told_of), event_ref=known.public_id)
        plan = _plan(kind, found.language, caller, now)
        taken = intake.take(work, found.shop.shop_key, found.order, plan, now=now)
    except EventInvalid:
        raise
    except (Invalid, Conflict) as refusal:
        raise orders.refused(refusal.detail, refusal.field) from refusal
    order = order_rows.by_reference(work.session, found.shop.id, taken.reference)
    if order is None:
        raise EventNotFound
    row = Row(
        public_id=ids.new(Prefix.EVENT),
        shop_id=found.shop.id,
        order_id=order.id,
        event_type=kind.name,
        reference=taken.reference,
        client=caller.client_id,
        told=work.keys.encrypt(extra.decode()),
        received_at=now,
    )
    work.session.add(row)
    after = {"type": kind.name, "order": taken.order_id}
    actor = channels.actor_of(caller)
    audit.log(work, actor, "event.taken", row.public_id, now=now, after=after)
    return EventTaken(message=_message(order), event_ref=row.public_id)


def one(session: Session, caller: Caller, event_id: str, keys: Keyring) -> Event:
    """An event as it was taken; the buyer as the order has them now. Raises EventNotFound."""
    found = rows.with_order(session, caller.account_id, event_id)
    if found is None:
        raise EventNotFound
    row, order, shop = found
    told = orjson.loads(keys.decrypt(row.told) or "{}")
    products = tuple(_product(each) for each in rows.products_of(session, order.id))
    return Event(
        id=row.public_id,
        account_ref=channels.account_of(session, caller),
        type=row.event_type,
        default_locale=told.get("locale"),
        customer=_customer(order, keys, told.get("customer")),
        channel=EventChannel(id=told.get("channel", shop.public_id), type=told.get("way", "")),
        transaction=Transaction(reference=order.reference, date=moment(order.ordered_at)),
        estimated_delivery_date=moment(order.estimated_delivery_at),
        products=products or None,
        system=told.get("system"),
        system_version=told.get("version"),
        metadata=told.get("metadata"),
        tracking=Tracking(client=row.client, medium="API"),
        created_at=moment(row.received_at) or "",
    )


def _message(order: Order) -> str:
    """What a client is told: also that nobody is asked on no ground."""
    return UNASKED if order.legal_basis is None else ACCEPTED


def _kind(session: Session, caller: Caller, name: str) -> Kind:
    if name in STANDARD:
        return Kind(name, is_active=True)
    for row in rows.types(session, caller.account_id):
        if row.name == name:
            return Kind(name, row.is_active)
    raise EventInvalid("The account has no event type of this name.", field="type")


def _known(work: Work, shop_id: int, name: str, told: NewEvent, now: datetime) -> Row | None:
    reference = told.transaction.reference
    since = now - EVENTS.repeated_within
    return rows.latest(work.session, shop_id, name, reference, since)


def _plan(kind: Kind, language: str, caller: Caller, now: datetime) -> Plan:
    if not kind.is_active:
        return Plan(SOURCE, language, kinds=frozenset(), asked_by=caller.client_id)
    if kind.name in STANDARD:
        return Plan(SOURCE, language, asked_by=caller.client_id)
    return Plan(SOURCE, language, event_type=kind.name, event_at=now, asked_by=caller.client_id)


def _extra(told: NewEvent) -> bytes:
    """What an event says besides its order; raises EventInvalid for too much of it."""
    metadata = told.metadata or {}
    if len(metadata) > EVENTS.metadata_entries:
        most = EVENTS.metadata_entries
        raise EventInvalid(f"metadata has at most {most} entries.", field="metadata")
    kept: dict[str, Any] = {
        "locale": told.default_locale,
        "channel": told.channel.id,
        "way": told.channel.type,
        "customer": told.customer.reference,
        "system": told.system,
        "version": told.system_version,
    }
    for name, word in kept.items():
        if word is not None and len(word) > EVENTS.word_characters:
            raise EventInvalid(f"At most {EVENTS.word_characters} characters.", field=name)
    kept = {name: word for name, word in kept.items() if word is not None}
    try:
        body = orjson.dumps(kept | ({"metadata": metadata} if metadata else {}))
        sizes = [len(orjson.dumps(value)) for value in metadata.values()]
    except (TypeError, ValueError, RecursionError):
        raise EventInvalid("metadata cannot be kept as it is.", field="metadata") from None
    if any(size > EVENTS.metadata_characters for size in sizes):
        most = EVENTS.metadata_characters
        raise EventInvalid(f"An entry has at most {most} characters.", field="metadata")
    return body


def _customer(order: Order, keys: Keyring, reference: str | None) -> EventCustomer | None:
    email = keys.decrypt(order.email_cipher)
    if not email:
        return None
    first, last = split_name(keys.decrypt(order.name_cipher or b""))
    return EventCustomer(first_name=first, last_name=last, email=email, reference=reference)


def _product(row: ProductRow) -> Product:
    return Product(
        id=row.public_id,
        sku=row.sku,
        gtin=row.gtin,
        mpn=row.mpn,
        name=row.name,
        url=row.url,
        image_url=row.image_url,
        brand=row.brand,
    )
