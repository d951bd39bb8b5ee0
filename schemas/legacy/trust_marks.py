"""Trust marks on the legacy wire (legacy-api.md 4.4)."""

from typing import Literal, TypedDict


class TrustMark(TypedDict):
    """The iOS library knows these two words and requires both moments."""

    status: Literal["VALID", "INVALID"]
    validFrom: str
    validTo: str


class Guarantee(TypedDict):
    """Buyer protection at most: three texts, of which the last is days."""

    mainProtectionCurrency: str
    maxProtectionAmount: str
    maxProtectionDuration: str
