"""Events, their types, invitations and what shops choose about them, by the newer API."""

from typing import Any

from domain.clients import Scope
from services.modern.events import ACCEPTED, UNASKED
from tests.api.modern.callers import Modern


def test_an_event_brings_an_order_with_its_invitation(modern: Modern) -> None:
    taken = modern.call("POST", "/events", modern.event())
    assert taken.status == 202, taken.body
    assert set(taken.json()) == {"Message", "EventRef"}
    event = modern.get(f"/events/{taken.json()['EventRef']}")
    assert event["customer"] == {
        "firstName": "Dario",
        "lastName": "Rossi",
        "email": "dario@example.org",
        "reference": "C-7",
    }
    assert event["channel"] == {"id": modern.channel, "type": "etrusted"}
    assert event["transaction"] == {"reference": "E-1", "date": "2026-11-20T12:00:00.000Z"}
    assert event["estimatedDeliveryDate"] == "2026-11-24T00:00:00.000Z"
    assert event["products"][0]["sku"] == "S-1"
    assert event["products"][0]["gtin"] == "4006381333931"
    assert "mpn" not in event["products"][0]
    assert event["metadata"] == {"campaign": "autumn"}
    assert (event["system"], event["systemVersion"]) == ("ExampleShop", "1.2")
    assert event["tracking"]["medium"] == "API"
    assert event["tracking"]["client"].startswith("cli-")
    page = modern.get(f"/channels/{modern.channel}/invites")
    (invite,) = page["items"]
    assert (invite["state"], invite["type"]) == ("SCHEDULED", "SERVICE_REVIEW")
    assert invite["transaction"]["reference"] == "E-1"
    assert invite["source"] == "events"
    assert page["totalElements"] == 1
    foreign = modern.call("GET", f"/events/{event['id']}", token=modern.foreign_token)
    assert (foreign.status, foreign.json()["code"]) == (404, "EVENT_NOT_FOUND")


def test_the_same_event_within_a_day_is_one(modern: Modern) -> None:
    first = modern.call("POST", "/events", modern.event()).json()
    assert modern.call("POST", "/events", modern.event()).json() == first
    shipped = modern.call("POST", "/events", modern.event(type="order_shipped"))
    assert shipped.status == 202
    assert shipped.json()["EventRef"] != first["EventRef"]
    assert len(modern.get(f"/channels/{modern.channel}/invites")["items"]) == 1


def test_never_14_without_the_shops_statement_nobody_is_invited_and_every_answer_says_so(
    modern: Modern,
) -> None:
    modern.state_consent(is_held=False)
    taken = modern.call("POST", "/events", modern.event())
    assert (taken.status, taken.json()["Message"]) == (202, UNASKED)
    assert modern.call("POST", "/events", modern.event()).json() == taken.json()
    (invite,) = modern.get(f"/channels/{modern.channel}/invites")["items"]
    assert (invite["state"], invite["reason"]) == ("SUPPRESSED", "no_legal_basis")
    told = modern.call("POST", "/invites", modern.event("E-2")).json()["items"]
    assert {each["reason"] for each in told} == {"no_legal_basis"}
    link = modern.call("POST", "/questionnaire-links", modern.event("E-3", type=""))
    assert (link.status, link.json()["code"]) == (422, "LEGAL_BASIS_MISSING")
    modern.state_consent()
    shipped = modern.call("POST", "/events", modern.event(type="order_shipped"))
    assert shipped.json()["Message"] == ACCEPTED
    states = {
        each["transaction"]["reference"]: each["state"]
        for each in modern.get(f"/channels/{modern.channel}/invites")["items"]
    }
    assert states == {"E-1": "SCHEDULED", "E-2": "SUPPRESSED"}


def test_a_shop_is_named_in_the_accounts_own_way(modern: Modern) -> None:
    told = modern.call("PUT", f"/channels/{modern.channel}", {"userDefinedId": "shop-de"})
    assert told.json() == {"id": modern.channel}
    by_own = {"id": "shop-de", "type": "user_defined"}
    assert modern.call("POST", "/events", modern.event(channel=by_own)).status == 202
    invites = modern.get("/channels/user-defined/invites", channel_id="shop-de")
    assert invites["totalElements"] == 1
    modern.get("/channels/user-defined/invites", channel_id=modern.key.lower())
    assert modern.call("GET", "/channels/user-defined/invites").status == 400
    by_foreigner = {"token": modern.foreign_token, "channel_id": "shop-de"}
    assert modern.call("GET", "/channels/user-defined/invites", **by_foreigner).status == 404


BROKEN: list[tuple[dict[str, Any], str]] = [
    ({"type": "parcel_lost"}, "type"),
    ({"customer": {}}, "customer.email"),
    ({"customer": {"email": "nobody"}}, "customer.email"),
    ({"customer": {"email": "a@b.example\r\nBcc: x@y.example"}}, "customer.email"),
    ({"channel": {"id": "chl-1", "type": "other"}}, "channel.type"),
    ({"transaction": {"date": "2026-11-20"}}, "transaction.reference"),
    ({"transaction": {"reference": "E", "date": "yesterday"}}, "transaction.date"),
    ({"transaction": {"reference": "E", "date": "2999-01-01"}}, "transaction.date"),
    ({"transaction": {"reference": "E", "date": 20261120}}, "transaction.date"),
    ({"transaction": {"reference": "x" * 300}}, "transaction.reference"),
    ({"estimatedDeliveryDate": "1789-07-14"}, "estimatedDeliveryDate"),
    ({"products": [{"sku": "S", "url": "javascript:alert(1)"}]}, "products.0.url"),
    ({"products": [{"sku": "S", "imageUrl": "data:,x"}]}, "products.0.imageUrl"),
    ({"metadata": {str(number): 1 for number in range(51)}}, "metadata"),
    ({"metadata": {"a": "x" * 2_000}}, "metadata"),
    ({"system": "x" * 300}, "system"),
]


def test_events_that_are_wrong_are_400_and_leave_nothing(modern: Modern) -> None:
    for more, field in BROKEN:
        refused = modern.call("POST", "/events", modern.event(**more))
        assert (refused.status, refused.json()["code"]) == (400, "EVENT_INVALID"), refused.body
        assert refused.json()["field"] == field, refused.body
        assert refused.json()["Message"]
    foreign = {"id": modern.foreign_channel, "type": "etrusted"}
    assert modern.call("POST", "/events", modern.event(channel=foreign)).status == 404
    for raw in (b"", b"[]", b"null", b"\xff", b"{" * 30_000, b'{"a":' * 10_000):
        assert modern.call("POST", "/events", raw).status == 400, raw[:10]
    assert modern.call("POST", "/events", b" " * 70_000).status == 413
    assert modern.get(f"/channels/{modern.channel}/invites")["items"] == []


def test_another_address_for_a_known_order_is_refused(modern: Modern) -> None:
    modern.call("POST", "/events", modern.event())
    other = {"email": "eve@example.org"}
    refused = modern.call("POST", "/events", modern.event(type="order_shipped", customer=other))
    assert (refused.status, refused.json()["field"]) == (400, "customer.email")


def test_an_account_names_types_of_its_own(modern: Modern) -> None:
    names = [each["name"] for each in modern.get("/event-types")]
    assert names == ["checkout", "order_shipped", "order_delivered"]
    added = modern.call("POST", "/event-types", {"name": "installed"})
    assert added.status == 201
    type_id = added.json()["id"]
    assert type_id.startswith("ety-")
    assert modern.call("POST", "/event-types", {"name": "installed"}).status == 409
    assert modern.call("POST", "/event-types", {"name": "Not this"}).status == 400
    settings = modern.get(f"/invite-settings?channel-id={modern.channel}")
    own = next(each for each in settings if each["eventType"] == "installed")
    change = {"serviceInviteConfiguration": {"enabled": True, "sendingDelayInDays": 3}}
    assert modern.call("PATCH", f"/invite-settings/{own['id']}", change).status == 200
    renamed = modern.call("PUT", f"/event-types/{type_id}", {"name": "fitted"})
    assert renamed.json()["name"] == "fitted"
    again = modern.get(f"/invite-settings?channel-id={modern.channel}")
    kept = next(each for each in again if each["eventType"] == "fitted")
    assert kept["id"] == own["id"]
    assert kept["serviceInviteConfiguration"]["sendingDelayInDays"] == 3
    assert modern.call("POST", "/events", modern.event(type="fitted")).status == 202
    (invite,) = modern.get(f"/channels/{modern.channel}/invites")["items"]
    assert invite["eventType"] == "fitted"
    modern.call("PUT", f"/event-types/{type_id}", {"active": False})
    assert modern.call("POST", "/events", modern.event("E-2", type="fitted")).status == 202
    assert len(modern.get(f"/channels/{modern.channel}/invites")["items"]) == 1
    standard = modern.get("/event-types")[0]["id"]
    assert modern.call("PUT", f"/event-types/{standard}", {"active": False}).status == 409
    foreign = modern.call(
        "PUT", f"/event-types/{type_id}", {"active": True}, token=modern.foreign_token
    )
    assert (foreign.status, foreign.json()["code"]) == (404, "EVENT_TYPE_NOT_FOUND")
    assert modern.call("PUT", "/event-types/x", {"active": True}).status == 404


def test_settings_are_changed_in_both_forms(modern: Modern) -> None:
    target = f"?channel-id={modern.channel}"
    settings = modern.get(f"/invite-settings{target}")[0]
    assert settings["serviceInviteConfiguration"]["enabled"] is True
    assert settings["serviceInviteConfiguration"]["sendingDelayInDays"] == 7
    assert settings["serviceInviteConfiguration"]["inviteTemplateId"].startswith("ivt-")
    rule = modern.get(f"/invite-rules{target}")[0]
    assert (rule["id"], rule["default"], rule["sendingDelay"]) == (settings["id"], True, "P7D")
    one = f"/invite-settings/{settings['id']}"
    changed = modern.call(
        "PATCH",
        one,
        {
            "serviceInviteConfiguration": settings["serviceInviteConfiguration"]
            | {"sendingDelayInDays": 5, "sendingTimeOfDay": "08:30"},
            "productInviteConfiguration": {"enabled": True},
        },
    ).json()
    assert changed["serviceInviteConfiguration"]["sendingTimeOfDay"] == "08:30"
    assert changed["productInviteConfiguration"]["enabled"] is True
    old = f"/invite-rules/{rule['id']}"
    assert (
        modern.call("PUT", old, {"sendingDelay": "PT6H", "active": False}).json()["active"] is False
    )
    assert modern.get(f"/invite-rules{target}")[0]["sendingDelay"] == "PT6H"
    for body, field in (
        ({"serviceInviteConfiguration": {"sendingDelayInDays": 181}}, "sendingDelayInDays"),
        ({"serviceInviteConfiguration": {"sendingTimeOfDay": "25:00"}}, "sendingTimeOfDay"),
        ({"productInviteConfiguration": {"inviteTemplateId": "ivt-1"}}, "inviteTemplateId"),
    ):
        refused = modern.call("PATCH", one, body)
        assert refused.status == 422
        assert refused.json()["field"].endswith(field)
    assert modern.call("PATCH", old, {"sendingDelay": "soon"}).json()["field"] == "sendingDelay"
    assert modern.call("PATCH", one, {}, token=modern.foreign_token).status == 404
    assert modern.call("GET", "/invite-settings").status == 400


def test_an_invite_leaves_when_it_is_told_to_and_there_is_one_ever(modern: Modern) -> None:
    body = modern.event("I-1", types=["SERVICE_REVIEW", "PRODUCT_REVIEW"])
    body["sendAt"] = "2099-01-01T00:00:00.000Z"
    assert modern.call("POST", "/invites", body).json()["items"][0]["reason"] == "too_old"
    body = modern.event("I-2", types=["SERVICE_REVIEW", "PRODUCT_REVIEW"])
    body["transaction"]["date"] = ""
    invited = modern.call("POST", "/invites", body)
    assert invited.status == 201, invited.body
    assert {each["type"] for each in invited.json()["items"]} == {
        "SERVICE_REVIEW",
        "PRODUCT_REVIEW",
    }
    assert modern.call("POST", "/invites", body).json() == invited.json()
    bad = modern.call("POST", "/invites", modern.event("I-3", customer={"email": "x"}))
    assert (bad.status, bad.json()["field"]) == (422, "customer.email")


def test_invites_have_pages(modern: Modern) -> None:
    for number in range(3):
        modern.call("POST", "/events", modern.event(f"P-{number}"))
    target = f"/channels/{modern.channel}/invites"
    first = modern.get(f"{target}?count=2")
    references = [each["transaction"]["reference"] for each in first["items"]]
    assert references == ["P-2", "P-1"]
    rest = modern.get(first["paging"]["links"]["next"])
    assert [each["transaction"]["reference"] for each in rest["items"]] == ["P-0"]
    assert "next" not in rest["paging"]["links"]
    assert modern.get(rest["paging"]["links"]["previous"])["items"] == first["items"]
    unknown = "inv-0192f7a0-0000-7000-8000-000000000000"
    assert modern.call("GET", f"{target}?after={unknown}").status == 400


def test_a_link_opens_the_form_of_the_buyer(modern: Modern) -> None:
    body = modern.event("L-1")
    body["transaction"]["date"] = ""
    told = modern.call("POST", "/questionnaire-links", {**body, "type": "PRODUCT_REVIEW"})
    assert told.status == 201, told.body
    link = told.json()
    assert link["id"].startswith("qre-")
    assert link["link"].endswith(f"/r/{link['token']}")
    assert modern.running.ask(f"/r/{link['token']}").status == 200
    again = modern.call("POST", "/questionnaire-links", {**body, "type": "PRODUCT_REVIEW"})
    assert again.json() == link
    service = modern.call("POST", "/questionnaire-links", {**body, "type": ""})
    assert service.json()["id"] != link["id"]
    assert modern.get(f"/channels/{modern.channel}/invites")["items"] == []
    no_form = {**body, "type": "", "questionnaireTemplateRef": "qrt-1"}
    assert modern.call("POST", "/questionnaire-links", no_form).status == 422
    no_product = {**body, "type": "PRODUCT_REVIEW", "products": []}
    assert modern.call("POST", "/questionnaire-links", no_product).status == 422
    old = modern.event("L-2")
    old["transaction"]["date"] = "2026-01-01"
    late = modern.call("POST", "/questionnaire-links", {**old, "type": ""})
    assert (late.status, late.json()["code"]) == (422, "REVIEW_TOO_LATE")


def test_channels_are_listed_and_changed(modern: Modern) -> None:
    (channel,) = modern.get("/channels")
    assert set(channel) == {
        "id", "accountRef", "name", "url", "locale", "createdAt", "updatedAt",
    }  # fmt: skip
    whole = {
        "name": "Anna & friends",
        "address": "Street 1\n10115 Berlin",
        "url": channel["url"],
        "logoUrl": "https://shop.example/logo.png",
        "locale": channel["locale"],
    }
    assert modern.call("PUT", f"/channels/{modern.channel}", whole).json() == {"id": modern.channel}
    (changed,) = modern.get("/channels")
    assert (changed["name"], changed["address"]) == (whole["name"], whole["address"])
    for body, field in (
        ({"url": "https://other.example"}, "url"),
        ({"locale": "pl_PL"}, "locale"),
        ({"userDefinedId": "user-defined"}, "userDefinedId"),
    ):
        refused = modern.call("PUT", f"/channels/{modern.channel}", {"name": "Half", **body})
        assert (refused.status, refused.json()["field"]) == (422, field), refused.body
    assert modern.get("/channels")[0]["name"] == whole["name"]


def test_the_grades_are_those_of_the_public_feed(modern: Modern) -> None:
    grades = modern.get(f"/channels/{modern.channel}/service-reviews/aggregate-rating")
    assert list(grades) == ["7days", "30days", "90days", "365days", "overall"]
    target = f"/feeds/grades/v1/channels/{modern.channel}/touchpoints/all/feed.json"
    public = modern.running.ask(target)
    assert public.json() == {"grades": grades}
    for word in (b"dario", b"example.org", b"A-"):
        assert word not in public.body


def test_a_client_needs_the_scope_of_each_call(modern: Modern) -> None:
    token = modern.token_for(modern.key, Scope.PRODUCTS_READ)
    refused = modern.call("GET", "/reviews", token=token)
    assert (refused.status, refused.json()["code"]) == (403, "SCOPE_MISSING")
