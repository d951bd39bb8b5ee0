"""Orders from a shop's page over HTTP: taken once, refused whole, readable from any origin."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from sqlmodel import col, select

from api.asgi import Scope
from api.main import create_app
from domain import policies
from domain.orders import NewOrder
from domain.rights import Right
from domain.windows import day_of
from services import hand_overs, orders
from store.decisions import AuditEntry
from store.hand_overs import HandOver
from store.protections import Protection
from tests.api.conftest import Reviewed
from tests.api.exchanges import OTHER_KEY, Reply, Running, scope_of
from tests.services import people, protected
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
        scope = self._scope(method, key or self.reviewed.shop_key, client, headers)
        sent = orjson.dumps(order) if body is None else body
        return self._running.exchange(scope, [sent])

    def send_together(self, orders: Iterable[Any]) -> list[Reply]:
        """Each order from a client of its own, all at the same moment."""
        return self._running.together(
            (self._scope("POST", self.reviewed.shop_key, f"192.0.2.{number}", {}), [told])
            for number, told in enumerate(map(orjson.dumps, orders))
        )

    def _scope(self, method: str, key: str, client: str, headers: dict[str, str]) -> Scope:
        given = {"content-type": "application/json", "origin": ORIGIN}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        path = f"/v1/shops/{key}/orders"
        return scope_of(path, method=method, headers=given.items(), client=client)

    def back(self) -> datetime:
        """Give the shop a valid mark, so that it protects purchases; returns when that was."""
        now = datetime.now(UTC)
        protected.back(self.reviewed.installation.database, self.reviewed.shop_key, now=now)
        return now

    def logged(self) -> list[tuple[str, str]]:
        """About what, and why, the log says that no purchase was protected."""
        with self.reviewed.installation.database.read() as session:
            query = select(AuditEntry).where(col(AuditEntry.action) == "refused.protection")
            return [(row.object, orjson.loads(row.after)["code"]) for row in session.exec(query)]

    def protections(self) -> list[Protection]:
        with self.reviewed.installation.database.read() as session:
            return list(session.exec(select(Protection)))

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
    now = site.back()
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


def test_of_many_at_once_each_hears_what_became_of_its_own(site: Site) -> None:
    site.back()
    ways: list[tuple[list[str], str, int, str | set[str]]] = [
        (["protection"], "150,00", 201, {"protection"}),
        (["protection", "review"], "150,00", 201, {"protection", "review"}),
        (["review"], "150,00", 201, {"review"}),
        (["protection"], "0", 422, "PROTECTION_AMOUNT_INVALID"),
        (["protection", "review"], "0", 422, "PROTECTION_AMOUNT_INVALID"),
        ([], "150,00", 422, "ORDER_INVALID"),
    ]
    asked = [(number, *ways[number % len(ways)]) for number in range(36)]

    replies = site.send_together(
        ORDER | {"orderNumber": f"N-{number}", "wants": wants, "amount": amount}
        for number, wants, amount, _, _ in asked
    )
    for reply, (_, _, _, status, told) in zip(replies, asked, strict=True):
        found = reply.json()
        assert reply.status == status
        assert (found["code"] if isinstance(told, str) else set(found)) == told
    started = {row.order_reference for row in site.protections()}
    assert started == {f"N-{number}" for number, _, _, _, told in asked if "protection" in told}
    assert site.stored() == 12


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
        ({"amount": 150.125}, 422, "ORDER_INVALID", "amount"),
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
    ("changes", "status", "code", "field"),
    [
        ({"amount": "-150,00"}, 422, "ORDER_INVALID", "amount"),
        ({"amount": -150}, 422, "ORDER_INVALID", "amount"),
        ({"amount": "0"}, 422, "PROTECTION_AMOUNT_INVALID", "amount"),
        ({"amount": ""}, 422, "PROTECTION_AMOUNT_INVALID", "amount"),
        ({"amount": "9" * 18}, 422, "ORDER_INVALID", "amount"),
        ({"amount": "1e9"}, 422, "ORDER_INVALID", "amount"),
        ({"amount": "NaN"}, 422, "ORDER_INVALID", "amount"),
        ({"amount": "0,001"}, 422, "ORDER_INVALID", "amount"),
        ({"amount": "150.0001"}, 422, "ORDER_INVALID", "amount"),
        ({"currency": "XXX"}, 422, "CURRENCY_UNKNOWN", "currency"),
        ({"currency": "USD"}, 409, "EXCHANGE_RATE_MISSING", "currency"),
        ({"currency": "euros"}, 422, "ORDER_INVALID", "currency"),
        ({"country": ""}, 422, "RESIDENCE_INVALID", "country"),
        ({"country": "D1"}, 422, "RESIDENCE_INVALID", "country"),
        ({"signature": "0" * 64}, 403, "ORDER_FORGED", "signature"),
    ],
)
def test_a_purchase_that_cannot_be_protected_is_refused_logged_and_leaves_nothing(
    site: Site, changes: dict[str, Any], status: int, code: str, field: str
) -> None:
    site.back()
    wanted = ORDER | {"wants": ["protection", "review"], "country": "DE"} | changes
    reply = site.send(wanted)
    assert (reply.status, reply.json()["code"], reply.json()["field"]) == (status, code, field)
    assert (site.stored(), site.protections()) == (0, [])
    assert site.logged() == [(site.reviewed.shop_key, code)]


def test_without_a_mark_no_purchase_is_protected_and_the_log_hears_of_it_seldom(
    site: Site,
) -> None:
    wanted = ORDER | {"wants": ["protection"], "country": "DE"}
    for _ in range(11):
        assert site.send(wanted).json()["code"] == "PROTECTION_UNAVAILABLE"
    # The first and the tenth of an hour.
    assert site.logged() == [(site.reviewed.shop_key, "PROTECTION_UNAVAILABLE")] * 2
    assert site.send(ORDER | {"amount": "free"}).status == 422
    assert len(site.logged()) == 2


@pytest.mark.parametrize(
    ("after", "status", "code"),
    [
        (timedelta(days=-4), 410, "PROTECTION_TOO_LATE"),
        (timedelta(hours=20), 422, "ORDER_IN_FUTURE"),
    ],
)
def test_the_moment_that_the_shops_server_tells_decides(
    site: Site, after: timedelta, status: int, code: str
) -> None:
    now, database = site.back(), site.reviewed.installation.database
    with database.write() as work:
        new = NewOrder("4711", "a@example.org", now + after, 150_00, "EUR")
        orders.record(work, site.reviewed.shop_key, new, now=now)
    reply = site.send(ORDER | {"wants": ["protection"], "country": "DE"})
    assert (reply.status, reply.json()["code"]) == (status, code)
    assert reply.json()["field"] == "orderNumber"
    assert site.protections() == []
    assert site.logged() == [(site.reviewed.shop_key, code)]


def test_who_works_for_the_shop_is_refused_as_its_buyer(site: Site) -> None:
    site.back()
    reviewed = site.reviewed
    people.hire(reviewed.installation, reviewed.shop_key, "anna", Right.READ_ONLY)
    wanted = ORDER | {"wants": ["protection"], "country": "DE", "email": "Anna@People.example"}
    reply = site.send(wanted)
    assert (reply.status, reply.json()["code"]) == (409, "PROTECTION_OWN_PURCHASE")
    assert reply.json()["field"] == "email"
    assert site.protections() == []
    assert site.logged() == [(reviewed.shop_key, "PROTECTION_OWN_PURCHASE")]


def test_an_order_of_another_shop_is_no_order_of_this_one(site: Site) -> None:
    now, database = site.back(), site.reviewed.installation.database
    other = protected.open_shop(database, now=now, domain="other.example")
    protected.protect(database, other, "4711", at=now, amount_minor=99_00)
    wanted = ORDER | {"wants": ["protection"], "country": "DE"}
    assert site.send(wanted, key=other).json()["code"] == "ORIGIN_FOREIGN"
    assert site.logged() == [(other, "ORIGIN_FOREIGN")]
    assert site.send(wanted).json()["protection"]["cover"] == 100_00
    assert sorted(row.amount_minor for row in site.protections()) == [99_00, 150_00]


def test_a_page_that_changes_the_amount_afterwards_changes_no_protection(site: Site) -> None:
    site.back()
    wanted = ORDER | {"wants": ["protection"], "country": "DE", "amount": "50,00"}
    first, again = site.send(wanted), site.send(wanted | {"amount": "90,00"})
    assert (first.status, again.status) == (201, 200)
    assert again.json()["protection"]["cover"] == first.json()["protection"]["cover"] == 50_00
    assert [row.amount_minor for row in site.protections()] == [50_00]


@pytest.mark.parametrize(
    "changes",
    [
        {"orderNumber": 4711, "amount": 150.5},
        {"amount": 150.10000000000002},
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
