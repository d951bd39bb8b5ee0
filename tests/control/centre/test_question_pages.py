"""A shop's pages of questions that a person lets it read along."""

from datetime import UTC, datetime
from typing import Final

import pytest

from domain import languages
from domain.actors import READER
from domain.tickets import Channel, NewTicket
from services import ticket_mails, tickets
from services.tickets import Opened
from tests.control.centre.conftest import Centre, words

TEXT: Final = "The blue one <i>never</i> came."


def asked(centre: Centre, email: str, *, is_shared: bool = True) -> Opened:
    new = NewTicket(
        Channel.WEB,
        "de",
        "DE",
        f"Where is it? {email}",
        TEXT,
        email=email,
        shop_key=centre.annas,
        reference="A-77",
        is_shared=is_shared,
    )
    with centre.installation.database.write() as work:
        return tickets.open_(work, new, actor=READER, now=datetime.now(UTC))


def path_of(centre: Centre, opened: Opened) -> str:
    return ticket_mails.shop_path(centre.annas, opened.ticket_id)


def test_the_form_shares_only_what_is_ticked_and_nothing_is_ticked_before(centre: Centre) -> None:
    page = centre.stranger().page("/en/help")
    (tick,) = page.xpath("//input[@name='share']")
    assert tick.get("type") == "checkbox"
    assert tick.get("checked") is None
    values = {"market": "DE", "subject": "Shared", "text": "Please look.", "email": "z@example.org"}
    stranger, anna = centre.stranger(), centre.signed_in("Anna")
    told = {**values, "shop": centre.annas}
    assert stranger.post("/en/help", {**told, "subject": "Kept"}).status_code == 303
    assert stranger.post("/en/help", {**told, "share": "1"}).status_code == 303
    assert stranger.post("/en/help", {**values, "share": "1"}).status_code == 422
    listed = words(anna.page(f"/control/shops/{centre.annas}/questions"))
    assert "Shared" in listed
    assert "Kept" not in listed


def test_shop_and_person_read_each_other_on_their_pages(centre: Centre) -> None:
    opened = asked(centre, "dario@example.org")
    anna, path, own = centre.signed_in("Anna"), path_of(centre, opened), f"/en/help/{opened.token}"
    page = words(anna.page(path))
    for fact in ("A-77", TEXT, opened.ticket_id):
        assert fact in page
        assert fact in words(centre.stranger().page(own))
    assert anna.post(f"{path}/messages", {"text": "It left on Monday."}).status_code == 303
    assert "It left on Monday." in words(centre.stranger().page(own))
    assert anna.post(f"{path}/messages", {"text": " "}).status_code == 422
    assert centre.stranger().post(own, {"text": "It did not arrive."}).status_code == 303
    assert "It did not arrive." in words(anna.page(path))


def test_who_has_no_right_on_protection_sees_and_writes_nothing(centre: Centre) -> None:
    opened = asked(centre, "eve@example.org")
    path = path_of(centre, opened)
    for name in ("Ben", "Cleo", "Otto"):
        visitor = centre.signed_in(name)
        assert visitor.get(path).status_code in (403, 404)
        assert visitor.post(f"{path}/messages", {"text": "Hello."}).status_code in (403, 404)


def test_what_is_not_shared_or_another_shops_is_not_there(centre: Centre) -> None:
    anna, cleo = centre.signed_in("Anna"), centre.signed_in("Cleo")
    kept, shown = asked(centre, "a@example.org", is_shared=False), asked(centre, "b@example.org")
    assert anna.get(path_of(centre, kept)).status_code == 404
    assert anna.post(f"{path_of(centre, kept)}/messages", {"text": "x"}).status_code == 404
    foreign = ticket_mails.shop_path(centre.cleos, shown.ticket_id)
    assert cleo.get(foreign).status_code == 404


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_the_pages_speak_every_language(centre: Centre, language: str) -> None:
    opened, anna = asked(centre, f"{language}@example.org"), centre.signed_in("Anna")
    for path in (f"/control/shops/{centre.annas}/questions", path_of(centre, opened)):
        page = anna.page(path, accept_language=language)
        assert len(page.xpath("//h1")) == 1
