"""Orphans: files in a folder of the home folder that no row of the database names any more."""

import contextlib
from collections.abc import Container
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

_AFTER: Final = timedelta(days=1)
"""Younger bytes may belong to a transaction that is not committed yet."""


def remove(folder: Path, kept: Container[str], *, now: datetime) -> int:
    """Delete what lies in ``folder`` for a day and is not named in ``kept``; returns how many.

    A folder that is not there holds nothing.
    """
    old, gone = (now - _AFTER).timestamp(), 0
    for path in folder.iterdir() if folder.is_dir() else ():
        # Another process may remove it at the same time.
        with contextlib.suppress(FileNotFoundError):
            if path.name not in kept and path.stat().st_mtime < old:
                path.unlink()
                gone += 1
    return gone
