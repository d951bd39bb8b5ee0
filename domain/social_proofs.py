"""What authors may show of themselves, each with a consent of its own (systems.md §22).

A value without its consent is not kept, so nothing is shown, or lies in a table, that its author
has not ticked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain import texts
from domain.errors import TextInvalid

TEXT_VERSION: Final = "2026-11"
"""The version of the text beside the tick boxes, which the record of a consent names."""
TOWN_CHARACTERS: Final = 60
_FIRST_YEAR: Final = 1990


class AgeBand(StrEnum):
    """How old somebody is, as roughly as it is ever shown."""

    UNDER_25 = "-24"
    UNDER_35 = "25-34"
    UNDER_50 = "35-49"
    UNDER_65 = "50-64"
    FROM_65 = "65-"


class Shown(StrEnum):
    """The fields that need a consent each."""

    NAME = "name"
    TOWN = "town"
    AGE_BAND = "age_band"
    CUSTOMER_SINCE = "customer_since"
    AVATAR = "avatar"


@dataclass(frozen=True, slots=True)
class Facts:
    """What an author shows; empty or None is what nobody sees."""

    name: str = ""
    town: str = ""
    age_band: str = ""
    customer_since: int | None = None


def agreed(given: Mapping[str, str], ticked: frozenset[str], *, name_most: int, year: int) -> Facts:
    """The facts whose box was ticked; everything else is dropped unread.

    ``year`` is the present one. Raises TextInvalid with the field, for a contact in a name or a
    town as for a year that cannot be (systems.md §22).
    """
    kept = {name: given.get(name, "") if name in ticked else "" for name in Shown}
    return Facts(
        name=texts.clean_name(kept[Shown.NAME], most=name_most, field=Shown.NAME),
        town=texts.clean_name(kept[Shown.TOWN], most=TOWN_CHARACTERS, field=Shown.TOWN),
        age_band=_age_band(kept[Shown.AGE_BAND].strip()),
        customer_since=_year(kept[Shown.CUSTOMER_SINCE].strip(), year),
    )


def _age_band(text: str) -> str:
    if text and text not in set(AgeBand):
        raise TextInvalid("There is no such age band.", field=Shown.AGE_BAND)
    return text


def _year(text: str, present: int) -> int | None:
    if not text:
        return None
    is_year = len(text) == 4 and text.isascii() and text.isdecimal()
    if not is_year or not _FIRST_YEAR <= int(text) <= present:
        raise TextInvalid(f"A year from {_FIRST_YEAR} to {present}.", field=Shown.CUSTOMER_SINCE)
    return int(text)
