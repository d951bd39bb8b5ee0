"""Prints of texts, by which nearly the same text is found again: SimHash of 64 bits (SIG-6)."""

import re
from hashlib import blake2b
from itertools import pairwise
from typing import Final

SHORTEST: Final = 40
"""Characters: shorter texts ("Arrived quickly, thank you!") are alike without being copied."""
NEAR: Final = 3
"""Bits in which two prints may differ."""
_BITS: Final = 64
_BANDS: Final = 4
_BAND_BITS: Final = _BITS // _BANDS
_BAND: Final = (1 << _BAND_BITS) - 1
_SIGN: Final = 1 << (_BITS - 1)
_LANE: Final = 16
_WORD: Final = re.compile(r"\w+")
# Each bit of a byte in a lane of its own, so that 64 counters are one sum of long numbers.
_LANES: Final = tuple(
    sum(1 << (_LANE * bit) for bit in range(8) if byte >> bit & 1) for byte in range(256)
)


def print_of(text: str) -> int | None:
    """The print, 0 ≤ n < 2⁶⁴, of a text of at least 40 characters; None for a shorter one.

    Upper and lower case, punctuation and spaces make no difference.
    """
    words = _WORD.findall(text.casefold())
    if len(text) < SHORTEST or len(words) < 2:
        return None
    features = {f"{first} {second}" for first, second in pairwise(words)} | set(words)
    counts = sum(map(_spread, features))
    half = len(features) / 2
    mask = (1 << _LANE) - 1
    return sum(1 << bit for bit in range(_BITS) if (counts >> (_LANE * bit) & mask) > half)


def _spread(feature: str) -> int:
    digest = blake2b(feature.encode(errors="surrogatepass"), digest_size=_BITS // 8).digest()
    return sum(_LANES[byte] << (8 * _LANE * at) for at, byte in enumerate(digest))


def distance(one: int, other: int) -> int:
    """In how many bits two prints differ."""
    return (one ^ other).bit_count()


def is_near(one: int, other: int) -> bool:
    """Whether one text is nearly the other."""
    return distance(one, other) <= NEAR


def bands(print_: int) -> tuple[int, int, int, int]:
    """Four parts of 16 bits: prints that are near have at least one of them in common."""
    first, second, third, fourth = (print_ >> (_BAND_BITS * at) & _BAND for at in range(_BANDS))
    return first, second, third, fourth


def signed(print_: int) -> int:
    """The print as databases keep it: a signed number of 64 bits."""
    return print_ - (1 << _BITS) if print_ & _SIGN else print_


def unsigned(stored: int) -> int:
    """The print that a database has kept."""
    return stored & ((1 << _BITS) - 1)
