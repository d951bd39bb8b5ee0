"""GTINs as shops and pages write them: one number with or without its leading zeros."""

from typing import Final

_LENGTHS: Final = (8, 12, 13, 14)


def is_gtin(digits: str) -> bool:
    """Whether it has 8 to 14 digits; some shops leave the leading zeros out."""
    return digits.isascii() and digits.isdigit() and min(_LENGTHS) <= len(digits) <= max(_LENGTHS)


def spellings(digits: str) -> frozenset[str]:
    """The ways to write the number: in 8, 12, 13 or 14 digits, as far as it fits."""
    return frozenset(digits.lstrip("0").zfill(length) for length in _LENGTHS)
