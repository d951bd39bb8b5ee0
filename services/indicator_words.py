"""What indicators say in words: names, values with their unit, and zones."""

from decimal import Decimal
from typing import Final

from domain.frames import Zone
from domain.indicators import MILLION, Indicator
from widgets.texts import Texts

_SHARES: Final = frozenset(
    {Indicator.CASE_RATE, Indicator.PAYOUT_RATE, Indicator.UNANSWERED, Indicator.FRAME_USE}
)


def name(indicator: Indicator, words: Texts) -> str:
    """What is measured, and over which time."""
    return words.say(f"indicator.{indicator}")


def value(indicator: Indicator, millionths: int | None, words: Texts) -> str:
    """A value: a share in per cent, a grade with two decimals, or a number; else a dash."""
    if millionths is None:
        return "–"
    number = Decimal(millionths) / MILLION
    if indicator is Indicator.GRADE:
        return words.stars(number)
    return words.share(number) if indicator in _SHARES else words.roughly(number)


def zone(which: Zone, words: Texts) -> str:
    """A zone in words, so that nobody has to see colours."""
    return words.say(f"indicator.zone.{which}")
