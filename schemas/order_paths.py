"""The address that takes orders from shops' pages, as OpenAPI describes it."""

from collections.abc import Mapping
from typing import Any, Final

from schemas.components import REFERENCE
from schemas.orders import OrderHandedOver, OrderHandOver
from schemas.problems import Problem
from schemas.shapes import Shape

PATH: Final = "/v1/shops/{shop_key}/orders"


def _content(shape: type[Shape], *media_types: str) -> dict[str, Any]:
    schema = {"$ref": REFERENCE + shape.__name__}
    return {media_type: {"schema": schema} for media_type in media_types}


def _refusal(description: str) -> dict[str, Any]:
    problems = ("application/problem+json", "application/problem+xml")
    return {"description": description, "content": _content(Problem, *problems)}


RESPONSES: Final[Mapping[str, dict[str, Any]]] = {
    "OrderTaken": {
        "description": "The order was taken; a repeated call gets the same answer with 200.",
        "content": _content(OrderHandedOver, "application/json"),
    },
    "OrderForeign": _refusal(
        "The page is on none of the shop's hosts, or the signature is not the shop's."
    ),
    "OrderUnprotected": _refusal("Protection was asked for, and there is none. Nothing is kept."),
    "OrderInvalid": _refusal("A value breaks a rule; the field is named. Nothing is kept."),
}
_ANSWERS: Final[Mapping[str, str]] = {
    "200": "OrderTaken",
    "201": "OrderTaken",
    "400": "Malformed",
    "403": "OrderForeign",
    "404": "NotFound",
    "405": "MethodNotAllowed",
    "409": "OrderUnprotected",
    "413": "TooLarge",
    "415": "MediaTypeUnsupported",
    "422": "OrderInvalid",
    "429": "TooMany",
    "503": "Unavailable",
}


def paths() -> dict[str, Any]:
    """The one address; refusals that others have too are described with them."""
    responses = {
        status: {"$ref": f"#/components/responses/{name}"} for status, name in _ANSWERS.items()
    }
    post = {
        "operationId": "postOrder",
        "description": (
            "Called by the shop's own page when its buyer has chosen something; the browser "
            "names the page's `Origin`. Each order number is taken once."
        ),
        "requestBody": {"required": True, "content": _content(OrderHandOver, "application/json")},
        "responses": responses,
    }
    return {
        PATH: {
            "summary": "Hand an order over from the shop's page",
            "parameters": [{"$ref": "#/components/parameters/shopKey"}],
            "post": post,
        }
    }
