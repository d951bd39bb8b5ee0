"""``trustwright migrate``: create the tables, or bring them up to date."""

import typer

from api.commands.installations import now
from services import installation
from services.settings import load

app = typer.Typer(add_completion=False)


@app.command(epilog="Example: TRUSTWRIGHT_HOME=./var trustwright migrate")
def migrate() -> None:
    """Create the database's tables, or bring them up to date; again changes nothing."""
    installation.migrate(load(), now=now())
    typer.echo("The tables are up to date.")
