"""Alerts to the closed app are switched on by a button, on this device, by its person alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services import push
from tests.control.centre.conftest import Centre, Visitor, served, words
from tests.push_services import Device

DEVICE = "/control/account/device"
PATH = "/control/account/push"


def answer(name: str = "one", **more: str) -> dict[str, str]:
    """What the script puts into the form."""
    new = Device(f"https://push.example/{name}").subscription
    sent = {"endpoint": new.endpoint, "public_key": new.public_key, "secret": new.secret}
    return sent | more


def test_it_is_off_until_the_button_is_pressed_and_off_again_afterwards(
    centre: Centre, ben: Visitor, anna: Visitor
) -> None:
    page = ben.page(DEVICE)
    (form,) = page.xpath("//form[@data-push]")
    key = push.application_key(
        centre.installation.database.keys, centre.installation.settings.push_services
    )
    assert (form.get("action"), form.get("data-push")) == (PATH, key)
    response = ben.post(PATH, answer())
    assert (response.status_code, response.headers["location"]) == (303, DEVICE)
    (form,) = ben.page(DEVICE).xpath("//form[@data-push-end]")
    assert "auch, wenn die App geschlossen ist" in words(form)
    assert anna.page(DEVICE).xpath("//form[@data-push]")
    assert ben.post(str(form.get("action"))).status_code == 303
    assert ben.page(DEVICE).xpath("//form[@data-push]")


def test_the_page_of_a_shops_notifications_has_the_button_and_the_code_to_install(
    centre: Centre, ben: Visitor
) -> None:
    path = f"/control/shops/{centre.annas}/notifications"
    page = ben.page(path)
    assert page.xpath("//img[@class='qr']")
    (form,) = page.xpath("//form[@data-push]")
    assert form.xpath(".//input[@name='shop']/@value") == [centre.annas]
    sent = ben.post(PATH, answer("two", shop=centre.annas))
    assert sent.headers["location"] == path
    foreign = ben.post(f"{PATH}/end", {"shop": centre.cleos})
    assert foreign.headers["location"] == DEVICE


@pytest.mark.parametrize(
    "sent",
    [
        {},
        answer() | {"endpoint": "https://127.0.0.1:x/"},
        answer() | {"endpoint": "http://push.example/1"},
        answer() | {"endpoint": "https://push.example/" + 60_000 * "a"},
        answer() | {"public_key": "x"},
        answer() | {"secret": 1_000 * "A"},
    ],
)
def test_what_is_no_subscription_is_refused_and_changes_nothing(
    ben: Visitor, sent: dict[str, str]
) -> None:
    page = ben.post(PATH, sent)
    assert page.status_code == 422
    assert "keine Adresse, an die Meldungen gehen können" in page.text
    assert ben.page(DEVICE).xpath("//form[@data-push]")


def test_nobody_switches_it_on_for_others(centre: Centre, ben: Visitor) -> None:
    assert centre.stranger().post(PATH, answer()).status_code == 401
    forged = Visitor(ben.client, "forged")
    assert forged.post(PATH, answer()).status_code == 403
    assert ben.page(DEVICE).xpath("//form[@data-push]")


@pytest.fixture(scope="module")
def silent(seeded_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """An installation whose operator has no push service called."""
    home = tmp_path_factory.mktemp("silent")
    with served(seeded_sqlite, home, PUSH_SERVICES="none") as centre:
        yield centre


def test_where_the_operator_sends_nothing_there_is_no_button(silent: Centre) -> None:
    ben = silent.signed_in("Ben")
    page = ben.page(DEVICE)
    assert page.xpath("//*[@id='alerting']")
    assert page.xpath("//form[@data-push or @data-push-end]") == []
    assert ben.post(PATH, answer()).status_code == 422
