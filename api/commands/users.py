"""``trustwright users``: people who sign in to the control centre, and what they may do there."""

from typing import Annotated, Final

import typer

from api.commands.installations import now, opened
from api.commands.terminal import console, show_json, table
from domain import people
from domain.actors import OPERATOR
from domain.people import NewPerson, PersonInvalid
from domain.rights import OperatorRole, Right
from services import offers, staff
from services import users as rules
from services.installation import Installation
from services.users import Inviter

app = typer.Typer(
    add_completion=False, no_args_is_help=True, epilog="Example: trustwright users list"
)
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON, for programs to read.")]
Email = Annotated[str, typer.Argument(help="The address with which the person signs in.")]
Shop = Annotated[str | None, typer.Option(help="The key of the shop to work on.")]
Rights = Annotated[
    list[str] | None,
    typer.Option("--right", help=f"May be given several times: {', '.join(Right)}."),
]
Roles = Annotated[
    list[str] | None,
    typer.Option("--role", help=f"On the operator's side: {', '.join(OperatorRole)}."),
]
_KEY: Final = "X0123456789ABCDEF0123456789ABCDEF"


@app.command(
    epilog="Example: trustwright users add olga@trust.example --first-name Olga "
    "--last-name Operator --role operator-administrator"
)
def add(
    email: Email,
    first_name: Annotated[str, typer.Option(help="The person's first name.")],
    last_name: Annotated[str, typer.Option(help="The person's last name.")],
    language: Annotated[str, typer.Option(help="Of pages and mails: de, en, fr …")] = "en",
    shop: Shop = None,
    right: Rights = None,
    role: Roles = None,
) -> None:
    """Invite somebody, to a shop with rights or to the operator's side with roles.

    A mail brings the link to set a password. Nothing holds before the person has signed in and
    accepted. Administrators and the operator's side then set up a second factor.
    """
    new = NewPerson(email, first_name, last_name, language)
    with opened() as installation, installation.database.write() as work:
        by = _operator(installation)
        if _is_on_shop(shop, right, role):
            rights = people.rights_named(right or ())
            offer_id = offers.invite(work, shop or "", new, rights, by=by, now=now())
        else:
            roles = people.roles_named(role or ())
            offer_id = offers.invite_staff(work, new, roles, by=by, now=now())
    typer.echo(offer_id)
    typer.echo(
        f"A mail with a link was sent to {email}. Without a mail server, `trustwright users "
        f"reset {email}` prints a link.",
        err=True,
    )


@app.command("list", epilog="Example: trustwright users list --json")
def list_users(as_json: AsJson = False) -> None:
    """List everybody who has a login, with the roles and the number of shops."""
    with opened() as installation, installation.database.read() as session:
        found = staff.listed(session, installation.database.keys)
    if as_json:
        show_json(
            [
                {
                    "userId": member.user_id,
                    "name": member.name,
                    "email": member.email,
                    "roles": sorted(member.roles),
                    "shops": member.shops,
                    "hasSignedUp": member.has_signed_up,
                }
                for member in found
            ]
        )
        return
    shown = table(f"{len(found)} people", "E-mail", "Name", "Roles", "Shops", numbers=("Shops",))
    for member in found:
        roles = ", ".join(sorted(member.roles))
        shown.add_row(member.email, member.name, roles, str(member.shops))
    console().print(shown)


@app.command(
    epilog=f"Example: trustwright users grant ben@shop.example --shop {_KEY} --right reviews"
)
def grant(email: Email, shop: Shop = None, right: Rights = None, role: Roles = None) -> None:
    """Let these be somebody's rights on a shop, or roles on the operator's side.

    They take the place of those before, and count from the person's next click.
    """
    with opened() as installation, installation.database.write() as work:
        user_id = staff.by_email(work.session, work.keys, email)
        if _is_on_shop(shop, right, role):
            rights = people.rights_named(right or ())
            by = _operator(installation)
            rules.set_rights(work, shop or "", user_id, rights, by=by, now=now())
        else:
            roles = people.roles_named(role or ())
            staff.set_roles(work, user_id, roles, by=_operator(installation), now=now())
    typer.echo(f"{email}: {', '.join(right or role or ())}")


@app.command(epilog=f"Example: trustwright users remove ben@shop.example --shop {_KEY}")
def remove(email: Email, shop: Shop = None) -> None:
    """Take somebody off a shop, or without --shop off the operator's side.

    Their logins end at once. The last administrator stays: make somebody else one first.
    """
    with opened() as installation, installation.database.write() as work:
        user_id = staff.by_email(work.session, work.keys, email)
        if shop is not None:
            rules.remove(work, shop, user_id, actor=OPERATOR, now=now())
        else:
            by = _operator(installation)
            staff.set_roles(work, user_id, frozenset(), by=by, now=now())
    typer.echo(f"{email} works there no longer.")


@app.command(epilog="Example: trustwright users reset ben@shop.example")
def reset(email: Email) -> None:
    """Help somebody who lost password or second factor: print a link to set them anew.

    It is good once and for 24 hours. Both stop working now, and every login ends.
    """
    with opened() as installation, installation.database.write() as work:
        by = _operator(installation)
        user_id = staff.by_email(work.session, work.keys, email)
        token = staff.reset(work, user_id, by=by, now=now())
    typer.echo(f"{by.base_url}/password/{token}")
    typer.echo("Whoever has this link can sign in as that person: hand it over safely.", err=True)


def _operator(installation: Installation) -> Inviter:
    return Inviter(OPERATOR, "The operator", installation.settings.base_url)


def _is_on_shop(shop: str | None, rights: list[str] | None, roles: list[str] | None) -> bool:
    """Whether this is about a shop; raises PersonInvalid for neither or both."""
    if (shop is None) is (not roles) or (shop is None and rights) or (shop and roles):
        raise PersonInvalid("Give --shop with --right, or --role, one of the two.", field="shop")
    return shop is not None
