"""``trustwright widgets configure`` and ``orders``: how a badge looks, and when orders leave."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Annotated, Any

import typer

from api.commands.installations import now, opened
from api.commands.terminal import console, show_json, table
from domain.actors import OPERATOR
from domain.badges import (
    DEFAULTS,
    BadgeSettings,
    ColorScheme,
    Colours,
    OpenOn,
    Position,
    Transmit,
    Variant,
)
from domain.errors import WidgetInvalid
from domain.orders import LegalBasis, LegalBasisKind
from jobs import queue
from services import badges as rules

app = typer.Typer()
Shop = Annotated[str, typer.Argument(help="The shop's key.")]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON, for programs to read.")]


@app.command(
    epilog="Example: trustwright widgets configure X0123456789ABCDEF0123456789ABCDEF "
    "--position left --offset 84 --colour accent=#123456"
)
def configure(
    shop: Shop,
    variant: Annotated[Variant | None, typer.Option(help="What the badge shows.")] = None,
    position: Annotated[Position | None, typer.Option(help="Where it stands.")] = None,
    mobile_position: Annotated[
        Position | None, typer.Option(help="Where it stands on narrow screens.")
    ] = None,
    offset: Annotated[int | None, typer.Option(help="Pixels from the bottom, -54 to 999.")] = None,
    mobile_offset: Annotated[
        int | None, typer.Option(help="The same on narrow screens, -10 to 999.")
    ] = None,
    open_on: Annotated[OpenOn | None, typer.Option(help="What opens the card.")] = None,
    color_scheme: Annotated[
        ColorScheme | None, typer.Option(help="Light, dark, or as the reader has it.")
    ] = None,
    colour: Annotated[
        list[str] | None,
        typer.Option(help="accent, text, surface or star and =#rrggbb; may be repeated."),
    ] = None,
    product_reviews: Annotated[
        bool | None,
        typer.Option(
            "--product-reviews/--no-product-reviews",
            help="Whether buyers are asked about products; without, orders leave without them.",
        ),
    ] = None,
    reset: Annotated[bool, typer.Option("--reset", help="Begin with the default looks.")] = False,
    as_json: AsJson = False,
) -> None:
    """Choose how a shop's badge looks; what is not named stays as it is. Prints the result."""
    named = {
        "variant": variant,
        "position": position,
        "mobile_position": mobile_position,
        "offset": offset,
        "mobile_offset": mobile_offset,
        "open_on": open_on,
        "color_scheme": color_scheme,
        "product_reviews": product_reviews,
    }

    def chosen(present: BadgeSettings, _at: datetime) -> BadgeSettings:
        kept = _without_looks(present) if reset else present
        return replace(kept, **_named(named), colours=_coloured(kept.colours, colour or []))

    _store(shop, chosen, as_json=as_json)


@app.command(
    epilog="Example: trustwright widgets orders X0123456789ABCDEF0123456789ABCDEF "
    "--host checkout.example"
)
def orders(
    shop: Shop,
    host: Annotated[
        list[str] | None,
        typer.Option(help="A host with order pages beside the shop's own; may be repeated."),
    ] = None,
    transmit: Annotated[
        Transmit | None, typer.Option(help="When an order leaves the shop's page.")
    ] = None,
    legal_basis: Annotated[
        LegalBasisKind | None,
        typer.Option(help="What permits that without a click, for --transmit order_page."),
    ] = None,
    legal_basis_version: Annotated[
        str, typer.Option(help="The version of the text that says so.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Say from where and when orders leave the shop's pages. Prints the result."""

    def chosen(present: BadgeSettings, at: datetime) -> BadgeSettings:
        settings = replace(present, hosts=tuple(host)) if host else present
        if transmit is not None:
            settings = replace(settings, transmit=transmit, legal_basis=None)
        if legal_basis is not None:
            basis = LegalBasis(legal_basis, legal_basis_version, at)
            settings = replace(settings, legal_basis=basis)
        return settings

    _store(shop, chosen, as_json=as_json)


def _store(
    shop: str, chosen: Callable[[BadgeSettings, datetime], BadgeSettings], *, as_json: bool
) -> None:
    """Store what ``chosen`` makes of the present settings, and show what is stored then."""
    moment = now()
    with opened() as installation:
        queue.connect(installation)
        with installation.database.write() as work:
            settings = chosen(rules.read(work.session, shop), moment)
            rules.configure(work, shop, settings, actor=OPERATOR, now=moment)
            stored = rules.read(work.session, shop)
    if as_json:
        show_json(stored)
        return
    shown = table("Badge", "What", "Value")
    for name, value in asdict(stored).items():
        shown.add_row(name, str(value))
    console().print(shown)


def _without_looks(settings: BadgeSettings) -> BadgeSettings:
    """The default looks, with what was said about orders and products."""
    return replace(
        DEFAULTS,
        hosts=settings.hosts,
        transmit=settings.transmit,
        legal_basis=settings.legal_basis,
        product_reviews=settings.product_reviews,
    )


def _coloured(colours: Colours, given: Sequence[str]) -> Colours:
    for name, _, value in (each.partition("=") for each in given):
        if name not in asdict(colours):
            raise WidgetInvalid(f"{name[:40]!r} is not a colour of badges.", field="colour")
        colours = replace(colours, **{name: value})
    return colours


def _named(given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}
