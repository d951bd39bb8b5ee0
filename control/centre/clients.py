"""The screens of API clients: add one, read its secret once, renew it, revoke it (§38, §40)."""

from typing import Final

from control.centre.screens import Answer, Form, Page, Screen, See, Visit
from domain.clients import MOST, OVERLAP, ClientKind, NewClient, Scope
from domain.errors import ClientInvalid, ClientNotFound
from domain.rights import Action
from services import clients
from services.clients import Added, ClientRecord

_LIST: Final = "/control/shops/{shop_key}/clients"
_ONE: Final = f"{_LIST}/{{client_id}}"
_MENU: Final = "clients"


def _listed(visit: Visit) -> Answer:
    with visit.installation.database.read() as session:
        found = clients.of_shop(session, visit.shop_key)
        may_change = clients.may_change(session, visit.person.grants, visit.shop_key)
    live = [client for client in found if client.revoked_at is None]
    values = {
        "clients": live + [client for client in found if client.revoked_at is not None],
        "may_change": may_change,
        "is_full": len(live) >= MOST,
        "most": visit.words.number(MOST),
        "kinds": [(kind, visit.words.say(f"clients.kind.{kind}")) for kind in ClientKind],
        "scopes": [(scope, _scope(visit, scope)) for scope in Scope],
        "chosen": (Scope.REVIEWS_READ,),
        "url": _LIST.format(shop_key=visit.shop_key),
    }
    return Page("centre/clients.html", visit.words.say("menu.clients"), values, active=_MENU)


def _add(visit: Visit, form: Form) -> Answer:
    new = _new(form)
    with visit.installation.database.write() as work:
        account = clients.account_to_change(work.session, visit.person.grants, visit.shop_key)
        added = clients.add(work, account, new, actor=visit.actor, now=visit.now)
    return _page(visit, added.client_id, added)


def _new(form: Form) -> NewClient:
    """What was typed; a login belongs to one kind of client, and scopes to the other."""
    if form.text("kind") not in set(ClientKind):
        raise ClientInvalid("Choose one of the kinds.", field="kind")
    kind = ClientKind(form.text("kind"))
    if kind is ClientKind.PASSWORD:
        return NewClient(kind, form.text("name"), email=form.text("email"))
    return NewClient(kind, form.text("name"), scopes=form.listed("scope"))


def _one(visit: Visit) -> Answer:
    return _page(visit, visit.path["client_id"])


def _page(visit: Visit, client_id: str, added: Added | None = None) -> Page:
    """One client of the shop's account; with its secret where it was just made."""
    with visit.installation.database.read() as session:
        found = clients.of_shop(session, visit.shop_key)
        may_change = clients.may_change(session, visit.person.grants, visit.shop_key)
    client = next((each for each in found if each.client_id == client_id), None)
    if client is None:
        raise ClientNotFound
    values = {
        "client": client,
        "kind": visit.words.say(f"clients.kind.{client.kind}"),
        "scopes": [_scope(visit, scope) for scope in Scope if scope in client.scopes],
        "is_oauth": client.kind is ClientKind.OAUTH,
        "may_change": may_change and client.revoked_at is None,
        "overlap": _overlap(visit, client),
        "days": visit.words.number(OVERLAP.days),
        "secret": added.secret if added else "",
        "list_url": _LIST.format(shop_key=visit.shop_key),
        "url": _ONE.format(shop_key=visit.shop_key, client_id=client_id),
    }
    return Page("centre/client.html", client.name, values, active=_MENU)


def _overlap(visit: Visit, client: ClientRecord) -> str:
    """Until when the secret before opens too; empty once it does not."""
    until = client.previous_until
    if until is None or until <= visit.now or client.revoked_at or visit.shop is None:
        return ""
    return visit.words.say("clients.overlap", when=visit.words.moment(until, visit.shop.zone))


def _scope(visit: Visit, scope: Scope) -> str:
    return f"{scope} – {visit.words.say(f'clients.{scope}')}"


def _rotate(visit: Visit, form: Form) -> Answer:
    del form
    client_id = visit.path["client_id"]
    with visit.installation.database.write() as work:
        account = clients.account_to_change(work.session, visit.person.grants, visit.shop_key)
        added = clients.rotate(
            work, client_id, actor=visit.actor, now=visit.now, account_id=account
        )
    return _page(visit, client_id, added)


def _revoke(visit: Visit, form: Form) -> Answer:
    del form
    client_id = visit.path["client_id"]
    with visit.installation.database.write() as work:
        account = clients.account_to_change(work.session, visit.person.grants, visit.shop_key)
        clients.revoke(work, client_id, actor=visit.actor, now=visit.now, account_id=account)
    return See(_LIST.format(shop_key=visit.shop_key), "clients.revoked")


SCREENS: Final[tuple[Screen, ...]] = (
    Screen(_LIST, Action.CLIENTS_MANAGE, read=_listed, write=_add, menu=_MENU),
    Screen(_ONE, Action.CLIENTS_MANAGE, read=_one),
    Screen(f"{_ONE}/secret", Action.CLIENTS_MANAGE, write=_rotate, again=_one),
    Screen(f"{_ONE}/revocation", Action.CLIENTS_MANAGE, write=_revoke, again=_one),
)
