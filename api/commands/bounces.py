"""``trustwright bounces``: takes the report of a mail server from a mailbox's pipe."""

import sys

import typer

from api.commands.installations import opened
from api.commands.terminal import console
from domain.bounces import BYTES
from jobs import bounces

app = typer.Typer(add_completion=False)


@app.command(
    epilog="Example: trustwright bounces < message.eml, or as a mailbox's pipe in /etc/aliases: "
    'bounces: "|/opt/trustwright/bin/trustwright bounces"'
)
def take() -> None:
    """Read one message from standard input and note what it reports of a mail of ours.

    Whatever else it is, the command ends well: a mailbox is to keep nothing back because of it.
    """
    raw = sys.stdin.buffer.read(BYTES)
    with opened() as installation:
        is_ours = bounces.settle(installation, raw)
    console().print("Noted." if is_ours else "No report of a mail of this installation.")
