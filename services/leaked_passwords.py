"""A file of leaked passwords that the operator may name: sorted lines ``HASH`` or ``HASH:count``.

The hashes are SHA-1, 40 hexadecimal digits, as the well-known public list is distributed. It
may be larger than memory: lines are found by halving, a few small reads for each question.
"""

from hashlib import sha1
from io import SEEK_END
from pathlib import Path
from typing import BinaryIO, Final

_DIGITS: Final = 40
_LINE_BYTES: Final = 64
"""A hash, a colon, a count of up to twenty digits and the line's end have room in it."""
_SAMPLES: Final = 64
_HEXADECIMAL: Final = frozenset(b"0123456789ABCDEF")


class ListDamaged(ValueError):
    """The file is not such a list; the message says where."""


def holds(path: Path, password: str) -> bool:
    """Whether the password stands in the list. Raises OSError or ListDamaged."""
    # How the list is made; nothing of ours is kept that way.
    wanted = sha1(password.encode(errors="surrogatepass"), usedforsecurity=False).hexdigest()
    with path.open("rb") as file:
        return _holds(file, wanted.upper().encode())


def inspect(path: Path) -> None:
    """Look at some lines from the first to the last one.

    Raises OSError, or ListDamaged where one is none or stands in the wrong place.
    """
    with path.open("rb") as file:
        size = file.seek(0, SEEK_END)
        if not size:
            raise ListDamaged("it is empty")
        before = b""
        for number in range(_SAMPLES + 1):
            _, found = _line_from(file, max(0, size * number // _SAMPLES - _LINE_BYTES), size)
            if found is None:
                continue
            if found < before:
                raise ListDamaged("its lines are not sorted")
            before = found
        if not before:
            raise ListDamaged("it has no whole line")


def _holds(file: BinaryIO, wanted: bytes) -> bool:
    """Whether the list has this hash; lines that begin in [low, high) may be it."""
    size = file.seek(0, SEEK_END)
    low, high = 0, size
    while low < high:
        middle = (low + high) // 2
        start, found = _line_from(file, middle, size)
        if found is None or start >= high:
            high = middle
        elif found == wanted:
            return True
        elif found < wanted:
            low = start + 1
        else:
            high = middle
    return False


def _line_from(file: BinaryIO, offset: int, size: int) -> tuple[int, bytes | None]:
    """The first line that begins at ``offset`` or later: where it begins, and its hash.

    None for the hash where no line begins there any more. Raises ListDamaged.
    """
    begin = max(0, offset - 1)
    file.seek(begin)
    read = file.read(2 * _LINE_BYTES)
    start = 0
    if offset:
        end = read.find(b"\n")
        start = end + 1 if end >= 0 else len(read)
        if end < 0 and begin + len(read) < size:
            raise ListDamaged(f"the line at byte {begin} is too long")
    line = read[start : start + _LINE_BYTES].partition(b"\n")[0]
    if not line.strip():
        if begin + start + len(line) + 1 < size:
            raise ListDamaged(f"there is an empty line at byte {begin + start}")
        return begin + start, None
    digits, colon, count = line.rstrip(b"\r").upper().partition(b":")
    is_hash = len(digits) == _DIGITS and set(digits) <= _HEXADECIMAL
    if not is_hash or (colon and not count.isdigit()):
        raise ListDamaged(f"there is no hash at byte {begin + start}")
    return begin + start, digits
