"""``trustwright packs``: what shops have booked, for the operator to accept or suspend."""

from typing import Annotated

import typer

from api.commands.installations import now, opened
from api.commands.terminal import console, show_json, table
from domain.actors import OPERATOR
from domain.packs import BookingState
from jobs import queue
from services import bookings
from services import packs as rules

app = typer.Typer(
    add_completion=False, no_args_is_help=True, epilog="Example: trustwright packs list --json"
)
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON, for programs to read.")]
Booking = Annotated[str, typer.Argument(help="The booking's id, as `packs list` shows it.")]
_ID = "bkg-0192f0c4-7b1a-7c3e-9d0a-5b8e3f2a1c4d"


@app.command("list", epilog="Example: trustwright packs list --state ordered")
def list_bookings(
    state: Annotated[
        BookingState | None, typer.Option(case_sensitive=False, help="Only those in this state.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the latest 50 bookings of all shops."""
    with opened() as installation, installation.database.read() as session:
        found = bookings.listed(session, state=state or "")
    if as_json:
        show_json(
            [
                {
                    "bookingId": each.booking_id,
                    "shop": each.shop_key,
                    "pack": each.pack,
                    "state": each.state,
                    "priceMinor": each.price_minor,
                    "currency": each.currency,
                    "orderedAt": each.ordered_at,
                }
                for each in found
            ]
        )
        return
    shown = table(f"{len(found)} bookings", "Booking", "Shop", "Pack", "State")
    for each in found:
        shown.add_row(each.booking_id, each.shop_name, each.pack, each.state)
    console().print(shown)


@app.command(epilog=f"Example: trustwright packs accept {_ID}")
def accept(booking: Booking) -> None:
    """Accept an order: it runs from now on, month by month, and the shop is told."""
    with opened() as installation:
        queue.connect(installation)
        with installation.database.write() as work:
            rules.accept(work, booking, actor=OPERATOR, now=now())
    typer.echo(f"{booking} runs.")


@app.command(epilog=f"Example: trustwright packs suspend {_ID} --reason 'Unpaid since May.'")
def suspend(
    booking: Booking, reason: Annotated[str, typer.Option(help="The shop reads it.")]
) -> None:
    """Stop a booking that runs; the shop is told why."""
    with opened() as installation:
        queue.connect(installation)
        with installation.database.write() as work:
            rules.suspend(work, booking, reason, actor=OPERATOR, now=now())
    typer.echo(f"{booking} is suspended.")


@app.command(epilog=f"Example: trustwright packs resume {_ID}")
def resume(booking: Booking) -> None:
    """Let a suspended booking run again."""
    with opened() as installation:
        queue.connect(installation)
        with installation.database.write() as work:
            rules.resume(work, booking, actor=OPERATOR, now=now())
    typer.echo(f"{booking} runs again.")
