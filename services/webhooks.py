"""Use cases of webhooks: add, change, pause, rotate the secret, remove; list them and their log."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from sqlmodel import Session

from domain import ids
from domain import webhooks as rules
from domain.actors import Actor
from domain.errors import ShopNotFound
from domain.ids import Prefix
from domain.webhooks import (
    POLICY,
    DeliveryState,
    EventType,
    NewWebhook,
    WebhookNotFound,
    WebhooksTooMany,
)
from services import audit, shops
from store import shops as shop_rows
from store import webhooks as rows
from store.database import Work
from store.shops import Shop
from store.webhooks import Delivery, Webhook

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class WebhookRecord:
    """A webhook as lists show it, without its secret; ``waiting`` counts calls still to make."""

    webhook_id: str
    name: str
    url: str
    events: tuple[EventType, ...]
    created_at: datetime
    paused_at: datetime | None
    waiting: int


@dataclass(frozen=True, slots=True)
class DeliveryRecord:
    """One line of the log: what was told when, how often it was tried, and what came back."""

    number: int
    delivery_id: str
    event: EventType
    payload: str
    state: DeliveryState
    created_at: datetime
    attempts: int
    called_at: datetime | None
    next_at: datetime | None
    status: int
    problem: str


def add(
    work: Work,
    shop_key: str,
    new: NewWebhook,
    *,
    actor: Actor,
    now: datetime,
    http_too: bool = False,
) -> str:
    """Add a webhook to the shop; returns its id. ``http_too`` is the operator's to allow.

    Raises ShopNotFound, WebhookInvalid, TextInvalid or WebhooksTooMany.
    """
    new = rules.checked(new, http_too=http_too)
    shop = shops.required(work, shop_key)
    if len(rows.of_shop(work.session, shop.id)) >= POLICY.per_shop:
        raise WebhooksTooMany
    webhook = Webhook(
        public_id=ids.new(Prefix.WEBHOOK),
        shop_id=shop.id,
        name=new.name,
        url=new.url,
        events=" ".join(new.events),
        secret_changed_at=now,
        created_at=now,
    )
    work.session.add(webhook)
    audit.log(work, actor, "webhook.added", webhook.public_id, now=now, after=_logged(webhook))
    return webhook.public_id


def change(
    work: Work,
    shop_key: str,
    webhook_id: str,
    new: NewWebhook,
    *,
    actor: Actor,
    now: datetime,
    http_too: bool = False,
) -> None:
    """Give a webhook another address, other events or another name; raises as ``add`` does."""
    new = rules.checked(new, http_too=http_too)
    webhook = required(work, shop_key, webhook_id)
    before = _logged(webhook)
    webhook.url, webhook.name, webhook.events = new.url, new.name, " ".join(new.events)
    work.session.add(webhook)
    audit.log(
        work, actor, "webhook.changed", webhook_id, now=now, before=before, after=_logged(webhook)
    )


def pause(
    work: Work, shop_key: str, webhook_id: str, *, is_paused: bool, actor: Actor, now: datetime
) -> None:
    """Stop telling a webhook of events, or go on; what waited while it was paused is not sent."""
    webhook = required(work, shop_key, webhook_id)
    if (webhook.paused_at is not None) == is_paused:
        return
    webhook.paused_at = now if is_paused else None
    work.session.add(webhook)
    action = "webhook.paused" if is_paused else "webhook.resumed"
    audit.log(work, actor, action, webhook_id, now=now)


def rotate_secret(
    work: Work, shop_key: str, webhook_id: str, *, actor: Actor, now: datetime
) -> str:
    """Give a webhook a new secret, and return it; for a day the one before signs as well."""
    webhook = required(work, shop_key, webhook_id)
    webhook.secret_number += 1
    webhook.secret_changed_at = now
    work.session.add(webhook)
    after = {"number": webhook.secret_number}
    audit.log(work, actor, "webhook.secret_rotated", webhook_id, now=now, after=after)
    return _written(work.keys.webhook_secret(webhook_id, webhook.secret_number))


def secret(work: Work, shop_key: str, webhook_id: str, *, actor: Actor, now: datetime) -> str:
    """The secret in the form that libraries take, ``whsec_…``; that it was shown is logged."""
    webhook = required(work, shop_key, webhook_id)
    audit.log(work, actor, "webhook.secret_shown", webhook_id, now=now)
    return _written(work.keys.webhook_secret(webhook_id, webhook.secret_number))


def remove(work: Work, shop_key: str, webhook_id: str, *, actor: Actor, now: datetime) -> None:
    """Remove a webhook with its log; calls that wait are not made."""
    webhook = required(work, shop_key, webhook_id)
    audit.log(work, actor, "webhook.removed", webhook_id, now=now, before=_logged(webhook))
    rows.remove(work.session, webhook)


def listed(session: Session, shop_key: str) -> Sequence[WebhookRecord]:
    """The shop's webhooks, the oldest first; raises ShopNotFound."""
    return [
        WebhookRecord(
            webhook_id=webhook.public_id,
            name=webhook.name,
            url=webhook.url,
            events=tuple(map(EventType, webhook.events.split())),
            created_at=webhook.created_at,
            paused_at=webhook.paused_at,
            waiting=rows.waiting(session, webhook.id),
        )
        for webhook in rows.of_shop(session, _shop(session, shop_key).id)
    ]


def log(
    session: Session, shop_key: str, webhook_id: str, *, before: int | None = None
) -> Sequence[DeliveryRecord]:
    """At most 50 deliveries, the newest first, below the number ``before``.

    Raises ShopNotFound or WebhookNotFound.
    """
    webhook = rows.by_public_id(session, _shop(session, shop_key).id, webhook_id)
    if webhook is None:
        raise WebhookNotFound
    found = rows.deliveries(session, webhook.id, before=before, limit=PAGE)
    return [_record(delivery) for delivery in found]


def required(work: Work, shop_key: str, webhook_id: str) -> Webhook:
    """The shop's webhook with this id, held; raises ShopNotFound or WebhookNotFound."""
    shop = shops.required(work, shop_key)
    webhook = rows.by_public_id(work.session, shop.id, webhook_id, lock=True)
    if webhook is None:
        raise WebhookNotFound
    return webhook


def _shop(session: Session, shop_key: str) -> Shop:
    shop = shop_rows.by_key(session, shop_key)
    if shop is None:
        raise ShopNotFound
    return shop


def _record(delivery: Delivery) -> DeliveryRecord:
    return DeliveryRecord(
        number=delivery.id,
        delivery_id=delivery.public_id,
        event=EventType(delivery.event),
        payload=delivery.payload,
        state=DeliveryState(delivery.state),
        created_at=delivery.created_at,
        attempts=delivery.attempts,
        called_at=delivery.called_at,
        next_at=delivery.next_at,
        status=delivery.status,
        problem=delivery.problem,
    )


def _logged(webhook: Webhook) -> dict[str, object]:
    """What the log keeps: addresses hold secrets behind the question mark."""
    parts = urlsplit(webhook.url)
    url = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
    return {"url": url, "events": webhook.events}


def _written(key: bytes) -> str:
    return f"whsec_{base64.b64encode(key).decode()}"
