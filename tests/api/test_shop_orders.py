"""Orders from servers over HTTP: with a token, one or ten thousand, each line on its own."""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import jwt
import orjson
import pytest
from jwt import PyJWK
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from api.main import create_app
from api.order_taking import Taker
from domain.access_tokens import TokenRefused
from domain.actors import OPERATOR
from domain.clients import ClientKind, NewClient, Scope
from domain.errors import OrderInvalid
from domain.invite_rules import INVITES
from schemas import shop_orders
from services import clients
from services.clients import Added
from store import shops
from store.accounts import Account
from store.database import Database
from store.invitations import Invitation
from store.orders import Order
from tests.api.conftest import Reviewed
from tests.api.exchanges import OTHER_KEY, Reply, Running, scope_of
from tests.services import steps
from tests.services.steps import NOON

PRODUCT = {"sku": "a", "name": "a"}
ORDER = {
    "email": "dario@example.org",
    "name": "Dario",
    "orderedAt": "2026-11-20T12:00:00Z",
    "amountMinor": 4711,
    "currency": "EUR",
    "language": "de",
    "products": [{"sku": "S1", "name": "Lamp", "priceMinor": 4711}],
    "legalBasis": {"kind": "CONSENT", "version": "2026-11", "givenAt": "2026-11-20T12:00:00Z"},
}


def client_of(database: Database, shop_key: str, *scopes: Scope) -> Added:
    with database.write() as work:
        shop = shops.by_key(work.session, shop_key)
        assert shop is not None
        account = work.session.get_one(Account, shop.account_id)
        new = NewClient(ClientKind.OAUTH, "Warehouse", scopes=scopes)
        return clients.add(work, account.public_id, new, actor=OPERATOR, now=NOON)


class Caller:
    """A running app, and a client that may write the shop's orders."""

    def __init__(self, running: Running, reviewed: Reviewed) -> None:
        self.running = running
        self.reviewed = reviewed
        self.database = reviewed.installation.database
        self.client = client_of(self.database, reviewed.shop_key, Scope.ORDERS_WRITE)
        self.token = self.ask_token().json()["access_token"]

    def form(self, text: str, path: str = "/oauth/token", **headers: str) -> Reply:
        given = {"content-type": "application/x-www-form-urlencoded"} | headers
        scope = scope_of(path, method="POST", headers=given.items(), client="127.0.0.1")
        return self.running.exchange(scope, [text.encode()])

    def ask_token(self, client: Added | None = None, path: str = "/oauth/token") -> Reply:
        client = client or self.client
        text = f"grant_type=client_credentials&client_id={client.client_id}"
        return self.form(f"{text}&client_secret={client.secret}&audience=x", path)

    def send(
        self,
        method: str,
        path: str,
        body: Iterable[bytes],
        *,
        media_type: str = "application/json",
        token: str | None = None,
        key: str | None = None,
    ) -> Reply:
        shop_key = key or self.reviewed.shop_key
        headers = {"content-type": media_type, "authorization": f"Bearer {token or self.token}"}
        target = f"/v1/shops/{shop_key}/orders/{path}"
        return self.running.exchange(scope_of(target, method=method, headers=headers.items()), body)

    def put(self, reference: str, order: Any = ORDER, **more: Any) -> Reply:
        return self.send("PUT", reference, [orjson.dumps(order)], **more)

    def bulk(self, *lines: Any, **more: Any) -> list[dict[str, Any]]:
        body = b"\n".join(line if isinstance(line, bytes) else orjson.dumps(line) for line in lines)
        reply = self.send("POST", "bulk", [body], media_type="application/x-ndjson", **more)
        assert reply.status == 200, reply.body
        assert reply.headers["content-type"] == "application/x-ndjson"
        return [orjson.loads(line) for line in reply.body.splitlines()]

    def stored(self) -> set[str]:
        with self.database.read() as session:
            return {order.reference for order in session.exec(select(Order))} - {self.known}

    @property
    def known(self) -> str:
        """The order of the shop's one review."""
        with self.database.read() as session:
            return session.exec(select(Order).order_by(cast(Any, Order.id))).all()[0].reference


@pytest.fixture
def caller(reviewed: Reviewed) -> Iterator[Caller]:
    with Running(create_app(reviewed.settings)) as running:
        yield Caller(running, reviewed)


def test_an_order_is_taken_with_its_invitation(caller: Caller) -> None:
    reply = caller.put("A%2F1")
    assert reply.status == 201, reply.body
    told = reply.json()
    assert told["reference"] == "A/1"
    (invitation,) = told["invitations"]
    assert invitation["state"] == "SCHEDULED"
    assert invitation["sendAt"].endswith("T10:00:00Z")
    assert reply.headers["cache-control"] == "no-store"
    again = caller.put("A%2F1")
    assert (again.status, again.json()) == (200, told)
    assert caller.stored() == {"A/1"}


def test_a_change_of_an_order_needs_no_more_than_what_changed(caller: Caller) -> None:
    assert caller.put("A-1", {"status": "SHIPPED"}).status == 404
    caller.put("A-1")
    shipped = caller.put("A-1", {"status": "SHIPPED", "shippedAt": "2026-11-21T08:00:00Z"})
    assert shipped.status == 200
    returned = caller.put("A-1", {"status": "RETURNED"}).json()
    assert returned["invitations"][0]["state"] == "CANCELED"
    assert returned["invitations"][0]["reason"] == "order_refunded"


@pytest.mark.parametrize(
    ("order", "status", "code", "field"),
    [
        (ORDER | {"email": "nobody"}, 422, "ORDER_INVALID", "email"),
        (ORDER | {"email": None}, 422, "ORDER_INVALID", "email"),
        (ORDER | {"orderedAt": "1999-12-31T00:00:00Z"}, 422, "ORDER_INVALID", "orderedAt"),
        (
            ORDER | {"products": [{"sku": "a", "name": "a"}] * 1_001},
            422,
            "ORDER_INVALID",
            "products",
        ),
        (
            ORDER | {"products": [{"sku": "a", "name": "a"}] * 10_000},
            413,
            "BODY_TOO_LARGE",
            None,
        ),
        (ORDER | {"orderedAt": "2999-01-01T00:00:00Z"}, 422, "ORDER_INVALID", "orderedAt"),
        (ORDER | {"orderedAt": "yesterday"}, 422, "ORDER_INVALID", "orderedAt"),
        (ORDER | {"orderedAt": None}, 422, "ORDER_INVALID", "orderedAt"),
        (ORDER | {"status": "LOST"}, 422, "ORDER_INVALID", "status"),
        (ORDER | {"products": [{"sku": "", "name": "x"}]}, 422, "ORDER_INVALID", "products.0.sku"),
        (ORDER | {"amountMinor": -1}, 422, "ORDER_INVALID", "amountMinor"),
        (ORDER | {"amountMinor": 1.5}, 422, "ORDER_INVALID", "amountMinor"),
        (ORDER | {"reference": "B-1"}, 422, "ORDER_INVALID", "reference"),
        (
            ORDER | {"legalBasis": ORDER["legalBasis"] | {"version": " "}},  # type: ignore[operator]  # a dict
            422,
            "LEGAL_BASIS_MISSING",
            "legalBasis.version",
        ),
        ([], 400, "REQUEST_MALFORMED", None),
    ],
)
def test_what_cannot_be_taken_is_refused_whole(
    caller: Caller, order: Any, status: int, code: str, field: str | None
) -> None:
    reply = caller.put("A-1", order)
    problem = reply.json()
    assert (reply.status, problem["code"], problem.get("field")) == (status, code, field)
    assert caller.stored() == set()


def test_an_address_does_not_change(caller: Caller) -> None:
    caller.put("A-1")
    reply = caller.put("A-1", ORDER | {"email": "other@example.org"})
    assert (reply.status, reply.json()["code"]) == (409, "ORDER_ADDRESS_DIFFERS")


def test_bodies_and_methods_are_what_the_address_takes(caller: Caller) -> None:
    assert caller.send("PUT", "A-1", [b"{}"], media_type="text/plain").status == 415
    assert caller.send("PUT", "A-1", [b"x" * 70_000]).status == 413
    assert caller.send("PUT", "A-1", [b"{"]).status == 400
    assert caller.send("PUT", "A-%FF", [b"{}"]).status == 400
    assert caller.send("DELETE", "A-1", [b""]).headers["allow"] == "PUT"
    assert caller.send("GET", "bulk", [b""]).headers["allow"] == "POST"
    assert caller.send("POST", "bulk", [b"{}"]).status == 415


def test_without_a_good_token_nothing_is_taken(caller: Caller) -> None:
    for token in ("nonsense", caller.token[:-6] + "AAAAAA", f"{caller.token}x", "é"):
        reply = caller.put("A-1", token=token)
        assert (reply.status, reply.json()["code"]) == (401, "TOKEN_REFUSED"), token
        assert reply.headers["www-authenticate"].startswith("Bearer")
    with caller.database.write() as work:
        clients.revoke(work, caller.client.client_id, actor=OPERATOR, now=NOON)
    assert caller.put("A-1").status == 401
    assert caller.send("POST", "bulk", [b""], media_type="application/x-ndjson").status == 401
    assert caller.stored() == set()


def test_a_client_writes_only_its_own_shops_and_what_its_scope_says(caller: Caller) -> None:
    assert caller.put("A-1", key=OTHER_KEY).json()["code"] == "TS_ID_NOT_FOUND"
    other = steps.open_shop(caller.database, domain="other.example")
    assert caller.put("A-1", key=other).json()["code"] == "SHOP_FOREIGN"
    reader = client_of(caller.database, caller.reviewed.shop_key, Scope.REVIEWS_READ)
    token = caller.ask_token(reader).json()["access_token"]
    reply = caller.put("A-1", token=token)
    assert (reply.status, reply.json()["code"]) == (403, "SCOPE_MISSING")
    assert caller.stored() == set()


def test_many_orders_come_in_lines_and_each_has_its_result(caller: Caller) -> None:
    results = caller.bulk(
        ORDER | {"reference": "B-1"},
        b"",
        ORDER | {"reference": "B-2", "email": "nobody"},
        b"{ not json",
        ORDER,
        b'{"reference": "B-5", "x": "' + b"x" * INVITES.line_bytes + b'"}',
        ORDER | {"reference": "B-6"},
        {"reference": "B-1", "status": "CANCELLED"},
        {"reference": "B-9", "status": "CANCELLED"},
        ORDER | {"reference": "B-1"},
    )
    assert [(each["line"], each["status"], each.get("code")) for each in results] == [
        (1, 201, None),
        (2, 422, "ORDER_INVALID"),
        (3, 400, "REQUEST_MALFORMED"),
        (4, 422, "ORDER_INVALID"),
        (5, 413, "BODY_TOO_LARGE"),
        (6, 201, None),
        (7, 200, None),
        (8, 404, "ORDER_NOT_FOUND"),
        (9, 200, None),
    ]
    assert results[0]["invitations"][0]["state"] == "SCHEDULED"
    assert results[1]["field"] == "email"
    assert caller.stored() == {"B-1", "B-6"}


def test_lines_are_cut_wherever_the_body_is(caller: Caller) -> None:
    body = b"\r\n".join(orjson.dumps(ORDER | {"reference": f"C-{n}"}) for n in range(5)) + b"\n"
    pieces = [body[start : start + 97] for start in range(0, len(body), 97)]
    reply = caller.send("POST", "bulk", pieces, media_type="application/x-ndjson")
    assert reply.body.count(b"\n") == 5
    assert caller.stored() == {f"C-{n}" for n in range(5)}


def test_an_empty_body_has_no_results(caller: Caller) -> None:
    assert caller.bulk() == []


@pytest.mark.slow
def test_after_ten_thousand_lines_nothing_more_is_taken(caller: Caller) -> None:
    lines = [{"reference": f"D-{n}", "status": "SHIPPED"} for n in range(INVITES.bulk_lines + 500)]
    results = caller.bulk(*lines)
    assert len(results) == INVITES.bulk_lines + 1
    assert (results[-1]["line"], results[-1]["status"]) == (INVITES.bulk_lines + 1, 413)
    assert {each["status"] for each in results[:-1]} == {404}


def test_a_token_is_asked_for_as_rfc_6749_says(caller: Caller) -> None:
    reply = caller.ask_token()
    told = reply.json()
    assert (told["token_type"], told["expires_in"], told["scope"]) == (
        "Bearer",
        3600,
        "orders:write",
    )
    assert reply.headers["cache-control"] == "no-store"
    alias = caller.ask_token(path="/auth/realms/business/protocol/openid-connect/token")
    assert alias.status == 200
    missing = caller.form("client_id=a&client_secret=b")
    assert (missing.status, missing.json()) == (
        400,
        {
            "error": "invalid_request",
            "error_description": "Missing form parameter: grant_type",
        },
    )
    other = caller.form("grant_type=password&client_id=a&client_secret=b")
    assert (other.status, other.json()["error"]) == (400, "unsupported_grant_type")
    wrong = caller.ask_token(Added(caller.client.client_id, "wrong"))
    assert (wrong.status, wrong.json()["error"]) == (401, "invalid_client")
    unknown = caller.ask_token(Added("cli-unknown", "wrong"))
    assert unknown.body == wrong.body


def test_the_published_key_checks_the_token(caller: Caller) -> None:
    reply = caller.running.ask("/oauth/jwks.json")
    (key,) = reply.json()["keys"]
    assert (key["alg"], key["use"], key["kty"]) == ("RS256", "sig", "RSA")
    assert "d" not in key
    claims = jwt.decode(
        caller.token,
        PyJWK(key).key,
        algorithms=["RS256"],
        audience=caller.reviewed.settings.base_url,
    )
    assert claims["sub"] == caller.client.client_id
    assert claims["exp"] - claims["iat"] == 3600


def test_a_secret_is_taken_from_basic_login_too_but_not_over_plain_http(caller: Caller) -> None:
    told = f"{caller.client.client_id}:{caller.client.secret}".encode()
    basic = f"Basic {b64encode(told).decode()}"
    assert caller.form("grant_type=client_credentials", authorization=basic).status == 200
    assert caller.form("grant_type=client_credentials", authorization="Basic ???").status == 400
    scope = scope_of("/oauth/token", method="POST", client="192.0.2.1")
    reply = caller.running.exchange(scope, [b"grant_type=client_credentials"])
    assert reply.json()["code"] == "TRANSPORT_INSECURE"


def test_orders_are_stored_with_what_the_client_told(caller: Caller) -> None:
    caller.put("A-1")
    with caller.database.read() as session:
        found = {row.reference: row for row in session.exec(select(Order))}
        (row,) = session.exec(select(Invitation).where(Invitation.source == "api")).all()
    assert (found["A-1"].source, row.asked_by) == ("api", caller.client.client_id)
    assert row.language == "de"


def test_calls_at_the_same_time_get_their_own_results(caller: Caller) -> None:
    taker = Taker(caller.reviewed.installation)
    client_id, shop_key = caller.client.client_id, caller.reviewed.shop_key

    def send(number: int) -> str:
        email = "nobody" if number % 5 == 0 else "dario@example.org"
        told = shop_orders.read(orjson.dumps(ORDER | {"email": email}))
        try:
            status, taken = taker.one(client_id, shop_key, f"T-{number}", told)
        except OrderInvalid as refusal:
            return f"T-{number} {refusal.field}"
        return f"{taken.reference} {status}"

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(send, range(20)))
    expected = [f"T-{n} email" if n % 5 == 0 else f"T-{n} 201" for n in range(20)]
    assert answers == expected
    with caller.database.write() as work:
        clients.revoke(work, client_id, actor=OPERATOR, now=NOON)
    with pytest.raises(TokenRefused):
        taker.one(client_id, shop_key, "T-1", shop_orders.read(orjson.dumps(ORDER)))


def test_an_order_that_nobody_foresaw_fails_alone(caller: Caller) -> None:
    taker = Taker(caller.reviewed.installation)
    client_id, shop_key = caller.client.client_id, caller.reviewed.shop_key
    told = shop_orders.read(orjson.dumps(ORDER))
    with caller.database.write() as work:
        odd = "CREATE UNIQUE INDEX odd ON orders (currency) WHERE reference LIKE 'ODD%'"
        work.session.execute(text(odd))
    taker.one(client_id, shop_key, "ODD-0", told)

    def send(reference: str) -> int:
        try:
            return taker.one(client_id, shop_key, reference, told)[0]
        except IntegrityError:
            return 500

    try:
        with ThreadPoolExecutor(10) as pool:
            answers = list(pool.map(send, [f"T-{n}" for n in range(15)] + ["ODD-1"]))
    finally:
        with caller.database.write() as work:
            work.session.execute(text("DROP INDEX odd"))
    assert answers == [201] * 15 + [500]
