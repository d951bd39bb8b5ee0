"""Calls of shop systems over HTTP: signed, taken once, bounded, and noted whatever they bring."""

import base64
import hmac
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import orjson
import pytest
from sqlmodel import col, select
from standardwebhooks.webhooks import Webhook

from api.main import create_app
from domain.invitations import InvitationState
from domain.order_hooks import POLICY, CallOutcome, System
from services import legal_bases, order_hooks
from services.order_hooks import CallRecord
from store.invitations import Invitation
from store.orders import Order
from tests.api.conftest import Reviewed
from tests.api.exchanges import OTHER_KEY, Reply, Running, scope_of
from tests.services.steps import ANNA, NOON

SECRET = "a secret of the shop's own choosing".replace(" ", "-")
NOW = datetime.now(UTC)


def woocommerce(number: str = "1001", **more: Any) -> dict[str, Any]:
    order = {
        "id": 17,
        "number": number,
        "status": "processing",
        "currency": "EUR",
        "date_created_gmt": (NOW - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S"),
        "total": "19.90",
        "billing": {"email": "dario@example.org", "first_name": "Dario", "last_name": "Rossi"},
        "line_items": [
            {"name": "Cup - blue", "parent_name": "Cup", "product_id": 5, "sku": "C-5",
             "quantity": 2, "image": {"id": "9", "src": "https://shop.example/cup.jpg"}}
        ],
    }  # fmt: skip
    return order | more


def shopify(**more: Any) -> dict[str, Any]:
    order = {
        "id": 5940139491234,
        "name": "#1002",
        "order_number": 1002,
        "email": "dario@example.org",
        "created_at": (NOW - timedelta(hours=1)).isoformat(),
        "currency": "EUR",
        "total_price": "59.99",
        "financial_status": "paid",
        "fulfillment_status": None,
        "cancelled_at": None,
        "customer_locale": "de-DE",
        "line_items": [{"sku": "T-1", "title": "Tea", "quantity": 1, "vendor": "Leaf"}],
    }
    return order | more


def shopware(event: str) -> dict[str, Any]:
    order = {
        "orderNumber": "10003",
        "orderDateTime": (NOW - timedelta(hours=1)).isoformat(timespec="milliseconds"),
        "amountTotal": 12.5,
        "currency": {"isoCode": "EUR"},
        "orderCustomer": {"email": "dario@example.org", "firstName": "D", "lastName": "R"},
        "lineItems": [
            {"type": "product", "label": "Pot", "quantity": 1, "payload": {"productNumber": "SW1"}}
        ],
    }
    return {
        "data": {"payload": {"order": order}, "event": event},
        "source": {"url": "https://shop.example", "shopId": "abc", "eventId": "1"},
        "timestamp": int(NOW.timestamp()),
    }


def generic(type_: str = "order.created", **data: Any) -> dict[str, Any]:
    order = {"reference": "G-1", "email": "dario@example.org", "amount": "5", "currency": "EUR"}
    return {"type": type_, "data": order | data}


class Hook:
    """A running app with one address for calls of a shop system."""

    def __init__(self, running: Running, reviewed: Reviewed, system: System) -> None:
        self._running, self.reviewed, self.system = running, reviewed, system
        given = "" if system is System.GENERIC else SECRET
        with reviewed.installation.database.write() as work:
            self.hook_id, self.secret = order_hooks.add(
                work, reviewed.shop_key, system, "Shop", secret=given, actor=ANNA, now=NOON
            )

    def signature(self, body: bytes, secret: str) -> dict[str, str]:
        digest = hmac.new(secret.encode(), body, sha256)
        match self.system:
            case System.GENERIC:
                signed = Webhook(secret).sign("msg_1", datetime.now(UTC), body.decode())
                return {
                    "webhook-id": "msg_1",
                    "webhook-timestamp": str(int(time.time())),
                    "webhook-signature": signed,
                }
            case System.WOOCOMMERCE:
                return {"x-wc-webhook-signature": base64.b64encode(digest.digest()).decode()}
            case System.SHOPIFY:
                return {"x-shopify-hmac-sha256": base64.b64encode(digest.digest()).decode()}
            case System.SHOPWARE:
                return {"shopware-shop-signature": digest.hexdigest()}

    def call(
        self,
        payload: Any,
        topic: str = "",
        *,
        body: bytes | None = None,
        secret: str | None = None,
        path: str = "",
        method: str = "POST",
        **more: str,
    ) -> Reply:
        sent = orjson.dumps(payload) if body is None else body
        headers = {"content-type": "application/json"}
        headers |= self.signature(sent, secret or self.secret)
        name = {System.WOOCOMMERCE: "x-wc-webhook-topic", System.SHOPIFY: "x-shopify-topic"}
        if topic:
            headers[name[self.system]] = topic
        headers |= {key.replace("_", "-"): value for key, value in more.items()}
        path = path or f"/v1/shops/{self.reviewed.shop_key}/hooks/{self.hook_id}"
        return self._running.exchange(
            scope_of(path, method=method, headers=headers.items()), [sent]
        )

    def consent(self) -> None:
        with self.reviewed.installation.database.write() as work:
            legal_bases.state(work, self.reviewed.shop_key, actor=ANNA, now=NOON)

    def calls(self) -> list[CallRecord]:
        with self.reviewed.installation.database.read() as session:
            return list(order_hooks.calls(session, self.reviewed.shop_key, self.hook_id))

    def order(self, reference: str) -> Order:
        with self.reviewed.installation.database.read() as session:
            return session.exec(select(Order).where(col(Order.reference) == reference)).one()

    def invitations(self, reference: str) -> list[tuple[str, str]]:
        with self.reviewed.installation.database.read() as session:
            query = select(Invitation.state, Invitation.reason).where(
                col(Invitation.order_id) == self.order(reference).id
            )
            return list(session.exec(query).all())


@pytest.fixture
def running(reviewed: Reviewed) -> Iterator[Running]:
    with Running(create_app(reviewed.settings)) as running:
        yield running


@pytest.fixture
def shop(running: Running, reviewed: Reviewed) -> Hook:
    """An address for WooCommerce, whose secret the shop has chosen."""
    return Hook(running, reviewed, System.WOOCOMMERCE)


@pytest.mark.parametrize(
    ("system", "payload", "topic", "reference"),
    [
        (System.GENERIC, generic(), "", "G-1"),
        (System.WOOCOMMERCE, woocommerce(), "order.created", "1001"),
        (System.SHOPIFY, shopify(), "orders/create", "1002"),
        (System.SHOPWARE, shopware("checkout.order.placed"), "", "10003"),
    ],
)
def test_an_order_of_each_system_is_recorded_once_and_its_buyer_invited(
    running: Running,
    reviewed: Reviewed,
    system: System,
    payload: dict[str, Any],
    topic: str,
    reference: str,
) -> None:
    hook = Hook(running, reviewed, system)
    hook.consent()
    first, again = hook.call(payload, topic), hook.call(payload, topic)
    assert (first.status, again.status) == (200, 200), first.body
    assert first.json() == {"outcome": "RECORDED", "reference": reference}
    assert again.json() == {"outcome": "UPDATED", "reference": reference}
    order = hook.order(reference)
    assert (order.source, order.legal_basis) == (system, "CONSENT")
    assert hook.invitations(reference) == [(InvitationState.SCHEDULED, "")]
    assert [call.outcome for call in hook.calls()] == [CallOutcome.UPDATED, CallOutcome.RECORDED]


def test_without_the_shops_word_on_consent_an_order_is_recorded_and_nobody_is_mailed(
    shop: Hook,
) -> None:
    reply = shop.call(woocommerce(), "order.created")
    assert reply.json()["detail"] == "no_consent"
    assert shop.invitations("1001") == [(InvitationState.SUPPRESSED, "no_legal_basis")]
    shop.consent()
    shop.call(woocommerce(), "order.updated")
    assert [state for state, _ in shop.invitations("1001")] == [InvitationState.SCHEDULED]


def test_a_cancelled_order_cancels_its_invitation_and_a_late_call_takes_nothing_back(
    shop: Hook,
) -> None:
    shop.consent()
    shop.call(woocommerce(), "order.created")
    shop.call(woocommerce(status="cancelled"), "order.updated")
    late = shop.call(woocommerce(), "order.created")
    assert late.json()["outcome"] == "UPDATED"
    assert shop.order("1001").status == "CANCELLED"
    assert shop.invitations("1001") == [(InvitationState.CANCELED, "order_cancelled")]


def test_a_parcel_of_shopify_moves_its_order(running: Running, reviewed: Reviewed) -> None:
    hook = Hook(running, reviewed, System.SHOPIFY)
    hook.call(shopify(), "orders/create")
    parcel = {"name": "#1002.1", "status": "success", "created_at": NOW.isoformat()}
    assert hook.call(parcel, "fulfillments/create").json()["outcome"] == "UPDATED"
    assert hook.order("1002").status == "SHIPPED"
    unknown = hook.call(parcel | {"name": "#7.1"}, "fulfillments/create").json()
    assert unknown == {"outcome": "IGNORED", "reference": "7", "detail": "unknown_order"}


def test_a_wrong_signature_is_refused_with_401_and_noted_ten_times_at_most(shop: Hook) -> None:
    for _ in range(POLICY.forged + 3):
        reply = shop.call(woocommerce(), "order.created", secret="another-secret-of-theirs")
    assert (reply.status, reply.json()["code"]) == (401, "ORDER_HOOK_FORGED")
    calls = shop.calls()
    assert [call.outcome for call in calls] == [CallOutcome.FORGED] * POLICY.forged
    assert {call.reference for call in calls} == {""}
    shop.call(woocommerce(), "order.created")
    assert shop.calls()[0].outcome is CallOutcome.RECORDED


def test_a_signature_of_another_system_does_not_open_an_address(shop: Hook) -> None:
    sent = orjson.dumps(woocommerce())
    digest = hmac.new(SECRET.encode(), sent, sha256)
    reply = shop.call(
        None,
        "order.created",
        body=sent,
        secret="another-secret-of-theirs",
        x_shopify_hmac_sha256=base64.b64encode(digest.digest()).decode(),
        shopware_shop_signature=digest.hexdigest(),
    )
    assert reply.status == 401


def test_a_generic_call_that_is_older_than_five_minutes_is_refused(
    running: Running, reviewed: Reviewed
) -> None:
    hook = Hook(running, reviewed, System.GENERIC)
    body = orjson.dumps(generic())
    old = datetime.now(UTC) - timedelta(minutes=6)
    reply = hook.call(
        None,
        body=body,
        webhook_timestamp=str(int(old.timestamp())),
        webhook_signature=Webhook(hook.secret).sign("msg_1", old, body.decode()),
    )
    assert reply.status == 401


def test_the_secret_before_is_good_for_a_week(shop: Hook) -> None:
    now = datetime.now(UTC)
    database, key = shop.reviewed.installation.database, shop.reviewed.shop_key
    with database.write() as work:
        shop.secret = order_hooks.rotate(work, key, shop.hook_id, actor=ANNA, now=now)
    assert shop.call(woocommerce(), "order.created").status == 200
    assert shop.call(woocommerce(), "order.created", secret=SECRET).status == 200
    with database.write() as work:
        ago = now - timedelta(days=POLICY.secret_days)
        order_hooks.rotate(work, key, shop.hook_id, secret=SECRET + "2", actor=ANNA, now=ago)
    assert shop.call(woocommerce(), "order.created").status == 401
    assert shop.call(woocommerce(), "order.created", secret=SECRET + "2").status == 200


def test_the_ping_of_a_new_woocommerce_address_is_answered_and_changes_nothing(
    shop: Hook,
) -> None:
    form = "application/x-www-form-urlencoded"
    reply = shop.call(None, body=b"webhook_id=12", secret="none-whatsoever-here", content_type=form)
    assert (reply.status, reply.json()["detail"]) == (200, "ping")
    assert shop.calls() == []


@pytest.mark.parametrize(
    ("payload", "topic", "reason"),
    [
        (woocommerce(), "product.updated", "topic"),
        (woocommerce(status="checkout-draft"), "order.created", "draft"),
        (woocommerce(billing={"email": ""}), "order.created", "no_email"),
        (woocommerce(billing=["x"]), "order.created", "no_email"),
    ],
)
def test_what_means_nothing_here_is_answered_with_the_reason(
    shop: Hook, payload: Any, topic: str, reason: str
) -> None:
    reply = shop.call(payload, topic)
    assert (reply.status, reply.json()["outcome"], reply.json()["detail"]) == (
        200,
        "IGNORED",
        reason,
    )


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 422, "ORDER_HOOK_INVALID"),
        (b"{", 422, "ORDER_HOOK_INVALID"),
        (b"[]", 422, "ORDER_HOOK_INVALID"),
        (b"\xff\xfe", 422, "ORDER_HOOK_INVALID"),
        (b"[" * 100_000, 422, "ORDER_HOOK_INVALID"),
        (b'{"number":null}', 422, "ORDER_HOOK_INVALID"),
        (orjson.dumps(woocommerce("A" * 5000)), 422, "TEXT_INVALID"),
        (orjson.dumps(woocommerce(billing={"email": "no address"})), 422, "ORDER_INVALID"),
        (orjson.dumps(woocommerce(billing={"email": "a@b.example\nBcc: x@y.io"})), 422, None),
        (orjson.dumps(woocommerce(date_created_gmt="2099-01-01T00:00:00")), 422, "ORDER_INVALID"),
        (orjson.dumps(woocommerce(date_created_gmt="0001-01-01T00:00:00")), 422, "ORDER_INVALID"),
        (orjson.dumps(woocommerce(line_items=[{"sku": "a"}] * 10_000)), 422, "ORDER_INVALID"),
        (orjson.dumps(woocommerce(total="1e400", currency="€")), 200, None),
    ],
)  # fmt: skip
def test_hostile_calls_get_a_clear_answer_and_leave_nothing(
    shop: Hook, body: bytes, status: int, code: str | None
) -> None:
    reply = shop.call(None, "order.created", body=body)
    assert reply.status == status, reply.body
    if code:
        assert reply.json()["code"] == code
    with shop.reviewed.installation.database.read() as session:
        orders = session.exec(select(Order).where(col(Order.source) == "woocommerce")).all()
    assert len(orders) == (status == 200)
    assert shop.calls()[0].outcome is (
        CallOutcome.RECORDED if status == 200 else CallOutcome.REFUSED
    )


def test_a_name_with_a_link_or_line_breaks_is_left_out(shop: Hook) -> None:
    billing = {
        "email": "dario@example.org",
        "first_name": "Click\r\nBcc: all@example.org",
        "last_name": "https://evil.example",
    }
    assert shop.call(woocommerce(billing=billing), "order.created").status == 200
    order = shop.order("1001")
    assert not order.name_cipher


def test_another_shops_key_an_unknown_address_and_other_methods_are_refused(shop: Hook) -> None:
    key = shop.reviewed.shop_key
    for path in (
        f"/v1/shops/{OTHER_KEY}/hooks/{shop.hook_id}",
        f"/v1/shops/{key}/hooks/ohk-unknown",
    ):
        reply = shop.call(woocommerce(), "order.created", path=path)
        assert (reply.status, reply.json()["code"]) == (404, "ORDER_HOOK_NOT_FOUND")
    assert shop.call(woocommerce(), "order.created", method="GET").status == 405
    assert shop.call(None, body=b"{" + b" " * POLICY.bytes).status == 413


def test_the_list_of_calls_is_short(shop: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order_hooks, "POLICY", type(POLICY)(calls=3))
    for number in range(5):
        shop.call(woocommerce(f"{number}"), "order.created")
    assert [call.reference for call in shop.calls()] == ["4", "3", "2"]


@pytest.mark.parametrize("topic", ["order.deleted", "order.updated"])
def test_an_order_that_is_not_taken_may_have_a_number_of_any_length(
    running: Running, reviewed: Reviewed, topic: str
) -> None:
    hook = Hook(running, reviewed, System.WOOCOMMERCE)
    assert hook.call({"number": "A" * 400, "status": "draft"}, topic).status < 300
    (call,) = hook.calls()
    assert (call.outcome, call.reference) == (CallOutcome.IGNORED, "A" * 255)
