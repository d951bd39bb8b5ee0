"""``trustwright serve``: answer requests."""

import os
from typing import Annotated

import typer

from api import server
from services import tables
from services.settings import PREFIX, Role, load

app = typer.Typer(add_completion=False)


@app.command(
    epilog="Example: trustwright serve --port 9000. With several processes: "
    "trustwright serve --role web --workers 4, and beside it trustwright worker"
)
def serve(
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="The TCP port.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, max=256, help="Processes.")] = None,
    role: Annotated[
        Role | None, typer.Option(help="web only answers; all works on jobs too.")
    ] = None,
) -> None:
    """Answer requests until SIGTERM or Ctrl-C. What is not given comes from the settings."""
    given = {"HOST": host, "PORT": port, "WORKERS": workers, "ROLE": role}
    # Several workers are processes of their own, which read the environment.
    os.environ |= {PREFIX + name: str(value) for name, value in given.items() if value is not None}
    settings = load()
    # A process that only answers does not carry the database's libraries, so this looks itself.
    tables.require(settings)
    server.run(settings, host=settings.host, port=settings.port, workers=settings.workers)
