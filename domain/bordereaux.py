"""The insurer's monthly list as a document: its number, and which months are due (systems.md §39).

TrustwrightError
└── NotFound                    there is no such thing
    └── BordereauNotFound       BORDEREAU_NOT_FOUND
"""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Final

from domain.errors import NotFound
from domain.frames import Month
from domain.windows import months_before

# Daily maxima are kept for 400 days: of an older month nobody knows the highest use any more.
_MONTHS: Final = 12


class BordereauNotFound(NotFound):
    code = "BORDEREAU_NOT_FOUND"
    title = "There is no document of this month yet; it is made on the second day of the next one."


def number(month: Month) -> str:
    """The number of a month's document, of which there is one: ``BDX-2026-09``."""
    return f"BDX-{month}"


def due(first: date | None, made: Collection[str], *, today: date) -> Sequence[Month]:
    """The months whose document is still to be made, the oldest first.

    From the month of the ``first`` protection on, at most twelve back, until the last whole one:
    it is due from the second day after it, when every job of its last night has run. ``made`` are
    months such as ``2026-09``.
    """
    if first is None:
        return []
    month = Month(max(first, months_before(today, _MONTHS)).replace(day=1))
    found = []
    while month.after < today:
        if str(month) not in made:
            found.append(month)
        month = Month(month.after)
    return found
