"""Opens the installation that the environment names, for the length of a command."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from services import installation
from services.installation import Installation
from services.settings import load


@contextmanager
def opened() -> Iterator[Installation]:
    """The installation; raises SettingsError when there is none, or one without its tables."""
    found = installation.open_migrated(load())
    try:
        yield found
    finally:
        found.close()


def now() -> datetime:
    """The present moment: commands are edges, and tell the rules what time it is."""
    return datetime.now(UTC)
