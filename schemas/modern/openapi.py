"""The OpenAPI 3.1 document of the newer API; ``python -m schemas.modern.openapi`` rewrites it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from schemas.components import REFERENCE, definitions
from schemas.modern import channels, events, reviews
from schemas.problems import Problem
from schemas.shapes import Shape

FILE: Final = Path(__file__).parents[1] / "modern-openapi.json"
_PARAMETER: Final = re.compile(r"{(\w+)}")
_REVIEW: Final = "/reviews/{review_id}"
_CHANNEL: Final = "/channels/{channel_id}"
_RULE: Final = "/invite-rules/{settings_id}"


@dataclass(frozen=True, slots=True)
class Operation:
    """One call: ``answer`` is None where there is no body; ``is_list`` where it is an array."""

    method: str
    path: str
    scope: str
    name: str
    summary: str
    answer: type[Shape] | None = None
    body: type[Shape] | None = None
    status: int = 200
    is_list: bool = False
    query: tuple[str, ...] = ()


_FILTERS: Final = (
    *("channels", "rating", "status", "type", "hasReply", "submittedAfter", "submittedBefore"),
    *("query", "sku", "ignoreStatements"),
)
_LIST: Final = (*_FILTERS, "additionalInformation", "orderBy", "count", "after", "before")
_PLACE: Final = ("count", "after", "before")
_O: Final = Operation
OPERATIONS: Final = (
    _O(
        "GET", "/channels", "shops:read", "getChannels", "The account's shops",
        channels.Channel, is_list=True,
    ),
    _O(
        "PUT", _CHANNEL, "shops:write", "putChannel", "Change a shop's data",
        channels.Changed, channels.ChannelChange,
    ),
    _O(
        "GET", "/reviews", "reviews:read", "getReviews", "Reviews, the newest first",
        reviews.ReviewList, query=_LIST,
    ),
    _O(
        "GET", "/reviews-minimal", "reviews:read", "getMinimalReviews",
        "The same list without texts and without anybody's data",
        reviews.MinimalReviewList, query=_LIST,
    ),
    _O(
        "GET", "/reviews/count", "reviews:read", "getReviewCount", "How many reviews there are",
        reviews.ReviewCount, query=_FILTERS,
    ),
    _O(
        "GET", _REVIEW, "reviews:read", "getReview", "One review", reviews.Review,
        query=("additionalInformation",),
    ),
    _O(
        "POST", f"{_REVIEW}/reply", "reviews:write", "postReply", "Write or replace the reply",
        reviews.Reply, reviews.NewReply,
    ),
    _O("DELETE", f"{_REVIEW}/reply", "reviews:write", "deleteReply", "Remove it", status=204),
    _O(
        "GET", f"{_REVIEW}/vetos", "reviews:read", "getVeto", "The shop's report of a review",
        reviews.Veto,
    ),
    _O(
        "POST", f"{_REVIEW}/vetos", "reviews:write", "postVeto",
        "Report a review, in good faith; a person checks it", reviews.Veto, reviews.NewVeto, 201,
    ),
    _O(
        "GET", f"{_CHANNEL}/service-reviews/aggregate-rating", "reviews:read",
        "getAggregateRating", "Grades of a shop by period",
    ),
    _O(
        "POST", "/events", "events:write", "postEvent", "Tell of an event; its buyer is invited",
        events.EventTaken, events.NewEvent, 202,
    ),
    _O("GET", "/events/{event_id}", "events:write", "getEvent", "One event", events.Event),
    _O(
        "GET", "/event-types", "events:write", "getEventTypes", "The account's types of events",
        events.EventType, is_list=True,
    ),
    _O(
        "POST", "/event-types", "events:write", "postEventType", "Add a type",
        events.EventType, events.NewEventType, 201,
    ),
    _O(
        "PUT", "/event-types/{type_id}", "events:write", "putEventType", "Change a type",
        events.EventType, events.EventTypeChange,
    ),
    _O(
        "GET", f"{_CHANNEL}/invites", "invites:write", "getInvites", "A shop's invitations",
        events.InviteList, query=_PLACE,
    ),
    _O(
        "POST", "/invites", "invites:write", "postInvite", "Record an order and invite its buyer",
        events.Invites, events.NewInvite, 201,
    ),
    _O(
        "GET", "/invite-settings", "invites:write", "getInviteSettings",
        "When buyers are invited", events.InviteSettings, is_list=True, query=("channel-id",),
    ),
    _O(
        "PATCH", "/invite-settings/{settings_id}", "invites:write", "patchInviteSettings",
        "Change when buyers are invited", events.InviteSettings, events.InviteSettingsChange,
    ),
    _O(
        "GET", "/invite-rules", "invites:write", "getInviteRules", "The same in the older form",
        events.InviteRule, is_list=True, query=("channel-id",),
    ),
    _O(
        "PUT", _RULE, "invites:write", "putInviteRule", "Change a rule",
        events.InviteRule, events.InviteRuleChange,
    ),
    _O(
        "PATCH", _RULE, "invites:write", "patchInviteRule", "Change a rule",
        events.InviteRule, events.InviteRuleChange,
    ),
    _O(
        "POST", "/questionnaire-links", "invites:write", "postQuestionnaireLink",
        "A buyer's link to the form, for the shop's own message",
        events.QuestionnaireLink, events.NewQuestionnaireLink, 201,
    ),
)  # fmt: skip
"""Every call; a test compares them with those that are answered."""
_QUERY: Final[Mapping[str, str]] = {
    "channels": "Ids of shops, parted by commas; all of the account without it.",
    "rating": "Stars, 1 to 5, parted by commas.",
    "status": "Of APPROVED, MODERATION and REJECTED.",
    "type": "Of SERVICE_REVIEW and PRODUCT_REVIEW.",
    "hasReply": "true or false.",
    "submittedAfter": "A moment, not included.",
    "submittedBefore": "A moment, not included.",
    "query": "An order's reference or an e-mail address, whole.",
    "sku": "That of a product.",
    "ignoreStatements": "true or false; there are none here.",
    "additionalInformation": "Of VETO, ATTACHMENTS and ORIGINAL_REVIEW, or true.",
    "orderBy": "submittedAt, updatedAt, lastEditedAt or editedAt.",
    "count": "1 to 1000, 20 without it.",
    "after": "The id after which a page begins, further down.",
    "before": "The id before which a page ends, further up.",
    "channel-id": "The id of a shop, or user-defined with the header Channel-Id.",
}
_REFUSALS: Final = {
    "400": "The query or body cannot be read, or an event is not valid.",
    "401": "There is no access token, or it is not valid any more.",
    "403": "The client lacks the scope.",
    "404": "The account has no such thing.",
    "409": "The state of things forbids it.",
    "422": "A value breaks a rule.",
    "429": "The client has asked too often.",
    "503": "Try again soon; nothing was changed.",
}


def document() -> dict[str, Any]:
    """The document as plain values."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _described(operation)
    scopes = {operation.scope: f"Calls of {operation.scope}." for operation in OPERATIONS}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Trustwright account API",
            "version": "1.0",
            "description": "Reviews, events and invitations of an account's shops, for its own "
            "programs. See docs/modern-api.md.",
            "license": {"name": "Apache License 2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": definitions(_shapes()),
            "securitySchemes": {
                "client": {
                    "type": "oauth2",
                    "flows": {"clientCredentials": {"tokenUrl": "/oauth/token", "scopes": scopes}},
                }
            },
            "responses": {
                f"Refused{status}": {"description": text, "content": _problem()}
                for status, text in _REFUSALS.items()
            },
        },
    }


def content() -> bytes:
    """What stands in the committed file."""
    return orjson.dumps(document(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _shapes() -> tuple[type[Shape], ...]:
    named = [each for call in OPERATIONS for each in (call.answer, call.body) if each is not None]
    return (*dict.fromkeys(named), Problem)


def _described(operation: Operation) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "security": [{"client": [operation.scope]}],
        "responses": {str(operation.status): _answer(operation)}
        | {status: {"$ref": f"#/components/responses/Refused{status}"} for status in _REFUSALS},
    }
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _PARAMETER.findall(operation.path)
    ] + [
        {"name": name, "in": "query", "description": _QUERY[name], "schema": {"type": "string"}}
        for name in operation.query
    ]
    if parameters:
        found["parameters"] = parameters
    if operation.body is not None:
        found["requestBody"] = {"required": True, "content": _json(_ref(operation.body))}
    return found


def _answer(operation: Operation) -> dict[str, Any]:
    if operation.status == 204:
        return {"description": operation.summary}
    schema: dict[str, Any] = {"type": "object"}
    if operation.answer is not None:
        schema = _ref(operation.answer)
    if operation.is_list:
        schema = {"type": "array", "items": schema}
    return {"description": operation.summary, "content": _json(schema)}


def _ref(shape: type[Shape]) -> dict[str, Any]:
    return {"$ref": REFERENCE + shape.__name__}


def _json(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _problem() -> dict[str, Any]:
    return {"application/problem+json": {"schema": _ref(Problem)}}


if __name__ == "__main__":
    FILE.write_bytes(content())
