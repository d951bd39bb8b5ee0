"""The table of commands: names and one line each, so that help needs none of them loaded."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.metadata import version
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

COMMANDS: Final[Mapping[str, str]] = {
    "serve": "Answer requests, and work on jobs too.",
    "worker": "Work on jobs only.",
    "migrate": "Create the database's tables, or bring them up to date.",
    "seed": "Fill the installation with example shops and reviews.",
    "refresh": "Move every shop's window to today and render what changed.",
    "shops": "Add, list and show shops.",
    "users": "Invite people to the control centre, list them, and change what they may do.",
    "packs": "List what shops have booked, accept, suspend and resume it.",
    "guarantors": "Enter, activate and list who stands behind buyer protection.",
    "rates": "Import and list rates of exchange.",
    "clients": "Add, list and revoke API clients and API passwords.",
    "sources": "Register payment providers and carriers that confirm orders, and list them.",
    "widgets": "Add and list widgets, and choose how a badge looks.",
    "import": "Bring reviews that were collected elsewhere, labelled and not counted.",
    "export": "Write all that a shop or an account has into one file.",
    "keys": "List the keys that sign statements, and let the next one sign.",
    "verify": "Check a signed statement about reviews.",
    "feeds": "Open, list and write the review feeds of shops.",
    "mcp": "Let agents read grades and reviews, over the Model Context Protocol.",
    "bounces": "Note what a mail server reports of a mail that came back.",
    "lint": "Check the structured data of a page, with Search Console's words.",
    "replay": "Play a real order history, as if it had ended yesterday.",
}


def module_of(command: str) -> str:
    """The module of a command, which has its name, but for the word that Python keeps."""
    return f"api.commands.{'imports' if command == 'import' else command}"


class _Table(TyperGroup):
    """Lists every command, and loads the one that is called."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        name, _, rest = super().resolve_command(ctx, args)
        command = typer.main.get_command(import_module(module_of(name or "")).app)
        command.name = name
        return name, command, rest


app = typer.Typer(
    cls=_Table,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    epilog="Example: trustwright migrate && trustwright seed && trustwright serve",
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"trustwright {version('trustwright')}")
        raise typer.Exit


@app.callback()
def trustwright(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show it.")
    ] = False,
) -> None:
    """A trust platform for online shops: reviews from real buyers, grades, badges.

    Settings are environment variables that begin with TRUSTWRIGHT_, see docs/settings.md.
    TRUSTWRIGHT_HOME (./var) names the folder that holds the installation.
    """


def _loaded_when_called() -> None:
    """Stands for a command in lists."""


for _name, _line in COMMANDS.items():
    app.command(_name, help=_line)(_loaded_when_called)


def run(arguments: Sequence[str]) -> None:
    """Run one command; a refusal is explained and ends with status 2."""
    try:
        app(list(arguments), prog_name="trustwright")
    except Exception as error:
        explain = import_module("api.commands.refusals").explain
        if not explain(error, as_json="--json" in arguments):
            raise
        raise SystemExit(2) from None
