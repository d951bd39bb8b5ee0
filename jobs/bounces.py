"""The job that reads what mail servers report: messages that a mailbox keeps as files (Maildir)."""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import structlog

from domain import bounces as rules
from services import bounces
from services.installation import Installation

_LOG: Final = structlog.get_logger("trustwright.jobs")
_MOST: Final = 2_000
_SEEN: Final = ":2,S"


def collect(installation: Installation, *, now: str) -> dict[str, int]:
    """Read the new messages of the bounce folder; returns how many told of a mail of ours.

    Each is settled in a transaction of its own and then put among those that were seen: after a
    crash it is read once more, which changes nothing. Whatever is no report stays for people.
    """
    del now
    folder = installation.settings.bounce_folder
    if folder is None:
        return {}
    known = seen = 0
    for path in _new(folder):
        seen += 1
        known += settle(installation, _head(path))
        with suppress(FileNotFoundError):
            path.rename(folder / "cur" / f"{path.name}{_SEEN}")
    return {"seen": seen, "known": known}


def settle(installation: Installation, raw: bytes) -> bool:
    """Take over what one message reports; False where it is no report of a mail of ours."""
    report = rules.read(raw)
    if report is None:
        return False
    with installation.database.write() as work:
        return bounces.settle(work, report, now=datetime.now(UTC))


def _new(folder: Path) -> list[Path]:
    """The messages that nobody has read, the oldest first."""
    try:
        (folder / "cur").mkdir(exist_ok=True)
        found = sorted(path for path in (folder / "new").iterdir() if path.is_file())
    except OSError as error:
        # The folder belongs to another program, which may not have started yet.
        _LOG.warning("bounces.folder_unreadable", reason=error.strerror)
        return []
    return found[:_MOST]


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(rules.BYTES)
