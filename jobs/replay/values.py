"""What stands in the cells of a history: moments, amounts and marks, or a reason why not."""

from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from jobs.replay.rows import Row

_MOST_MINOR = 10**15


class CellUnreadable(Exception):
    """A cell that is needed is empty, or not of its kind; the message says which."""


def text(row: Row, column: str) -> str:
    """The cell, which has to have a value."""
    if not row[column]:
        raise CellUnreadable(f"{column} is missing")
    return row[column]


def moment(row: Row, column: str) -> datetime:
    """The cell as a moment; the files name no zone, so it is read as UTC."""
    value = text(row, column)
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        raise CellUnreadable(f"{column} is not a time: {value[:40]!r}") from None
    if not 1970 <= found.year <= 2200:
        raise CellUnreadable(f"{column} lies outside 1970 to 2200: {value[:40]!r}")
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def moment_if_any(row: Row, column: str) -> datetime | None:
    """The cell as a moment, or nothing where it is empty."""
    return moment(row, column) if row[column] else None


def minor_units(row: Row, column: str) -> int | None:
    """The cell in hundredths of its currency; nothing where it is no amount."""
    try:
        minor = Decimal(row[column]) * 100
    except InvalidOperation:
        return None
    if not minor.is_finite() or not 0 <= minor <= _MOST_MINOR:
        return None
    return int(minor.to_integral_value(ROUND_HALF_UP))


def mark(row: Row, column: str) -> int | None:
    """The cell as a whole number, which need not be a lawful mark; nothing where it is empty."""
    if not row[column]:
        return None
    if not (row[column].isascii() and row[column].isdigit() and len(row[column]) <= 4):
        raise CellUnreadable(f"{column} is not a whole number: {row[column][:40]!r}")
    return int(row[column])
