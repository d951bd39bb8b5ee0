"""Reads the first sheet of an .xlsx file, as a stream and within limits, whatever is in it.

A workbook is a ZIP archive of XML. Libraries that give a sheet as a whole make a cell of each
place between the outermost two, which one cell at the far end turns into billions, and forget
which cells calculate. Here nothing is kept but the cells of the lines that are allowed, reading
stops at the first line that is too many, and what declares entities is refused. Decision 0018
has the numbers.
"""

import posixpath
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from io import BytesIO
from itertools import count
from sys import getsizeof
from typing import Any, Final
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile
from zlib import error as ZlibError

from domain.uploads import (
    POLICY,
    Row,
    Table,
    UploadHasMacros,
    UploadProtected,
    UploadTooLarge,
    UploadUnpackedTooLarge,
    UploadUnreadable,
)

ZIP: Final = b"PK\x03\x04"
COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How an encrypted workbook begins, and one of the format before."""

_CONTENT_TYPES: Final = "[Content_Types].xml"
_WORKBOOK: Final = "xl/workbook.xml"
_LINKS: Final = "xl/_rels/workbook.xml.rels"
_STRINGS: Final = "xl/sharedStrings.xml"
_MACROS: Final = ("macroenabled", "macrosheet", "vbaproject")
# What other methods unpack to at once has no bound, and no spreadsheet program uses them.
_METHODS: Final = (ZIP_STORED, ZIP_DEFLATED)
_ENTRY: Final = b"PK\x01\x02"
_PIECE: Final = 65_536
_LETTERS: Final = 26
_PLACE: Final = 12
"""Characters of the longest place that there is, ``XFD1048576``, and some more."""
_ENCRYPTED: Final = 0x1


def read(body: bytes) -> Table:
    """The lines of the first sheet.

    Raises UploadProtected, UploadHasMacros, UploadTooLarge, UploadUnpackedTooLarge or
    UploadUnreadable.
    """
    if body.startswith(COMPOUND):
        raise UploadProtected(field="file")
    # Counted before the archive is opened, which makes an object of each.
    if body.count(_ENTRY) > POLICY.parts:
        raise UploadUnpackedTooLarge(field="file")
    try:
        with ZipFile(BytesIO(body)) as archive:
            _check(archive)
            return _table(archive)
    except (BadZipFile, LookupError, EOFError, NotImplementedError, ZlibError, expat.ExpatError):
        raise UploadUnreadable(field="file") from None
    except (ValueError, ArithmeticError, RuntimeError, OSError, StopIteration):
        raise UploadUnreadable(field="file") from None


def _check(archive: ZipFile) -> None:
    """What the archive says of itself; each part is counted again while it is read."""
    parts = archive.infolist()
    if sum(part.file_size for part in parts) > POLICY.unpacked_bytes:
        raise UploadUnpackedTooLarge(field="file")
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise UploadProtected(field="file")
    if any(part.compress_type not in _METHODS for part in parts):
        raise UploadUnreadable(field="file")
    _refuse_macros(part.filename for part in parts)
    _parse(archive, _CONTENT_TYPES, lambda _, given: _refuse_macros(given.values()))


def _refuse_macros(names: Iterable[str]) -> None:
    if any(word in name.lower() for name in names for word in _MACROS):
        raise UploadHasMacros(field="file")


def _table(archive: ZipFile) -> Table:
    book = _Book()
    _parse(archive, _WORKBOOK, book.begin)
    links = _Links()
    _parse(archive, _LINKS, links.begin)
    target = links.targets[book.first]
    strings = _Strings()
    if _STRINGS in archive.namelist():
        _parse(archive, _STRINGS, strings.begin, strings.end, strings.text)
    sheet = _Sheet(strings.found)
    path = posixpath.normpath(target.lstrip("/") if target.startswith("/") else f"xl/{target}")
    _parse(archive, path, sheet.begin, sheet.end, sheet.text)
    return Table(tuple(sheet.finished()), book.from_1904)


def _pieces(archive: ZipFile, name: str) -> Iterable[bytes]:
    read = 0
    with archive.open(name) as part:
        while piece := part.read(_PIECE):
            read += len(piece)
            if read > POLICY.part_bytes:
                raise UploadUnpackedTooLarge(field="file")
            yield piece


def _parse(
    archive: ZipFile,
    name: str,
    begin: Callable[[str, Mapping[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Read one part; names come without their namespace's prefix."""

    def refuse(*_: Any) -> None:
        raise UploadUnreadable(field="file")

    elements = count()

    def begun(tag: str, given: Mapping[str, str]) -> None:
        # A few bytes unpack to millions of empty elements, each of which takes its time.
        if next(elements) >= POLICY.elements:
            raise UploadUnpackedTooLarge(field="file")
        begin(tag.rpartition(":")[2], given)

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = begun
    if end is not None:
        parser.EndElementHandler = lambda tag: end(tag.rpartition(":")[2])
    if text is not None:
        parser.CharacterDataHandler = text
    for piece in _pieces(archive, name):
        parser.Parse(piece, False)
    parser.Parse(b"", True)


class _Book:
    """Which sheet is the first, and from when days are counted."""

    def __init__(self) -> None:
        self.first = ""
        self.from_1904 = False

    def begin(self, tag: str, given: Mapping[str, str]) -> None:
        if tag == "sheet" and not self.first:
            self.first = next(value for name, value in given.items() if name.endswith(":id"))
        elif tag == "workbookPr":
            self.from_1904 = given.get("date1904") in ("1", "true")


class _Links:
    """Which part of the archive each id of the workbook stands for."""

    def __init__(self) -> None:
        self.targets: dict[str, str] = {}

    def begin(self, tag: str, given: Mapping[str, str]) -> None:
        if tag == "Relationship":
            self.targets[given["Id"]] = given["Target"]


class _Strings:
    """The texts that cells name by number; how they are to be spoken is left out."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._bytes = 0
        self._said = _Said()
        self._is_text = self._is_aside = False

    def begin(self, tag: str, _given: Mapping[str, str]) -> None:
        if tag == "si":
            self._said.start()
        elif tag == "rPh":
            self._is_aside = True
        self._is_text = tag == "t" and not self._is_aside

    def end(self, tag: str) -> None:
        if tag == "si":
            self._add(self._said.whole())
        elif tag == "rPh":
            self._is_aside = False
        self._is_text = False

    def text(self, said: str) -> None:
        if self._is_text:
            self._said.add(said)

    def _add(self, text: str) -> None:
        self._bytes += getsizeof(text)
        if self._bytes > POLICY.text_bytes:
            raise UploadUnpackedTooLarge(field="file")
        self.found.append(text)


class _Said:
    """A text as it comes in pieces; what no cell can hold of it is not kept."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._room = 0

    @property
    def is_something(self) -> bool:
        return bool(self._pieces)

    def start(self) -> None:
        self._pieces, self._room = [], POLICY.cell_characters

    def add(self, piece: str) -> None:
        if self._room > 0:
            self._pieces.append(piece[: self._room])
            self._room -= len(piece)

    def whole(self) -> str:
        return "".join(self._pieces)


class _Sheet:
    """The lines of a sheet; empty ones count only where another line follows."""

    def __init__(self, strings: list[str]) -> None:
        self._strings = strings
        self._rows: list[Row] = []
        self._empty = 0
        self._characters = 0
        self._number = self._last = 0
        self._cells: dict[int, str] = {}
        self._formulas: set[int] = set()
        self._column, self._kind = -1, ""
        self._said = _Said()
        self._is_value = False
        self._merged: list[tuple[int, int]] = []

    def begin(self, tag: str, given: Mapping[str, str]) -> None:
        if tag in ("v", "t"):
            self._is_value = True
        elif tag == "c":
            place = given.get("r")
            self._column = _column(place) if place else self._column + 1
            self._kind = given.get("t", "n")
            self._said.start()
        elif tag == "f":
            self._calculated()
        elif tag == "row":
            self._number = int(given.get("r", self._number + 1))
            self._cells, self._formulas, self._column = {}, set(), -1
        elif tag == "mergeCell":
            self._merge(given["ref"])

    def end(self, tag: str) -> None:
        if tag in ("v", "t"):
            self._is_value = False
        elif tag == "c":
            if self._said.is_something and self._column < POLICY.columns:
                self._cells[self._column] = self._value(self._said.whole())
        elif tag == "row":
            self._finish()

    def text(self, said: str) -> None:
        if self._is_value:
            self._said.add(said)

    def finished(self) -> Iterable[Row]:
        """The lines, those marked that share cells with others."""
        merged = _joined(self._merged)
        at = 0
        for row in self._rows:
            while at < len(merged) and merged[at][1] < row.number:
                at += 1
            shares = at < len(merged) and merged[at][0] <= row.number
            yield Row(row.number, row.cells, row.formulas, shares) if shares else row

    def _finish(self) -> None:
        if not self._last < self._number <= POLICY.last_row:
            raise UploadUnreadable(field="file")
        self._last = self._number
        if not self._cells and not self._formulas:
            self._empty += 1
            return
        # The line of the names is one more. Empty lines that the file leaves out count as well.
        if len(self._rows) + self._empty > POLICY.rows:
            raise UploadTooLarge(field="file")
        first = self._number - self._empty
        self._rows += (Row(first + each, ()) for each in range(self._empty))
        self._empty = 0
        width = max(self._cells, default=-1) + 1
        cells = tuple(self._cells.get(column, "") for column in range(width))
        self._characters += sum(map(len, cells))
        if self._characters > POLICY.characters:
            raise UploadUnpackedTooLarge(field="file")
        self._rows.append(Row(self._number, cells, frozenset(self._formulas)))

    def _value(self, said: str) -> str:
        if self._kind == "s":
            return self._strings[int(said)]
        if self._kind == "n":
            return _number(said)
        if self._kind == "e":
            # What a formula could not calculate.
            self._calculated()
        return said

    def _calculated(self) -> None:
        if self._column < POLICY.columns:
            self._formulas.add(self._column)

    def _merge(self, ref: str) -> None:
        first, _, last = ref.partition(":")
        if len(self._merged) >= POLICY.merged:
            raise UploadUnreadable(field="file")
        self._merged.append((_line(first), _line(last or first)))


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans of lines in their order, those that touch as one."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined


def _column(place: str) -> int:
    """The column of a place such as ``AB12``, from 0."""
    column = 0
    if len(place) > _PLACE:
        raise UploadUnreadable(field="file")
    for letter in place.rstrip("0123456789"):
        column = column * _LETTERS + ord(letter.upper()) - ord("A") + 1
    if not 1 <= column <= 16_384:
        raise UploadUnreadable(field="file")
    return column - 1


def _line(place: str) -> int:
    return int(place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz$"))


def _number(said: str) -> str:
    """A number as people write it: programs keep 100000001 as 1.00000001E8."""
    try:
        value = Decimal(said.strip())
    except InvalidOperation:
        return said
    if not value.is_finite() or abs(value.adjusted()) > 20:
        return said
    return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"
