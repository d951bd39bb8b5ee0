"""What shop systems write over the legacy contract: orders, links and replies (section 5)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from sqlmodel import col, select

from domain.actors import Actor, Role
from domain.policies import LEGACY
from services import legal_bases, mails
from services.legacy import review_requests
from store import shops
from store.decisions import AuditEntry
from store.invitations import Invitation
from store.mails import Mail
from store.orders import Order
from tests.api.exchanges import Reply
from tests.api.legacy.areas import RESTRICTED, Area, opened
from tests.api.legacy.edges import envelope
from tests.services import steps

TRIGGER = f"{RESTRICTED}/{{A}}/reviews/trigger.json"
COLLECTOR = f"{RESTRICTED}/{{A}}/reviewcollector"
REQUESTS = f"{RESTRICTED}/{{A}}/reviews/requests"
GONE = "gone@example.org"
SHOP = Actor(Role.SHOP, "anna")


@pytest.fixture
def area(sqlite_url: str, tmp_path: Path) -> Iterator[Area]:
    for area in opened(sqlite_url, tmp_path):
        consent(area)
        yield area


@pytest.fixture
def either(database_url: str, tmp_path: Path) -> Iterator[Area]:
    """As ``area``, on each kind of database."""
    for area in opened(database_url, tmp_path):
        consent(area)
        yield area


def consent(area: Area) -> None:
    with area.installation.database.write() as work:
        legal_bases.state(work, area.keys["A"], actor=SHOP, now=steps.NOON)


def order(reference: object, email: str = "buyer@example.org", **more: object) -> dict[str, Any]:
    return {
        "template": {"variant": "BEST_PRACTICE", "includeWidget": "true"},
        "order": {"orderReference": reference, "currency": "EUR", "amount": "111.11", **more},
        "consumer": {"firstname": "Bo", "lastname": "Ek", "contact": {"email": email}},
    }


def wrapped(*orders: object) -> bytes:
    body = {"reviewCollectorRequest": {"reviewCollectorReviewRequests": list(orders)}}
    return orjson.dumps(body)


def answers(reply: Reply) -> list[dict[str, Any]]:
    assert reply.status == 200, reply.body
    request = reply.json()["response"]["data"]["reviewCollectorRequest"]
    assert len(request["uid"]) == 32
    return list(request["reviewCollectorReviewRequests"])


def rows(area: Area) -> list[tuple[Order, Invitation]]:
    """The orders that came this way, each with its invitation."""
    with area.installation.database.read() as session:
        query = select(Order, Invitation).where(
            col(Invitation.order_id) == col(Order.id), col(Order.source) == "legacy"
        )
        return list(session.exec(query.order_by(col(Invitation.id))).all())


def test_an_order_is_taken_and_its_buyer_invited_once(either: Area) -> None:
    told = order("A-4711 ", estimatedDeliveryDate="", products=[])
    for target in (TRIGGER, COLLECTOR, TRIGGER):
        (answer,) = answers(either.send(target, wrapped(told), accept="application/json"))
        assert answer == told | {"status": "SUCCESS"}
        assert answer["order"]["orderReference"] == "A-4711 "
    ((taken, invitation),) = rows(either)
    assert (taken.reference, taken.amount_minor, taken.currency) == ("A-4711", 11111, "EUR")
    assert (invitation.state, invitation.is_mailed) == ("SCHEDULED", True)


def test_each_order_has_a_status_of_its_own_in_its_place(either: Area) -> None:
    database = either.installation.database
    with database.write() as work:
        shop = shops.by_key(work.session, either.keys["A"])
        assert shop is not None
        mails.suppress(work, shop.account_id, GONE, reason="objected", now=steps.NOON)
    given = [
        order("T-1", GONE),
        order("T-2"),
        order("T"),
        order("T-3", "no address"),
        order("T-4"),
        "x",
    ]
    found = answers(either.send(TRIGGER, wrapped(*given)))
    assert [each["status"] for each in found] == [
        "BLOCKED",
        "SUCCESS",
        "ERROR",
        "ERROR",
        "SUCCESS",
        "ERROR",
    ]
    assert found[0]["message"] == "OBJECTED"
    assert found[2]["message"] == "ORDER_INVALID"
    assert [row.reference for row, _ in rows(either)] == ["T-1", "T-2", "T-4"]


def test_without_the_shops_word_on_consent_nobody_is_invited(
    sqlite_url: str, tmp_path: Path
) -> None:
    for area in opened(sqlite_url, tmp_path):
        (answer,) = answers(area.send(TRIGGER, wrapped(order("A-4711"))))
        assert (answer["status"], answer["message"]) == ("BLOCKED", "NO_LEGAL_BASIS")
        refused = area.send(REQUESTS, orjson.dumps(order("A-1")), accept="application/json")
        assert (refused.status, envelope(refused)["message"]) == (403, "FORBIDDEN")
        consent(area)
        (answer,) = answers(area.send(TRIGGER, wrapped(order("A-4711"))))
        assert answer["status"] == "SUCCESS"


def test_a_reminder_date_in_the_future_is_when_the_mail_leaves(area: Area) -> None:
    spelled: list[object] = [
        "2999-01-29",
        "2026-99-99",
        "",
        None,
        "2001-01-01",
        5,
        [],
        "2099-01-29",
    ]
    given = [order(f"A-{n}") | {"reminderDate": each} for n, each in enumerate(spelled, 10)]
    assert {each["status"] for each in answers(area.send(TRIGGER, wrapped(*given)))} == {
        "SUCCESS",
        "BLOCKED",
    }
    reasons = [invitation.reason for _, invitation in rows(area)]
    # What is asked for after the purchase can no longer be reviewed is too old then.
    assert reasons == [""] * 7 + ["too_old"]


def test_the_answer_is_xml_where_nothing_else_is_asked_for(area: Area) -> None:
    strange = order("A-9 ") | {"<x>": 1, "order": {"orderReference": "A&B ", "<evil>": "<x/>"}}
    reply = area.send(COLLECTOR, wrapped(strange))
    assert reply.headers["content-type"] == "application/xml"
    root = etree.fromstring(reply.body)
    item = root.find(
        "data/reviewCollectorRequest/reviewCollectorReviewRequests/reviewCollectorReviewRequest"
    )
    assert item is not None
    assert item.findtext("order/orderReference") == "A&B "
    assert item.findtext("status") == "SUCCESS"


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"{}", b'{"reviewCollectorRequest":[]}', b"\xff\xfe", b"a=1", b"[" * 5_000],
)
def test_a_body_without_the_wrapper_is_a_bad_request(area: Area, body: bytes) -> None:
    reply = area.send(TRIGGER, body)
    assert (reply.status, envelope(reply)["message"]) == (400, "BAD_REQUEST")


def test_more_than_five_hundred_orders_or_a_mebibyte_are_too_much(area: Area) -> None:
    for body in (wrapped(*[{}] * (LEGACY.orders + 1)), b"{" + b" " * LEGACY.body_bytes):
        reply = area.send(TRIGGER, body)
        assert (reply.status, envelope(reply)["message"]) == (413, "REQUEST_TOO_LARGE")
    assert len(answers(area.send(TRIGGER, wrapped(*[{}] * LEGACY.orders)))) == LEGACY.orders


def test_another_logins_shop_takes_nothing(area: Area) -> None:
    for name in ("reviews/trigger.json", "reviewcollector", "reviews/requests"):
        reply = area.send(f"{RESTRICTED}/{{C}}/{name}", wrapped(order("A-1")))
        assert reply.status == (403 if name != "reviews/requests" else 400)
    assert rows(area) == []


def test_a_request_gives_a_link_and_mails_nobody(either: Area) -> None:
    products = [{"sku": "S-1", "name": "Lamp", "productUrl": "https://anna.example/s-1"}]
    body = order("A-4711", products=products) | {
        "tsId": either.keys["A"].lower(),
        "types": {"key": "shop"},
    }
    links = {
        envelope(either.send(REQUESTS, orjson.dumps(body), accept="application/json"))["data"][
            "reviewRequest"
        ]["link"]
        for _ in range(2)
    }
    (link,) = links
    path, _, query = link.partition("?")
    assert path.endswith("/reviews/evaluate_product")
    uuid = query.partition("reviewrequest_uuid=")[2].partition("&")[0]
    ((_, invitation),) = rows(either)
    assert (invitation.state, invitation.is_mailed) == ("ISSUED", False)
    assert uuid not in invitation.public_id
    database = either.installation.database
    with database.read() as session:
        token = review_requests.token(session, database.keys, either.keys["A"], uuid)
    assert either.running.ask(f"/r/{token}").status == 200


def test_a_request_for_products_only_leads_to_the_first_product(area: Area) -> None:
    body = order("A-4711", products=[{"sku": "S-1", "name": None}]) | {
        "types": [{"key": "products"}]
    }
    reply = area.send(REQUESTS, orjson.dumps(body))
    assert etree.fromstring(reply.body).findtext("data/reviewRequest/link")
    ((_, invitation),) = rows(area)
    assert invitation.kind == "PRODUCT_REVIEW"


def test_a_request_for_another_shop_or_without_a_buyer_is_bad(area: Area) -> None:
    for body in (
        order("A-1") | {"tsId": area.keys["C"]},
        order("A-1") | {"tsId": "abc"},
        order("A"),
        order("A-1", "nobody"),
        {},
    ):
        reply = area.send(REQUESTS, orjson.dumps(body))
        assert (reply.status, envelope(reply)["message"]) == (400, "BAD_REQUEST")


def uid_of_a_review(area: Area) -> str:
    review = steps.review(area.installation.database, area.keys["A"], steps.marks(service=4))
    return review.review_id.removeprefix("rev-").replace("-", "")


def commented(reply: Reply) -> dict[str, Any]:
    assert reply.status == 200, reply.body
    return dict(envelope(reply)["data"]["comment"])


def test_a_reply_is_written_and_changed_as_json_or_form(either: Area) -> None:
    uid = uid_of_a_review(either)
    target = f"{RESTRICTED}/{{A}}/reviews/{uid}/comments"
    first = commented(either.send(target, b"comment=Thank+you%21", accept="application/json"))
    assert first["comment"] == "Thank you!"
    own = f"{target}/{first['UID']}"
    body = orjson.dumps({"comment": "Thanks.", "informBuyerForShopComment": "1"})
    changed = commented(either.send(own, body, method="PUT", accept="application/json"))
    assert (changed["UID"], changed["comment"]) == (first["UID"], "Thanks.")
    again = either.send(f"{target}.json", b'{"comment":"Twice."}', content_type="text/plain")
    assert commented(again)["comment"] == "Twice."
    assert commented(either.as_anna(f"{own}.json"))["comment"] == "Twice."
    with either.installation.database.read() as session:
        query = select(AuditEntry).where(col(AuditEntry.action) == "review.replied")
        actors = {entry.actor for entry in session.exec(query).all()}
    assert len(actors) == 1
    assert "@" not in "".join(actors)


def test_a_reply_that_says_nothing_or_too_much_is_bad(area: Area) -> None:
    target = f"{RESTRICTED}/{{A}}/reviews/{uid_of_a_review(area)}/comments.json"
    for body in (b"comment=", b"{}", b"", b'{"comment":1}', b"comment=" + b"x" * 5_001):
        reply = area.send(target, body)
        assert (reply.status, envelope(reply)["message"]) == (400, "BAD_REQUEST")


def test_what_there_is_not_cannot_be_answered(area: Area) -> None:
    uid, nothing = uid_of_a_review(area), "0" * 32
    for method, name in (
        ("POST", f"{nothing}/comments"),
        ("PUT", f"{uid}/comments/{nothing}"),
        ("PUT", f"{nothing}/comments/{nothing}"),
    ):
        target = f"{RESTRICTED}/{{A}}/reviews/{name}.json"
        reply = area.send(target, b'{"comment":"Hello."}', method=method)
        assert (reply.status, envelope(reply)["message"]) == (404, "RESOURCE_NOT_FOUND")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(
    told=st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(-(2**60), 2**60), st.text(max_size=8)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=2),
            st.dictionaries(
                st.sampled_from(
                    ["order", "consumer", "contact", "email", "orderReference", "products", "sku"]
                ),
                inner,
                max_size=4,
            ),
        ),
        max_leaves=12,
    )
)
def test_nothing_that_is_json_breaks_it(area: Area, told: object) -> None:
    for target in (TRIGGER, COLLECTOR):
        assert area.send(target, wrapped(told)).status == 200
    assert area.send(REQUESTS, orjson.dumps(told)).status in {200, 400}


def test_the_buyer_is_told_of_a_reply_where_the_shop_wants_it(area: Area) -> None:
    target = f"{RESTRICTED}/{{A}}/reviews/{uid_of_a_review(area)}/comments.json"
    commented(area.send(target, b"comment=Thanks&informBuyerForShopComment=0"))
    assert waiting(area) == 0
    commented(area.send(target, b"comment=Thanks&informBuyerForShopComment=1"))
    assert waiting(area) == 1


def waiting(area: Area) -> int:
    """Mails about replies."""
    with area.installation.database.read() as session:
        query = select(Mail).where(col(Mail.key) == "shop_replied")
        return len(session.exec(query).all())
