"""Logs: one line for each event on standard error, whichever library reports it.

What happens on a cache hit is never logged, and client addresses nowhere.
"""

from typing import Any, Final

LOGGING: Final[dict[str, Any]] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "stream": "ext://sys.stderr",
        },
    },
    # Every command would say which database it has opened.
    "loggers": {"alembic": {"level": "WARNING"}},
    "root": {"level": "INFO", "handlers": ["stderr"]},
}
