"""``trustwright replay``: play a real order history through the real use cases."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from api.commands.installations import now, opened
from api.commands.terminal import Stage, console, stages, table
from domain.windows import day_of
from jobs.replay import export, mailing, proof
from jobs.replay.mailing import Mailing, NoServerHere
from jobs.replay.proof import Difference
from jobs.replay.replaying import Played, ReplayReport
from jobs.replay.replaying import replay as play
from services.installation import Installation

app = typer.Typer(add_completion=False)


@app.command(
    epilog="Example: trustwright replay ../shared/data --verify --report rows.csv. "
    "Again, it changes nothing; after an interruption, it goes on."
)
def replay(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="DIR",
            exists=True,
            resolve_path=True,
            help="The olist folder, clothing_reviews.csv, or a folder that holds them.",
        ),
    ],
    report: Annotated[
        Path | None,
        typer.Option(
            resolve_path=True,
            help="Where to write what became of every row: CSV, or JSON lines; "
            "by default replay.csv in TRUSTWRIGHT_HOME.",
        ),
    ] = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Compute every grade from the files and compare.")
    ] = False,
    mail: Annotated[
        bool,
        typer.Option(
            "--mail",
            help="Have invitations leave by mail, through a server on this machine, and reviews "
            "come through the form; slower.",
        ),
    ] = False,
) -> None:
    """Play a real order history: orders, invitations and reviews, each at its real time.

    All dates move by whole days: the newest review of the files comes to lie yesterday.

    What the rules refuse is counted and named at the end.
    """
    started, moment = time.monotonic(), now()
    with opened() as installation, stages() as stage:
        path = report or installation.settings.home / "replay.csv"
        with _mailing(installation) if mail else nullcontext() as sending:
            result = play(installation, folder, now=moment, stage=stage, mailing=sending)
        wrong = _wrong(installation, result, day_of(moment), stage) if verify else None
    for played in result.played:
        _show(played)
    _show_end(result, time.monotonic() - started)
    lines = export.write((played.ledger for played in result.played), path)
    typer.echo(f"What became of every row: {lines} lines in {path}")
    if wrong is not None:
        _show_proof(*wrong)


@contextmanager
def _mailing(installation: Installation) -> Iterator[Mailing]:
    """The mails of a replay; ends the command where there is no server for them."""
    try:
        with mailing.opened(installation) as sending:
            yield sending
    except NoServerHere:
        raise typer.BadParameter(
            "TRUSTWRIGHT_SMTP_URL names no mail server on this machine.", param_hint="--mail"
        ) from None


def _wrong(
    installation: Installation, result: ReplayReport, today: date, stage: Stage
) -> tuple[int, list[Difference]]:
    compared, wrong = 0, []
    for played in result.played:
        progress = stage(f"verify {played.history.path.name}")
        number, found = proof.differences(installation, played, today=today, progress=progress)
        compared += number
        wrong += found
    return compared, wrong


def _show(played: Played) -> None:
    name, counts = played.history.path.name, played.counts
    rows = table(
        f"Rows of {name}",
        *("File", "Rows", "Used", "Known", "Refused", "Partly"),
        numbers=("Rows", "Used", "Known", "Refused", "Partly"),
    )
    for file in played.ledger.files():
        numbers = (file.rows, file.used, file.known, file.refused, file.partly)
        rows.add_row(file.file, *map(str, numbers))
    console().print(rows)
    for line in (*_refusals(played), *_fillings(played)):
        typer.echo(line)
    typer.echo(
        f"New from {name}: {counts.shops} shops, {counts.orders} orders, "
        f"{counts.invitations} invitations, {counts.reviews} reviews"
        f"{f', {counts.mails} invitations by mail' if counts.mails else ''}.\n"
    )


def _refusals(played: Played) -> Iterator[str]:
    """Each reason with how often it occurred and the first row that it met."""
    reasons = played.ledger.reasons()
    yield "What could not be used:" if reasons else "Every row could be used."
    for (file, code), refusals in reasons.items():
        first = refusals[0]
        yield f"  {len(refusals)} x {code} in {file}: {first.detail}"
        yield f"      first in line {first.place.line}: {first.place.name}"


def _fillings(played: Played) -> Iterator[str]:
    yield "Filled in by rule, because the files lack it:"
    for filling in played.history.fillings:
        yield f"  {filling}"
    yield f"  times: moved by {played.shift.days} whole days"
    if played.history.unread:
        yield f"Not read, as nothing needs it: {', '.join(played.history.unread)}"


def _show_end(result: ReplayReport, seconds: float) -> None:
    refreshed = result.refreshed
    if not any(played.changed for played in result.played):
        typer.echo("Nothing changed: everything was there from an earlier run.")
    typer.echo(
        f"Refresh: {refreshed.slid} shops moved to today, {refreshed.rendered} rendered, "
        f"{refreshed.snapshots} answers stored. {seconds:.1f} seconds in all."
    )


def _show_proof(compared: int, wrong: list[Difference]) -> None:
    """Say whether the served grades are those of the files; ends with status 1 if not."""
    typer.echo(f"Computed from the files: {compared} grades, {len(wrong)} served otherwise.")
    for difference in wrong:
        typer.echo(f"  {difference}")
    if wrong:
        raise typer.Exit(1)
