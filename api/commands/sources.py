"""``trustwright sources``: register, list and end independent sources of evidence."""

from typing import Annotated

import typer

from api.commands.installations import now, opened
from api.commands.terminal import console, show_json, table
from domain.actors import OPERATOR
from domain.independent_sources import SourceKind
from services import independent_sources as rules

app = typer.Typer(
    add_completion=False, no_args_is_help=True, epilog="Example: trustwright sources list"
)
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON, for programs to read.")]


@app.command(epilog="Example: trustwright sources add --kind payment --name 'Card payments'")
def add(
    kind: Annotated[SourceKind, typer.Option(help="Who confirms: a payment provider or carrier.")],
    name: Annotated[str, typer.Option(help="By which people know the source again.")],
    as_json: AsJson = False,
) -> None:
    """Register a source and print its secret, which nobody can read again."""
    with opened() as installation, installation.database.write() as work:
        source_id, secret = rules.add(work, kind, name, actor=OPERATOR, now=now())
    path = f"/v1/sources/{source_id}/confirmations"
    if as_json:
        show_json({"sourceId": source_id, "path": path, "secret": secret})
        return
    typer.echo(f"id:     {source_id}\npath:   {path}\nsecret: {secret}")
    typer.echo("Give both to the source, never to a shop; the secret is not shown again.", err=True)


@app.command("list", epilog="Example: trustwright sources list --json")
def list_sources(as_json: AsJson = False) -> None:
    """List every source, ended ones too, without anything secret."""
    with opened() as installation, installation.database.read() as session:
        found = rules.listed(session)
    if as_json:
        show_json(
            [
                {
                    "sourceId": source.source_id,
                    "kind": source.kind,
                    "name": source.name,
                    "createdAt": source.created_at,
                    "endedAt": source.ended_at,
                }
                for source in found
            ]
        )
        return
    lines = table(f"{len(found)} sources", "Id", "Kind", "Name", "Ended")
    for source in found:
        ended = source.ended_at.date().isoformat() if source.ended_at else ""
        lines.add_row(source.source_id, source.kind, source.name, ended)
    console().print(lines)


@app.command(epilog="Example: trustwright sources end src-0192f5c0-0000-7000-8000-000000000001")
def end(source: Annotated[str, typer.Argument(help="The source's id.")]) -> None:
    """Take no more calls of a source; what it has confirmed stays confirmed."""
    with opened() as installation, installation.database.write() as work:
        rules.end(work, source, actor=OPERATOR, now=now())
