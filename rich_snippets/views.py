"""The plain values from which markup is made; filled by the services, free of tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

from domain.evidence import EvidenceLevel
from domain.grades import Grade
from domain.reviews import NotCounted

_STEPS: Final[Mapping[int, Decimal]] = {1: Decimal("0.1"), 2: Decimal("0.01")}


@dataclass(frozen=True, slots=True)
class AddressView:
    """A postal address; ``country`` is ISO 3166-1 alpha-2."""

    street: str = ""
    postal_code: str = ""
    locality: str = ""
    region: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class ContactView:
    """How customers reach the shop; at least one of both, in languages as BCP 47 tags."""

    email: str = ""
    phone: str = ""
    languages: tuple[str, ...] = ()


class ReturnCategory(StrEnum):
    """Whether goods may be sent back, as members of MerchantReturnEnumeration."""

    FINITE = "MerchantReturnFiniteReturnWindow"
    UNLIMITED = "MerchantReturnUnlimitedWindow"
    NOT_PERMITTED = "MerchantReturnNotPermitted"


@dataclass(frozen=True, slots=True)
class ReturnPolicyView:
    """Countries (alpha-2) with a category and, if finite, days; or the address of a page (O3)."""

    countries: tuple[str, ...] = ()
    category: ReturnCategory | None = None
    days: int | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class ShopView:
    """A shop and the company behind it; ``profile_url`` is its public profile here (O2).

    ``operator_is_shop`` says that the installation is run by the company that is reviewed.
    """

    name: str
    url: str
    profile_url: str
    operator_is_shop: bool
    legal_name: str = ""
    logo_url: str | None = None
    same_as: tuple[str, ...] = ()
    vat_id: str = ""
    tax_id: str = ""
    iso6523_code: str = ""
    address: AddressView | None = None
    contact: ContactView | None = None
    return_policy: ReturnPolicyView | None = None


class Availability(StrEnum):
    """Members of ItemAvailability."""

    IN_STOCK = "InStock"
    LIMITED = "LimitedAvailability"
    MADE_TO_ORDER = "MadeToOrder"
    BACK_ORDER = "BackOrder"
    PRE_ORDER = "PreOrder"
    PRE_SALE = "PreSale"
    RESERVED = "Reserved"
    ONLINE_ONLY = "OnlineOnly"
    IN_STORE_ONLY = "InStoreOnly"
    OUT_OF_STOCK = "OutOfStock"
    SOLD_OUT = "SoldOut"
    DISCONTINUED = "Discontinued"


class Condition(StrEnum):
    """Members of OfferItemCondition."""

    NEW = "NewCondition"
    REFURBISHED = "RefurbishedCondition"
    USED = "UsedCondition"
    DAMAGED = "DamagedCondition"


@dataclass(frozen=True, slots=True)
class OfferView:
    """One price in integer minor units of an ISO 4217 currency.

    ``strikethrough_minor`` is the higher price it is compared with; ``valid_until`` the last day
    of the price.
    """

    price_minor: int
    currency: str
    url: str | None = None
    availability: Availability | None = None
    condition: Condition | None = None
    valid_until: date | None = None
    strikethrough_minor: int | None = None


@dataclass(frozen=True, slots=True)
class ProductView:
    """A product of a shop; ``is_prohibited`` says that its goods may not be advertised (P9)."""

    name: str
    sku: str = ""
    url: str | None = None
    image_url: str | None = None
    gtin: str = ""
    mpn: str = ""
    brand: str = ""
    offer: OfferView | None = None
    is_prohibited: bool = False


class VariesBy(StrEnum):
    """What variants may differ in (V3)."""

    COLOR = "color"
    SIZE = "size"
    SUGGESTED_AGE = "suggestedAge"
    SUGGESTED_GENDER = "suggestedGender"
    MATERIAL = "material"
    PATTERN = "pattern"


@dataclass(frozen=True, slots=True)
class VariantView:
    """One variant of a group with what tells it from the others."""

    product: ProductView
    color: str = ""
    size: str = ""
    material: str = ""
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class GroupView:
    """Variants of one product, which share a grade.

    ``is_equivalence_logged`` says that the log tells why their reviews are pooled (NEVER-11);
    ``is_single_page`` that all variants are shown at ``url`` (V4).
    """

    name: str
    group_id: str
    varies_by: tuple[VariesBy, ...]
    variants: tuple[VariantView, ...]
    is_equivalence_logged: bool
    url: str | None = None
    is_single_page: bool = False
    image_url: str | None = None
    brand: str = ""
    is_prohibited: bool = False


@dataclass(frozen=True, slots=True)
class GradeView:
    """A published grade as one surface shows it (RX4).

    ``decimals`` is 2, or 1 where the surface shows one; that needs ``mark_sum``, the exact sum of
    the marks behind the grade. ``explanation`` is the sentence beside the value that names count
    and period, in the surface's language; without it the period stands there as ISO 8601.
    """

    grade: Grade
    explanation: str = ""
    decimals: int = 2
    mark_sum: int | None = None

    @property
    def value(self) -> Decimal | None:
        """The shown value, rounded once, half-up (X4); None where it cannot be computed."""
        exact = self._exact
        step = _STEPS.get(self.decimals)
        if exact is None or step is None or not exact.is_finite():
            return None
        return exact.quantize(step, ROUND_HALF_UP)

    @property
    def _exact(self) -> Decimal | None:
        if self.mark_sum is not None and self.grade.mark_count > 0:
            return Decimal(self.mark_sum) / self.grade.mark_count
        return self.grade.rating if self.decimals == 2 else None


@dataclass(frozen=True, slots=True)
class ReplyView:
    """The shop's public answer to a review."""

    text: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A public review as the page shows it.

    ``rating`` is the shown value of the review, 1 to 5: whole stars, or the mean of its marks.
    ``not_counted`` says why it is outside the grade; that, its level and its provenance decide
    whether it may be marked up (RX2, R16). ``author_name`` is empty where the author chose to
    show none.
    """

    author_name: str
    rating: Decimal
    published_at: datetime
    level: EvidenceLevel
    not_counted: NotCounted | None = None
    incentivised: bool = False
    imported_from: str | None = None
    title: str = ""
    comment: str = ""
    language: str = ""
    edited_at: datetime | None = None
    url: str | None = None
    reply: ReplyView | None = None


@dataclass(frozen=True, slots=True)
class CertificationView:
    """A mark that was issued to the shop, valid from and until a day, both inclusive."""

    name: str
    number: str
    issuer_name: str
    valid_from: date
    valid_until: date
    issuer_url: str | None = None
    url: str | None = None
