"""Orders on the wire: what a shop's page hands over, and what it is told (embed.md 4.4)."""

from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, ConfigDict, Field, ValidationError

from domain import policies
from domain.errors import Malformed, OrderInvalid
from domain.hand_overs import PrintedOrder, PrintedProduct, Wish
from schemas import encoding
from schemas.shapes import Count, Moment, Shape

_NOISE: Final = 1e-6
"""What programs that reckon in binary leave behind the decimals."""
_JSON_ERROR: Final = "json_invalid"
_KEYS: Final = {
    "reference": "orderNumber",
    "amount_minor": "amount",
    "legal_basis.version": "textVersion",
    "ordered_at": "orderNumber",
    "residence": "country",
}


Printed = Annotated[str, Field(max_length=2_000)]
"""A value as the page prints it; a number is taken as its text."""


def _in_hundredths(value: object) -> object:
    """A number with two decimals, which tell it from one with thousands that are parted."""
    if not isinstance(value, float):
        return value
    told = f"{value:.2f}"
    if abs(float(told) - value) > _NOISE:
        raise ValueError("An amount has two decimals at most.")
    return told


Amount = Annotated[Printed, BeforeValidator(_in_hundredths)]
"""An amount as the page prints it, or a number with two decimals at most."""


class _Taken(Shape):
    """A shape that is read from outside: keys that nobody knows are ignored."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)


class OrderProduct(_Taken):
    """A product as the page names it; without SKU or name it is left out."""

    sku: Printed | None = None
    name: Printed | None = None
    url: Printed | None = None
    image_url: Printed | None = None
    gtin: Printed | None = None
    mpn: Printed | None = None
    brand: Printed | None = None

    @property
    def printed(self) -> PrintedProduct:
        """The same as the rules read it, where nothing is an empty text."""
        return PrintedProduct(**self.model_dump(by_alias=False, exclude_none=True))


class OrderHandOver(_Taken):
    """An order as the page prints it, and what its buyer wants.

    ``amount`` is such as 150.00 or 150,00, ``deliveryDate`` such as 2026-12-01 or 1.12.2026;
    ``paymentType`` may be any text. ``textVersion`` names the words that the buyer agreed to,
    ``lang`` their language; ``country`` is read with protection only. ``signature`` is made by
    the shop's server.
    """

    order_number: Printed
    email: Printed
    amount: Amount | None = None
    currency: Printed | None = None
    payment_type: Printed | None = None
    delivery_date: Printed | None = None
    products: tuple[OrderProduct, ...] | None = Field(
        default=None, max_length=policies.ORDERS.lines
    )
    wants: tuple[Wish, ...] | None = None
    country: Printed | None = None
    lang: Printed | None = None
    text_version: Printed | None = None
    signature: Printed | None = None

    @property
    def printed(self) -> PrintedOrder:
        """The same as the rules read it, where nothing is an empty text."""
        return PrintedOrder(
            number=self.order_number,
            email=self.email,
            amount=self.amount or "",
            currency=self.currency or "",
            payment_type=self.payment_type or "",
            delivery_date=self.delivery_date or "",
            products=tuple(each.printed for each in self.products or ()),
            wants=frozenset(self.wants or ()),
            country=self.country or "",
            language=self.lang or "",
            text_version=self.text_version or "",
            signature=self.signature or "",
        )


class OrderProtected(Shape):
    """A protected purchase: ``cover`` in minor units of ``currency``, until ``end``, exclusive."""

    cover: Count
    currency: str
    end: Moment


class OrderHandedOver(Shape):
    """What was arranged; a key is absent where nothing was wanted."""

    protection: OrderProtected | None = None
    review: Literal["scheduled"] | None = None


def key_of(field: str | None) -> str | None:
    """The key of a request that the rules call ``field``."""
    if field is None:
        return None
    named = _KEYS.get(field, field)
    return f"products{named.removeprefix('lines')}" if named.startswith("lines") else named


def read(body: bytes) -> PrintedOrder:
    """The order in a request's body; raises Malformed, or OrderInvalid with the field."""
    try:
        return encoding.from_json(OrderHandOver, body).printed
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        field = ".".join(map(str, first["loc"]))
        if first["type"] == _JSON_ERROR or not field:
            raise Malformed("The body is a JSON object.") from None
        raise OrderInvalid(first["msg"], field=field) from None
