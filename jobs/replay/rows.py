"""Reads the rows of a CSV file as they came, and says of each whether it could be read."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from jobs.replay.ledger import UNREADABLE, Ledger, Place


class HistoryUnusable(Exception):
    """The folder or a whole file cannot be replayed; the message says why."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: where it stands, and its fields by column name."""

    place: Place
    fields: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.fields[column].strip()


def read(path: Path, *, columns: tuple[str, ...], names: int, ledger: Ledger) -> Iterator[Row]:
    """Yield the rows of a file with these ``columns``; the first ``names`` of them name a row.

    A row of another width, or not in UTF-8, is refused in the ledger. Raises HistoryUnusable
    when the file is not there, lacks a column or breaks off inside quotes.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig", errors="surrogateescape") as file:
            lines = csv.reader(file, strict=True)
            header = next(lines, [])
            _check_header(path, header, columns)
            start = lines.line_num + 1
            for values in lines:
                if values:
                    yield from _row(path, start, header, values, columns[:names], ledger)
                start = lines.line_num + 1
    except OSError as error:
        raise HistoryUnusable(f"{path}: {error.strerror}") from None
    except csv.Error as error:
        raise HistoryUnusable(f"{path}, line {lines.line_num}: {error}") from None


def _check_header(path: Path, header: list[str], columns: tuple[str, ...]) -> None:
    missing = [column for column in columns if column not in header]
    if missing:
        raise HistoryUnusable(f"{path} has no column {', '.join(missing)}.")


def _row(
    path: Path,
    line: int,
    header: list[str],
    values: list[str],
    names: tuple[str, ...],
    ledger: Ledger,
) -> Iterator[Row]:
    fields = dict(zip(header, values, strict=False))
    place = Place(path.name, line, "/".join(fields.get(name, "").strip() for name in names))
    ledger.seen(place)
    if len(values) != len(header):
        ledger.refuse(place, UNREADABLE, f"{len(values)} columns instead of {len(header)}")
    elif not _is_text("".join(values)):
        ledger.refuse(place, UNREADABLE, "not UTF-8")
    else:
        yield Row(place, fields)


def _is_text(values: str) -> bool:
    try:
        values.encode()
    except UnicodeEncodeError:
        return False
    return True
