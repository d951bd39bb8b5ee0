"""``trustwright clients``: add, list and revoke API clients and API passwords."""

from typing import Annotated

import typer

from api.commands.installations import now, opened
from api.commands.terminal import console, show_json, table
from domain.actors import OPERATOR
from domain.clients import ClientKind, NewClient, Scope
from domain.errors import ClientInvalid, ShopNotFound
from services import clients as rules
from services import directory
from services.installation import Installation

app = typer.Typer(
    add_completion=False, no_args_is_help=True, epilog="Example: trustwright clients list"
)
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON, for programs to read.")]


@app.command(
    epilog="Example: trustwright clients add --shop X0123456789ABCDEF0123456789ABCDEF "
    "--kind oauth --name 'Warehouse' --scope reviews:read"
)
def add(
    kind: Annotated[
        ClientKind, typer.Option(help="oauth: id and secret; password: for a login e-mail.")
    ],
    name: Annotated[str, typer.Option(help="By which people know the client again.")],
    account: Annotated[str | None, typer.Option(help="The account it acts for.")] = None,
    shop: Annotated[
        str | None, typer.Option(help="Instead of the account: one of its shops.")
    ] = None,
    email: Annotated[str | None, typer.Option(help="The login of an API password.")] = None,
    scope: Annotated[
        list[str] | None, typer.Option(help=f"What it may do; several times: {', '.join(Scope)}.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Add a client and print its secret, which nobody can read again."""
    new = NewClient(kind, name, email=email, scopes=tuple(scope or ()))
    with opened() as installation:
        holder = _account(installation, account, shop)
        with installation.database.write() as work:
            added = rules.add(work, holder, new, actor=OPERATOR, now=now())
    if as_json:
        show_json({"clientId": added.client_id, "account": holder, "secret": added.secret})
        return
    typer.echo(f"id:     {added.client_id}\nsecret: {added.secret}")
    typer.echo("Keep the secret now: it is not stored and cannot be shown again.", err=True)


def _account(installation: Installation, account: str | None, shop: str | None) -> str:
    if (account is None) is (shop is None):
        raise ClientInvalid("Give --account or --shop, one of the two.", field="account")
    if account is not None:
        return account
    with installation.database.read() as session:
        found = directory.find(session, shop or "")
    if found is None:
        raise ShopNotFound(field="shop")
    return found.account_id


@app.command("list", epilog="Example: trustwright clients list --json")
def list_clients(as_json: AsJson = False) -> None:
    """List every client, revoked ones too, without anything secret."""
    with opened() as installation, installation.database.read() as session:
        found = rules.listed(session)
    if as_json:
        show_json(
            [
                {
                    "clientId": client.client_id,
                    "account": client.account_id,
                    "kind": client.kind,
                    "name": client.name,
                    "scopes": client.scopes,
                    "createdAt": client.created_at,
                    "revokedAt": client.revoked_at,
                }
                for client in found
            ]
        )
        return
    shown = table(f"{len(found)} clients", "Id", "Kind", "Name", "Scopes", "Revoked")
    for client in found:
        revoked = client.revoked_at.isoformat() if client.revoked_at else ""
        scopes = " ".join(client.scopes)
        shown.add_row(client.client_id, client.kind, client.name, scopes, revoked)
    console().print(shown)


@app.command(epilog="Example: trustwright clients revoke cli-01900000-0000-7000-8000-000000000000")
def revoke(
    client_id: Annotated[str, typer.Argument(help="The client's id.")], as_json: AsJson = False
) -> None:
    """Take a client's access away for good."""
    with opened() as installation, installation.database.write() as work:
        rules.revoke(work, client_id, actor=OPERATOR, now=now())
    if as_json:
        show_json({"clientId": client_id})
    else:
        typer.echo(f"{client_id} opens nothing any more.")
