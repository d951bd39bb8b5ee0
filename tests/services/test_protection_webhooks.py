"""Webhooks hear of protections, claims, frames and audits, with what is no person's."""

import json
from typing import Any

import pytest

from domain.actors import SYSTEM
from domain.claims import Answer
from domain.rights import Right
from domain.webhooks import CHOICES, EventType, NewWebhook
from services import activations, audits, frames, webhooks
from services.frames import Setting
from services.installation import Installation
from store import frames as frame_rows
from store.database import Database, Work
from tests.services import audited, claimed, people, protected, steps
from tests.services.claimed import REPORTED, STARTED
from tests.services.steps import ANNA, NOON


def listening(database: Database, shop_key: str, *events: EventType) -> str:
    with database.write() as work:
        new = NewWebhook("https://till.example/in", events or CHOICES)
        return webhooks.add(work, shop_key, new, actor=ANNA, now=NOON)


def told(database: Database, shop_key: str, webhook_id: str) -> list[dict[str, Any]]:
    """Every payload, the oldest first."""
    with database.read() as session:
        found = webhooks.log(session, shop_key, webhook_id)[::-1]
    return [json.loads(each.payload) for each in found]


def test_a_protection_that_starts_is_told_once_and_names_nobody(database: Database) -> None:
    shop_key = protected.open_shop(database, now=STARTED)
    hook = listening(database, shop_key)
    row = protected.protect(database, shop_key, "P-1", at=STARTED)
    protected.protect(database, shop_key, "P-1", at=STARTED)
    (payload,) = told(database, shop_key, hook)
    assert payload["type"] == "protection.started"
    assert payload["data"] == {
        "shop": shop_key,
        "protection": row.public_id,
        "tier": "BASIC",
        "cover_minor": 100_00,
        "currency": "EUR",
        "starts_at": "2026-01-01T15:20:00+00:00",
        "ends_at": "2026-01-31T00:00:00+00:00",
    }


def test_a_protection_that_is_rolled_back_is_never_told(database: Database) -> None:
    shop_key = protected.open_shop(database, now=STARTED)
    hook = listening(database, shop_key)

    def fail(work: Work) -> None:
        shop = protected.shop_of(work, shop_key)
        activations.activate(work, shop, protected.an_order(at=STARTED), now=STARTED)
        raise LookupError

    with pytest.raises(LookupError), database.write() as work:
        fail(work)
    assert told(database, shop_key, hook) == []


def test_each_new_state_of_a_claim_is_told_and_no_word_of_it(database: Database) -> None:
    shop_key, protection = claimed.a_protection(database)
    hook = listening(database, shop_key, EventType.CASE_STATUS)
    claim_id = claimed.report(database, protection)
    claimed.answer(database, shop_key, claim_id, Answer.DISPUTES, None)
    payloads = told(database, shop_key, hook)
    assert {each["type"] for each in payloads} == {"case.status"}
    assert {each["data"]["case"] for each in payloads} == {claim_id}
    assert [(each["data"]["before"], each["data"]["state"]) for each in payloads] == [
        ("REPORTED", "SHOP_ASKED"),
        ("SHOP_ASKED", "SHOP_ANSWERED"),
        ("SHOP_ANSWERED", "MEDIATION"),
    ]
    assert payloads[0]["data"]["due_at"] > REPORTED.isoformat()
    text = json.dumps(payloads)
    assert not [word for word in ("dario", "parcel", "1Z999", "P-1") if word in text]


def test_a_frame_that_changes_is_told_to_each_shop_without_its_amount(database: Database) -> None:
    shop_key = protected.open_shop(database, now=STARTED)
    hook = listening(database, shop_key, EventType.FRAME_CHANGED)
    with database.write() as work:
        shop = protected.shop_of(work, shop_key)
        row = frame_rows.held(work.session, shop.account_id, now=STARTED)
        frames.put(work, row, Setting(7_000_00, "Asked for."), actor=SYSTEM, now=STARTED)
    (payload,) = told(database, shop_key, hook)
    assert payload["type"] == "frame.changed"
    assert payload["data"] == {"shop": shop_key, "state": "ACTIVE", "valid_from": "2026-01-01"}


def test_an_audit_is_told_from_its_order_on(installation: Installation) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    people.hire(installation, shop_key, "anna", Right.ADMINISTRATOR)
    hook = listening(database, shop_key, EventType.AUDIT_STATUS)
    audit_id = audited.order_again(installation, shop_key)
    with database.write() as work:
        audits.cancel(work, shop_key, audit_id, actor=ANNA, now=NOON)
    assert [each["data"] for each in told(database, shop_key, hook)] == [
        {"shop": shop_key, "audit": audit_id, "state": "ORDERED", "before": None},
        {"shop": shop_key, "audit": audit_id, "state": "WITHDRAWN", "before": "ORDERED"},
    ]
