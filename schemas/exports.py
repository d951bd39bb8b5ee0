"""The secret addresses of a shop's exports, as OpenAPI describes them."""

from collections.abc import Mapping
from typing import Any, Final

PATH: Final = "/v1/exports/{token}/{name}"
PARAMETERS: Final[Mapping[str, dict[str, Any]]] = {
    "exportToken": {
        "name": "token",
        "in": "path",
        "required": True,
        "description": "The secret of the feed: who knows it may read.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{32}$"},
    },
    "exportName": {
        "name": "name",
        "in": "path",
        "required": True,
        "description": "The file: `product-ratings.zip`; `merchant-reviews.xml.gz` or, of one day, "
        "`merchant-reviews-2026-11-21.xml.gz`; `review-enrichment.jsonl.gz`; or "
        "`eligibility.json`, which says how much is missing for stars.",
        "schema": {
            "type": "string",
            "pattern": "^[a-z0-9.-]{1,60}$",
            "example": "product-ratings.zip",
        },
    },
}
RESPONSES: Final[Mapping[str, dict[str, Any]]] = {
    "LoginNeeded": {
        "description": "The feed asks for HTTP Basic: the shop's key and the feed's password.",
    },
}
_MEDIA_TYPES: Final = ("application/zip", "application/gzip")
_FOUND: Final = ("ETag", "Last-Modified", "Cache-Control")
_REFUSALS: Final = {"404": "NotFound", "405": "MethodNotAllowed", "429": "TooMany"}


def path_item() -> dict[str, Any]:
    """What is answered under ``PATH``; refusals are those of the other addresses."""
    return {
        "summary": "A file of reviews for search engines, or what stars still need",
        "parameters": [{"$ref": f"#/components/parameters/{name}"} for name in PARAMETERS],
        "get": {
            "operationId": "getExport",
            "responses": _answers("", {"200": _found(), "503": _response("Unavailable")}),
        },
        "head": {
            "operationId": "headExport",
            "responses": _answers(
                "Head", {"200": _response("Found"), "503": _response("UnavailableHead")}
            ),
        },
    }


def _answers(suffix: str, own: dict[str, Any]) -> dict[str, Any]:
    refusals = {status: _response(name + suffix) for status, name in _REFUSALS.items()}
    known = {"304": _response("NotModified"), "401": _response("LoginNeeded")}
    return {**own, **known, **refusals}


def _found() -> dict[str, Any]:
    files = {
        media_type: {"schema": {"type": "string", "contentMediaType": media_type}}
        for media_type in _MEDIA_TYPES
    }
    return {
        "description": "The newest file, or the panel.",
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in _FOUND},
        "content": {**files, "application/json": {"schema": {"type": "object"}}},
    }


def _response(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/responses/{name}"}
