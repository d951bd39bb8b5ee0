"""Frame, cases and indicators over HTTP: with a token of the member, and for nobody else."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import orjson
import pytest

from api.main import create_app
from api.members import CALLS
from domain.actors import OPERATOR
from domain.claims import Answer
from domain.clients import ClientKind, NewClient, Scope
from domain.frame_use import Span
from domain.windows import day_of, midnight
from schemas import openapi
from schemas.members import Said
from services import clients, frame_use
from services.clients import Added
from store import shops
from store.accounts import Account
from tests.api.conftest import Reviewed
from tests.api.exchanges import OTHER_KEY, Reply, Running, scope_of
from tests.services import claimed, protected, steps
from tests.services.claimed import SAID

SCOPES = (Scope.FRAMES_READ, Scope.CASES_WRITE, Scope.INDICATORS_READ, Scope.AUDITS_READ)
READS = ("frame", "cases", "cases/{id}", "indicators", "audits", "audits/unknown")
NEVER = "no-store"
# Which scopes open which address of a member's programs (docs/api.md), written down once more.
OPENED_BY = {
    ("GET", "frame"): {Scope.FRAMES_READ},
    ("GET", "cases"): {Scope.CASES_READ, Scope.CASES_WRITE},
    ("GET", "cases/{case_id}"): {Scope.CASES_READ, Scope.CASES_WRITE},
    ("POST", "cases/{case_id}/answer"): {Scope.CASES_WRITE},
    ("GET", "indicators"): {Scope.INDICATORS_READ},
    ("GET", "audits"): {Scope.AUDITS_READ},
    ("GET", "audits/{audit_id}"): {Scope.AUDITS_READ},
    ("PUT", "orders/{reference}"): {Scope.ORDERS_WRITE},
    ("POST", "orders/bulk"): {Scope.ORDERS_WRITE},
}
MARKED = ("badge.json", "certificate.json", "badge-token.json", "mark.svg")


class Member:
    """A running app, a member with a valid mark and one case, and its client."""

    def __init__(self, running: Running, reviewed: Reviewed) -> None:
        self.running = running
        self.database = reviewed.installation.database
        self.now = datetime.now(UTC)
        self.key = protected.open_shop(self.database, now=self.now, domain="member.example")
        self.case_id = self.report("P-1")
        self.token = self.token_of(self.client(self.key, *SCOPES))

    def report(self, reference: str) -> str:
        bought = protected.protect(self.database, self.key, reference, at=self.now)
        return claimed.report(self.database, bought, at=self.now)

    def client(self, shop_key: str, *scopes: Scope) -> Added:
        with self.database.write() as work:
            shop = shops.by_key(work.session, shop_key)
            assert shop is not None
            account = work.session.get_one(Account, shop.account_id)
            new = NewClient(ClientKind.OAUTH, "Desk", scopes=scopes)
            return clients.add(work, account.public_id, new, actor=OPERATOR, now=steps.NOON)

    def token_of(self, client: Added) -> str:
        text = f"grant_type=client_credentials&client_id={client.client_id}"
        body = f"{text}&client_secret={client.secret}".encode()
        headers = {"content-type": "application/x-www-form-urlencoded"}
        scope = scope_of("/oauth/token", method="POST", headers=headers.items(), client="127.0.0.1")
        token: str = self.running.exchange(scope, [body]).json()["access_token"]
        return token

    def get(self, path: str, *, token: str | None = None, key: str | None = None) -> Reply:
        return self.ask("GET", path.replace("{id}", self.case_id), token=token, key=key)

    def answer(self, told: Any, **more: Any) -> Reply:
        body = told if isinstance(told, bytes) else orjson.dumps(told)
        return self.ask("POST", f"cases/{self.case_id}/answer", body, **more)

    def ask(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        *,
        token: str | None = None,
        key: str | None = None,
        media_type: str = "application/json",
    ) -> Reply:
        headers = {"authorization": f"Bearer {token or self.token}", "content-type": media_type}
        target = f"/v1/shops/{key or self.key}/{path}"
        return self.running.exchange(
            scope_of(target, method=method, headers=headers.items()), [body]
        )


@pytest.fixture
def member(reviewed: Reviewed) -> Iterator[Member]:
    with Running(create_app(reviewed.settings)) as running:
        yield Member(running, reviewed)


def test_the_frame_is_told_with_its_use_and_without_reasons(member: Member) -> None:
    reply = member.get("frame")
    told = reply.json()
    assert (reply.status, reply.headers["cache-control"]) == (200, NEVER)
    assert (told["state"], told["amount"], told["use"]) == ("ACTIVE", 5_000_00, 100_00)
    assert (told["percent"], told["zone"]) == (2, "GREEN")
    assert told["shops"] == [{"shop": member.key, "name": told["shops"][0]["name"], "use": 100_00}]
    assert told["days"] == [{"day": day_of(member.now).isoformat(), "most": 100_00}]
    assert b"reason" not in reply.body
    assert b"The tests grant it." not in reply.body


def test_a_frame_that_is_exceeded_is_red(member: Member) -> None:
    end = midnight(day_of(member.now)) + timedelta(days=30)
    with member.database.write() as work:
        shop = protected.shop_of(work, member.key)
        frame_use.note(work, shop, None, Span(member.now, end, 4_900_01), member.now)
    assert member.get("frame").json()["zone"] == "RED"


def test_cases_are_listed_page_by_page_the_latest_first(member: Member) -> None:
    later = member.report("P-2")
    first = member.get("cases?limit=1").json()
    assert [each["id"] for each in first["cases"]] == [later]
    second = member.get(f"cases?limit=1&after={first['after']}").json()
    assert [each["id"] for each in second["cases"]] == [member.case_id]
    assert "after" not in second
    (case,) = second["cases"]
    assert (case["order"], case["state"], case["isLate"]) == ("P-1", "SHOP_ASKED", False)


def test_cases_are_filtered_by_state_and_moment(member: Member) -> None:
    assert len(member.get("cases?state=SHOP_ASKED,MEDIATION").json()["cases"]) == 1
    assert len(member.get("cases?state=MEDIATION&state=SHOP_ASKED").json()["cases"]) == 1
    assert member.get("cases?state=PAID").json() == {"cases": []}
    soon = (member.now + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert member.get(f"cases?since={soon}").json() == {"cases": []}
    assert len(member.get("cases?since=2026-01-01").json()["cases"]) == 1


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("state=OPEN", "state"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("since=yesterday", "since"),
        ("since=1234-01-01", "since"),
        ("after=clm-unknown", "after"),
    ],
)
def test_a_question_that_cannot_be_read_is_refused(member: Member, query: str, field: str) -> None:
    reply = member.get(f"cases?{query}")
    assert (reply.status, reply.json()["code"]) == (400, "PARAMETER_INVALID")
    assert reply.json()["field"] == field
    assert reply.headers["cache-control"] == NEVER


def test_a_query_of_bytes_that_are_no_text_is_refused(member: Member) -> None:
    assert member.get("cases?state=%ff").status == 400
    assert member.get(f"cases?after={'a' * 5_000}").status == 400


def test_a_place_in_another_shops_list_is_none(member: Member) -> None:
    other = protected.open_shop(member.database, now=member.now, domain="other.example")
    bought = protected.protect(member.database, other, "P-9", at=member.now)
    foreign = claimed.report(member.database, bought, at=member.now)
    assert member.get(f"cases?after={foreign}").status == 400
    assert member.get(f"cases/{foreign}").status == 404


def test_a_case_is_told_with_its_steps_and_without_a_person(member: Member) -> None:
    reply = member.get("cases/{id}")
    told = reply.json()
    assert (reply.status, reply.headers["cache-control"]) == (200, NEVER)
    assert [each["state"] for each in told["steps"]] == ["REPORTED", "SHOP_ASKED"]
    assert [each["text"] for each in told["messages"]] == [SAID]
    assert (told["mayAnswer"], told["cover"], told["currency"]) == (True, 100_00, "EUR")
    assert b"dario" not in reply.body


def test_a_shop_answers_a_case_once(member: Member) -> None:
    day = day_of(member.now).isoformat()
    why = "One of two was kept."
    told = {"what": "PART_REFUND", "day": day, "text": why, "refunded": 50_00, "unknown": 1}
    reply = member.answer(told)
    assert reply.status == 200, reply.body
    assert reply.json()["answer"] == {"what": "PART_REFUND", "day": day, "refunded": 50_00}
    assert (reply.json()["state"], reply.json()["mayAnswer"]) == ("BUYER_CHECK", False)
    again = member.answer(told)
    assert (again.status, again.json()["code"]) == (409, "CLAIM_STEP_FORBIDDEN")


@pytest.mark.parametrize("more", [{}, {"refunded": 250_00}])
def test_a_whole_refund_needs_no_amount(member: Member, more: dict[str, int]) -> None:
    told = {"what": "REFUNDED", "day": day_of(member.now).isoformat(), **more}
    assert member.answer(told).json()["answer"] == {**told, "refunded": 250_00}


@pytest.mark.parametrize("refunded", [None, -1, 0, 50.5, 50.0, "50", True, 250_00, 10**30])
def test_a_partial_refund_is_a_number_of_minor_units_less_than_the_order(
    member: Member, refunded: Any
) -> None:
    before = member.get("cases/{id}").body
    told = {"what": "PART_REFUND", "day": day_of(member.now).isoformat(), "text": "One was kept."}
    reply = member.answer(json.dumps({**told, "refunded": refunded}).encode())
    assert (reply.status, reply.json()["code"]) == (422, "CLAIM_INVALID"), reply.body
    assert reply.json()["field"] == "refunded"
    assert member.get("cases/{id}").body == before


@pytest.mark.parametrize(
    ("told", "status", "field"),
    [
        ({"what": "SORRY"}, 422, "what"),
        ({"what": "PART_REFUND", "day": "2026-01-01"}, 422, "text"),
        ({"what": "DELIVERED"}, 422, "day"),
        ({"what": "DELIVERED", "day": "soon"}, 422, "day"),
        ({"what": "DISPUTES", "text": "No.", "version": 1}, 409, None),
        (b"[]", 400, None),
        (b"{", 400, None),
    ],
)
def test_an_answer_that_is_refused_changes_nothing(
    member: Member, told: Any, status: int, field: str | None
) -> None:
    before = member.get("cases/{id}").body
    reply = member.answer(told)
    assert (reply.status, reply.json().get("field")) == (status, field), reply.body
    assert member.get("cases/{id}").body == before


def test_an_answer_is_json(member: Member) -> None:
    assert member.answer({"what": "DISPUTES"}, media_type="text/plain").status == 415


def test_indicators_are_told_for_the_days_asked_for(member: Member) -> None:
    reply = member.get("indicators?days=30")
    told = {each["name"]: each for each in reply.json()["indicators"]}
    assert (reply.status, reply.headers["cache-control"]) == (200, NEVER)
    frame = told["FRAME_USE"]
    assert (frame["value"], frame["n"], frame["zone"]) == (0.02, 5_000_00, "GREEN")
    assert told["GRADE"] == {"name": "GRADE", "n": 0, "zone": "GREY", "days": []}
    refused = member.get("indicators?days=31")
    assert (refused.status, refused.json()["field"]) == (400, "days")


@pytest.mark.parametrize("path", READS)
def test_a_client_of_another_account_finds_nothing(member: Member, path: str) -> None:
    other = steps.open_shop(member.database, domain="foreign.example")
    token = member.token_of(member.client(other, *SCOPES))
    foreign, unknown = member.get(path, token=token), member.get(path, token=token, key=OTHER_KEY)
    assert (foreign.status, foreign.json()["code"]) == (404, "TS_ID_NOT_FOUND")
    assert foreign.body == unknown.body
    assert foreign.headers["cache-control"] == NEVER


@pytest.mark.parametrize("path", READS)
def test_without_the_scope_nothing_is_read(member: Member, path: str) -> None:
    others = [
        scope
        for scope in Scope
        if not scope.startswith(("frames", "cases", "indicators", "audits"))
    ]
    token = member.token_of(member.client(member.key, *others))
    reply = member.get(path, token=token)
    assert (reply.status, reply.json()["code"]) == (403, "SCOPE_MISSING")


def test_who_may_only_read_cases_answers_none(member: Member) -> None:
    token = member.token_of(member.client(member.key, Scope.CASES_READ))
    assert member.get("cases", token=token).status == 200
    assert member.answer({"what": "DISPUTES", "text": "No."}, token=token).status == 403


@pytest.mark.parametrize("scope", Scope)
def test_a_scope_opens_the_addresses_of_its_line_and_no_other(member: Member, scope: Scope) -> None:
    token = member.token_of(member.client(member.key, scope))
    opened = set()
    for method, path in OPENED_BY:
        asked = (
            path.replace("{case_id}", member.case_id)
            .replace("{reference}", "P-1")
            .replace("{audit_id}", "unknown")
        )
        reply = member.ask(method, asked, b"{}", token=token)
        assert (reply.status == 403) == (reply.json().get("code") == "SCOPE_MISSING")
        if reply.status != 403:
            opened.add((method, path))
    assert opened == {asked for asked, scopes in OPENED_BY.items() if scope in scopes}


def test_every_address_that_asks_for_a_token_is_in_that_table() -> None:
    beginning = "/v1/shops/{shop_key}/"
    assert {
        (method.upper(), path.removeprefix(beginning))
        for path, item in openapi.document()["paths"].items()
        for method, call in item.items()
        if path.startswith("/v1/") and isinstance(call, dict) and call.get("security")
    } == set(OPENED_BY)


@pytest.mark.parametrize("name", MARKED)
def test_the_mark_is_told_to_everybody_and_a_key_that_is_none_is_refused(
    member: Member, name: str
) -> None:
    running = member.running
    assert running.ask(f"/v1/shops/{member.key}/{name}").status == 200
    unknown = running.ask(f"/v1/shops/{OTHER_KEY}/{name}")
    assert (unknown.status, unknown.json()["code"]) == (404, "TS_ID_NOT_FOUND")
    malformed = running.ask(f"/v1/shops/X123/{name}")
    assert (malformed.status, malformed.json()["code"]) == (400, "TS_ID_INVALID")


@pytest.mark.parametrize("path", READS)
def test_without_a_token_nothing_is_read(member: Member, path: str) -> None:
    reply = member.get(path, token="nonsense")
    assert (reply.status, reply.json()["code"]) == (401, "TOKEN_REFUSED")


@pytest.mark.parametrize("path", [*READS, "cases/{id}/answer"])
def test_other_methods_are_refused(member: Member, path: str) -> None:
    own = "POST" if path.endswith("answer") else "GET"
    for method in {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"} - {own}:
        reply = member.ask(method, path.replace("{id}", member.case_id))
        assert (reply.status, reply.headers["allow"]) == (405, own)


def test_no_public_answer_knows_the_frame_or_a_zone(member: Member) -> None:
    for name in ("badge", "grade", "reviews", "sticker", "certificate", "statement"):
        reply = member.running.ask(f"/v1/shops/{member.key}/{name}.json")
        if reply.status == 404:
            reply = member.running.ask(f"/v1/shops/{member.key}/{name}")
        assert reply.status == 200, name
        told = reply.body.lower()
        assert not [word for word in (b"zone", b"frame", b"500000", b"5000.00") if word in told]


def test_the_words_of_an_answer_are_those_of_the_rules() -> None:
    assert set(get_args(Said)) == set(Answer)


def test_each_address_asks_for_a_scope_of_its_own_area() -> None:
    assert {spec.scope for spec in CALLS.values()} == {
        Scope.FRAMES_READ,
        Scope.CASES_READ,
        Scope.CASES_WRITE,
        Scope.INDICATORS_READ,
        Scope.AUDITS_READ,
    }
