"""The address that takes calls of shop systems, as OpenAPI describes it."""

from collections.abc import Mapping
from typing import Any, Final

from schemas.components import REFERENCE
from schemas.order_hooks import OrderHookAnswer
from schemas.problems import Problem

PATH: Final = "/v1/shops/{shop_key}/hooks/{hook_id}"


def _refusal(description: str) -> dict[str, Any]:
    schema = {"$ref": REFERENCE + Problem.__name__}
    types = ("application/problem+json", "application/problem+xml")
    return {"description": description, "content": {name: {"schema": schema} for name in types}}


RESPONSES: Final[Mapping[str, dict[str, Any]]] = {
    "OrderHookAnswered": {
        "description": "The call was read; a repeated one changes nothing.",
        "content": {"application/json": {"schema": {"$ref": REFERENCE + OrderHookAnswer.__name__}}},
    },
    "OrderHookForged": _refusal("The call is not signed with the secret of this address."),
}
_ANSWERS: Final[Mapping[str, str]] = {
    "200": "OrderHookAnswered",
    "400": "Malformed",
    "401": "OrderHookForged",
    "404": "NotFound",
    "405": "MethodNotAllowed",
    "413": "TooLarge",
    "422": "OrderInvalid",
    "429": "TooMany",
    "503": "Unavailable",
}


def paths() -> dict[str, Any]:
    """The one address; what is sent to it is the business of each shop system."""
    responses = {
        status: {"$ref": f"#/components/responses/{name}"} for status, name in _ANSWERS.items()
    }
    hook_id = {
        "name": "hook_id",
        "in": "path",
        "required": True,
        "description": "The id of the address, from the control centre.",
        "schema": {"type": "string", "pattern": "^ohk-"},
    }
    post = {
        "operationId": "postOrderHook",
        "description": (
            "Called by the shop's own system when an order is placed or changes. Each system "
            "signs in its own way; the generic form is that of Standard Webhooks."
        ),
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"type": "object"}}},
        },
        "responses": responses,
    }
    return {
        PATH: {
            "summary": "Take a call of a shop system",
            "parameters": [{"$ref": "#/components/parameters/shopKey"}, hook_id],
            "post": post,
        }
    }
