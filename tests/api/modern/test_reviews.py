"""Reviews by the newer API: filters, pages, one, replies and reports."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from domain.criteria import Criterion
from services.modern.vetos import GOOD_FAITH
from tests.api.modern.callers import Modern
from tests.services import steps
from tests.services.steps import NOON

REVIEW_KEYS = {
    "id", "accountRef", "channelRef", "inviteRef", "rating", "ratingExact", "criteria", "title",
    "comment", "createdAt", "updatedAt", "submittedAt", "editedAt", "state", "type",
    "verificationType", "feedbackType", "reply", "customer", "transaction", "event", "metadata",
    "surveyData", "questionnaire", "product", "hasAttachments", "additionalInformation",
    "originalReview",
}  # fmt: skip


def decoded(review: dict[str, Any]) -> dict[str, Any]:
    """A review as a strict client reads it: known keys, types as promised, no null."""
    assert set(review) <= REVIEW_KEYS
    assert None not in review.values()
    assert review["id"].startswith("rev-")
    assert review["accountRef"].startswith("acc-")
    assert review["channelRef"].startswith("chl-")
    assert isinstance(review["rating"], int)
    assert 1 <= review["rating"] <= 5
    for name in ("createdAt", "updatedAt", "submittedAt"):
        assert review[name].endswith("Z")
        assert len(review[name]) == len("2026-11-20T12:00:00.000Z")
    assert review["state"] in {"APPROVED", "MODERATION", "REJECTED"}
    assert review["type"] in {"SERVICE_REVIEW", "PRODUCT_REVIEW"}
    assert review["verificationType"] in {"VERIFIED", "UNDEFINED"}
    assert review["feedbackType"] in {"REVIEW", "STATEMENT"}
    assert isinstance(review["hasAttachments"], bool)
    return review


def read(modern: Modern, query: str = "") -> list[str]:
    return [decoded(item)["id"] for item in modern.get(f"/reviews{query}")["items"]]


def test_a_review_has_what_clients_of_the_wire_expect(modern: Modern) -> None:
    review_id = modern.review(sku="S-1", marks={Criterion.TOTAL: 4}, reference="A/1")
    (found,) = modern.get("/reviews?type=PRODUCT_REVIEW")["items"]
    review = decoded(found)
    assert review["id"] == review_id
    assert review == decoded(modern.get(f"/reviews/{review_id}"))
    assert review["customer"] == {"email": "dario@example.org"}
    assert review["transaction"] == {"reference": "A/1", "date": "2026-11-20T12:00:00.000Z"}
    assert review["product"]["sku"] == "S-1"
    assert review["product"]["id"].startswith("prt-")
    assert review["inviteRef"].startswith("inv-")
    assert review["questionnaire"]["id"].startswith("qre-")
    assert (review["rating"], review["ratingExact"]) == (4, 4.0)
    service = decoded(modern.get("/reviews?type=SERVICE_REVIEW")["items"][0])
    assert service["criteria"] == {"SERVICE": 5}
    assert "product" not in service


def test_pages_lead_through_the_list_and_back(modern: Modern) -> None:
    wanted = [modern.review(at=NOON - timedelta(days=day)) for day in range(1, 6)]
    everything = read(modern)
    assert everything[-5:] == wanted
    page = modern.get("/reviews?count=2&orderBy=submittedAt")
    assert page["totalElements"] == 6
    assert "before" not in page["paging"]["cursor"]
    seen = [item["id"] for item in page["items"]]
    back = ""
    while "next" in page["paging"]["links"]:
        assert urlsplit(page["paging"]["links"]["next"]).query.endswith(
            f"after={page['paging']['cursor']['after']}"
        )
        page = modern.get(page["paging"]["links"]["next"])
        back = page["paging"]["links"]["previous"]
        seen += [item["id"] for item in page["items"]]
    assert seen == everything
    assert "after" not in page["paging"]["cursor"]
    assert [item["id"] for item in modern.get(back)["items"]] == everything[2:4]


def test_lists_by_change_have_pages_as_well(modern: Modern) -> None:
    modern.review(at=NOON - timedelta(days=1))
    for order in ("updatedAt", "lastEditedAt", "editedAt"):
        page = modern.get(f"/reviews?count=1&orderBy={order}")
        rest = modern.get(page["paging"]["links"]["next"])
        assert [*page["items"], *rest["items"]] == modern.get("/reviews")["items"]


def test_filters_leave_what_they_say(modern: Modern) -> None:
    first = read(modern)[0]
    two = modern.review(marks=steps.marks(service=2), reference="B-2", at=NOON - timedelta(days=3))
    product = modern.review(sku="S-9", marks={Criterion.TOTAL: 5})
    modern.call("POST", f"/reviews/{two}/reply", {"comment": "Sorry for that."})
    assert read(modern, "?rating=2,3") == [two]
    assert read(modern, "?rating=2&rating=3") == [two]
    assert read(modern, "?hasReply=true") == [two]
    assert read(modern, "?query=B-2") == [two]
    assert set(read(modern, "?query=DARIO%40example.org")) == {first, two, product}
    assert read(modern, "?query=nobody") == []
    assert read(modern, "?sku=S-9") == [product]
    assert read(modern, "?sku=unknown") == []
    assert read(modern, "?status=REJECTED") == []
    assert read(modern, "?submittedBefore=2026-11-19T00:00:00.000+0000") == [two]
    assert set(read(modern, "?submittedAfter=2026-11-19T00:00:00.000Z")) == {first, product}
    assert set(read(modern, f"?channels={modern.channel}&ignoreStatements=true")) == {
        first,
        two,
        product,
    }
    counted = modern.get(f"/reviews/count?channels={modern.channel}&hasReply=false")
    assert counted["totalElements"] == 2
    assert counted["channelList"] == [modern.channel]
    assert counted["accountId"].startswith("acc-")


def test_the_short_list_tells_of_nobody(modern: Modern) -> None:
    modern.review(reference="B-2")
    reply = modern.call("GET", "/reviews-minimal?count=1")
    (item,) = reply.json()["items"]
    assert set(item) == {
        "id", "channelRef", "rating", "submittedAt", "updatedAt", "state", "type",
        "verificationType",
    }  # fmt: skip
    assert b"dario" not in reply.body
    assert reply.json()["paging"]["links"]["next"].startswith("/reviews-minimal?")


HOSTILE = [
        "count=0", "count=1001", "count=x", "count=-1", "count=", "rating=6", "rating=4.5",
        "rating=٣", "status=SUBMITTED", "status=x", "type=SHOP", "hasReply=maybe", "orderBy=stars",
        "orderBy=submittedAt,updatedAt", "submittedAfter=yesterday",
        "submittedAfter=0001-01-01T00:00:00%2B14:00", "submittedBefore=9999-12-31T23:59:59-14:00",
        "after=1", "after=rev-1", "before=%00", "additionalInformation=EVERYTHING",
        "query=" + "x" * 300, "sku=" + "x" * 300, "channels=" + ",".join(map(str, range(501))),
        "after=rev-0192f7a0-0000-7000-8000-000000000000",
        "query=%ff", "&".join(["a=b"] * 101),
        "after=rev-0192f7a0-0000-7000-8000-000000000000"
        "&before=rev-0192f7a0-0000-7000-8000-000000000000",
]  # fmt: skip


def test_hostile_filters_and_cursors_are_refused(modern: Modern) -> None:
    for query in HOSTILE:
        reply = modern.call("GET", f"/reviews?{query}")
        assert reply.status == 400, (query, reply.body)
        problem = reply.json()
        assert problem["code"] in {"PARAMETER_INVALID", "CURSOR_UNKNOWN"}, query
        assert problem["Message"]


def test_what_is_anothers_is_as_unknown_as_nothing(modern: Modern) -> None:
    foreign = modern.review(modern.foreign_key)
    for method, target, body in (
        ("GET", f"/reviews/{foreign}", None),
        ("POST", f"/reviews/{foreign}/reply", {"comment": "Thanks."}),
        ("DELETE", f"/reviews/{foreign}/reply", None),
        ("GET", f"/reviews/{foreign}/vetos", None),
        ("POST", f"/reviews/{foreign}/vetos", {"reason": "ABUSIVE", "comment": "x" * 30}),
        ("GET", f"/reviews?channels={modern.foreign_channel}", None),
        ("GET", f"/reviews/count?channels={modern.foreign_channel}", None),
        ("GET", f"/channels/{modern.foreign_channel}/invites", None),
        ("GET", f"/channels/{modern.foreign_channel}/service-reviews/aggregate-rating", None),
        ("PUT", f"/channels/{modern.foreign_channel}", {"name": "Mine"}),
        ("GET", f"/invite-settings?channel-id={modern.foreign_channel}", None),
    ):
        assert modern.call(method, target, body).status == 404, target
    assert modern.call("GET", f"/reviews?after={foreign}").status == 400
    assert foreign not in read(modern)
    assert modern.get("/reviews", token=modern.foreign_token)["totalElements"] == 1


def test_a_reply_is_written_replaced_and_taken_back(modern: Modern) -> None:
    review_id = read(modern)[0]
    target = f"/reviews/{review_id}/reply"
    told = modern.call("POST", target, {"comment": "Thank you.", "sendNotification": True})
    assert told.status == 200, told.body
    assert told.json()["sendNotification"] is True
    assert modern.call("POST", target, {"comment": "Thanks."}).json()["comment"] == "Thanks."
    assert modern.get(f"/reviews/{review_id}")["reply"]["sendNotification"] is True
    assert modern.call("DELETE", target).status == 204
    assert modern.call("DELETE", target).body == b""
    assert "reply" not in modern.get(f"/reviews/{review_id}")
    for body in ({}, {"comment": ""}, {"comment": "x" * 5_001}, {"comment": "x" * 7_000}):
        refused = modern.call("POST", target, body)
        assert refused.status == 422, refused.body
    for raw in (b"", b"[]", b"{", b'"x"', b"[" * 60_000):
        assert modern.call("POST", target, raw).status == 400
    assert modern.call("POST", target, {}, media_type="text/plain").status == 415


def test_a_report_is_checked_by_people_and_found_again(modern: Modern) -> None:
    review_id = read(modern)[0]
    target = f"/reviews/{review_id}/vetos"
    assert modern.call("GET", target).json()["code"] == "NOTICE_NOT_FOUND"
    body = {
        "reason": "UNTRUTHFUL",
        "comment": "The parcel arrived on the third day.",
        "vetoReporterEmail": "anna@shop.example",
    }
    filed = modern.call("POST", target, body)
    assert filed.status == 201, filed.body
    veto = filed.json()
    assert set(veto) == {"id", "ticketId", "comment", "reason", "createdAt", "updatedAt"}
    assert veto["reason"] == "UNTRUTHFUL"
    assert modern.get(target) == veto
    assert modern.call("POST", target, body).json() == veto
    with modern.database.read() as session:
        rows = session.connection().exec_driver_sql(
            "SELECT after FROM audit_log WHERE action = 'notice.good_faith'"
        )
        assert {row[0] for row in rows} == {f'{{"statement":"{GOOD_FAITH}"}}'}
    found = modern.get(f"/reviews/{review_id}?additionalInformation=VETO")
    assert found["additionalInformation"]["veto"] == veto
    assert found["state"] == "MODERATION"
    assert read(modern, "?status=MODERATION") == [review_id]
    assert read(modern, "?status=APPROVED") == []


INCOMPLETE: list[tuple[dict[str, Any], str]] = [
    ({"reason": "BAD_STARS", "comment": "x" * 30}, "reason"),
    ({"reason": "ABUSIVE", "comment": "short", "vetoReporterEmail": "a@b.example"}, "comment"),
    ({"reason": "ABUSIVE", "comment": "x" * 30}, "vetoReporterEmail"),
    ({"reason": "ABUSIVE", "comment": "x" * 30, "vetoReporterEmail": "a"}, "vetoReporterEmail"),
    ({"comment": "x" * 30}, "reason"),
    (
        {"reason": "ABUSIVE", "vetoReporterEmail": "a@b.example", "comment": ""},
        "comment",
    ),
    (
        {
            "reason": "ABUSIVE",
            "comment": "x" * 30,
            "vetoReporterEmail": "a@b.example",
            "goodFaith": False,
        },
        "goodFaith",
    ),
]


def test_a_report_without_its_reasons_is_refused(modern: Modern) -> None:
    for body, field in INCOMPLETE:
        refused = modern.call("POST", f"/reviews/{read(modern)[0]}/vetos", body)
        assert (refused.status, refused.json()["field"]) == (422, field), refused.body


def test_legacy_paths_below_reviews_stay_reachable(modern: Modern) -> None:
    for path in ("/reviews/widgets/x.gif", "/reviews/rev-1", "/reviews/rateshoplater.php"):
        assert modern.running.ask(path).status != 401, path
    assert modern.running.ask("/reviews/count").status == 401


def test_buyers_are_told_for_twelve_months_and_that_is_logged(modern: Modern) -> None:
    old = modern.review(at=NOON - timedelta(days=400), reference="OLD")
    review = modern.get(f"/reviews/{old}")
    assert "customer" not in review
    assert "transaction" not in review
    assert read(modern, "?query=OLD") == []
    modern.get("/reviews")
    with modern.database.read() as session:
        rows = session.connection().exec_driver_sql(
            "SELECT after FROM audit_log WHERE action = 'review.buyers_told'"
        )
        assert [row[0] for row in rows] == ['{"buyers":1}']
