"""``trustwright mcp``: tools for agents over the Model Context Protocol."""

from importlib import import_module
from importlib.util import find_spec
from typing import Annotated

import typer

from api.commands.installations import opened
from services.settings import SettingsError

app = typer.Typer(add_completion=False)


@app.command(epilog="Example: trustwright mcp --http --port 9100")
def mcp(
    http: Annotated[
        bool, typer.Option("--http", help="Answer over HTTP at /mcp instead of stdio.")
    ] = False,
    host: Annotated[str, typer.Option(help="The address to listen on, with --http.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The TCP port.")] = 9100,
) -> None:
    """Let agents read grades and reviews; no tool writes anything.

    Needs the extra: pip install 'trustwright[mcp]'. Over stdio an agent's host starts this
    command itself. Over HTTP there is no login and no rate limit: put a proxy in front of it.
    """
    # The SDK is no part of an ordinary installation, and nothing else loads it.
    if find_spec("mcp") is None:
        raise SettingsError("The extra is missing: pip install 'trustwright[mcp]'.")
    server, tools = import_module("api.mcp.server"), import_module("api.mcp.tools")
    with opened() as installation:
        server.run(tools.Tools(installation), (host, port) if http else None)
