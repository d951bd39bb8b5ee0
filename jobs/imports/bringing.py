"""Brings the reviews of files along, batch by batch; a second run adds nothing (MIG-4)."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final, TypeVar

from domain import policies
from domain.actors import Actor
from domain.errors import TrustwrightError
from domain.imports import Declaration, PastReview
from jobs.imports import legacy_pages, tables
from services import imports
from services.imports import Refusal
from services.installation import Installation

T = TypeVar("T")

Progress = Callable[[int, int], None]
UNREADABLE: Final = "UNREADABLE"
_FILE_BYTES: Final = 512 * 1024 * 1024
_Read = PastReview | Refusal


class FileUnusable(Exception):
    """A whole file cannot be read; the message says which and why."""


@dataclass(slots=True)
class Report:
    """What became of every review of the files."""

    added: int = 0
    known: int = 0
    refused: list[Refusal] = field(default_factory=list)


def bring(
    installation: Installation,
    shop_key: str,
    declaration: Declaration,
    files: Sequence[Path],
    *,
    actor: Actor,
    now: datetime,
    progress: Progress,
) -> Report:
    """Read all files, then bring their reviews, each batch in a transaction of its own.

    An interrupted run can be repeated. Raises FileUnusable before anything is stored,
    ShopNotFound, or Unavailable.
    """
    found = [each for path in files for each in _read(path)]
    report = Report(refused=[each for each in found if isinstance(each, Refusal)])
    past = [each for each in found if isinstance(each, PastReview)]
    with installation.database.write() as work:
        imports.begin(work, shop_key, declaration, actor=actor, now=now)
    for batch in _batches(past):
        with installation.database.write() as work:
            brought = imports.bring(work, shop_key, declaration, batch, now=now)
        report.added += brought.added
        report.known += brought.known
        report.refused += brought.refused
        progress(report.added + report.known + len(report.refused), len(found))
    return report


def _batches(past: Iterable[PastReview]) -> Iterator[list[PastReview]]:
    rest = iter(past)
    while batch := list(islice(rest, policies.IMPORTS.batch)):
        yield batch


def _read(path: Path) -> list[_Read]:
    try:
        if path.stat().st_size > _FILE_BYTES:
            raise FileUnusable(f"{path} is larger than {_FILE_BYTES // 2**20} MiB; split it.")
        return list(_table(path) if path.suffix.lower() == ".csv" else _page(path))
    except (OSError, UnicodeDecodeError, ValueError, csv.Error) as error:
        raise FileUnusable(f"{path}: {error}") from None


def _table(path: Path) -> Iterator[_Read]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = csv.DictReader(file, strict=True)
        _check_header(path, rows.fieldnames or ())
        for row in rows:
            name = row.get("id") or f"line {rows.line_num}"
            if None in row or None in row.values():
                yield Refusal(name, UNREADABLE, "The row has more or fewer cells than the header.")
            else:
                yield _told(name, tables.past_review, row)


def _check_header(path: Path, header: Sequence[str]) -> None:
    missing = [name for name in tables.NEEDED if name not in header]
    if missing:
        raise FileUnusable(f"{path} has no column {', '.join(missing)}.")
    strange = [name for name in header if name not in tables.COLUMNS]
    if strange:
        known = ", ".join(tables.COLUMNS)
        raise FileUnusable(
            f"{path} has a column {strange[0][:80]!r}, which would be lost; rename it to one of "
            f"{known}, or take it out."
        )


def _page(path: Path) -> Iterator[_Read]:
    for number, entry in enumerate(legacy_pages.entries(json.loads(path.read_bytes())), 1):
        name = f"{path.name}, review {number}"
        yield _told(name, legacy_pages.past_review, entry)


def _told(name: str, read: Callable[[T], PastReview], given: T) -> _Read:
    try:
        return read(given)
    except TrustwrightError as refusal:
        return Refusal(name, refusal.code, refusal.detail)
