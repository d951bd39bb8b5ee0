"""``trustwright feeds``: open, list and write the review feeds of shops."""

from typing import Annotated, Any

import typer

from api.commands.installations import now, opened
from api.commands.terminal import console, show_json, stages, table
from domain.actors import OPERATOR
from rich_snippets.feeds import Report
from services import feed_runs, review_feeds
from services.installation import Installation
from services.review_feeds import Blocked, FeedKind, FeedRecord

app = typer.Typer(
    add_completion=False, no_args_is_help=True, epilog="Example: trustwright feeds list"
)
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON, for programs to read.")]
Kind = Annotated[FeedKind, typer.Option(help="The feed.")]


@app.command(
    epilog="Example: trustwright feeds token X0123456789ABCDEF0123456789ABCDEF "
    "--kind product-ratings"
)
def token(
    shop: Annotated[str, typer.Argument(help="The shop's key.")],
    kind: Kind = FeedKind.PRODUCT_RATINGS,
    password: Annotated[
        bool, typer.Option("--password", help="Ask for a login and a password as well.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Give a feed a new secret address; the one before it ends."""
    with opened() as installation, installation.database.write() as work:
        address = review_feeds.open_address(
            work, shop, kind, has_password=password, actor=OPERATOR, now=now()
        )
        url = installation.settings.base_url + address.path
    if as_json:
        show_json({"url": url, "login": shop, "password": address.password})
        return
    typer.echo(url)
    if address.password is not None:
        typer.echo(f"login:    {shop}\npassword: {address.password}")
        typer.echo("Keep the password now: it is not stored and cannot be shown again.", err=True)


@app.command("list", epilog="Example: trustwright feeds list --json")
def list_feeds(as_json: AsJson = False) -> None:
    """List every feed with its secret address and what was written last."""
    with opened() as installation, installation.database.read() as session:
        found = review_feeds.listed(session, installation.database.keys)
        base = installation.settings.base_url
    if as_json:
        show_json([_document(feed, base) for feed in found])
        return
    shown = table(f"{len(found)} feeds", "Shop", "Feed", "Written", "Reviews", numbers=("Reviews",))
    for feed in found:
        written = feed.written_at.isoformat(timespec="minutes") if feed.written_at else "never"
        shown.add_row(feed.shop_key, feed.kind, written, str(feed.report.get("sent", "")))
    console().print(shown)
    for feed in found:
        typer.echo(base + feed.path)


@app.command(epilog="Example: trustwright feeds write --shop X0123456789ABCDEF0123456789ABCDEF")
def write(
    shop: Annotated[str | None, typer.Option(help="One shop only; else all.")] = None,
    kind: Annotated[FeedKind | None, typer.Option(help="One feed only; else all.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write the files of the feeds now, with all reviews as they are at this moment."""
    with opened() as installation:
        with installation.database.read() as session:
            found = review_feeds.listed(session, installation.database.keys)
        wanted = (feed for feed in found if shop in (None, feed.shop_key))
        told = _written(installation, [feed for feed in wanted if kind in (None, feed.kind)])
    if as_json:
        show_json(told)
        return
    shown = table(f"{len(told)} feeds", "Shop", "Feed", "Reviews", "Left out", numbers=("Reviews",))
    for row in told:
        left_out = ", ".join(f"{count} {why}" for why, count in row.get("leftOut", {}).items())
        reviews = row.get("blocked") or str(row["sent"])
        shown.add_row(row["shop"], row["feed"], reviews, left_out)
    console().print(shown)


def _written(installation: Installation, feeds: list[FeedRecord]) -> list[dict[str, Any]]:
    told = []
    with stages() as stage:
        for feed in feeds:
            result = feed_runs.write(
                installation,
                feed.shop_key,
                feed.kind,
                now=now(),
                progress=stage(f"{feed.shop_key} {feed.kind}"),
            )
            told.append({"shop": feed.shop_key, "feed": feed.kind} | _outcome(result))
    return told


def _outcome(result: Report | Blocked) -> dict[str, Any]:
    if isinstance(result, Blocked):
        return {"blocked": result}
    return feed_runs.document(result)


def _document(feed: FeedRecord, base: str) -> dict[str, Any]:
    return {
        "shop": feed.shop_key,
        "feed": feed.kind,
        "url": base + feed.path,
        "hasPassword": feed.has_password,
        "createdAt": feed.created_at,
        "writtenAt": feed.written_at,
        "fetchedAt": feed.fetched_at,
        "failure": feed.failure,
        "report": feed.report,
    }
