"""Whether the tables are there, found out without the libraries that could make them.

A serving process is to stay small; ``services.installation`` asks the same with all of them.
"""

from contextlib import closing
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from services.settings import PREFIX, Settings, SettingsError
from store import revisions
from store.snapshots import Reader

_KNOWN: Final = ("sqlite:///", "postgresql://", "postgresql+psycopg://")
_ABSENT: Final = {"UndefinedTable", "InvalidCatalogName"}


def require(settings: Settings) -> None:
    """Raises SettingsError, which says what to do, when the tables are missing or old.

    A database server that does not answer is no reason not to start: it may come back. Nothing
    is created on the way.
    """
    if not settings.database.startswith(_KNOWN):
        raise SettingsError(f"{PREFIX}DATABASE_URL begins with one of {', '.join(_KNOWN)}.")
    with closing(Reader(settings.database)) as reader:
        if reader.is_local:
            _require_file(settings.database)
        try:
            is_current = reader.revision() == revisions.head()
        except OSError as error:
            is_current = not reader.is_local and str(error) not in _ABSENT
    if not is_current:
        raise SettingsError("The tables are not up to date; run `trustwright migrate` first.")


def _require_file(database: str) -> None:
    path = Path(unquote(urlsplit(database).path)[1:])
    if not path.is_file():
        raise SettingsError(f"{path} does not exist; run `trustwright migrate` first.")
