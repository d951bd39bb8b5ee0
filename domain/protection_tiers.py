"""Tiers of protection as data, chosen by where a buyer lives (systems.md §35).

TrustwrightError
└── Invalid
    └── ResidenceInvalid           RESIDENCE_INVALID
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.errors import Invalid

_COUNTRY: Final = re.compile(r"[A-Z]{2}\Z")
_SPELLINGS: Final = {"UK": "GB"}


class ResidenceInvalid(Invalid):
    code = "RESIDENCE_INVALID"
    title = "The country in which the buyer lives is two letters, such as DE."


class Tier(StrEnum):
    """What a buyer has: Protection Basic, Protection Plus, or the Buyer guarantee."""

    BASIC = "BASIC"
    PLUS = "PLUS"
    GUARANTEE = "GUARANTEE"


@dataclass(frozen=True, slots=True)
class TierTerms:
    """A tier: covered per purchase at most, in minor units, and its fee in them for a year.

    A buyer may prolong a protection once by as many days where ``may_prolong``.
    """

    tier: Tier
    max_minor: int
    currency: str
    fee_minor: int = 0
    may_prolong: bool = False


_BASIC: Final = TierTerms(Tier.BASIC, 10_000, "EUR")
PLUS: Final = TierTerms(Tier.PLUS, 2_000_000, "EUR", fee_minor=990, may_prolong=True)
"""Its fee is for a year; that it may be prolonged is our default (systems.md §35)."""
_BASIC_AND_PLUS: Final = (_BASIC, PLUS)

BY_RESIDENCE: Final[Mapping[str, tuple[TierTerms, ...]]] = {
    "DE": _BASIC_AND_PLUS,
    "AT": _BASIC_AND_PLUS,
    "NL": _BASIC_AND_PLUS,
    "GB": (TierTerms(Tier.GUARANTEE, 250_000, "GBP"),),
    "CH": (TierTerms(Tier.GUARANTEE, 400_000, "CHF"),),
}
"""Tiers by country of residence, the free one first."""
ELSEWHERE: Final = (TierTerms(Tier.GUARANTEE, 250_000, "EUR"),)
"""What is offered to everybody who lives in none of these countries."""


def residence(text: str) -> str:
    """The country of residence in capitals (ISO 3166-1, or ``UK``); raises ResidenceInvalid."""
    code = text.strip().upper()
    if _COUNTRY.match(code) is None:
        raise ResidenceInvalid(field="residence")
    return _SPELLINGS.get(code, code)


def offered(country: str) -> tuple[TierTerms, ...]:
    """The tiers for who lives in ``country``, as ``residence`` gives it; the free one first."""
    return BY_RESIDENCE.get(country, ELSEWHERE)


def terms_of(country: str, *, has_plus: bool) -> TierTerms:
    """The tier of a buyer who has booked Plus, or has not; elsewhere Plus changes nothing."""
    free, *booked = offered(country)
    return booked[0] if has_plus and booked else free


def by_name(country: str, tier: str) -> TierTerms:
    """The tier of this name as it is where the buyer lives; the free one where there is none."""
    found = [terms for terms in offered(country) if terms.tier == tier]
    return found[0] if found else offered(country)[0]


@dataclass(frozen=True, slots=True)
class OrderFee:
    """What an order of up to ``max_minor`` EUR cents once cost, ``vat_percent`` not included.

    Shops' programs asked for it by ``product_id``; the smallest that covers the order was chosen.
    """

    product_id: str
    max_minor: int
    net_minor: int
    vat_percent: int = 19
    is_active: bool = False


ORDER_FEES: Final = (
    OrderFee("TS080501_500_30_EUR", 50_000, 82),
    OrderFee("TS080501_1500_30_EUR", 150_000, 247),
    OrderFee("TS080501_2500_30_EUR", 250_000, 412),
    OrderFee("TS080501_5000_30_EUR", 500_000, 824),
    OrderFee("TS080501_10000_30_EUR", 1_000_000, 1_647),
    OrderFee("TS080501_20000_30_EUR", 2_000_000, 3_294),
)
"""Older fees for each order, the smallest first, kept as data: none is active, and nothing
charges them (systems.md §35)."""
