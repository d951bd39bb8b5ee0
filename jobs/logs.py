"""What the queue itself has to say, in our log and in no format of its own."""

import logging
from typing import Final

import structlog

_LOG: Final = structlog.get_logger("trustwright.queue")


class _Forward(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        _LOG.log(record.levelno, "queue", message=record.getMessage(), error=repr(error))


def forward() -> None:
    """Send warnings and errors of the queue to our log; a second call changes nothing."""
    logger = logging.getLogger("dbos")
    logger.propagate = False
    logger.handlers = [_Forward(level=logging.WARNING)]
