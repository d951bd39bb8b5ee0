"""``trustwright worker``: work on jobs."""

import logging.config
from typing import Annotated

import typer

from api import events
from api.logs import LOGGING
from jobs import worker as jobs
from services.settings import load

app = typer.Typer(add_completion=False)


@app.command(epilog="Example: TRUSTWRIGHT_EXECUTOR_ID=worker-1 trustwright worker")
def worker(
    recover: Annotated[
        list[str] | None,
        typer.Option(help="A dead worker whose unfinished jobs to take over; may be repeated."),
    ] = None,
) -> None:
    """Work on jobs until SIGTERM or Ctrl-C, and finish the one in hand."""
    logging.config.dictConfig(LOGGING)
    events.go_to_log()
    jobs.run(load(), recover=recover or ())
