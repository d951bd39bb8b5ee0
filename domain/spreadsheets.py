"""Cells of tables that people open in a spreadsheet program, which runs what looks like a formula.

What somebody wrote into a review or a name must not become a command on the shop's computer.
"""

from typing import Final

_STARTS: Final = (*"=+-@\t\r\n", *"\uff1d\uff0b\uff0d\uff20")
_MARK: Final = "'"


def text(value: str) -> str:
    """``value`` as a cell that is shown and never calculated: an apostrophe goes before it."""
    is_formula = value.lstrip(" \u00a0\u3000").startswith(_STARTS)
    return f"{_MARK}{value}" if is_formula else value
