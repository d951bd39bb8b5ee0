"""Authorisation is a table: every screen, with every right and role, on own and foreign shops."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from starlette.routing import compile_path

from control.centre import site
from control.centre.screens import Screen
from domain import rights
from domain.people import NewPerson
from domain.rights import OF_EVERYBODY, OF_OPERATOR, ON_SHOPS, Action, Grants, OperatorRole, Right
from services import sessions
from services import users as use_cases
from services.seed import SeededShop
from store import shops, users
from tests.control.centre.conftest import COOKIE, Centre, Visitor

# What these show has to be named in the query or the form, or is not there before it is made.
ASKED_FOR = {
    "/control/operator/frames/bordereau.pdf",
    "/control/operator/people/search",
    "/control/shops/{shop_key}/mails/preview",
    "/control/shops/{shop_key}/settings/logo.png",
}
NOBODY = "nobody"
HOLDERS = [NOBODY, *Right, *OperatorRole]
REFUSED = 404


def holder(centre: Centre, held: str) -> tuple[Visitor, Grants]:
    """Somebody with one right on Anna's shop, or with one role, or with none at all."""
    now, database = datetime.now(UTC), centre.installation.database
    new = NewPerson(f"{held}@rights.example", "Holder", held, "en")
    with database.write() as work:
        user = users.by_email_hash(work.session, use_cases.email_hash(work.keys, new.email))
        if user is None:
            user = use_cases.add(work, new, now=now)
        shop = shops.by_key(work.session, centre.annas)
        assert shop is not None
        if held in set(Right):
            users.set_rights(work.session, user.id, shop.id, {held}, now)
        if held in set(OperatorRole):
            users.set_roles(work.session, user.id, {held}, now)
        token = sessions.open_(work, user, now=now, with_factor=True)
        user.totp_cipher, user.totp_confirmed_at = work.keys.encrypt("A" * 16), now
        work.session.add(user)
    person = sessions.signed_in(centre.installation, token, now=now)
    assert person is not None
    client = centre.client()
    client.cookies.set(COOKIE, token)
    return Visitor(client, person.csrf), person.grants


def address(screen: Screen, shop: SeededShop) -> str:
    """The screen's address on a shop; other things than shops are unknown there."""
    _, form, convertors = compile_path(screen.path)
    for name in convertors:
        form = form.replace(f"{{{name}}}", shop.key if name == "shop_key" else "unknown")
    return form


def asked(screen: Screen) -> Iterator[str]:
    """The methods that the screen has."""
    if screen.read is not None:
        yield "GET"
    if screen.write is not None:
        yield "POST"


def status(visitor: Visitor, method: str, path: str) -> int:
    response = visitor.get(path) if method == "GET" else visitor.post(path)
    return response.status_code


@pytest.mark.parametrize("held", HOLDERS)
def test_every_screen_opens_for_those_who_may_and_for_nobody_else(
    centre: Centre, held: str
) -> None:
    visitor, grants = holder(centre, held)
    wrong = []
    for screen in site.ALL_SCREENS:
        is_on_shop = "{shop_key}" in screen.path
        for shop in centre.shops[:2] if is_on_shop else centre.shops[:1]:
            path = address(screen, shop)
            may = (
                rights.may(grants, screen.action, shop.key)
                if is_on_shop
                else rights.may_anywhere(grants, screen.action)
            )
            for method in asked(screen):
                # A form may end the right that the next screen needs.
                visitor, _ = holder(centre, held)
                given = status(visitor, method, path)
                # Things that are not there look as if they were somebody else's.
                is_there = "unknown" not in path and screen.path not in ASKED_FOR
                if given >= 500 or (not may and given != REFUSED):
                    wrong.append((screen.path, method, shop.name, given))
                if may and is_there and given == REFUSED:
                    wrong.append((screen.path, method, shop.name, given))
    assert wrong == []


def test_every_screen_sends_strangers_to_the_login(centre: Centre, stranger: Visitor) -> None:
    for screen in site.ALL_SCREENS:
        path = address(screen, centre.shops[0])
        response = stranger.get(path)
        assert response.status_code == 303, path
        assert response.headers["location"].startswith("/login?next=/control"), path
        if screen.write is not None:
            assert stranger.post(path).status_code == 401, path
        assert stranger.get(path, hx_request="true").status_code == 401, path


def test_a_malformed_key_an_unknown_one_and_a_foreign_one_look_the_same(
    centre: Centre, anna: Visitor
) -> None:
    keys = ["nonsense", "X" + "0" * 32, centre.cleos, "X" + "é" * 32]
    pages = [anna.get(f"/control/shops/{key}/users") for key in keys]
    assert {page.status_code for page in pages} == {404}
    bodies = {page.text.replace(nonce_of(page.text), "") for page in pages}
    assert len(bodies) == 1


def nonce_of(text: str) -> str:
    return text.partition('nonce="')[2].partition('"')[0]


def test_the_table_names_every_action() -> None:
    assert set(Action) == set(ON_SHOPS) | set(OF_OPERATOR) | OF_EVERYBODY


def test_every_screen_that_changes_a_shop_names_the_shop() -> None:
    """An action on shops without a shop in the path could not be checked against that shop."""
    free = [
        screen.path
        for screen in site.ALL_SCREENS
        if screen.write is not None
        and screen.action in ON_SHOPS
        and "{shop_key}" not in screen.path
    ]
    assert free == []


def test_no_two_screens_share_an_address() -> None:
    paths = [screen.path for screen in site.ALL_SCREENS]
    paths += [screen.path for screen in site.ALL_PUBLIC]
    assert sorted(paths) == sorted(set(paths))
