"""Orders as a shop's page hands them over: values as they were printed, read with tolerance.

The page can be forged, so what it says is no order record (embed.md 4.4, systems.md §4). It
becomes one when the shop's server confirms it; a signature on the page does so at once.

TrustwrightError
├── NotFound
│   └── HandOverNotFound           HAND_OVER_NOT_FOUND
└── Conflict
    └── HandOverSettled            HAND_OVER_SETTLED (LVL-2b)
"""

import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

from domain import policies, texts
from domain.errors import (
    Conflict,
    NotFound,
    OrderInvalid,
    OriginForeign,
)
from domain.orders import LegalBasis, LegalBasisKind, NewOrder, OrderLine
from domain.payments import PaymentType
from domain.payments import read as payment_type

SOURCE: Final = "page"
TACIT: Final = "page, not denied"
"""The source of an order that only the page has told of, and that the shop has not denied."""
# A currency's sign or code may stand on either side; the Swiss write 1'500.00.
_AMOUNT: Final = re.compile(r"(?![.,])\D{0,4}?(\d[\d., '\u2019]*)\D{0,4}\Z", re.ASCII)
# Groups of thousands, all by the same sign; the groups before may be of two digits (1,50,000).
_WHOLE: Final = re.compile(r"\d+|[1-9]\d{0,2}([., '\u2019])(?:\d{2,3}\1)*\d{3}", re.ASCII)
_DECIMALS: Final = re.compile(r"(.*?)[.,](\d{1,2})\Z", re.DOTALL)
_DATES: Final = (
    re.compile(r"(?P<year>20\d\d)-(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>20\d\d)"),
)
_WEB_ADDRESS: Final = re.compile(r"https?://[^\s/]+\S*\Z", re.IGNORECASE)
# Digits after the decimal point, where they are not two (ISO 4217).
_NO_DECIMALS: Final = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"}
    | {"RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"}
)


class HandOverNotFound(NotFound):
    code = "HAND_OVER_NOT_FOUND"
    title = "The shop's pages have told of no order with this id."


class HandOverSettled(Conflict):
    code = "HAND_OVER_SETTLED"
    title = "The order is confirmed, and its invitation has left; it can no longer be denied."


class Wish(StrEnum):
    """What a buyer may choose in the order card, each on its own (systems.md §3)."""

    REVIEW = "review"
    PROTECTION = "protection"


@dataclass(frozen=True, slots=True)
class PrintedProduct:
    """A product as the page names it."""

    sku: str = ""
    name: str = ""
    url: str = ""
    image_url: str = ""
    gtin: str = ""
    mpn: str = ""
    brand: str = ""


@dataclass(frozen=True, slots=True)
class PrintedOrder:
    """An order as the page prints it; ``text_version`` names the words that the buyer saw.

    ``country`` is where the buyer lives, asked for protection only.
    """

    number: str
    email: str
    amount: str = ""
    currency: str = ""
    payment_type: str = ""
    delivery_date: str = ""
    products: tuple[PrintedProduct, ...] = ()
    wants: frozenset[Wish] = frozenset()
    country: str = ""
    language: str = ""
    text_version: str = ""
    signature: str = ""


@dataclass(frozen=True, slots=True)
class HandOver:
    """What was understood: the order, how it is paid for, and what the buyer wants.

    ``basis`` is what permits an invitation; the order carries it as well. None where the buyer
    wants the purchase protected and nothing else.
    """

    order: NewOrder
    basis: LegalBasis | None
    payment_type: PaymentType
    payment_text: str
    wants: frozenset[Wish]


def read(
    printed: PrintedOrder, *, currency: str, basis: LegalBasis | None, now: datetime
) -> HandOver:
    """The order behind what a page printed, dated ``now``; ``currency`` where it names none.

    ``basis`` is the legal basis that the shop has on record for sending orders without a click,
    if any: without it a buyer has chosen something. To want protection is no consent to an
    invitation. Raises OrderInvalid, TextInvalid or LegalBasisMissing.
    """
    if Wish.REVIEW in printed.wants:
        basis = LegalBasis(LegalBasisKind.CONSENT, printed.text_version, now)
    elif basis is None and Wish.PROTECTION not in printed.wants:
        raise OrderInvalid("Nothing is kept without a choice.", field="wants")
    currency = printed.currency.strip().upper() or currency
    order = NewOrder(
        reference=" ".join(printed.number.split()),
        email=printed.email,
        ordered_at=now,
        amount_minor=amount_minor(printed.amount, currency),
        currency=currency,
        lines=tuple(_lines(printed.products)),
        legal_basis=basis,
        estimated_delivery_at=day(printed.delivery_date),
        source=SOURCE,
    )
    payment_text = texts.clean_line(
        printed.payment_type, most=policies.HAND_OVERS.payment_characters, field="paymentType"
    )
    return HandOver(order, basis, payment_type(payment_text), payment_text, printed.wants)


def amount_minor(text: str, currency: str) -> int | None:
    """The amount in minor units: ``150.00``, ``150,00``, ``1.500,00`` and ``1`` are understood.

    The last separator that one or two digits follow is the decimal one, any other one parts
    thousands. None where nothing is printed; raises OrderInvalid for what is no amount, such as
    ``150.0001``, which is not taken for a million and a half.
    """
    tidy = " ".join(text.split())
    if not tidy:
        return None
    found = _AMOUNT.match(tidy)
    whole, decimals = found[1].strip(" .,") if found else "", "0"
    split = _DECIMALS.match(whole)
    if split is not None:
        whole, decimals = split[1].strip(), split[2]
    if "-" in tidy or _WHOLE.fullmatch(whole) is None:
        raise OrderInvalid("An amount is a number such as 150.00 or 150,00.", field="amount")
    value = Decimal(f"{re.sub(r'[^0-9]', '', whole)}.{decimals}")
    return int(value if currency in _NO_DECIMALS else value * 100)


def day(text: str) -> datetime | None:
    """The beginning of a day of this century, UTC, from ``2026-12-01`` or ``1.12.2026``.

    None for anything else.
    """
    for form in _DATES:
        found = form.match(text.strip())
        if found is not None:
            try:
                return datetime(
                    int(found["year"]), int(found["month"]), int(found["day"]), tzinfo=UTC
                )
            except ValueError:
                return None
    return None


def signature(secret: str, shop_key: str, printed: PrintedOrder) -> str:
    """What a shop's server writes into the page to say that the order is genuine.

    base64url without padding of HMAC-SHA256 over the values as printed, trimmed.
    """
    values = (printed.number, printed.email, printed.amount, printed.currency)
    message = "|".join(("v1", "order", shop_key, *(value.strip() for value in values)))
    digest = hmac.new(secret.encode(), message.encode(errors="replace"), sha256).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


def is_signed(printed: PrintedOrder, shop_key: str, secrets: Sequence[str]) -> bool:
    """Whether the signature was made with one of the shop's secrets."""
    given = printed.signature.strip().rstrip("=").encode(errors="replace")
    return any(
        hmac.compare_digest(signature(secret, shop_key, printed).encode(), given)
        for secret in secrets
    )


def check_origin(origin: str | None, hosts: frozenset[str]) -> None:
    """Raise OriginForeign unless a page on one of the shop's hosts, or below one, asks."""
    try:
        parts = urlsplit(origin or "")
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        raise OriginForeign from None
    is_own = any(host == own or host.endswith(f".{own}") for own in hosts)
    if parts.scheme not in ("http", "https") or not is_own:
        raise OriginForeign


def may_still_sign(replaced_at: datetime | None, now: datetime) -> bool:
    """Whether a secret is the present one, or was until 180 days ago (systems.md §7)."""
    days = timedelta(days=policies.HAND_OVERS.secret_days)
    return replaced_at is None or now < replaced_at + days


def _lines(products: tuple[PrintedProduct, ...]) -> list[OrderLine]:
    """The products that have what the contract requires; variants of one SKU are one line."""
    found: dict[str, OrderLine] = {}
    for product in products:
        sku, name = product.sku.strip(), product.name.strip()
        if sku and name and sku not in found:
            found[sku] = OrderLine(
                sku=sku,
                name=name,
                url=_address(product.url),
                image_url=_address(product.image_url),
                gtin=product.gtin.strip() or None,
                mpn=product.mpn.strip() or None,
                brand=product.brand.strip() or None,
            )
    return list(found.values())


def _address(text: str) -> str | None:
    tidy = text.strip()
    return tidy if _WEB_ADDRESS.match(tidy) else None
