"""Invitations as the invited person and the inviter see them: nothing holds before a click."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.control.centre.conftest import Centre, Visitor, served, words

OFFERS = "/control/account/offers"


@pytest.fixture
def centre(seeded_sqlite: Path, tmp_path: Path) -> Iterator[Centre]:
    """An installation of each test's own, where Cleo has invited Ben and he has not answered."""
    with served(seeded_sqlite, tmp_path) as running:
        yield running


def form(visitor: Visitor, path: str, ending: str) -> str:
    actions = visitor.page(path).xpath("//main//form/@action")
    return str(next(action for action in actions if action.endswith(ending)))


def test_ben_sees_who_offers_what_and_accepts(centre: Centre, ben: Visitor) -> None:
    shop = f"/control/shops/{centre.cleos}"
    assert ben.get(shop).status_code == 404
    said = words(ben.page(OFFERS))
    assert "Cleo Marchand" in said
    assert "nur ansehen" in said
    response = ben.post(form(ben, OFFERS, "/accept"))
    assert (response.status_code, response.headers["location"]) == (303, "/control")
    ben.page(shop)
    assert "keine offene Einladung" in words(ben.page(OFFERS))


def test_ben_declines_and_keeps_what_he_had(centre: Centre, ben: Visitor) -> None:
    response = ben.post(form(ben, OFFERS, "/decline"))
    assert (response.status_code, response.headers["location"]) == (303, OFFERS)
    assert ben.get(f"/control/shops/{centre.cleos}").status_code == 404
    ben.page(f"/control/shops/{centre.annas}")


def test_only_ben_accepts_what_was_offered_to_him(centre: Centre, ben: Visitor) -> None:
    accept = form(ben, OFFERS, "/accept")
    assert centre.signed_in("Anna").post(accept).status_code == 404
    assert centre.stranger().post(accept).status_code == 401
    assert ben.post(accept, {"csrf": "forged"}).status_code == 403
    assert ben.get(f"/control/shops/{centre.cleos}").status_code == 404


def test_cleo_sees_an_address_and_no_name_and_takes_the_offer_back(
    centre: Centre, cleo: Visitor, ben: Visitor
) -> None:
    users = f"/control/shops/{centre.cleos}/users"
    said = words(cleo.page(users))
    assert "ben@demo.example" in said
    assert "Vogt" not in said
    accept = form(ben, OFFERS, "/accept")
    assert centre.signed_in("Anna").post(form(cleo, users, "/withdraw")).status_code == 404
    assert cleo.post(form(cleo, users, "/withdraw")).status_code == 303
    assert ben.post(accept).status_code == 404
    assert "ben@demo.example" not in words(cleo.page(users))


def test_who_is_new_is_led_to_the_offer_and_gone_after_declining(
    centre: Centre, cleo: Visitor
) -> None:
    new = {"first_name": "Nora", "last_name": "Neu", "email": "nora@demo.example"}
    users = f"/control/shops/{centre.cleos}/users"
    assert cleo.post(users, new | {"language": "de", "rights": "reviews"}).status_code == 303
    nora = centre.signed_in("Nora")
    assert nora.get("/control").headers["location"] == OFFERS
    response = nora.post(form(nora, OFFERS, "/decline"))
    assert (response.status_code, response.headers["location"]) == (303, "/login")
    assert nora.get(OFFERS).headers["location"].startswith("/login")


def test_staff_is_invited_and_accepts_a_role(centre: Centre, ben: Visitor) -> None:
    olga, people = centre.signed_in("Olga"), "/control/operator/people"
    values = {"first_name": "B", "last_name": "V", "email": "BEN@demo.example", "language": "de"}
    assert olga.post(people, values | {"roles": "auditor"}).status_code == 303
    said = words(olga.page(people))
    assert "BEN@demo.example" in said
    assert "Vogt" not in said
    assert ben.get("/control/operator").status_code == 404
    assert olga.post(form(olga, people, "/again")).status_code == 303
    offer = [action for action in ben.page(OFFERS).xpath("//form/@action") if "accept" in action]
    assert ben.post(offer[-1]).status_code == 303
    # The operator's side wants a second factor, which Ben does not have yet.
    assert ben.get("/control/operator").headers["location"] == "/control/account/factors"
