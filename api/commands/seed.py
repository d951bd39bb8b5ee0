"""``trustwright seed``: example shops and reviews, and people who can sign in."""

from typing import Annotated
from urllib.parse import quote

import typer

from api.commands.installations import now, opened
from api.commands.terminal import console, table
from control.demo import SHOP
from domain.packs import PRICE_LISTS
from schemas.questions import PREFIX
from services import (
    audit_drawings,
    bordereau_drawings,
    demo,
    seed_audits,
    seed_desk,
    seed_people,
    seed_protection,
)
from services import seed as stories
from services.review_mails import form_path
from services.seed import Seeded
from services.seed_people import SeededPeople

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
            people = seed_people.sow(work, now=now())
            seed_desk.sow(work, now=now())
            if demo.is_on(installation.settings):
                demo.prepare(work, now=now())
                prices = PRICE_LISTS[installation.settings.prices]
                seed_protection.sow(work, prices, now=now())
                seed_audits.sow(work, installation.settings.home, now=now())
        # No worker has been told of them: their documents are to be there at the first sign-in.
        audit_drawings.draw_missing(installation)
        bordereau_drawings.draw_due(installation, now=now())
        settings = installation.settings
    base = f"http://{settings.host}:{port or settings.port}"
    _show_shops(seeded)
    _show_people(people)
    _show_addresses(seeded, base)
    if demo.is_on(settings):
        typer.echo(f"  {base}{SHOP}  (order, get the mail, write the review, see it in the badge)")
    typer.echo(f"To sign in at {base}/login, for this installation alone:")
    typer.echo(f"  password: {people.password}")
    typer.echo(f"  secret for an authenticator app: {people.totp_secret}")


def _show_shops(seeded: Seeded) -> None:
    shown = table("Example shops", "Key", "Name", "Language", "Reviews", "")
    for shop in seeded.shops:
        news = "new" if shop.is_new else "was there"
        shown.add_row(shop.key, shop.name, shop.language, str(shop.reviews), news)
    console().print(shown)


def _show_addresses(seeded: Seeded, base: str) -> None:
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
    typer.echo(f"  {base}/profile/{shop.key}")
    typer.echo(f"  {base}/embed/{shop.key}  (how the widgets get into the shop's pages)")
    typer.echo(f"  {base}/docs")
    for waiting in seeded.waiting:
        link = f"{base}{form_path(waiting.token)}"
        typer.echo(f"Open invitation of {waiting.buyer}, to be kept secret: {link}")


def _show_people(seeded: SeededPeople) -> None:
    shown = table("People", "E-mail", "Name", "May", "Code", "")
    for person in seeded.people:
        asked = "asked for" if person.asks_for_code else ""
        news = "new" if person.is_new else "was there"
        shown.add_row(person.email, person.name, person.part, asked, news)
    console().print(shown)
