"""The addresses that take orders from shops' servers, as OpenAPI describes them."""

from collections.abc import Mapping
from typing import Any, Final

from schemas.components import REFERENCE
from schemas.problems import Problem
from schemas.shapes import Shape
from schemas.shop_orders import ShopOrder, ShopOrderResult, ShopOrderTaken

PATH: Final = "/v1/shops/{shop_key}/orders/{reference}"
BULK: Final = "/v1/shops/{shop_key}/orders/bulk"


def _content(shape: type[Shape], *media_types: str) -> dict[str, Any]:
    schema = {"$ref": REFERENCE + shape.__name__}
    return {media_type: {"schema": schema} for media_type in media_types}


def _refusal(description: str) -> dict[str, Any]:
    problems = ("application/problem+json", "application/problem+xml")
    return {"description": description, "content": _content(Problem, *problems)}


RESPONSES: Final[Mapping[str, dict[str, Any]]] = {
    "ShopOrderRecorded": {
        "description": "The order was recorded, or was known: then 200, and nothing is doubled.",
        "content": _content(ShopOrderTaken, "application/json"),
    },
    "ShopOrdersRead": {
        "description": "A line for each line that was sent, with its own status.",
        "content": _content(ShopOrderResult, "application/x-ndjson"),
    },
    "TokenRefused": _refusal("There is no access token, or it is not valid any more."),
    "ClientRefused": _refusal("The client lacks the scope, or the shop belongs to others."),
    "AddressDiffers": _refusal("The order is known with another e-mail address."),
}
_REFUSALS: Final[Mapping[str, str]] = {
    "400": "Malformed",
    "401": "TokenRefused",
    "403": "ClientRefused",
    "404": "NotFound",
    "405": "MethodNotAllowed",
    "413": "TooLarge",
    "415": "MediaTypeUnsupported",
    "429": "TooMany",
    "503": "Unavailable",
}
SECURITY: Final[Mapping[str, Any]] = {
    "client": {
        "type": "oauth2",
        "flows": {
            "clientCredentials": {
                "tokenUrl": "/oauth/token",
                "scopes": {
                    "orders:write": "Record orders and what became of them.",
                    "frames:read": "Read the member's protection frame and its use.",
                    "cases:read": "Read the cases about the member's shops.",
                    "cases:write": "Answer cases.",
                    "indicators:read": "Read quality indicators.",
                    "audits:read": "Read the audits of the member's shops and their findings.",
                },
            }
        },
    }
}
_SECURED: Final = [{"client": ["orders:write"]}]
_SHOP: Final = {"$ref": "#/components/parameters/shopKey"}


def paths() -> dict[str, Any]:
    """One order, and many; refusals that others have too are described with them."""
    reference = {
        "name": "reference",
        "in": "path",
        "required": True,
        "description": "The order's number, percent-encoded.",
        "schema": {"type": "string", "maxLength": 255},
    }
    put = {
        "operationId": "putShopOrder",
        "description": (
            "Records an order, or says what became of one that is known; of that only its "
            "status, its dates and a missing legal basis are taken over."
        ),
        "security": _SECURED,
        "requestBody": {"required": True, "content": _content(ShopOrder, "application/json")},
        "responses": _answers(
            {
                "200": "ShopOrderRecorded",
                "201": "ShopOrderRecorded",
                "409": "AddressDiffers",
                "422": "OrderInvalid",
            }
        ),
    }
    post = {
        "operationId": "postShopOrders",
        "description": "Up to 10,000 orders, one on each line; a refused line stops no other.",
        "security": _SECURED,
        "requestBody": {"required": True, "content": _content(ShopOrder, "application/x-ndjson")},
        "responses": _answers({"200": "ShopOrdersRead"}),
    }
    return {
        PATH: {
            "summary": "Record an order, or what became of it",
            "parameters": [_SHOP, reference],
            "put": put,
        },
        BULK: {"summary": "Record many orders", "parameters": [_SHOP], "post": post},
    }


def _answers(own: Mapping[str, str]) -> dict[str, Any]:
    named = sorted({**_REFUSALS, **own}.items())
    return {status: {"$ref": f"#/components/responses/{name}"} for status, name in named}
