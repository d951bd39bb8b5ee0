"""``trustwright rates``: what one euro is worth in other currencies, day by day."""

from pathlib import Path
from typing import Annotated

import typer

from api.commands.installations import now, opened
from api.commands.terminal import console, show_json, table
from domain.actors import OPERATOR
from services import exchange_rates

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Import and list rates of exchange. A rate counts for its day and the seven after it.",
    epilog="Example: trustwright rates import rates.csv --source 'Central bank'",
)
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON, for programs to read.")]


@app.command("import", epilog="Example: trustwright rates import rates.csv --source 'Central bank'")
def import_rates(
    file: Annotated[
        Path,
        typer.Argument(
            exists=True,
            dir_okay=False,
            help="CSV: the heading date,currency,rate, then a line for each rate.",
        ),
    ],
    source: Annotated[str, typer.Option(help="Where the rates are from; kept with them.")] = "",
) -> None:
    """Take in a file of rates, such as `2026-01-02,GBP,0.8542`: 1 EUR = 0.8542 GBP.

    All of it or nothing: a line that cannot be right refuses the file. What is told again takes
    the place of what was told before; protections keep the rate at which they began.
    """
    text = file.read_text(encoding="utf-8", errors="replace")
    with opened() as installation, installation.database.write() as work:
        taken = exchange_rates.take(work, text, source or file.name, actor=OPERATOR, now=now())
    typer.echo(f"{taken.rates} rates, the latest of {taken.latest or 'no day'}.")


@app.command("list", epilog="Example: trustwright rates list --json")
def list_rates(as_json: AsJson = False) -> None:
    """List the newest 100 rates."""
    with opened() as installation, installation.database.read() as session:
        found = exchange_rates.latest(session)
    if as_json:
        show_json(
            [
                {
                    "day": each.day.isoformat(),
                    "currency": each.currency,
                    "rate": each.rate,
                    "source": each.source,
                }
                for each in found
            ]
        )
        return
    shown = table(
        f"{len(found)} rates", "Day", "Currency", "1 EUR =", "Source", numbers=("1 EUR =",)
    )
    for each in found:
        shown.add_row(each.day.isoformat(), each.currency, each.rate, each.source)
    console().print(shown)
