"""Numbers and dates as pages write them, read the way that search engines read them."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from rich_snippets.linting.items import Literal

_PLAIN: Final = re.compile(r"[+-]?[0-9]{1,40}(?:\.[0-9]{1,40})?")
_FRACTION: Final = re.compile(r"([0-9.]{1,20})\s*/\s*([0-9.]{1,20})")
_PERCENT: Final = re.compile(r"([0-9.]{1,20})\s*%")
_PARTIAL_DATE: Final = re.compile(r"[0-9]{4}(?:-[0-9]{2})?")


@dataclass(frozen=True, slots=True)
class Score:
    """A rating value with the scale that it names itself, if it does (R4)."""

    value: Decimal
    best: Decimal | None = None


def number(literal: Literal | None) -> Decimal | None:
    """A plain number with a point, as JSON's or as text; None for anything else."""
    if literal is None or isinstance(literal.value, bool):
        return None
    if isinstance(literal.value, Decimal):
        return literal.value
    return Decimal(literal.text) if _PLAIN.fullmatch(literal.text) else None


def score(literal: Literal) -> Score | None:
    """A rating value: a plain number, a fraction such as 6/10, or a percentage (R4)."""
    plain = number(literal)
    if plain is not None:
        return Score(plain)
    try:
        if found := _FRACTION.fullmatch(literal.text):
            return Score(Decimal(found[1]), Decimal(found[2]))
        if found := _PERCENT.fullmatch(literal.text):
            return Score(Decimal(found[1]), Decimal(100))
    except InvalidOperation:
        pass
    return None


def is_whole(value: Decimal) -> bool:
    return value == value.to_integral_value()


def moment(text: str) -> date | datetime | None:
    """An ISO 8601 date or time; None for anything else. A year or month is its first day."""
    if _PARTIAL_DATE.fullmatch(text):
        text = f"{text}-01-01"[:10]
    try:
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError:
        return None
