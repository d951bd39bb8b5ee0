"""Buyers who have agreed to more than one protection, and Protection Plus (systems.md §35).

TrustwrightError
├── Conflict
│   ├── PlusUnavailable            PLUS_UNAVAILABLE
│   └── PlusNotBooked              PLUS_NOT_BOOKED
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from domain import protection_tiers
from domain.errors import Conflict
from domain.protection_tiers import Tier
from domain.windows import day_of, midnight, months_after

CONSENT_TEXT: Final = "protection-2"
"""Version of the text by which a buyer agrees that later orders are protected too (§35)."""
_YEAR: Final = 12


class PlusUnavailable(Conflict):
    code = "PLUS_UNAVAILABLE"
    title = "Protection Plus is not offered in this country."


class PlusNotBooked(Conflict):
    code = "PLUS_NOT_BOOKED"
    title = "Protection Plus is not booked."


def is_later(ordered_at: datetime, agreed_at: datetime) -> bool:
    """Whether an order is one of those that its buyer has agreed to: of that UTC day or later.

    Shops' clocks differ, and some shops tell the day of an order alone.
    """
    return day_of(ordered_at) >= day_of(agreed_at)


@dataclass(frozen=True, slots=True)
class Plus:
    """A booking of Protection Plus: it goes on from year to year, until it is cancelled.

    ``ends_at`` is None until then, and 00:00Z of the day after the year that was paid for.
    """

    starts_at: datetime | None = None
    ends_at: datetime | None = None
    cancelled_at: datetime | None = None

    def runs(self, now: datetime) -> bool:
        """Whether it counts for what is bought at ``now``."""
        if self.starts_at is None or now < self.starts_at:
            return False
        return self.ends_at is None or now < self.ends_at

    def book(self, country: str, now: datetime) -> "Plus":
        """Book it, or take a cancellation back while it runs; what goes on stays as it is.

        Raises PlusUnavailable.
        """
        if all(terms.tier is not Tier.PLUS for terms in protection_tiers.offered(country)):
            raise PlusUnavailable(field="residence")
        if self.runs(now):
            return replace(self, ends_at=None, cancelled_at=None)
        return Plus(starts_at=now)

    def cancel(self, now: datetime) -> "Plus":
        """End it with the year that was paid for. Raises PlusNotBooked where none goes on."""
        if self.starts_at is None or not self.runs(now) or self.cancelled_at is not None:
            raise PlusNotBooked
        first, day = day_of(self.starts_at), day_of(now)
        years = 1
        while months_after(first, _YEAR * years) <= day:
            years += 1
        return replace(self, ends_at=midnight(months_after(first, _YEAR * years)), cancelled_at=now)
