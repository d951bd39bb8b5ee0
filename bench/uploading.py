"""Uploads: a file of ten thousand orders, from its bytes to the report that is shown."""

import io
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import xlsxwriter

from bench import databases, installations
from bench.figures import Figure, of_rounds
from bench.plan import Plan
from bench.progress import said
from domain.actors import OPERATOR
from domain.uploads import Statement
from services import upload_batches, upload_views, uploads
from services.installation import Installation

_COLUMNS: Final = ("email", "reference", "transactionDate", "firstName", "lastName", "productSku")
_COLUMNS_CSV = ";".join(_COLUMNS)


def run(plan: Plan) -> Sequence[Figure]:
    """Seconds until a file is read, stored and shown, and until its orders are taken in."""
    figures: list[Figure] = []
    with databases.empty_sqlite() as url:
        figures += _all("SQLite", "sqlite", url, plan)
    with databases.postgresql() as server, server.empty() as url:
        figures += _all("PostgreSQL", "postgresql", url, plan)
    return figures


def _all(database: str, key: str, url: str, plan: Plan) -> Iterator[Figure]:
    rows = plan.pick(10_000, 200)
    said(f"Uploads of {rows:,} lines: {database}")
    with installations.opened(url) as installation, TemporaryDirectory() as home:
        shop_key = installations.open_shop(installation.database)
        for form, body in (("xlsx", _workbook(rows)), ("csv", _text(rows))):
            times = [_shown(installation, Path(home), shop_key, body) for _ in range(plan.rounds)]
            title = f".{form} of {rows:,} lines, read and shown: {database}"
            seconds = [each for each, _ in times]
            yield of_rounds(f"uploads.{key}.{form}", title, seconds, "s")
        taken = _taken(installation, shop_key, times[-1][1])
        yield Figure("", f"{rows:,} orders taken in: {database}", taken, "s")


def _shown(installation: Installation, home: Path, shop_key: str, body: bytes) -> tuple[float, str]:
    """Seconds from the bytes to the first page of the report, and the upload's id."""
    now, database = datetime.now(UTC), installation.database
    started = time.perf_counter()
    file = uploads.read(database.keys, "orders", body, now=now)
    with database.write() as work:
        upload_id = uploads.add(work, home, shop_key, file, actor=OPERATOR, now=now)
    with database.read() as session:
        shown = upload_views.shown(session, shop_key, upload_id)
        upload_views.lines(session, database.keys, shop_key, upload_id, is_refused=False)
    if shown.ready != len(file.lines):
        raise RuntimeError(f"Lines were refused: {shown.counts}")
    return time.perf_counter() - started, upload_id


def _taken(installation: Installation, shop_key: str, upload_id: str) -> float:
    """Seconds of the job that takes the orders of a file in."""
    now = datetime.now(UTC)
    with installation.database.write() as work:
        at = now + timedelta(days=1)
        said_of_it = tuple(Statement)
        uploads.confirm(work, shop_key, upload_id, said_of_it, at, actor=OPERATOR, now=now)
        number = uploads.required(work, shop_key, upload_id).id
    started, is_more = time.perf_counter(), True
    while is_more:
        with installation.database.write() as work:
            is_more = upload_batches.take(work, number, now=now)
    return time.perf_counter() - started


def _lines(rows: int) -> Iterator[tuple[str, ...]]:
    day = (datetime.now(UTC) - timedelta(days=3)).date().isoformat()
    for number in range(rows):
        email = f"buyer{number}@mail{number % 50}.example.org"
        yield email, f"U-{number}", day, "Anna", "Berg", f"SKU-{number % 100}"


def _workbook(rows: int) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, _COLUMNS)
        for number, cells in enumerate(_lines(rows), start=1):
            sheet.write_row(number, 0, cells)
    return out.getvalue()


def _text(rows: int) -> bytes:
    return "\n".join([";".join(_COLUMNS), *(";".join(cells) for cells in _lines(rows))]).encode()
