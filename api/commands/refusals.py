"""What a command says when something cannot be done: one clear line, never a traceback."""

import sys

import orjson

from domain.errors import TrustwrightError
from jobs.executors import ExecutorInUse
from jobs.imports.bringing import FileUnusable
from jobs.replay.rows import HistoryUnusable
from services.settings import SettingsError

_REFUSALS = (TrustwrightError, SettingsError, HistoryUnusable, FileUnusable, ExecutorInUse)


def explain(error: Exception, *, as_json: bool) -> bool:
    """Write the error to stderr, if it is one that the caller can do something about."""
    if not isinstance(error, _REFUSALS):
        return False
    if as_json:
        sys.stderr.write(orjson.dumps(_document(error)).decode() + "\n")
    else:
        field = getattr(error, "field", None)
        sys.stderr.write(f"trustwright: {f'{field}: ' if field else ''}{error}\n")
    return True


def _document(error: Exception) -> dict[str, str]:
    if not isinstance(error, TrustwrightError):
        return {"code": "COMMAND_REFUSED", "detail": str(error)}
    document = {"code": error.code, "detail": error.detail}
    return document | ({"field": error.field} if error.field else {})
