"""Orders from a shop's page over HTTP: taken once, refused whole, readable from any origin."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from sqlmodel import select

from api.main import create_app
from domain import policies
from domain.windows import day_of
from services import hand_overs
from store.hand_overs import HandOver
from tests.api.conftest import Reviewed
from tests.api.exchanges import OTHER_KEY, Reply, Running, scope_of
from tests.services import protected
from tests.services.steps import ANNA, NOON

ORIGIN = "https://shop.example"
ORDER = {
    "orderNumber": "4711",
    "email": "a@example.org",
    "amount": "150,00",
    "currency": "EUR",
    "paymentType": "COD",
    "deliveryDate": "2026-12-01",
    "products": [{"sku": "S1", "name": "Lamp", "url": "https://shop.example/lamp"}],
    "wants": ["review"],
    "country": "DE",
    "lang": "de",
    "textVersion": "2026-11",
}


class Site:
    """A running app, and one order to be sent to it."""

    def __init__(self, running: Running, reviewed: Reviewed) -> None:
        self._running = running
        self.reviewed = reviewed

    def send(
        self,
        order: Any = ORDER,
        *,
        body: bytes | None = None,
        method: str = "POST",
        key: str | None = None,
        client: str = "192.0.2.1",
        **headers: str,
    ) -> Reply:
        given = {"content-type": "application/json", "origin": ORIGIN}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        path = f"/v1/shops/{key or self.reviewed.shop_key}/orders"
        scope = scope_of(path, method=method, headers=given.items(), client=client)
        sent = orjson.dumps(order) if body is None else body
        return self._running.exchange(scope, [sent])

    def stored(self) -> int:
        with self.reviewed.installation.database.read() as session:
            return len(session.exec(select(HandOver)).all())


@pytest.fixture
def site(reviewed: Reviewed) -> Iterator[Site]:
    with Running(create_app(reviewed.settings)) as running:
        yield Site(running, reviewed)


def test_an_order_is_taken_once_and_answered_the_same_each_time(site: Site) -> None:
    first, again = site.send(), site.send()
    assert (first.status, again.status) == (201, 200)
    assert first.json() == again.json() == {"review": "scheduled"}
    assert first.headers["cache-control"] == "no-store"
    assert first.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in first.headers
    assert site.stored() == 1


def test_a_protected_purchase_is_told_the_same_each_time(site: Site) -> None:
    database, now = site.reviewed.installation.database, datetime.now(UTC)
    protected.guarantor(database, now=now)
    protected.rates(database, now=now)
    with database.write() as work:
        protected.certify(work, protected.shop_of(work, site.reviewed.shop_key), now=now)
    wanted = ORDER | {"wants": ["protection", "review"], "country": "DE"}
    first, again = site.send(wanted), site.send(wanted)
    assert (first.status, again.status) == (201, 200)
    told = first.json()
    assert told == again.json()
    assert told["review"] == "scheduled"
    end = told["protection"].pop("end")
    assert told["protection"] == {"cover": 10_000, "currency": "EUR"}
    assert end == f"{day_of(now) + timedelta(days=30)}T00:00:00Z"
    alone = site.send(wanted | {"wants": ["protection"], "orderNumber": "4712"})
    assert (alone.status, list(alone.json())) == (201, ["protection"])
    assert site.stored() == 1


def test_a_signed_order_is_taken_and_a_forged_one_is_not(site: Site) -> None:
    with site.reviewed.installation.database.write() as work:
        secret = hand_overs.rotate_secret(work, site.reviewed.shop_key, actor=ANNA, now=NOON)
    assert secret.isascii()
    reply = site.send(ORDER | {"signature": "E28zci6Ge5-E6k_epu7uoZqd34RBDxiS-8qQCUzOM4I"})
    assert (reply.status, reply.json()["code"]) == (403, "ORDER_FORGED")
    assert site.stored() == 0


def test_a_preflight_names_what_may_be_sent(site: Site) -> None:
    reply = site.send(method="OPTIONS", access_control_request_method="POST")
    assert (reply.status, reply.body) == (204, b"")
    assert reply.headers["access-control-allow-methods"] == "POST, OPTIONS"
    assert "Content-Type" in reply.headers["access-control-allow-headers"]
    assert reply.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_orders_are_never_read_or_replaced(site: Site, method: str) -> None:
    reply = site.send(method=method)
    assert reply.status == 405
    assert reply.headers["allow"] == "OPTIONS, POST"


@pytest.mark.parametrize(
    ("changes", "status", "code", "field"),
    [
        ({"wants": []}, 422, "ORDER_INVALID", "wants"),
        ({"wants": ["coffee"]}, 422, "ORDER_INVALID", "wants.0"),
        ({"wants": ["protection", "review"]}, 409, "PROTECTION_UNAVAILABLE", "wants"),
        ({"email": "nobody"}, 422, "ORDER_INVALID", "email"),
        ({"amount": "free"}, 422, "ORDER_INVALID", "amount"),
        ({"orderNumber": ["4711"]}, 422, "ORDER_INVALID", "orderNumber"),
        ({"orderNumber": "4" * 300}, 422, "TEXT_INVALID", "orderNumber"),
        ({"textVersion": ""}, 422, "LEGAL_BASIS_MISSING", "textVersion"),
        ({"amount": "9" * 18}, 422, "ORDER_INVALID", "amount"),
        ({"products": "S1"}, 422, "ORDER_INVALID", "products"),
        (
            {"products": [{"sku": "S" * 300, "name": "Lamp"}]},
            422,
            "TEXT_INVALID",
            "products.0.sku",
        ),
    ],
)
def test_what_breaks_a_rule_is_refused_whole_with_a_stable_code(
    site: Site, changes: dict[str, Any], status: int, code: str, field: str
) -> None:
    reply = site.send(ORDER | changes, accept_language="de")
    assert reply.status == status
    assert reply.headers["content-type"] == "application/problem+json"
    assert (reply.json()["code"], reply.json()["field"]) == (code, field)
    assert reply.headers["content-language"] == "de"
    assert reply.headers["access-control-allow-origin"] == "*"
    assert site.stored() == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"orderNumber": 4711, "amount": 150.5},
        {"deliveryDate": None, "products": [], "paymentType": None},
        {"deliveryDate": "soon", "nobodyKnows": {"this": "key"}},
        {"products": [{"sku": "S1"}, {"sku": " S2 ", "name": "Lamp", "imageUrl": None}]},
    ],
)
def test_what_pages_really_print_is_taken(site: Site, changes: dict[str, Any]) -> None:
    assert site.send(ORDER | changes).status == 201


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"[" * 60_000])
def test_a_body_that_is_no_order_is_a_clear_400(site: Site, body: bytes) -> None:
    reply = site.send(body=body)
    assert (reply.status, reply.json()["code"]) == (400, "REQUEST_MALFORMED")
    assert site.stored() == 0


def test_a_body_has_a_type_and_a_limit(site: Site) -> None:
    assert site.send(content_type="text/plain").status == 415
    assert site.send(content_type="application/json; charset=utf-8").status == 201
    assert site.send(body=b" " * 70_000).status == 413


@pytest.mark.parametrize("origin", ["", "null", "https://evil.example"])
def test_pages_of_others_hand_nothing_over(site: Site, origin: str) -> None:
    reply = site.send(origin=origin)
    assert (reply.status, reply.json()["code"]) == (403, "ORIGIN_FOREIGN")
    assert site.stored() == 0


def test_unknown_and_malformed_keys_are_told_apart(site: Site) -> None:
    assert site.send(key=OTHER_KEY).json()["code"] == "TS_ID_NOT_FOUND"
    assert site.send(key="X1").json()["code"] == "TS_ID_INVALID"


def test_a_client_has_a_limit_for_each_shop(site: Site) -> None:
    for _ in range(policies.HAND_OVERS.per_client):
        assert site.send().status in (200, 201)
    refused = site.send()
    assert refused.status == 429
    assert int(refused.headers["retry-after"]) >= 1
    assert refused.headers["x-rate-limit-limit"] == str(policies.HAND_OVERS.per_client)
    assert site.send(client="192.0.2.2").status == 200
    assert site.send(key=OTHER_KEY).status == 404


def test_a_shop_has_a_limit_for_all_clients_together(site: Site) -> None:
    replies = [
        site.send(client=f"192.0.{number // 200}.{number % 200 + 1}", body=b"{")
        for number in range(policies.HAND_OVERS.per_shop + 1)
    ]
    assert [reply.status for reply in replies[:-1]] == [400] * policies.HAND_OVERS.per_shop
    assert replies[-1].status == 429
    assert int(replies[-1].headers["retry-after"]) >= 1
    assert site.send(key=OTHER_KEY).status == 404
