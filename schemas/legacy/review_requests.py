"""Review requests on the legacy wire: one order for a link that the caller delivers (5.2)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from domain import fields
from domain.orders import NewOrder
from schemas.legacy import orders
from schemas.legacy.envelopes import Body

PATH: Final = "/reviews/evaluate_product"
UUID: Final = "reviewrequest_uuid"
SHOP: Final = "shop_id"
_PRODUCTS: Final = frozenset({"products", "product"})


@dataclass(frozen=True, slots=True)
class ReviewRequest:
    """The order, the shop key that the body names, or nothing, and whose reviews are asked for.

    ``is_of_products`` where only products are: the form then begins with the first one.
    """

    order: NewOrder
    shop_key: str
    language: str
    is_of_products: bool


def read(given: dict[str, Any], *, now: datetime) -> ReviewRequest:
    """What a body asks for; raises OrderInvalid as ``orders.read`` does."""
    order = orders.read(given, now=now)
    types = given.get("types")
    named = types if isinstance(types, list) else [types]
    keys = {fields.line(each, "key").lower() for each in named}
    return ReviewRequest(
        order,
        fields.line(given, "tsId"),
        orders.language(given),
        is_of_products=bool(keys) and keys <= _PRODUCTS and bool(order.lines),
    )


def body(base_url: str, shop_key: str, uuid: str) -> Body:
    """The answer: the link, and the uuid of which there is one for each order."""
    link = f"{base_url}{PATH}?{urlencode({UUID: uuid, SHOP: shop_key})}"
    return Body({"reviewRequest": {"link": link, "uuid": uuid.replace("-", "")}})
