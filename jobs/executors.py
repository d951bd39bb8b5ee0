"""Names of workers: each belongs to one live process at a time.

A worker that starts takes up what was left unfinished under its name. Two processes with the
same name would take each other's work, so the name is locked as long as its process lives.
"""

import fcntl
import os
from pathlib import Path
from urllib.parse import quote

from services.settings import SettingsError


class ExecutorInUse(SettingsError):
    """Another live process works under this name; the message says which name."""


def claim(home: Path, executor_id: str) -> int:
    """Lock the name until ``release`` or the end of the process; raises ExecutorInUse."""
    home.mkdir(parents=True, exist_ok=True)
    path = home / f"worker-{quote(executor_id, safe='')}.lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise ExecutorInUse(
            f"A worker named {executor_id} is running; TRUSTWRIGHT_EXECUTOR_ID names another."
        ) from None
    return descriptor


def release(descriptor: int) -> None:
    """Let another process have the name."""
    os.close(descriptor)
