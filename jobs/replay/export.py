"""The replay's account as a file: one line for every row that was read, as CSV or JSON."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import orjson

from jobs.replay.ledger import Ledger

COLUMNS: Final = ("file", "line", "row", "outcome", "shop", "code", "detail")


def write(ledgers: Iterable[Ledger], path: Path) -> int:
    """Write every row with what became of it; ``.csv`` is CSV, anything else JSON lines.

    A row that was refused by several shops has a line for each. Returns the number of lines.
    """
    lines = [line for ledger in ledgers for line in _lines(ledger)]
    if path.suffix.lower() == ".csv":
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(lines)
    else:
        path.write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in lines))
    return len(lines)


def _lines(ledger: Ledger) -> Iterator[dict[str, str | int]]:
    for place, outcome, refusals in ledger.rows():
        start: dict[str, str | int] = {
            "file": place.file,
            "line": place.line,
            "row": place.name,
            "outcome": outcome.name.lower(),
        }
        for refusal in refusals:
            yield start | {"shop": refusal.shop, "code": refusal.code, "detail": refusal.detail}
        if not refusals:
            yield start | {"shop": "", "code": "", "detail": ""}
