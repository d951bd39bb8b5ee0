"""Working days of the markets, from a library that follows each country's laws."""

from functools import cache
from zoneinfo import ZoneInfo

import holidays

from domain.calendars import Calendar
from domain.markets import MARKETS


@cache
def of_market(code: str) -> Calendar:
    """The calendar of a market; one of several countries has weekends only."""
    market = MARKETS[code]
    zone = ZoneInfo(market.zone)
    if not market.country:
        return Calendar(zone)
    return Calendar(zone, holidays.country_holidays(market.country))
