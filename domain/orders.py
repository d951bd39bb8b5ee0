"""Orders as shops hand them over, and the legal basis they carry for an invitation.

TrustwrightError
└── Conflict
    └── OrderAddressDiffers        ORDER_ADDRESS_DIFFERS
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from domain import policies, skus, texts
from domain.errors import Conflict, LegalBasisMissing, OrderInvalid

_EMAIL = re.compile(r"[^\s]+@[^\s@]+\.[^\s@]+\Z")
_CURRENCY = re.compile(r"[A-Z]{3}\Z")
_WEB_ADDRESS = re.compile(r"https?://[^\s/][^\s]*\Z", re.IGNORECASE)
CONSENT_STATEMENT: Final = "orders-1"
"""Version of the text by which a shop states that it holds the consent of its buyers (GP-2)."""


class OrderAddressDiffers(Conflict):
    code = "ORDER_ADDRESS_DIFFERS"
    title = "This order is known with another e-mail address, and keeps it."


class LegalBasisKind(StrEnum):
    """The grounds on which a buyer may be invited (GP-2, NEVER-14)."""

    CONSENT = "CONSENT"
    EXISTING_CUSTOMER = "EXISTING_CUSTOMER"
    BUYER_ACCOUNT = "BUYER_ACCOUNT"


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """The ground, the version of the text or notice that was shown, and when.

    Raises LegalBasisMissing when the version is not named (1 to 80 characters).
    """

    kind: LegalBasisKind
    version: str
    given_at: datetime

    def __post_init__(self) -> None:
        if not 0 < len(self.version.strip()) <= len(self.version) <= 80:
            raise LegalBasisMissing(field="legal_basis.version")


class OrderStatus(StrEnum):
    """Where an order stands at the shop (systems.md §20); no status blocks a review."""

    AWAITING_PAYMENT = "AWAITING_PAYMENT"
    ACCEPTED = "ACCEPTED"
    PROCESSING = "PROCESSING"
    SHIPPED = "SHIPPED"
    DELIVERED = "DELIVERED"
    CANCELLED = "CANCELLED"
    REFUNDED = "REFUNDED"

    @property
    def is_undone(self) -> bool:
        """Whether there is no purchase to be asked about any more."""
        return self in (OrderStatus.CANCELLED, OrderStatus.REFUNDED)

    def after(self, told: "OrderStatus") -> "OrderStatus":
        """The status once this is told: news that arrive late take nothing back."""
        order = list(OrderStatus)
        return max(self, told, key=order.index)


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One product of an order; ``price_minor`` is per piece, in minor units."""

    sku: str
    name: str
    quantity: int = 1
    price_minor: int | None = None
    url: str | None = None
    image_url: str | None = None
    gtin: str | None = None
    mpn: str | None = None
    brand: str | None = None


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order: unique per shop and ``reference``; ``amount_minor`` in minor units."""

    reference: str
    email: str
    ordered_at: datetime
    amount_minor: int | None = None
    currency: str | None = None
    lines: tuple[OrderLine, ...] = ()
    legal_basis: LegalBasis | None = None
    status: OrderStatus = OrderStatus.ACCEPTED
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    estimated_delivery_at: datetime | None = None
    source: str = "api"
    buyer_name: str = ""


@dataclass(frozen=True, slots=True)
class OrderChange:
    """What became of an order since; None and no basis leave what is known."""

    status: OrderStatus | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    estimated_delivery_at: datetime | None = None
    legal_basis: LegalBasis | None = None


def normalise_email(address: str) -> str:
    """The form in which two spellings of one address compare equal: trimmed, case folded."""
    return address.strip().casefold()


def masked(address: str) -> str:
    """An address as lists show it: its first letter and the host."""
    name, _, host = address.rpartition("@")
    return f"{name[:1]}…@{host}"


def checked(order: NewOrder) -> NewOrder:
    """The order with tidy texts, if it may be recorded.

    Raises OrderInvalid, or TextInvalid for a text that is too long, with the field.
    """
    limits = policies.ORDERS
    _check_visible(order.reference, limits.reference_characters, "reference")
    email = texts.clean_line(order.email, most=limits.email_characters, field="email")
    if email != order.email.strip() or _EMAIL.match(email) is None:
        raise OrderInvalid("That is not an e-mail address.", field="email")
    _check_amount(order.amount_minor, "amount_minor")
    if order.currency is not None and _CURRENCY.match(order.currency) is None:
        raise OrderInvalid("A currency is three capital letters (ISO 4217).", field="currency")
    if len(order.lines) > limits.lines:
        raise OrderInvalid(f"An order has at most {limits.lines} lines.", field="lines")
    lines = tuple(_tidy_line(line, f"lines.{index}") for index, line in enumerate(order.lines))
    name = texts.clean_line(order.buyer_name, most=limits.buyer_characters, field="buyer_name")
    return replace(order, email=email, lines=lines, buyer_name=name)


def change_of(order: NewOrder) -> OrderChange:
    """What an order that is told once more says about the one that is known."""
    return OrderChange(
        order.status,
        order.shipped_at,
        order.delivered_at,
        order.estimated_delivery_at,
        order.legal_basis,
    )


def dated(change: OrderChange, now: datetime) -> OrderChange:
    """The change with the moments that its status implies: what is shipped was so by now."""
    if change.status not in (OrderStatus.SHIPPED, OrderStatus.DELIVERED):
        return change
    shipped_at, delivered_at = change.shipped_at, change.delivered_at
    if change.status is OrderStatus.SHIPPED:
        shipped_at = shipped_at or now
    else:
        delivered_at = delivered_at or now
    return replace(change, shipped_at=shipped_at, delivered_at=delivered_at)


def with_change(order: NewOrder, change: OrderChange) -> NewOrder:
    """The order with the dates of a change."""
    return replace(order, shipped_at=change.shipped_at, delivered_at=change.delivered_at)


def check_times(order: NewOrder | OrderChange, now: datetime) -> None:
    """Raise OrderInvalid, with the field, for a moment that an order cannot have.

    Every moment has a zone and lies in this century; the order itself not in the future, but
    for a day of clocks that differ.
    """
    basis = order.legal_basis
    ordered_at = order.ordered_at if isinstance(order, NewOrder) else None
    moments = {
        "ordered_at": ordered_at,
        "shipped_at": order.shipped_at,
        "delivered_at": order.delivered_at,
        "estimated_delivery_at": order.estimated_delivery_at,
        "legal_basis.given_at": basis.given_at if basis else None,
    }
    for field, moment in moments.items():
        if moment is not None and (moment.tzinfo is None or not 2000 <= moment.year < 2100):
            raise OrderInvalid("A moment has a zone and lies in this century.", field=field)
    if ordered_at is not None and ordered_at > now + timedelta(days=1):
        raise OrderInvalid("An order does not lie in the future.", field="ordered_at")


def _tidy_line(line: OrderLine, field: str) -> OrderLine:
    limits = policies.ORDERS
    _check_visible(line.sku, skus.MAX_CHARACTERS, f"{field}.sku")
    if not 1 <= line.quantity <= limits.pieces:
        raise OrderInvalid(f"A line has 1 to {limits.pieces} pieces.", field=f"{field}.quantity")
    _check_amount(line.price_minor, f"{field}.price_minor")
    return replace(
        line,
        name=texts.clean_line(line.name, most=limits.name_characters, field=f"{field}.name"),
        url=_web_address(line.url, f"{field}.url"),
        image_url=_web_address(line.image_url, f"{field}.image_url"),
        gtin=_tidy(line.gtin, limits.gtin_characters, f"{field}.gtin"),
        mpn=_tidy(line.mpn, limits.mpn_characters, f"{field}.mpn"),
        brand=_tidy(line.brand, limits.brand_characters, f"{field}.brand"),
    )


def _check_visible(text: str, most: int, field: str) -> None:
    if not text or texts.clean_line(text, most=most, field=field) != text:
        raise OrderInvalid(f"1 to {most} visible characters are needed.", field=field)


def _check_amount(minor: int | None, field: str) -> None:
    most = policies.ORDERS.minor_units
    if minor is not None and not 0 <= minor <= most:
        raise OrderInvalid(f"An amount is 0 to {most} minor units.", field=field)


def _tidy(text: str | None, most: int, field: str) -> str | None:
    return None if text is None else texts.clean_line(text, most=most, field=field)


def _web_address(address: str | None, field: str) -> str | None:
    tidy = _tidy(address, policies.ORDERS.address_characters, field)
    if tidy is not None and _WEB_ADDRESS.match(tidy) is None:
        raise OrderInvalid("An address starts with https:// or http://.", field=field)
    return tidy
