"""``trustwright refresh``: what the nightly job does, at once."""

import typer

from api.commands.installations import now, opened
from api.commands.terminal import stages
from services import refresh as rules

app = typer.Typer(add_completion=False)


@app.command(epilog="Example: trustwright refresh")
def refresh() -> None:
    """Move every shop's window to today and render what changed, on all cores."""
    with opened() as installation, stages() as stage:
        report = rules.nightly(installation, now=now(), progress=stage("refresh"))
    typer.echo(
        f"{report.slid} shops moved to today; "
        f"{report.rendered} shops rendered, {report.snapshots} answers stored."
    )
