"""Events of use cases and jobs as lines of the one log; ``api.logs`` says where that goes."""

import structlog


def go_to_log() -> None:
    """Send what structlog reports to the standard logging, one line for each event.

    Traces are shown without local variables, which can hold secrets.
    """
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(key_order=["event"]),
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
