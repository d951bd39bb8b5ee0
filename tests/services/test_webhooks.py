"""Webhooks hear of what was committed, once each, until it arrives or six retries have failed."""

import json
from collections.abc import Sequence
from datetime import timedelta
from itertools import count
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from domain.webhooks import (
    CHOICES,
    POLICY,
    DeliveryNotFound,
    DeliveryState,
    EventType,
    NewWebhook,
    WebhookNotFound,
    WebhooksTooMany,
)
from services import deliveries, moderation, replies, reviews, webhooks
from services.deliveries import Answered
from services.webhooks import DeliveryRecord
from store.database import Database, Job, Work
from store.decisions import AuditEntry
from tests.services import steps
from tests.services.steps import ANNA, NOON, marks

URL = "https://till.example/in"
NUMBERS: Final = count(1)
GOOD, BROKEN, GONE = Answered(204), Answered(500, "Status 500"), Answered(410, "Status 410")


def added(database: Database, key: str, *, events: tuple[EventType, ...] = CHOICES) -> str:
    with database.write() as work:
        return webhooks.add(work, key, NewWebhook(URL, events), actor=ANNA, now=NOON)


def log(database: Database, key: str, webhook_id: str) -> Sequence[DeliveryRecord]:
    """The deliveries of a webhook, the oldest first."""
    with database.read() as session:
        return webhooks.log(session, key, webhook_id)[::-1]


def settled(
    database: Database, number: int, answered: Answered
) -> tuple[DeliveryState, Sequence[Job]]:
    """What a call came to, and the jobs that it asked for."""
    with database.write() as work:
        return deliveries.settle(work, number, answered, now=NOON), tuple(work.jobs)


def test_a_webhook_is_told_of_its_events_in_their_order_and_of_no_others(
    database: Database,
) -> None:
    key = steps.open_shop(database)
    every = added(database, key)
    some = added(database, key, events=(EventType.REVIEW_MODERATED,))
    written = steps.review(database, key, marks(service=1), comment="dario@example.org")
    with database.write() as work:
        replies.write(work, key, written.review_id, "Thank you.", actor=ANNA, now=NOON)
    with database.write() as work:
        moderation.disable(work, written.review_id, steps.reasons())
    with database.write() as work:
        reviews.withdraw(work, written.token, now=NOON)
    assert [told.event for told in log(database, key, every)] == [
        EventType.REVIEW_SUBMITTED,
        EventType.REVIEW_REPLIED,
        EventType.REVIEW_MODERATED,
        EventType.REVIEW_UPDATED,
    ]
    (told,) = log(database, key, some)
    payload = json.loads(told.payload)
    assert payload["type"] == "review.moderated"
    assert payload["data"] | {"submitted_at": ""} == {
        "shop": key,
        "review": written.review_id,
        "kind": "SERVICE_REVIEW",
        "state": "REJECTED",
        "stars": 1,
        "is_public": False,
        "submitted_at": "",
        "edited_at": None,
    }
    assert "dario" not in "".join(told.payload for told in log(database, key, every))


def test_what_is_rolled_back_is_never_told(database: Database) -> None:
    key = steps.open_shop(database)
    webhook_id = added(database, key)
    written = steps.review(database, key, marks(service=1))

    def fail(work: Work) -> None:
        moderation.report(work, written.review_id, actor=ANNA, now=NOON)
        raise LookupError

    with pytest.raises(LookupError), database.write() as work:
        fail(work)
    assert [told.event for told in log(database, key, webhook_id)] == [EventType.REVIEW_SUBMITTED]


def test_another_shops_webhook_does_not_exist(database: Database) -> None:
    key = steps.open_shop(database)
    foreign = added(database, steps.open_shop(database, domain="other.example"))
    new = NewWebhook(URL, CHOICES)
    for use in (
        lambda work: webhooks.change(work, key, foreign, new, actor=ANNA, now=NOON),
        lambda work: webhooks.pause(work, key, foreign, is_paused=True, actor=ANNA, now=NOON),
        lambda work: webhooks.rotate_secret(work, key, foreign, actor=ANNA, now=NOON),
        lambda work: webhooks.secret(work, key, foreign, actor=ANNA, now=NOON),
        lambda work: webhooks.remove(work, key, foreign, actor=ANNA, now=NOON),
        lambda work: deliveries.test(work, key, foreign, actor=ANNA, now=NOON),
        lambda work: deliveries.replay(work, key, foreign, "msg-1", actor=ANNA, now=NOON),
    ):
        with pytest.raises(WebhookNotFound), database.write() as work:
            use(work)
    with pytest.raises(WebhookNotFound):
        log(database, key, foreign)


def test_the_eleventh_webhook_of_a_shop_is_refused(database: Database) -> None:
    key = steps.open_shop(database)
    for _ in range(POLICY.per_shop):
        added(database, key)
    with pytest.raises(WebhooksTooMany):
        added(database, key)


def test_a_paused_webhook_hears_nothing_and_what_waited_is_not_sent(database: Database) -> None:
    key = steps.open_shop(database)
    webhook_id = added(database, key)
    steps.review(database, key, marks(service=5))
    with database.write() as work:
        webhooks.pause(work, key, webhook_id, is_paused=True, actor=ANNA, now=NOON)
    steps.review(database, key, marks(service=4))
    (waiting,) = log(database, key, webhook_id)
    with database.write() as work:
        assert deliveries.call(work, waiting.number, now=NOON) is None
    (over,) = log(database, key, webhook_id)
    assert (over.state, over.problem) == (DeliveryState.FAILED, "The webhook is paused.")
    # The job with the first number was done: a replay under it would never be made.
    with database.write() as work:
        webhooks.pause(work, key, webhook_id, is_paused=False, actor=ANNA, now=NOON)
        deliveries.replay(work, key, webhook_id, over.delivery_id, actor=ANNA, now=NOON)
        (job,) = work.jobs
    assert job.id == f"webhook.send:{over.delivery_id}:2"


def test_a_call_that_fails_is_tried_six_times_more_and_then_no_more(database: Database) -> None:
    key = steps.open_shop(database)
    webhook_id = added(database, key)
    steps.review(database, key, marks(service=5))
    (told,) = log(database, key, webhook_id)
    pauses = []
    for attempt in range(2, 8):
        state, (job,) = settled(database, told.number, BROKEN)
        assert state is DeliveryState.WAITING
        assert job.id == f"webhook.send:{told.delivery_id}:{attempt}"
        pauses.append(timedelta(seconds=job.delay_seconds))
    assert tuple(pauses) == POLICY.retries
    assert settled(database, told.number, BROKEN) == (DeliveryState.FAILED, ())
    (over,) = log(database, key, webhook_id)
    assert (over.attempts, over.status, over.problem) == (7, 500, "Status 500")


def test_a_receiver_that_is_gone_is_not_called_again(database: Database) -> None:
    key = steps.open_shop(database)
    webhook_id = added(database, key)
    steps.review(database, key, marks(service=5))
    (told,) = log(database, key, webhook_id)
    assert settled(database, told.number, GONE) == (DeliveryState.FAILED, ())
    steps.review(database, key, marks(service=5))
    assert len(log(database, key, webhook_id)) == 1


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answers=st.lists(st.sampled_from([GOOD, BROKEN, GONE]), max_size=10))
def test_a_delivery_that_is_over_stays_as_it_is(
    database: Database, answers: list[Answered]
) -> None:
    key = steps.open_shop(database, domain=f"s{next(NUMBERS)}.example")
    webhook_id = added(database, key)
    steps.review(database, key, marks(service=5))
    (told,) = log(database, key, webhook_id)
    over: DeliveryRecord | None = None
    for answer in answers:
        _, jobs = settled(database, told.number, answer)
        (now,) = log(database, key, webhook_id)
        assert (now.state is DeliveryState.WAITING) == bool(jobs)
        assert over is None or now == over
        over = now if now.state is not DeliveryState.WAITING else None


def test_a_replay_sends_the_same_message_once_more(database: Database) -> None:
    key = steps.open_shop(database)
    webhook_id = added(database, key)
    steps.review(database, key, marks(service=5))
    (told,) = log(database, key, webhook_id)
    settled(database, told.number, GOOD)
    with database.write() as work:
        deliveries.replay(work, key, webhook_id, told.delivery_id, actor=ANNA, now=NOON)
        (job,) = work.jobs
        deliveries.replay(work, key, webhook_id, told.delivery_id, actor=ANNA, now=NOON)
        assert work.jobs == [job]
    assert job.id == f"webhook.send:{told.delivery_id}:2"
    with database.write() as work:
        call = deliveries.call(work, told.number, now=NOON)
    assert call is not None
    assert (call.message_id, call.body) == (told.delivery_id, told.payload)
    with pytest.raises(DeliveryNotFound), database.write() as work:
        deliveries.replay(work, key, webhook_id, "msg-1", actor=ANNA, now=NOON)


def test_a_new_secret_signs_at_once_and_the_old_one_for_a_day(database: Database) -> None:
    key = steps.open_shop(database)
    webhook_id = added(database, key)
    steps.review(database, key, marks(service=5))
    (told,) = log(database, key, webhook_id)
    with database.write() as work:
        old = webhooks.secret(work, key, webhook_id, actor=ANNA, now=NOON)
        new = webhooks.rotate_secret(work, key, webhook_id, actor=ANNA, now=NOON)
    assert old != new
    assert old.startswith("whsec_")
    for hours, secrets in ((23, 2), (24, 1)):
        with database.write() as work:
            call = deliveries.call(work, told.number, now=NOON + timedelta(hours=hours))
        assert call is not None
        assert len(call.secrets) == secrets


def test_every_change_of_a_webhook_stands_in_the_log(database: Database) -> None:
    key = steps.open_shop(database)
    webhook_id = added(database, key)
    changed = NewWebhook(f"{URL}/2", (EventType.REVIEW_SUBMITTED,), "Till")
    with database.write() as work:
        webhooks.change(work, key, webhook_id, changed, actor=ANNA, now=NOON)
        webhooks.pause(work, key, webhook_id, is_paused=True, actor=ANNA, now=NOON)
        webhooks.pause(work, key, webhook_id, is_paused=True, actor=ANNA, now=NOON)
        webhooks.pause(work, key, webhook_id, is_paused=False, actor=ANNA, now=NOON)
        deliveries.test(work, key, webhook_id, actor=ANNA, now=NOON)
    with database.read() as session:
        (record,) = webhooks.listed(session, key)
        assert (record.url, record.name, record.events, record.waiting) == (
            changed.url,
            "Till",
            changed.events,
            1,
        )
    with database.write() as work:
        webhooks.remove(work, key, webhook_id, actor=ANNA, now=NOON)
    with database.read() as session:
        query = select(AuditEntry.action).where(col(AuditEntry.object) == webhook_id)
        assert session.exec(query.order_by(col(AuditEntry.id))).all() == [
            "webhook.added",
            "webhook.changed",
            "webhook.paused",
            "webhook.resumed",
            "webhook.tested",
            "webhook.removed",
        ]


def test_deliveries_are_forgotten_after_30_days(database: Database) -> None:
    key = steps.open_shop(database)
    webhook_id = added(database, key)
    steps.review(database, key, marks(service=5))
    for days, left in ((30, 1), (31, 0)):
        with database.write() as work:
            deliveries.purge(work, now=NOON + timedelta(days=days))
        assert len(log(database, key, webhook_id)) == left


def test_the_log_keeps_no_secret_of_an_address(database: Database) -> None:
    key = steps.open_shop(database)
    events = (EventType.REVIEW_SUBMITTED,)
    old = NewWebhook("https://hooks.example/in?token=secret-1", events)
    new = NewWebhook("https://hooks.example/out?token=secret-2", events)
    with database.write() as work:
        webhook_id = webhooks.add(work, key, old, actor=ANNA, now=NOON)
        webhooks.change(work, key, webhook_id, new, actor=ANNA, now=NOON)
        webhooks.remove(work, key, webhook_id, actor=ANNA, now=NOON)
    with database.read() as session:
        lines = session.exec(select(AuditEntry).where(col(AuditEntry.object) == webhook_id)).all()
    said = "".join(line.before + line.after for line in lines)
    assert "https://hooks.example/in" in said
    assert "https://hooks.example/out" in said
    for secret in ("secret", "token", "?"):
        assert secret not in said
