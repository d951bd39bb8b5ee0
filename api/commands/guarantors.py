"""``trustwright guarantors``: who stands behind the protection of buyers; nobody by default."""

from typing import Annotated, Final

import typer

from api.commands.installations import now, opened
from api.commands.terminal import console, show_json, table
from domain.actors import OPERATOR
from domain.guarantors import GuarantorData
from jobs import queue
from services import guarantors as rules

LICENCE: Final = (
    "To protect purchases may be insurance or guarantee business that needs a licence. "
    "Have that checked before you activate a guarantor; see docs/protection.md."
)

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help=f"Enter, list, activate and deactivate guarantors of buyer protection. {LICENCE}",
    epilog="Example: trustwright guarantors list --json",
)
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON, for programs to read.")]
Id = Annotated[str, typer.Argument(help="The guarantor's id, as `guarantors list` shows it.")]
_ID: Final = "gua-0192f0c4-7b1a-7c3e-9d0a-5b8e3f2a1c4d"


@app.command(
    epilog="Example: trustwright guarantors add 'Surety plc' --address '1 Quay, Dublin' "
    "--licence 'Insurer, licence 4711' --contact help@surety.example"
)
def add(
    name: Annotated[str, typer.Argument(help="As buyers read it on pages and in mails.")],
    address: Annotated[str, typer.Option(help="Street, town and country.")],
    licence: Annotated[str, typer.Option(help="Its licence, or why it needs none.")],
    contact: Annotated[str, typer.Option(help="How buyers reach it: mail, telephone or web.")],
) -> None:
    """Enter a guarantor; nothing is protected before it is activated."""
    data = GuarantorData(name, address, licence, contact)
    with opened() as installation, installation.database.write() as work:
        guarantor_id = rules.create(work, data, actor=OPERATOR, now=now())
    typer.echo(guarantor_id)
    typer.echo(LICENCE, err=True)


@app.command("list", epilog="Example: trustwright guarantors list")
def list_guarantors(as_json: AsJson = False) -> None:
    """List all guarantors; at most one is active."""
    with opened() as installation, installation.database.read() as session:
        found = rules.listed(session)
    if as_json:
        show_json(
            [
                {
                    "guarantorId": each.public_id,
                    "name": each.name,
                    "address": each.address,
                    "licence": each.licence_note,
                    "contact": each.contact,
                    "isActive": each.is_active,
                    "isDemo": each.is_demo,
                }
                for each in found
            ]
        )
        return
    shown = table(f"{len(found)} guarantors", "Guarantor", "Name", "")
    for each in found:
        shown.add_row(each.public_id, each.name, "active" if each.is_active else "")
    console().print(shown)


@app.command(epilog=f"Example: trustwright guarantors activate {_ID}")
def activate(guarantor: Id) -> None:
    """Let a guarantor stand behind protections: shops with all that the mark needs show it."""
    with opened() as installation:
        queue.connect(installation)
        with installation.database.write() as work:
            seen = rules.one(work.session, guarantor).version
            rules.activate(work, guarantor, seen=seen, actor=OPERATOR, now=now())
    typer.echo(f"{guarantor} is active.")
    typer.echo(LICENCE, err=True)


@app.command(epilog=f"Example: trustwright guarantors deactivate {_ID}")
def deactivate(guarantor: Id) -> None:
    """Start no more protections and show no mark; what runs stays as it was agreed."""
    with opened() as installation:
        queue.connect(installation)
        with installation.database.write() as work:
            seen = rules.one(work.session, guarantor).version
            rules.deactivate(work, guarantor, seen=seen, actor=OPERATOR, now=now())
    typer.echo(f"{guarantor} is no longer active.")
