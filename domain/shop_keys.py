"""The shop key: an X and 32 letters or digits, kept by shops that move here (systems.md §1)."""

import re
import secrets

from domain.errors import ShopKeyMalformed

_SHAPE = re.compile(r"[Xx][0-9A-Za-z]{32}\Z")


def parse(text: str) -> str:
    """The canonical upper-case key.

    Raises ShopKeyMalformed unless ``text`` has the documented shape.
    """
    if _SHAPE.match(text) is None:
        raise ShopKeyMalformed
    return text.upper()


def generate() -> str:
    """A new key: X and 32 upper-case hexadecimal digits (128 random bits)."""
    return f"X{secrets.token_hex(16).upper()}"
