"""Global Trade Item Numbers: 8, 12, 13 or 14 digits of which the last is a check digit (P3)."""

from typing import Final

LENGTHS: Final = (8, 12, 13, 14)


def is_valid(gtin: str) -> bool:
    """Whether ``gtin`` has one of the lengths, only ASCII digits, and the right check digit."""
    if len(gtin) not in LENGTHS or not (gtin.isascii() and gtin.isdigit()):
        return False
    weighted = (int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(gtin)))
    return sum(weighted) % 10 == 0


def written(text: str) -> str:
    """The number without spaces and dashes; empty where its check digit is wrong (FP15)."""
    digits = text.strip().replace(" ", "").replace("-", "")
    return digits if is_valid(digits) else ""


def property_of(gtin: str) -> str:
    """The most specific schema.org property of a valid number: ``gtin13`` for 13 digits."""
    return f"gtin{len(gtin)}"
