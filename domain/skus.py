"""SKUs as they travel in addresses: hexadecimal digits of their UTF-8 bytes (systems.md §28)."""

from domain import texts
from domain.errors import ParameterInvalid

MAX_CHARACTERS = 255


def is_valid(sku: str) -> bool:
    """Whether ``sku`` has 1 to 255 characters, all of which XML and databases can carry."""
    return 0 < len(sku) <= MAX_CHARACTERS and texts.is_writable(sku)


def to_hex(sku: str) -> str:
    """Lower-case hexadecimal digits, two for each UTF-8 byte: ``SKU-4711`` → ``534b55…``."""
    return sku.encode().hex()


def from_hex(digits: str) -> str:
    """The SKU behind the digits, which may be in either case.

    Raises ParameterInvalid when the digits are odd in number, not hexadecimal, not UTF-8,
    or do not stand for a valid SKU.
    """
    try:
        sku = bytes.fromhex(digits).decode() if digits.isalnum() else ""
    except ValueError:
        sku = ""
    if not is_valid(sku):
        raise ParameterInvalid(f"{digits[:80]!r} is not the hex form of a SKU.", field="hex")
    return sku
