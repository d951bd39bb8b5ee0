"""Which new reviews a user of the control centre is told of, and when (systems.md §10)."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from domain.policies import NOTIFICATIONS


class Band(StrEnum):
    """Reviews by their own stars: one and two, three, four and five."""

    LOW = "LOW"
    MIDDLE = "MIDDLE"
    HIGH = "HIGH"


class Delivery(StrEnum):
    """One mail for each review, or one a day for all of them."""

    EACH = "EACH"
    DAILY = "DAILY"


_BANDS: Final = (Band.LOW, Band.LOW, Band.MIDDLE, Band.HIGH, Band.HIGH)


def band_of(stars: int) -> Band:
    """The band of a review's own stars, 1 to 5."""
    return _BANDS[stars - 1]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a user wants to hear of one shop; no band is none of its reviews."""

    bands: frozenset[Band] = frozenset(Band)
    delivery: Delivery = Delivery.EACH

    def is_told_at_once(self, stars: int) -> bool:
        """Whether a review with these stars is a mail of its own."""
        return self.delivery is Delivery.EACH and band_of(stars) in self.bands


DEFAULTS: Final = Wishes()
"""Of a user who has not chosen: every review, each by itself."""


def pause(*, has_text: bool) -> timedelta:
    """How long the mail waits: an author who gave stars first may still write the text."""
    return timedelta() if has_text else timedelta(minutes=NOTIFICATIONS.text_minutes)
