"""Use case of exports: everything that shops have here, streamed with bounded memory (MIG-5).

Rows leave the database in batches, each in a short transaction of its own, so that a slow reader
keeps nothing open; what changes meanwhile may be missing or not, but no row comes twice.
"""

import csv
import io
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import orjson
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from domain import spreadsheets
from domain.actors import Actor
from domain.errors import AccountNotFound, ShopNotFound
from domain.exports import ExportFormat, ExportTooLarge
from domain.policies import INBOX
from domain.windows import day_of, midnight, months_before
from services import audit
from services.installation import Installation
from store import accounts
from store import exports as rows
from store import shops as shop_rows
from store.exports import ADDRESS, PARTS, Part
from store.keys import Keyring

Cells = Sequence[Any]
_PIECE: Final = 65_536


def of_shop(
    installation: Installation, shop_key: str, form: ExportFormat, *, actor: Actor, now: datetime
) -> Iterator[bytes]:
    """All that one shop has, in pieces as they are made; that it was taken is logged.

    Raises ShopNotFound, or ExportTooLarge for more rows than a workbook may hold.
    """
    with installation.database.write() as work:
        shop = shop_rows.by_key(work.session, shop_key)
        if shop is None:
            raise ShopNotFound
        shop_ids = (shop.id,)
        _check_size(work.session, form, shop_ids)
        audit.log(work, actor, "data.exported", shop.public_id, now=now, after={"format": form})
    return _pieces(installation, form, shop_ids, now)


def of_account(
    installation: Installation, account_id: str, form: ExportFormat, *, actor: Actor, now: datetime
) -> Iterator[bytes]:
    """All that the shops of an account have; raises AccountNotFound, otherwise as ``of_shop``."""
    with installation.database.write() as work:
        account = accounts.by_public_id(work.session, account_id)
        if account is None:
            raise AccountNotFound
        shop_ids = [shop.id for shop in shop_rows.of_account(work.session, account.id)]
        _check_size(work.session, form, shop_ids)
        audit.log(work, actor, "data.exported", account_id, now=now, after={"format": form})
    return _pieces(installation, form, shop_ids, now)


def _check_size(session: Any, form: ExportFormat, shop_ids: Collection[int]) -> None:
    if form is not ExportFormat.XLSX:
        return
    if any(rows.count(session, part, shop_ids) > INBOX.workbook_rows for part in PARTS):
        raise ExportTooLarge


def _pieces(
    installation: Installation, form: ExportFormat, shop_ids: Collection[int], now: datetime
) -> Iterator[bytes]:
    if form is ExportFormat.XLSX:
        return _workbook(installation, shop_ids, now)
    write = _csv if form is ExportFormat.CSV else _json_lines
    files = (
        (f"{part.name}.{form}", write(part, _batches(installation, part, shop_ids, now)))
        for part in PARTS
    )
    return _archive(files, now)


def _batches(
    installation: Installation, part: Part, shop_ids: Collection[int], now: datetime
) -> Iterator[Sequence[Cells]]:
    """All rows of a table, so many at a time as the policy says.

    Addresses are told for as long as the access lasts (systems.md §0.10).
    """
    after, since = 0, midnight(months_before(day_of(now), INBOX.access_months))
    while True:
        with installation.database.read() as session:
            found = rows.batch(
                session, part, shop_ids, since=since, after=after, most=INBOX.export_batch
            )
        if not found:
            return
        after = found[-1][0]
        names = tuple(part.columns)
        yield [_cells(installation.database.keys, names, row[1:]) for row in found]


def _cells(keys: Keyring, names: Sequence[str], values: Sequence[Any]) -> Cells:
    return [
        keys.decrypt(value) if name == ADDRESS and value is not None else _plain(value)
        for name, value in zip(names, values, strict=True)
    ]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _csv(part: Part, batches: Iterable[Sequence[Cells]]) -> Iterator[bytes]:
    """UTF-8 with the mark by which spreadsheet programs know it; no cell is a formula."""
    yield "\ufeff".encode()
    yield _csv_lines([list(part.columns)])
    for batch in batches:
        yield _csv_lines([[_safe(value) for value in cells] for cells in batch])


def _csv_lines(lines: Iterable[Cells]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(lines)
    return out.getvalue().encode()


def _safe(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return spreadsheets.text(value) if isinstance(value, str) else value


def _json_lines(part: Part, batches: Iterable[Sequence[Cells]]) -> Iterator[bytes]:
    """One object in each line, with the columns as members."""
    for batch in batches:
        objects = (dict(zip(part.columns, cells, strict=True)) for cells in batch)
        yield b"".join(orjson.dumps(each, option=orjson.OPT_APPEND_NEWLINE) for each in objects)


def _archive(files: Iterable[tuple[str, Iterator[bytes]]], now: datetime) -> Iterator[bytes]:
    """A ZIP archive while it is written: nothing of it waits but the last piece."""
    out = _Pieces()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, pieces in files:
            entry = ZipInfo(name, now.timetuple()[:6])
            entry.compress_type = ZIP_DEFLATED
            with archive.open(entry, "w", force_zip64=True) as file:
                for piece in pieces:
                    file.write(piece)
                    yield from out.taken()
    yield from out.taken()


class _Pieces(io.RawIOBase):
    """Collects what is written until it is taken; an archive cannot go back in it."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._written.append(bytes(data))
        return len(data)

    def taken(self) -> Iterator[bytes]:
        written, self._written = self._written, []
        if written:
            yield b"".join(written)


def _workbook(
    installation: Installation, shop_ids: Collection[int], now: datetime
) -> Iterator[bytes]:
    """A workbook is put together on the disk: its rows lie there, not in memory."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "export.xlsx"
        options = {"constant_memory": True, "tmpdir": folder}
        with xlsxwriter.Workbook(str(path), options) as book:
            for part in PARTS:
                _fill(
                    book.add_worksheet(part.name), part, _batches(installation, part, shop_ids, now)
                )
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece


def _fill(sheet: Worksheet, part: Part, batches: Iterable[Sequence[Cells]]) -> None:
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(part.columns):
        sheet.write_string(0, column, name)
    number = 0
    for batch in batches:
        for cells in batch:
            number += 1
            for column, value in enumerate(cells):
                _write(sheet, number, column, value)


def _write(sheet: Worksheet, row: int, column: int, value: Any) -> None:
    """Texts are written as texts, whatever they begin with."""
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int):
        sheet.write_number(row, column, value)
    elif value is not None:
        sheet.write_string(row, column, value)
