"""``trustwright widgets``: the widgets of shops' pages, the badge's looks, the orders' secret."""

from typing import Annotated

import typer

from api.commands import badges
from api.commands.installations import now, opened
from api.commands.terminal import console, show_json, table
from domain.actors import OPERATOR
from domain.badges import Variant
from domain.widgets import ApplicationType, NewWidget
from services import hand_overs
from services import widgets as rules

app = typer.Typer(
    add_completion=False, no_args_is_help=True, epilog="Example: trustwright widgets list --json"
)
app.add_typer(badges.app)
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON, for programs to read.")]


@app.command(
    epilog="Example: trustwright widgets add --shop X0123456789ABCDEF0123456789ABCDEF "
    "--type product_star --collapse-when-empty --height 170"
)
def add(
    shop: Annotated[str, typer.Option(help="The shop's key.")],
    kind: Annotated[ApplicationType, typer.Option("--type", help="What the widget shows.")],
    language: Annotated[
        str | None, typer.Option(help="One of the market's languages; else the shop's.")
    ] = None,
    height: Annotated[
        int | None, typer.Option(help="Pixels to keep free for it in the page, 1 to 2000.")
    ] = None,
    collapse_when_empty: Annotated[
        bool | None,
        typer.Option(
            "--collapse-when-empty/--stay-when-empty",
            help="Whether the widget takes no room while there is nothing to show.",
        ),
    ] = None,
    variant: Annotated[
        Variant | None, typer.Option(help="How a badge looks that pages name by an integration.")
    ] = None,
    widget_id: Annotated[
        str | None, typer.Option("--id", help="The id that pages have already; else a new one.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Add a widget to a shop and print its id, which pages then name."""
    given = {"hideWhenEmpty": collapse_when_empty, "height": height, "variant": variant}
    config = {name: value for name, value in given.items() if value is not None}
    new = NewWidget(kind, language=language, config=config, id=widget_id)
    with opened() as installation, installation.database.write() as work:
        added = rules.add(work, shop, new, actor=OPERATOR, now=now())
    if as_json:
        show_json({"widgetId": added, "shop": shop})
    else:
        typer.echo(added)


@app.command(epilog="Example: trustwright widgets secret X0123456789ABCDEF0123456789ABCDEF")
def secret(shop: Annotated[str, typer.Argument(help="The shop's key.")]) -> None:
    """Print a new secret, with which the shop's server signs orders in its pages.

    The secret before it works for 180 days more.
    """
    with opened() as installation, installation.database.write() as work:
        typer.echo(hand_overs.rotate_secret(work, shop, actor=OPERATOR, now=now()))


@app.command("list", epilog="Example: trustwright widgets list --json")
def list_widgets(
    shop: Annotated[str | None, typer.Option(help="Only those of the shop with this key.")] = None,
    as_json: AsJson = False,
) -> None:
    """List every widget, in the order in which they were added."""
    with opened() as installation, installation.database.read() as session:
        found = rules.listed(session, shop)
    if as_json:
        show_json(
            [
                {
                    "widgetId": widget.widget_id,
                    "shop": widget.shop_key,
                    "type": widget.application_type,
                    "locale": widget.locale,
                    "config": widget.config,
                    "createdAt": widget.created_at,
                }
                for widget in found
            ]
        )
        return
    shown = table(f"{len(found)} widgets", "Id", "Shop", "Type", "Locale")
    for widget in found:
        shown.add_row(widget.widget_id, widget.shop_key, widget.application_type, widget.locale)
    console().print(shown)
