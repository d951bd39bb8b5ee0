"""What the shapes of the legacy contract have in common: keys, moments and words.

The shapes are typed dictionaries under the contract's own names, keys in the contract's order.
A key that may be None is one that may be absent: ``present`` leaves it out before it is sent.
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from functools import lru_cache
from typing import TypeVar, cast
from zoneinfo import ZoneInfo

from domain import texts

Keys = TypeVar("Keys", bound=Mapping[str, object])


def present(shape: Keys) -> Keys:
    """``shape`` without the keys that have no value, which are omitted and never null (3.1)."""
    return cast(Keys, {key: value for key, value in shape.items() if value is not None})


def moment(at: datetime, zone: ZoneInfo) -> str:
    """``2020-07-13T13:39:26+02:00``: a numeric offset, no fractions of a second, no Z (4.3)."""
    return at.astimezone(zone).isoformat(timespec="seconds")


# A page of 500 reviews has few days.
@lru_cache(maxsize=1_024)
def midnight(day: date, zone: ZoneInfo) -> str:
    """The start of a day in ``zone``, for days that stand where the contract has moments."""
    return datetime.combine(day, time.min, zone).isoformat()


def lines(text: str) -> str:
    """Words from outside, their line breaks as ``\\r\\n`` (9), writable in any format."""
    if text.isprintable():
        return text
    plain = texts.writable(text).replace("\r\n", "\n").replace("\r", "\n")
    return plain.replace("\n", "\r\n")
