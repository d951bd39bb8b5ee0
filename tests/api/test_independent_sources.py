"""Calls of independent sources over HTTP, and the command that registers them."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import orjson
import pytest
from standardwebhooks.webhooks import Webhook

from api.main import create_app
from domain.actors import OPERATOR
from domain.independent_sources import BYTES, SourceKind
from services import independent_sources
from tests.api.conftest import Reviewed, Run
from tests.api.exchanges import Running, scope_of
from tests.services.steps import NOON


@pytest.fixture
def running(reviewed: Reviewed) -> Iterator[Running]:
    with Running(create_app(reviewed.settings)) as running:
        yield running


def test_a_signed_call_is_taken_and_every_other_has_a_code(
    running: Running, reviewed: Reviewed
) -> None:
    with reviewed.installation.database.write() as work:
        source_id, secret = independent_sources.add(
            work, SourceKind.PAYMENT, "Card payments", actor=OPERATOR, now=NOON
        )
    now = datetime.now(UTC)
    told = {
        "shopKey": reviewed.shop_key,
        "reference": "A-9",
        "confirmedAt": now.isoformat(),
    }
    body = orjson.dumps(told)

    def call(body: bytes, secret: str = secret, name: str = source_id) -> tuple[int, str]:
        headers = {
            "webhook-id": "msg_1",
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(secret).sign("msg_1", now, body.decode()),
        }
        path = f"/v1/sources/{name}/confirmations"
        reply = running.exchange(scope_of(path, method="POST", headers=headers.items()), [body])
        answer = orjson.loads(reply.body)
        return reply.status, answer.get("outcome") or answer["code"]

    assert call(body) == (200, "CONFIRMED")
    assert call(body) == (200, "IGNORED")
    assert call(orjson.dumps(told | {"withdrawn": True})) == (200, "WITHDRAWN")
    assert call(body, secret="whsec_" + "A" * 44)[1] == "ORDER_HOOK_FORGED"
    assert call(body, name="src-unknown") == (404, "SOURCE_NOT_FOUND")
    assert call(b"[]")[1] == "ORDER_HOOK_INVALID"
    assert call(b"{" + b" " * BYTES + b"}")[0] == 413
    get = running.exchange(scope_of(f"/v1/sources/{source_id}/confirmations"), [])
    assert get.status == 405


def test_the_command_registers_lists_and_ends_sources(run: Run) -> None:
    made = run("sources", "add", "--kind", "payment", "--name", "Card payments")
    assert "secret: whsec_" in made
    carrier = json.loads(run("sources", "add", "--kind", "carrier", "--name", "Parcels", "--json"))
    assert carrier["path"] == f"/v1/sources/{carrier['sourceId']}/confirmations"
    run("sources", "end", carrier["sourceId"])
    listed = json.loads(run("sources", "list", "--json"))
    assert [(each["kind"], each["endedAt"] is None) for each in listed] == [
        ("payment", True),
        ("carrier", False),
    ]
    assert "Card payments" in run("sources", "list")
    assert "secret" not in json.dumps(listed)
    assert run("sources", "end", "src-0", status=2).startswith("trustwright: ")
