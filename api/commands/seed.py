"""``trustwright seed``: example shops and reviews."""

from typing import Annotated
from urllib.parse import quote

import typer

from api.commands.installations import now, opened
from api.commands.terminal import console, table
from schemas.questions import PREFIX
from services import seed as stories
from services.seed import Seeded

app = typer.Typer(add_completion=False)


@app.command(epilog="Example: trustwright seed && trustwright refresh && trustwright serve")
def seed(
    port: Annotated[
        int | None, typer.Option(help="The port that will serve, for the printed addresses.")
    ] = None,
) -> None:
    """Fill the installation with example shops and reviews; again changes nothing."""
    with opened() as installation:
        with installation.database.write() as work:
            seeded = stories.sow(work, now=now())
        settings = installation.settings
    _show(seeded, f"http://{settings.host}:{port or settings.port}")


def _show(seeded: Seeded, base: str) -> None:
    shown = table("Example shops", "Key", "Name", "Language", "Reviews", "")
    for shop in seeded.shops:
        news = "new" if shop.is_new else "was there"
        shown.add_row(shop.key, shop.name, shop.language, str(shop.reviews), news)
    console().print(shown)
    typer.echo("To open, once `trustwright serve` runs:")
    shop = seeded.shops[0]
    sku = quote(shop.skus[0], safe="")
    for name in (
        "badge.svg",
        "badge.json",
        "badge.xml",
        "grade.json",
        "reviews.json",
        "sticker.json",
        f"products/{sku}/reviews.json",
    ):
        typer.echo(f"  {base}{PREFIX}{shop.key}/{name}")
    typer.echo(f"  {base}/docs")
    for waiting in seeded.waiting:
        typer.echo(f"Open invitation of {waiting.buyer}, to be kept secret: {waiting.token}")
