"""Files of orders that shops upload: limits, states, what is confirmed (systems.md §25).

TrustwrightError
├── NotFound
│   └── UploadNotFound             UPLOAD_NOT_FOUND
├── Conflict
│   └── UploadSettled              UPLOAD_SETTLED
├── TooLarge
│   ├── UploadTooLarge             UPLOAD_TOO_LARGE (systems.md §25)
│   └── UploadUnpackedTooLarge     UPLOAD_UNPACKED_TOO_LARGE
├── Invalid
│   ├── UploadUnreadable           UPLOAD_UNREADABLE
│   ├── UploadProtected            UPLOAD_PROTECTED
│   ├── UploadHasMacros            UPLOAD_HAS_MACROS
│   ├── UploadColumnsMissing       UPLOAD_COLUMNS_MISSING (systems.md §25)
│   ├── UploadEmpty                UPLOAD_EMPTY
│   ├── UploadLineRefused          UPLOAD_LINE_REFUSED (systems.md §25)
│   ├── UploadStatementMissing     UPLOAD_STATEMENT_MISSING (systems.md §25, GP-2)
│   └── UploadTimeInvalid          UPLOAD_TIME_INVALID
└── TooMany
    └── UploadsTooMany             UPLOADS_TOO_MANY
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from domain.errors import Conflict, Invalid, NotFound, TooLarge, TooMany


class UploadNotFound(NotFound):
    code = "UPLOAD_NOT_FOUND"
    title = "There is no upload with this id."


class UploadSettled(Conflict):
    code = "UPLOAD_SETTLED"
    title = "This was confirmed, cancelled or sent already."


class UploadTooLarge(TooLarge):
    code = "UPLOAD_TOO_LARGE"
    title = "A file has at most 10,000 lines and 5 MB; split a larger one."


class UploadUnpackedTooLarge(TooLarge):
    code = "UPLOAD_UNPACKED_TOO_LARGE"
    title = "Unpacked, the file holds too much; keep only the sheet and the columns you need."


class UploadUnreadable(Invalid):
    code = "UPLOAD_UNREADABLE"
    title = "The file is no table that can be read; save it as .xlsx or .csv."


class UploadProtected(Invalid):
    code = "UPLOAD_PROTECTED"
    title = (
        "The file is protected by a password, or in an old format; save it as .xlsx without one."
    )


class UploadHasMacros(Invalid):
    code = "UPLOAD_HAS_MACROS"
    title = "Files with macros are not taken; save it as .xlsx."


class UploadColumnsMissing(Invalid):
    code = "UPLOAD_COLUMNS_MISSING"
    title = "The first line names the columns, among them email and reference."


class UploadEmpty(Invalid):
    code = "UPLOAD_EMPTY"
    title = "The file has no line that could be sent."


class UploadStatementMissing(Invalid):
    code = "UPLOAD_STATEMENT_MISSING"
    title = "Nothing is sent before both statements are ticked."


class UploadTimeInvalid(Invalid):
    code = "UPLOAD_TIME_INVALID"
    title = "Choose a day and a time within the next 60 days."


class UploadsTooMany(TooMany):
    code = "UPLOADS_TOO_MANY"
    title = "Enough files for today; try again tomorrow."


@dataclass(frozen=True, slots=True)
class UploadPolicy:
    """Limits of an upload: lines, bytes, columns, characters, days.

    ``unpacked_bytes`` is what an .xlsx file may hold in all, ``part_bytes`` what is read of one
    of its parts, in so many ``elements`` at most, ``text_bytes`` what its list of texts may take
    in memory. A text there may be named by many cells: ``characters`` counts it each time.
    ``last_row`` is the highest number that a workbook gives a line. What a file says is removed
    after ``kept_days``. Mails leave at most ``ahead_days`` after the confirmation; a line may put
    its own off by ``line_days`` more.
    """

    rows: int = 10_000
    bytes: int = 5_000_000
    unpacked_bytes: int = 100_000_000
    part_bytes: int = 40_000_000
    elements: int = 3_000_000
    text_bytes: int = 40_000_000
    characters: int = 20_000_000
    last_row: int = 1_048_576
    parts: int = 1_000
    columns: int = 100
    cell_characters: int = 4_000
    merged: int = 10_000
    kept_days: int = 30
    ahead_days: int = 60
    line_days: int = 180
    per_day: int = 50
    batch: int = 250


POLICY: Final = UploadPolicy()

STATEMENTS: Final = "upload-1"
"""The version of the two statements; a change of their words is another version."""


class UploadState(StrEnum):
    """READ until its lines are CONFIRMED; DONE once all of them were taken in."""

    READ = "READ"
    CONFIRMED = "CONFIRMED"
    DONE = "DONE"
    CANCELLED = "CANCELLED"


class Outcome(StrEnum):
    """What became of a line: it is READY, was taken in, or why it was not."""

    READY = "READY"
    TAKEN = "TAKEN"
    NOT_SENT = "NOT_SENT"
    CANCELLED = "CANCELLED"
    EMPTY = "EMPTY"
    FORMULA = "FORMULA"
    MERGED = "MERGED"
    REFERENCE_MISSING = "REFERENCE_MISSING"
    REFERENCE_INVALID = "REFERENCE_INVALID"
    EMAIL_INVALID = "EMAIL_INVALID"
    NAME_INVALID = "NAME_INVALID"
    DATE_INVALID = "DATE_INVALID"
    DAYS_INVALID = "DAYS_INVALID"
    TOO_OLD = "TOO_OLD"
    IN_FUTURE = "IN_FUTURE"
    PRODUCT_INVALID = "PRODUCT_INVALID"
    PRODUCTS_TOO_MANY = "PRODUCTS_TOO_MANY"
    DUPLICATE = "DUPLICATE"
    ADDRESS_DIFFERS = "ADDRESS_DIFFERS"
    ALREADY_INVITED = "ALREADY_INVITED"
    SUPPRESSED = "SUPPRESSED"


GOOD: Final = (Outcome.READY, Outcome.TAKEN, Outcome.NOT_SENT, Outcome.CANCELLED)
"""Outcomes of lines with which nothing was wrong."""
REFUSED: Final = tuple(outcome for outcome in Outcome if outcome not in GOOD)


class UploadLineRefused(Invalid):
    """One line is at fault, for the reason in ``outcome``; the report of the file says so."""

    code = "UPLOAD_LINE_REFUSED"
    title = "The line cannot be sent."

    def __init__(
        self,
        detail: str | None = None,
        *,
        field: str | None = None,
        outcome: Outcome = Outcome.EMPTY,
    ) -> None:
        self.outcome = outcome
        super().__init__(detail, field=field)


class Statement(StrEnum):
    """What the shop says of this very file; both are needed (systems.md §25)."""

    CONSENT = "consent"
    NOT_SELECTED = "not_selected"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table by its number, from 1; ``formulas`` are cells that calculate.

    ``is_merged`` where some of its cells are one with those of other lines.
    """

    number: int
    cells: tuple[str, ...]
    formulas: frozenset[int] = frozenset()
    is_merged: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The lines of a file; days are counted from 1904 in some workbooks, otherwise from 1900."""

    rows: tuple[Row, ...]
    from_1904: bool = False


def check_confirmation(said: Collection[str], send_at: datetime, now: datetime) -> datetime:
    """When the mails leave: ``send_at``, or ``now`` where that has just gone by.

    Raises UploadStatementMissing, with the statement as field, or UploadTimeInvalid.
    """
    for statement in Statement:
        if statement not in said:
            raise UploadStatementMissing(field=statement)
    if not now - timedelta(days=1) <= send_at <= now + timedelta(days=POLICY.ahead_days):
        raise UploadTimeInvalid(field="day")
    return max(send_at, now)


def refused(counts: Mapping[str, int]) -> int:
    """How many of the lines counted by their outcome were refused."""
    return sum(counts.get(outcome, 0) for outcome in REFUSED)
