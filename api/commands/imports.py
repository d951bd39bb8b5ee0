"""``trustwright import``: bring reviews that were collected elsewhere."""

import csv
from pathlib import Path
from typing import Annotated

import typer

from api.commands.installations import now, opened
from api.commands.terminal import show_json, stages
from domain.actors import OPERATOR
from domain.imports import Assurance, Declaration, Origin
from jobs.imports import bringing
from jobs.imports.bringing import Report

app = typer.Typer(
    add_completion=False, no_args_is_help=True, epilog="Example: trustwright import declaration"
)

_Origin = Annotated[
    Origin,
    typer.Option(
        help="partner: a licensed review partner; shop-system: product reviews "
        "of the shop's own system."
    ),
]
_Declared = Annotated[
    bool,
    typer.Option(
        "--declare-all-eight",
        help="The shop declares the points that 'trustwright import declaration' prints.",
    ),
]


@app.command(epilog="Example: trustwright import declaration > declaration.txt")
def declaration() -> None:
    """Print the eight points that a shop signs for the reviews that it brings."""
    for number, point in enumerate(Assurance, 1):
        typer.echo(f"{number}. {point.value}")


@app.command(
    epilog="Example: trustwright import reviews page0.json page1.json "
    "--shop X0123456789ABCDEF0123456789ABCDEF --source 'Former service' "
    "--origin partner --signed-by 'Anna Example, owner' --declare-all-eight"
)
def reviews(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            exists=True,
            dir_okay=False,
            help="CSV with a header (docs/moving.md), or JSON pages of the legacy API.",
        ),
    ],
    shop: Annotated[str, typer.Option(help="The key of the shop that the reviews belong to.")],
    source: Annotated[str, typer.Option(help="Where they come from; shown on each of them.")],
    origin: _Origin,
    signed_by: Annotated[str, typer.Option(help="Name and role of who signs the declaration.")],
    declare_all_eight: _Declared = False,
    report: Annotated[
        Path | None, typer.Option(help="Write what was refused, and why, to this CSV file.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON, for programs.")] = False,
) -> None:
    """Bring past reviews: labelled with their source, shown, but in no grade or count.

    Again, it adds nothing; after an interruption, it goes on.
    """
    points = frozenset(Assurance) if declare_all_eight else frozenset[Assurance]()
    declared = Declaration(origin, source, signed_by, points)
    with opened() as installation, stages() as stage:
        found = bringing.bring(
            installation,
            shop,
            declared,
            files,
            actor=OPERATOR,
            now=now(),
            progress=stage("Reviews"),
        )
    if report is not None:
        _write(report, found)
    if as_json:
        refused = [{"id": r.id, "code": r.code, "detail": r.detail} for r in found.refused]
        show_json({"added": found.added, "known": found.known, "refused": refused})
        return
    _show(found)


def _show(found: Report) -> None:
    typer.echo(
        f"{found.added} reviews are new, {found.known} were here before, "
        f"{len(found.refused)} were refused."
    )
    for refusal in found.refused[:20]:
        typer.echo(f"  {refusal.id}: {refusal.code}: {refusal.detail}")
    if len(found.refused) > 20:
        typer.echo(f"  and {len(found.refused) - 20} more: --report FILE lists all of them.")


def _write(path: Path, found: Report) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(("id", "code", "detail"))
        rows.writerows((r.id, r.code, r.detail) for r in found.refused)
