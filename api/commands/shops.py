"""``trustwright shops``: add, list and show shops."""

from typing import Annotated, Any

import typer

from api.commands.installations import now, opened
from api.commands.terminal import console, show_json, table
from domain.actors import OPERATOR
from domain.criteria import CriteriaSystem
from domain.grades import Grade
from domain.shops import NewShop
from jobs import queue
from schemas.questions import PREFIX
from services import directory
from services import shops as rules
from services.directory import ShopRecord

app = typer.Typer(
    add_completion=False, no_args_is_help=True, epilog="Example: trustwright shops list --json"
)
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON, for programs to read.")]


@app.command(
    epilog="Example: trustwright shops add --name 'Example shop' --url https://shop.example "
    "--market DE --language de --currency EUR --criteria three"
)
def add(
    name: Annotated[str, typer.Option(help="The name that readers see.")],
    url: Annotated[str, typer.Option(help="The shop's address.")],
    market: Annotated[str, typer.Option(help="The target market, such as DE, FR or EUO.")],
    language: Annotated[str, typer.Option(help="One of the market's languages, such as de.")],
    currency: Annotated[str, typer.Option(help="ISO 4217, such as EUR.")],
    criteria: Annotated[
        CriteriaSystem,
        typer.Option(case_sensitive=False, help="THREE for goods, ONE for services."),
    ] = CriteriaSystem.THREE,
    key: Annotated[
        str | None, typer.Option(help="The key that the shop has already; else a new one.")
    ] = None,
    channel: Annotated[
        str | None, typer.Option(help="The id chl-… that its widgets use; else a new one.")
    ] = None,
    account: Annotated[
        str | None, typer.Option(help="The company's account; else a new one of the shop's name.")
    ] = None,
    operated_by_seller: Annotated[
        bool,
        typer.Option(
            "--operated-by-seller", help="Shop and operator are one company; readers are told."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Register a shop and print its key."""
    goods = criteria is CriteriaSystem.THREE
    new = NewShop(
        name,
        url,
        market,
        language,
        currency,
        offers_goods=goods,
        key=key,
        channel=channel,
        operator_is_shop=operated_by_seller,
    )
    with opened() as installation:
        queue.connect(installation)
        moment = now()
        with installation.database.write() as work:
            holder = account or rules.open_account(work, name, now=moment)
            given = rules.register(work, holder, new, actor=OPERATOR, now=moment)
    if as_json:
        show_json({"key": given, "account": holder})
    else:
        typer.echo(given)


@app.command("list", epilog="Example: trustwright shops list --json")
def list_shops(as_json: AsJson = False) -> None:
    """List every shop, in the order of registration."""
    with opened() as installation, installation.database.read() as session:
        found = directory.listed(session)
        base_url = installation.settings.base_url
    if as_json:
        show_json([_document(shop) | {"guide": base_url + _guide(shop.key)} for shop in found])
        return
    shown = table(f"{len(found)} shops", "Key", "Name", "Domain", "Market", "Language")
    for shop in found:
        shown.add_row(shop.key, shop.name, shop.domain, shop.market, shop.language)
    console().print(shown)
    for shop in found[:1]:
        typer.echo(f"How a shop gets its badge: {base_url}{_guide(shop.key)}, with its own key.")


@app.command(epilog="Example: trustwright shops show X0123456789ABCDEF0123456789ABCDEF")
def show(
    key: Annotated[str, typer.Argument(help="The shop's key.")], as_json: AsJson = False
) -> None:
    """Show a shop's data, its grade and the addresses of its answers."""
    with opened() as installation, installation.database.read() as session:
        least = installation.settings.grade_min_reviews
        shop, grade = directory.shown(session, key, min_reviews=least)
    document = _document(shop) | {"grade": _grade(grade), "paths": _paths(shop.key)}
    if as_json:
        show_json(document)
        return
    shown = table(shop.name, "What", "Value")
    for name, value in (_document(shop) | _grade(grade)).items():
        shown.add_row(name, str(value))
    console().print(shown)
    for path in _paths(shop.key):
        typer.echo(path)


@app.command(
    epilog="Example: trustwright shops embeds X0123456789ABCDEF0123456789ABCDEF www.shop.example"
)
def embeds(
    key: Annotated[str, typer.Argument(help="The shop's key.")],
    hosts: Annotated[
        list[str] | None, typer.Argument(help="Hosts whose pages may frame its reviews.")
    ] = None,
    nobody: Annotated[bool, typer.Option("--nobody", help="No page may.")] = False,
    as_json: AsJson = False,
) -> None:
    """Let other sites show a shop's reviews in a frame; without hosts, its own and page tabs."""
    if nobody and hosts:
        raise typer.BadParameter("Name hosts, or nobody.")
    wanted = [] if nobody else hosts or None
    with opened() as installation:
        queue.connect(installation)
        with installation.database.write() as work:
            allowed = rules.allow_embeds(work, key, wanted, actor=OPERATOR, now=now())
    if as_json:
        show_json({"hosts": allowed})
        return
    for host in allowed:
        typer.echo(host)


def _document(shop: ShopRecord) -> dict[str, Any]:
    return {
        "key": shop.key,
        "name": shop.name,
        "url": shop.url,
        "domain": shop.domain,
        "market": shop.market,
        "language": shop.language,
        "currency": shop.currency,
        "criteria": shop.criteria,
        "account": shop.account_id,
        "registeredAt": shop.registered_at,
    }


def _grade(grade: Grade) -> dict[str, Any]:
    """The grade with the count and period that belong to it (NEVER-10)."""
    return {
        "state": grade.state,
        "rating": None if grade.rating is None else float(grade.rating),
        "count": grade.count,
        "from": grade.period.start,
        "to": grade.period.end,
        "allTimeCount": grade.all_time_count,
    }


def _paths(key: str) -> list[str]:
    names = ("badge.json", "badge.svg", "grade.json", "reviews.json", "sticker.json")
    return [*(f"{PREFIX}{key}/{name}" for name in names), _guide(key)]


def _guide(key: str) -> str:
    """The page that shows how the widgets get into the shop's pages."""
    return f"/embed/{key}"
