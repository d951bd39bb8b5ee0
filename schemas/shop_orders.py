"""Orders that a shop's server sends, one or many, and what it is told (systems.md §40)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, ConfigDict, Field, ValidationError

from domain import policies
from domain.errors import Malformed, OrderInvalid
from domain.orders import (
    LegalBasis,
    LegalBasisKind,
    NewOrder,
    OrderChange,
    OrderLine,
    OrderStatus,
)
from schemas import encoding
from schemas.shapes import Count, Shape

SOURCE: Final = "api"
_JSON_ERROR: Final = "json_invalid"
_LIMITS: Final = policies.ORDERS

Word = Annotated[str, Field(max_length=2_000)]
Status = Literal[
    "AWAITING_PAYMENT",
    "ACCEPTED",
    "PROCESSING",
    "SHIPPED",
    "DELIVERED",
    "CANCELLED",
    "REFUNDED",
    "RETURNED",
]
"""RETURNED is another word for REFUNDED: either way there is no purchase left to ask about."""


class _Told(Shape):
    """A shape that is read from outside: keys that nobody knows are ignored."""

    model_config = ConfigDict(extra="ignore")


class ShopOrderProduct(_Told):
    """A product of an order; ``priceMinor`` per piece, in minor units."""

    sku: Word
    name: Word
    quantity: Annotated[int, Field(ge=1, le=_LIMITS.pieces)] | None = None
    price_minor: Count | None = None
    url: Word | None = None
    image_url: Word | None = None
    gtin: Word | None = None
    mpn: Word | None = None
    brand: Word | None = None

    @property
    def line(self) -> OrderLine:
        """The same as the rules read it."""
        return OrderLine(**self.model_dump(by_alias=False, exclude_none=True))


class ShopLegalBasis(_Told):
    """The ground on which the buyer may be invited, the version of the text, and when."""

    kind: LegalBasisKind
    version: Word
    given_at: AwareDatetime


class ShopOrder(_Told):
    """An order, or what became of one that is known: then ``email`` and ``orderedAt`` may lack.

    ``amountMinor`` in minor units, ``language`` such as de. Without ``legalBasis`` the order is
    recorded and nobody is invited.
    """

    reference: Word | None = None
    email: Word | None = None
    name: Word | None = None
    ordered_at: AwareDatetime | None = None
    status: Status | None = None
    amount_minor: Count | None = None
    currency: Word | None = None
    language: Annotated[str, Field(max_length=35)] | None = None
    products: tuple[ShopOrderProduct, ...] | None = Field(default=None, max_length=_LIMITS.lines)
    legal_basis: ShopLegalBasis | None = None
    shipped_at: AwareDatetime | None = None
    delivered_at: AwareDatetime | None = None
    estimated_delivery_at: AwareDatetime | None = None

    @property
    def order_status(self) -> OrderStatus | None:
        if self.status is None:
            return None
        return OrderStatus("REFUNDED" if self.status == "RETURNED" else self.status)

    @property
    def basis(self) -> LegalBasis | None:
        """The legal basis; raises LegalBasisMissing for one that names no version."""
        told = self.legal_basis
        return LegalBasis(told.kind, told.version, told.given_at) if told else None

    def change(self) -> OrderChange:
        """What became of the order."""
        return OrderChange(
            self.order_status,
            self.shipped_at,
            self.delivered_at,
            self.estimated_delivery_at,
            self.basis,
        )

    def order(self, reference: str) -> NewOrder | None:
        """The whole order; None where only a change is told. Raises OrderInvalid for half."""
        if self.email is None and self.ordered_at is None:
            return None
        if self.email is None or self.ordered_at is None:
            field = "email" if self.email is None else "orderedAt"
            raise OrderInvalid("An order has an e-mail address and a moment.", field=field)
        return NewOrder(
            reference=reference,
            email=self.email,
            ordered_at=self.ordered_at,
            amount_minor=self.amount_minor,
            currency=self.currency,
            lines=tuple(product.line for product in self.products or ()),
            legal_basis=self.basis,
            status=self.order_status or OrderStatus.ACCEPTED,
            shipped_at=self.shipped_at,
            delivered_at=self.delivered_at,
            estimated_delivery_at=self.estimated_delivery_at,
            source=SOURCE,
            buyer_name=self.name or "",
        )


class ShopOrderInvitation(Shape):
    """An invitation of an order; ``reason`` says why one is never sent."""

    id: str
    type: str
    state: str
    send_at: datetime | None = None
    reason: str | None = None


class ShopOrderTaken(Shape):
    """The order's id, and its invitations as they stand."""

    id: str
    reference: str
    invitations: tuple[ShopOrderInvitation, ...] = ()


class ShopOrderResult(Shape):
    """What became of one line, from 1: its status as if it had been sent alone."""

    line: int
    status: int
    reference: str | None = None
    id: str | None = None
    invitations: tuple[ShopOrderInvitation, ...] | None = None
    code: str | None = None
    field: str | None = None
    detail: str | None = None


def read(body: bytes) -> ShopOrder:
    """The order in a body or line; raises Malformed, or OrderInvalid with the field."""
    try:
        return encoding.from_json(ShopOrder, body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        field = ".".join(map(str, first["loc"]))
        if first["type"] == _JSON_ERROR or not field:
            raise Malformed("An order is a JSON object.") from None
        raise OrderInvalid(first["msg"], field=field) from None


def lines(results: Sequence[ShopOrderResult]) -> bytes:
    """The results as NDJSON."""
    return b"".join(encoding.to_json(result) + b"\n" for result in results)


def key_of(field: str | None) -> str | None:
    """The key of a request that the rules call ``field``."""
    if field is None:
        return None
    if field.startswith("lines"):
        field = f"products{field.removeprefix('lines')}"
    named = {"buyer_name": "name"}.get(field, field)
    parts = named.split(".")
    return ".".join(_camel(part) for part in parts)


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)
