"""Files of review feeds below TRUSTWRIGHT_HOME/feeds: whole or not there, replaced in one step."""

import fcntl
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Final

PRODUCT_RATINGS: Final = "product-ratings.zip"
ENRICHMENT: Final = "review-enrichment.jsonl.gz"
LATEST_MERCHANT: Final = "merchant-reviews.xml.gz"
_WHOLE: Final = frozenset({PRODUCT_RATINGS, ENRICHMENT})
_MERCHANT: Final = re.compile(
    r"merchant-reviews-(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})(?:-[0-9]{1,4})?\.xml\.gz\Z"
)
_MEDIA_TYPES: Final = {".zip": "application/zip", ".gz": "application/gzip"}


@dataclass(frozen=True, slots=True)
class Export:
    """An open file; a newer one that takes its name does not disturb its readers.

    ``modified`` in Unix seconds; ``tag`` changes with each file that is written.
    """

    file: IO[bytes]
    size: int
    modified: int
    tag: str
    media_type: str

    def read(self, offset: int, most: int) -> bytes:
        """Up to ``most`` bytes from ``offset`` on."""
        return os.pread(self.file.fileno(), most, offset)

    def close(self) -> None:
        """Give the file back."""
        self.file.close()


def folder(home: Path, shop_key: str) -> Path:
    """Where the files of a shop are."""
    return home / "feeds" / shop_key


def merchant_name(day: date, part: int) -> str:
    """The name of a day's part, counted from 1."""
    suffix = "" if part == 1 else f"-{part}"
    return f"merchant-reviews-{day.isoformat()}{suffix}.xml.gz"


def is_merchant(name: str) -> bool:
    """Whether it is the name of an incremental file, or stands for the newest."""
    return name == LATEST_MERCHANT or _MERCHANT.match(name) is not None


def names(place: Path) -> list[str]:
    """The finished files of a shop, sorted; none where nothing was written."""
    if not place.is_dir():
        return []
    found = (path.name for path in place.iterdir())
    return sorted(name for name in found if name in _WHOLE or _MERCHANT.match(name))


def merchant_days(place: Path) -> list[date]:
    """The days that have an incremental file, the newest last."""
    found = (_MERCHANT.match(name) for name in names(place))
    return sorted({date.fromisoformat(match["day"]) for match in found if match})


def open_file(place: Path, name: str) -> Export | None:
    """The file of that name, or the newest incremental one; None where there is none."""
    if name == LATEST_MERCHANT:
        days = merchant_days(place)
        name = merchant_name(days[-1], 1) if days else name
    elif name not in _WHOLE and _MERCHANT.match(name) is None:
        return None
    path = place / name
    try:
        file = path.open("rb", buffering=0)
    except FileNotFoundError:
        return None
    status = os.fstat(file.fileno())
    tag = f"{status.st_ino:x}-{status.st_size:x}-{status.st_mtime_ns:x}"
    media_type = _MEDIA_TYPES[path.suffix]
    return Export(file, status.st_size, int(status.st_mtime), tag, media_type)


@contextmanager
def turn(place: Path) -> Iterator[None]:
    """Let one process at a time write files of this folder, and clear up after a killed one."""
    place.mkdir(parents=True, exist_ok=True)
    with (place / ".turn").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for draft in place.glob(".draft-*"):
            draft.unlink()
        yield


@contextmanager
def replaced(path: Path) -> Iterator[IO[bytes]]:
    """A file that takes the place of ``path`` once it is complete and on the disk.

    After an error there is what was there before.
    """
    draft = path.with_name(f".draft-{secrets.token_hex(8)}")
    try:
        with draft.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    _keep_name(path.parent)


def prune(place: Path, before: date) -> None:
    """Remove the incremental files of the days before this one."""
    for name in names(place):
        found = _MERCHANT.match(name)
        if found and date.fromisoformat(found["day"]) < before:
            (place / name).unlink(missing_ok=True)


def _keep_name(place: Path) -> None:
    """Have the new name survive a loss of power, as the bytes do."""
    descriptor = os.open(place, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
