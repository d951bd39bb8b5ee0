"""``trustwright keys``: the keys that sign statements, and the change to the next one."""

from typing import Annotated

import typer

from api.commands.installations import now, opened
from api.commands.terminal import console, show_json, table
from domain.actors import OPERATOR
from services import signing_keys

app = typer.Typer(
    add_completion=False, no_args_is_help=True, epilog="Example: trustwright keys list"
)
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON, for programs to read.")]


@app.command("list", epilog="Example: trustwright keys list --json")
def list_keys(as_json: AsJson = False) -> None:
    """List every key that is published, the one that signs now first."""
    with opened() as installation, installation.database.read() as session:
        found = signing_keys.listed(session, installation.database.keys)
    if as_json:
        show_json(
            [
                {"kid": key.kid, "createdAt": key.created_at, "retiredAt": key.retired_at}
                for key in found
            ]
        )
        return
    shown = table(f"{len(found)} keys", "Id", "Since", "Retired")
    for key in found:
        since = key.created_at.isoformat() if key.created_at else "the beginning"
        shown.add_row(key.kid, since, key.retired_at.isoformat() if key.retired_at else "")
    console().print(shown)


@app.command(epilog="Example: trustwright keys rotate")
def rotate(as_json: AsJson = False) -> None:
    """Let a new key sign from now on, and print its id.

    The keys before it stay published: what they have signed is valid until it expires, within
    seven days. Answers that are in memory keep their signature until their shop changes.
    """
    with opened() as installation, installation.database.write() as work:
        kid = signing_keys.rotate(work, actor=OPERATOR, now=now())
    if as_json:
        show_json({"kid": kid})
    else:
        typer.echo(kid)
