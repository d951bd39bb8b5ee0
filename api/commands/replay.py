"""``trustwright replay``: play a real order history through the real use cases."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from api.commands.installations import now, opened
from api.commands.terminal import Stage, console, stages, table
from domain.windows import day_of
from jobs.replay import export, mailing, proof, protecting, protection_proof
from jobs.replay.mailing import Mailing, NoServerHere
from jobs.replay.proof import Difference
from jobs.replay.protecting import ProtectionCounts
from jobs.replay.protection_proof import Unlike
from jobs.replay.replaying import Played, ReplayReport
from jobs.replay.replaying import replay as play
from services.installation import Installation
from services.replay_protection import ProtectionUnsuitable

app = typer.Typer(add_completion=False)


_Folder = Annotated[
    Path,
    typer.Argument(
        metavar="DIR",
        exists=True,
        resolve_path=True,
        help="The olist folder, clothing_reviews.csv, or a folder that holds them.",
    ),
]
_Report = Annotated[
    Path | None,
    typer.Option(
        resolve_path=True,
        help="Where to write what became of every row: CSV, or JSON lines; "
        "by default replay.csv in TRUSTWRIGHT_HOME.",
    ),
]
_Verify = Annotated[
    bool,
    typer.Option(
        "--verify",
        help="Compute every grade from the files and compare; with --protect also protections, "
        "claims, payouts, frames and indicators.",
    ),
]
_Mail = Annotated[
    bool,
    typer.Option(
        "--mail",
        help="Have invitations leave by mail, through a server on this machine, and reviews "
        "come through the form; slower.",
    ),
]
_Protect = Annotated[
    bool,
    typer.Option(
        "--protect",
        help="Have one order in four protected, with claims about those that came late or were "
        "cancelled; only in a demo, or with --made-up-guarantor.",
    ),
]
_MadeUp = Annotated[
    bool,
    typer.Option(
        "--made-up-guarantor",
        help="With --protect: bring a guarantor that covers nothing, certificates and rates of "
        "exchange, all of them made up.",
    ),
]


@app.command(
    epilog="Example: trustwright replay ../shared/data --verify --report rows.csv. "
    "Again, it changes nothing; after an interruption, it goes on."
)
def replay(
    folder: _Folder,
    report: _Report = None,
    verify: _Verify = False,
    mail: _Mail = False,
    protect: _Protect = False,
    made_up_guarantor: _MadeUp = False,
) -> None:
    """Play a real order history: orders, invitations and reviews, each at its real time.

    All dates move by whole days: the newest review of the files comes to lie yesterday.

    What the rules refuse is counted and named at the end.
    """
    started, moment = time.monotonic(), now()
    with opened() as installation, stages() as stage, _suitable():
        if protect:
            protecting.check_allowed(installation, is_made_up=made_up_guarantor)
        path = report or installation.settings.home / "replay.csv"
        with _mailing(installation) if mail else nullcontext() as sending:
            result = play(
                installation, folder, now=moment, stage=stage, mailing=sending, protect=protect
            )
        wrong = _wrong(installation, result, day_of(moment), stage) if verify else None
        unlike = _unlike(installation, result, moment, stage) if verify and protect else None
    for played in result.played:
        _show(played)
    _show_end(result, time.monotonic() - started)
    lines = export.write((played.ledger for played in result.played), path)
    typer.echo(f"What became of every row: {lines} lines in {path}")
    _show_proof(wrong, unlike)


@contextmanager
def _suitable() -> Iterator[None]:
    """Ends the command where made-up protections do not belong."""
    try:
        yield
    except ProtectionUnsuitable as reason:
        raise typer.BadParameter(
            f"Protections of a history are made up, and this installation has {reason}.",
            param_hint="--protect",
        ) from None


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


def _unlike(
    installation: Installation, result: ReplayReport, now: datetime, stage: Stage
) -> tuple[int, list[Unlike]]:
    compared, unlike = 0, []
    for played in result.played:
        progress = stage(f"verify protections of {played.history.path.name}")
        number, found = protection_proof.differences(
            installation, played, now=now, progress=progress
        )
        compared += number
        unlike += found
    return compared, unlike


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
    if played.protected is not None:
        _show_protected(name, played.protected)


def _show_protected(name: str, counts: ProtectionCounts) -> None:
    for line in protecting.FILLINGS:
        typer.echo(f"  {line}")
    typer.echo(
        f"New from {name}: {counts.protections} protections, {counts.claims} claims with "
        f"{counts.steps} steps, {counts.payouts} payouts."
    )
    for code, number in counts.refused.most_common():
        typer.echo(f"  {number} x {code}")
    typer.echo("")


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


def _show_proof(
    wrong: tuple[int, list[Difference]] | None, unlike: tuple[int, list[Unlike]] | None
) -> None:
    """Say whether what is served and stored is what the files say; ends with status 1 if not."""
    if wrong is not None:
        number, grades = wrong
        typer.echo(f"Computed from the files: {number} grades, {len(grades)} served otherwise.")
        for difference in grades:
            typer.echo(f"  {difference}")
    if unlike is not None:
        number, others = unlike
        typer.echo(f"Protections, claims, frames and indicators: {number}, {len(others)} unlike.")
        for other in others:
            typer.echo(f"  {other}")
    if any(found is not None and found[1] for found in (wrong, unlike)):
        raise typer.Exit(1)
