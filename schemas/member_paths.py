"""The addresses of a member's own programs, as OpenAPI describes them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from domain import policies
from domain.audits import AuditState
from domain.claims import ClaimState
from domain.indicators import INDICATORS
from schemas.components import REFERENCE
from schemas.members import (
    ShopAuditFile,
    ShopAuditPage,
    ShopCaseAnswer,
    ShopCaseFile,
    ShopCasePage,
    ShopFrame,
    ShopIndicators,
)
from schemas.problems import Problem
from schemas.shapes import Shape

_BASE: Final = "/v1/shops/{shop_key}"
_JSON: Final = "application/json"


def _content(shape: type[Shape], *media_types: str) -> dict[str, Any]:
    schema = {"$ref": REFERENCE + shape.__name__}
    return {media_type: {"schema": schema} for media_type in media_types}


def _found(description: str, shape: type[Shape]) -> dict[str, Any]:
    return {"description": description, "content": _content(shape, _JSON)}


def _refusal(description: str) -> dict[str, Any]:
    problems = ("application/problem+json", "application/problem+xml")
    return {"description": description, "content": _content(Problem, *problems)}


RESPONSES: Final[Mapping[str, dict[str, Any]]] = {
    "FrameRead": _found("The frame of the member that the shop belongs to.", ShopFrame),
    "CasesRead": _found("A page of cases, the latest report first.", ShopCasePage),
    "CaseRead": _found("The case with its steps and messages.", ShopCaseFile),
    "IndicatorsRead": _found("The seven indicators, and their days.", ShopIndicators),
    "AuditsRead": _found("A page of audits, the latest order first.", ShopAuditPage),
    "AuditRead": _found("The audit with its steps and findings.", ShopAuditFile),
    "ScopeMissing": _refusal("The client lacks the scope."),
    "NotOwn": _refusal("There is none, or it belongs to another account."),
    "CaseChanged": _refusal("The case is not where it was, so that this is not possible now."),
    "CaseOver": _refusal("The time for an answer is over."),
    "CaseAnswerInvalid": _refusal("The answer is not complete or not possible."),
}
_REFUSALS: Final[Mapping[str, str]] = {
    "400": "Malformed",
    "401": "TokenRefused",
    "403": "ScopeMissing",
    "404": "NotOwn",
    "405": "MethodNotAllowed",
    "413": "TooLarge",
    "429": "TooMany",
    "503": "Unavailable",
}
_SHOP: Final = {"$ref": "#/components/parameters/shopKey"}


def _id(name: str, description: str) -> dict[str, Any]:
    schema = {"type": "string", "maxLength": 60}
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": description,
        "schema": schema,
    }


_CASE: Final = _id("case_id", "The case's id, which begins with clm-.")
_AUDIT: Final = _id("audit_id", "The audit's id, which webhooks tell.")


def paths() -> dict[str, Any]:
    """Frame, cases, indicators and audits; shared refusals are described with the others."""
    return {
        f"{_BASE}/frame": _item(
            "The member's protection frame",
            _read("getShopFrame", "frames:read", "FrameRead"),
        ),
        f"{_BASE}/cases": _item(
            "Cases about a shop",
            _read("getShopCases", "cases:read", "CasesRead", _list("case", "Reported", ClaimState)),
        ),
        f"{_BASE}/cases/{{case_id}}": _item(
            "One case", _read("getShopCase", "cases:read", "CaseRead"), _CASE
        ),
        f"{_BASE}/cases/{{case_id}}/answer": _item("The shop's answer", _answer(), _CASE),
        f"{_BASE}/indicators": _item(
            "The shop's quality indicators",
            _read("getShopIndicators", "indicators:read", "IndicatorsRead", [_days()]),
        ),
        f"{_BASE}/audits": _item(
            "Audits of a shop",
            _read(
                "getShopAudits", "audits:read", "AuditsRead", _list("audit", "Ordered", AuditState)
            ),
        ),
        f"{_BASE}/audits/{{audit_id}}": _item(
            "One audit", _read("getShopAudit", "audits:read", "AuditRead"), _AUDIT
        ),
    }


def _item(summary: str, operation: dict[str, Any], *parameters: dict[str, Any]) -> dict[str, Any]:
    return {"summary": summary, "parameters": [_SHOP, *parameters], **operation}


def _read(
    name: str, scope: str, answer: str, parameters: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    operation = {
        "operationId": name,
        "security": [{"client": [scope]}],
        "responses": _answers({"200": answer}),
    }
    return {"get": operation | ({"parameters": parameters} if parameters else {})}


def _answer() -> dict[str, Any]:
    own = {
        "200": "CaseRead",
        "409": "CaseChanged",
        "410": "CaseOver",
        "415": "MediaTypeUnsupported",
        "422": "CaseAnswerInvalid",
    }
    operation = {
        "operationId": "postShopCaseAnswer",
        "description": "Answers a report while the shop is asked; the buyer is told.",
        "security": [{"client": ["cases:write"]}],
        "requestBody": {"required": True, "content": _content(ShopCaseAnswer, _JSON)},
        "responses": _answers(own),
    }
    return {"post": operation}


def _list(noun: str, begun: str, known: type[StrEnum]) -> list[dict[str, Any]]:
    limit = {"type": "integer", "minimum": 1, "maximum": policies.LISTS.page_maximum}
    states = {"type": "array", "items": {"type": "string", "enum": list(known)}}
    return [
        _parameter("state", "In one of these states.", states) | {"explode": False},
        _parameter("since", f"{begun} since.", {"type": "string", "format": "date-time"}),
        _parameter("after", f"Behind the {noun} with this id.", {"type": "string"}),
        _parameter("limit", "How many; 20 by default.", limit),
    ]


def _days() -> dict[str, Any]:
    schema = {"type": "integer", "enum": list(INDICATORS.chart_days)}
    return _parameter("days", "For how many days; 90 by default.", schema)


def _parameter(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _answers(own: Mapping[str, str]) -> dict[str, Any]:
    named = sorted({**_REFUSALS, **own}.items())
    return {status: {"$ref": f"#/components/responses/{name}"} for status, name in named}
