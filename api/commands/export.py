"""``trustwright export``: everything that a shop or all shops of an account have, as one file."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from api.commands.installations import now, opened
from api.commands.terminal import console
from domain.actors import OPERATOR
from domain.exports import ExportFormat
from services import exports

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    epilog="Example: trustwright export account acc-0192… --output everything.zip",
)
Form = Annotated[
    ExportFormat, typer.Option("--format", help="CSV or JSON lines in an archive, or a workbook.")
]
Output = Annotated[
    Path, typer.Option(help="The file to write; one that exists is not replaced.", dir_okay=False)
]


@app.command(epilog="Example: trustwright export account acc-0192… --output everything.zip")
def account(
    account: Annotated[str, typer.Argument(help="The account's id, acc-….")],
    output: Output,
    form: Form = ExportFormat.CSV,
) -> None:
    """Write what all shops of an account have."""
    with opened() as installation:
        _write(output, exports.of_account(installation, account, form, actor=OPERATOR, now=now()))


@app.command(
    epilog="Example: trustwright export shop X0123456789ABCDEF0123456789ABCDEF "
    "--output shop.xlsx --format xlsx"
)
def shop(
    shop: Annotated[str, typer.Argument(help="The shop's key.")],
    output: Output,
    form: Form = ExportFormat.CSV,
) -> None:
    """Write what one shop has."""
    with opened() as installation:
        _write(output, exports.of_shop(installation, shop, form, actor=OPERATOR, now=now()))


def _write(path: Path, pieces: Iterator[bytes]) -> None:
    """Write the file, which holds personal data: only its owner may read it."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise typer.BadParameter(f"{path} exists already.", param_hint="--output") from None
    with os.fdopen(descriptor, "wb") as file:
        for piece in pieces:
            file.write(piece)
    console().print(f"{path}: {path.stat().st_size:,} bytes")
