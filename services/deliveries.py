"""Use cases of deliveries: tell webhooks of an event, make the call, retry, replay, forget.

An event's delivery is stored with the change that it tells of, and so is the job that makes
the call: what was rolled back is never told, what was committed is told at least once. The
payload names ids and states and holds no text and no person: what the public may read is read
under the API's address, and what was erased there stands in no log here (Standard Webhooks).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import orjson

from domain import ids
from domain import webhooks as rules
from domain.actors import Actor
from domain.ids import Prefix
from domain.webhooks import POLICY, DeliveryNotFound, DeliveryState, EventType
from services import audit, webhooks
from store import webhooks as rows
from store.database import Job, Work
from store.reviews import Review
from store.shops import Shop
from store.webhooks import Delivery, Webhook

SEND: Final = "webhook.send"


@dataclass(frozen=True, slots=True)
class Call:
    """What the job is to send: the address, the message's id, the body, the secrets that sign."""

    url: str
    message_id: str
    body: str
    secrets: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """What a call came to: the status, 0 for none, and why it did not do ('' where it did)."""

    status: int
    problem: str = ""

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300 and not self.problem

    @property
    def is_final(self) -> bool:
        """Gone: whoever was called wants no more (Standard Webhooks)."""
        return self.status == 410


def announce(work: Work, shop: Shop, review: Review, event: EventType, *, now: datetime) -> None:
    """Have the shop's webhooks told what happened to a review, once this transaction is whole."""
    tell(work, shop, event, _about(review), now=now)


def tell(
    work: Work, shop: Shop, event: EventType, data: Mapping[str, object], *, now: datetime
) -> None:
    """Have the shop's webhooks told of an event; ``data`` are ids, states, amounts and moments."""
    tell_many(work, shop, event, [data], now=now)


def tell_many(
    work: Work,
    shop: Shop,
    event: EventType,
    things: Iterable[Mapping[str, object]],
    *,
    now: datetime,
) -> None:
    """As above for many events of one kind, each of which is a delivery of its own."""
    listening = [
        webhook
        for webhook in rows.of_shop(work.session, shop.id)
        if webhook.paused_at is None and event in webhook.events.split()
    ]
    for data in things:
        for webhook in listening:
            _store(work, webhook, event, {"shop": shop.shop_key, **data}, now)


def test(work: Work, shop_key: str, webhook_id: str, *, actor: Actor, now: datetime) -> None:
    """Send an event that says nothing, to see whether it arrives."""
    webhook = webhooks.required(work, shop_key, webhook_id)
    _store(work, webhook, EventType.TEST, {"webhook": webhook_id}, now)
    audit.log(work, actor, "webhook.tested", webhook_id, now=now)


def replay(
    work: Work,
    shop_key: str,
    webhook_id: str,
    delivery_id: str,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Make a delivery again, under its first id, so that receivers know it; one that waits waits.

    Raises DeliveryNotFound.
    """
    webhook = webhooks.required(work, shop_key, webhook_id)
    delivery = rows.delivery_by_public_id(work.session, webhook.id, delivery_id)
    if delivery is None:
        raise DeliveryNotFound
    if delivery.state == DeliveryState.WAITING:
        return
    # The numbers of jobs go on: what was done once is not done again.
    delivery.state, delivery.next_at = DeliveryState.WAITING, now
    work.session.add(delivery)
    _ask(work, delivery)
    audit.log(work, actor, "webhook.replayed", webhook_id, now=now, after={"message": delivery_id})


def call(work: Work, delivery_id: int, *, now: datetime) -> Call | None:
    """What is to be sent; None for a delivery that is over, and where the webhook is paused."""
    found = rows.delivery(work.session, delivery_id)
    if found is None:
        return None
    delivery, webhook = found
    if delivery.state != DeliveryState.WAITING:
        return None
    if webhook.paused_at is not None and delivery.event != EventType.TEST:
        # This job's number is used up: a replay needs the next one, or it is never made.
        delivery.attempts += 1
        _close(work, delivery, DeliveryState.FAILED, Answered(0, "The webhook is paused."))
        return None
    numbers = rules.signing_numbers(webhook.secret_number, webhook.secret_changed_at, now=now)
    return Call(
        webhook.url,
        delivery.public_id,
        delivery.payload,
        tuple(work.keys.webhook_secret(webhook.public_id, number) for number in numbers),
    )


def settle(work: Work, delivery_id: int, answered: Answered, *, now: datetime) -> DeliveryState:
    """Note what a call came to, and ask for the next one where it has to be tried again."""
    found = rows.delivery(work.session, delivery_id)
    if found is None or found[0].state != DeliveryState.WAITING:
        return DeliveryState.FAILED
    delivery, webhook = found
    delivery.attempts += 1
    delivery.called_at = now
    if answered.is_good:
        return _close(work, delivery, DeliveryState.DELIVERED, answered)
    if answered.is_final:
        webhook.paused_at = now
        work.session.add(webhook)
        return _close(work, delivery, DeliveryState.FAILED, answered)
    pause = rules.pause_after(delivery.attempts)
    if pause is None:
        return _close(work, delivery, DeliveryState.FAILED, answered)
    delivery.status, delivery.problem = answered.status, answered.problem
    delivery.next_at = now + pause
    work.session.add(delivery)
    _ask(work, delivery, pause)
    return DeliveryState.WAITING


def purge(work: Work, *, now: datetime) -> int:
    """Remove deliveries that are older than 30 days; returns how many."""
    return rows.remove_before(work.session, now - timedelta(days=POLICY.kept_days))


def _store(
    work: Work, webhook: Webhook, event: EventType, data: dict[str, object], now: datetime
) -> None:
    payload = {"type": event.value, "timestamp": now.isoformat(), "data": data}
    delivery = Delivery(
        public_id=ids.new(Prefix.DELIVERY),
        webhook_id=webhook.id,
        event=event,
        payload=orjson.dumps(payload).decode(),
        state=DeliveryState.WAITING,
        created_at=now,
        next_at=now,
    )
    work.session.add(delivery)
    work.session.flush()
    _ask(work, delivery)


def _ask(work: Work, delivery: Delivery, pause: timedelta = timedelta()) -> None:
    """Have the next call made; its number is in the job's id, so that it is made once."""
    work.jobs.append(
        Job(
            id=f"{SEND}:{delivery.public_id}:{delivery.attempts + 1}",
            name=SEND,
            arguments={"delivery_id": delivery.id},
            delay_seconds=pause.total_seconds(),
        )
    )


def _close(
    work: Work, delivery: Delivery, state: DeliveryState, answered: Answered
) -> DeliveryState:
    delivery.state, delivery.next_at = state, None
    delivery.status, delivery.problem = answered.status, answered.problem
    work.session.add(delivery)
    return state


def _about(review: Review) -> dict[str, object]:
    return {
        "review": review.public_id,
        "kind": review.kind,
        "state": review.state,
        "stars": review.stars,
        "is_public": review.is_public,
        "submitted_at": review.submitted_at.isoformat(),
        "edited_at": review.edited_at.isoformat() if review.edited_at else None,
    }
