"""Values in the paths and queries of the legacy contract: read leniently, written in one form.

What cannot be read is replaced by its default and never an error, because shop systems show
every 400 as a wrong address of the shop (legacy-api.md 2.1).
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final
from urllib.parse import unquote_to_bytes

from domain import policies, skus

FIRST_DAY: Final = date(1970, 1, 1)
LAST_DAY: Final = date(2999, 12, 31)
MOST_PAGES: Final = 999_999_999
_DIGITS: Final = re.compile(r"(-?)0*([0-9]+)\Z", re.ASCII)
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", re.ASCII)
_UID: Final = re.compile(r"[0-9a-f]{32}\Z")
# 255 characters of four bytes, each byte percent-encoded, each of those in two digits.
_MOST_HEX: Final = skus.MAX_CHARACTERS * 4 * 3 * 2


def first_values(parameters: Sequence[tuple[str, str]]) -> dict[str, str]:
    """The parameters by name; of a repeated one the first value."""
    return {name: value for name, value in reversed(parameters)}


def page(given: Mapping[str, str]) -> int:
    """``page``, counted from 0, at most 999,999,999; 0 where it cannot be read."""
    return min(max(_whole(given.get("page", "")) or 0, 0), MOST_PAGES)


def size(given: Mapping[str, str]) -> int:
    """``size``: above 500 it is 500, below 1 or unreadable the default (4.3)."""
    number = _whole(given.get("size", ""))
    if number is None or number < 1:
        return policies.LEGACY.page_default
    return min(number, policies.LEGACY.page_maximum)


def days(given: Mapping[str, str]) -> tuple[date | None, date | None]:
    """``startDate`` and ``endDate``; None for what cannot be read, and for both when reversed.

    Days before 1970 and after 2999, by which clients mean "all", become those limits.
    """
    start, end = _day(given.get("startDate", "")), _day(given.get("endDate", ""))
    if start and end and start > end:
        return None, None
    return start, end


def sku_candidates(digits: str) -> tuple[str, ...]:
    """The SKUs that hexadecimal digits may stand for, the likeliest first; empty for none (2.2).

    The bytes are UTF-8, else Latin-1; one shop module writes the URL-encoded, trimmed SKU.
    """
    if len(digits) > _MOST_HEX or not (digits.isascii() and digits.isalnum()):
        return ()
    try:
        raw = bytes.fromhex(digits)
    except ValueError:
        return ()
    readings = _text(raw), _text(unquote_to_bytes(raw.replace(b"+", b" "))).strip()
    return tuple(dict.fromkeys(sku for sku in readings if skus.is_valid(sku)))


def uid(text: str) -> str | None:
    """32 lower-case hexadecimal digits of a UID in either case, with or without dashes (9)."""
    digits = text.replace("-", "").lower()
    return digits if _UID.match(digits) and len(text) in {32, 36} else None


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _whole(text: str) -> int | None:
    found = _DIGITS.match(text.strip())
    if found is None:
        return None
    # Ten digits are beyond every limit here; a million of them would take a while to read.
    return int(found[1] + found[2][:10])


def _day(text: str) -> date | None:
    if _DAY.match(text) is None:
        return None
    try:
        return min(max(date.fromisoformat(text), FIRST_DAY), LAST_DAY)
    except ValueError:
        return None
