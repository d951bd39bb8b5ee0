"""Fields of messages that others send: one of the wrong kind or size counts as missing."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Final

from domain import hand_overs, texts
from domain.errors import OrderInvalid, TextInvalid
from domain.gtins import is_gtin
from domain.orders import OrderLine
from domain.policies import ORDERS

# Longer than any reference or address may be, so that a cut one is refused all the same.
_UNCUT: Final = 1_000


def under(value: object, *path: str) -> object:
    """What stands at the end of a path of names; None where there is no such thing."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def line(value: object, *path: str, most: int = _UNCUT) -> str:
    """A text or a number on one line, cut to ``most`` characters; empty for anything else."""
    found = under(value, *path)
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        return ""
    return texts.clean_line(str(found)[: 4 * most], most=4 * most, field="")[:most].strip()


def when(value: object, *path: str) -> datetime | None:
    """A moment in ISO 8601; one without a zone is UTC."""
    try:
        moment = datetime.fromisoformat(line(value, *path))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def epoch(value: object) -> datetime | None:
    """A moment in seconds since 1970."""
    if isinstance(value, int) and 0 < value < 10**10:
        return datetime.fromtimestamp(value, UTC)
    return None


def currency(value: object, *path: str) -> str | None:
    """A code of ISO 4217, or None."""
    code = line(value, *path).upper()
    return code if len(code) == 3 and code.isascii() and code.isalpha() else None


def minor(amount: str, code: str | None) -> int | None:
    """A decimal number in minor units, half up; None for what is no amount or no currency."""
    try:
        value = Decimal(amount)
    except InvalidOperation:
        return None
    if code is None or not value.is_finite() or not 0 <= value < ORDERS.minor_units // 100:
        return None
    scale = hand_overs.amount_minor("1", code) or 1
    return int((value * scale).quantize(Decimal(1), ROUND_HALF_UP))


def pieces(value: object) -> int:
    """A number of pieces; 1 for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 1
    return int(value) if 1 <= value <= ORDERS.pieces else 1


def web(value: object, *path: str) -> str | None:
    """An address on the web, or None."""
    address = line(value, *path, most=ORDERS.address_characters)
    return address if address.startswith(("https://", "http://")) and " " not in address else None


def gtin(value: object, *path: str) -> str | None:
    """A GTIN, or None for what cannot be one."""
    digits = line(value, *path)
    return digits if is_gtin(digits) else None


def full_name(value: object, *parts: str) -> str:
    """A name in its parts; empty where it hides something else."""
    return name(" ".join(filter(None, (line(value, part) for part in parts))))


def name(told: str) -> str:
    """A name for the salutation; one that hides an address or a link is left out."""
    try:
        return texts.clean_name(told, most=ORDERS.buyer_characters, field="name")
    except TextInvalid:
        return ""


def lines(
    items: object, read_line: Callable[[dict[str, Any]], OrderLine | None]
) -> tuple[OrderLine, ...]:
    """The products of an order; raises OrderInvalid before too many of them are read."""
    if not isinstance(items, list):
        return ()
    if len(items) > ORDERS.lines:
        raise OrderInvalid(f"An order has at most {ORDERS.lines} lines.", field="lines")
    found = (read_line(item) for item in items if isinstance(item, dict))
    return tuple(line for line in found if line is not None)
