"""``trustwright packs``: lists what shops have booked, accepts, suspends, resumes, and refuses."""

import json
from contextlib import closing

import pytest

from domain.actors import OPERATOR
from domain.packs import PRICE_LISTS, Pack, Prices
from services import packs
from services.installation import Installation
from services.settings import load
from tests.api.conftest import Run
from tests.services.steps import NOON

SHOP = (
    *("--name", "Anna's shop", "--url", "https://shop.example", "--market", "DE"),
    *("--language", "de", "--currency", "EUR"),
)


@pytest.fixture
def booking(run: Run) -> str:
    """The id of a pack that a shop has ordered."""
    key = run("shops", "add", *SHOP).strip()
    prices = PRICE_LISTS[Prices.DEMO]
    with closing(Installation.open(load())) as installation, installation.database.write() as work:
        return packs.book(work, key, Pack.BOOSTER, prices, actor=OPERATOR, now=NOON)


def states(run: Run, *choice: str) -> dict[str, str]:
    found = json.loads(run("packs", "list", "--json", *choice))
    return {each["bookingId"]: each["state"] for each in found}


def test_an_order_is_accepted_suspended_and_resumed(run: Run, booking: str) -> None:
    assert states(run, "--state", "ordered") == {booking: "ORDERED"}
    assert booking in run("packs", "list")
    run("packs", "accept", booking)
    assert states(run) == {booking: "ACTIVE"}
    run("packs", "suspend", booking, "--reason", "Unpaid since May.")
    assert states(run) == {booking: "SUSPENDED"}
    run("packs", "resume", booking)
    assert states(run) == {booking: "ACTIVE"}
    assert states(run, "--state", "ordered") == {}


def test_what_cannot_be_is_refused_in_one_line(run: Run, booking: str) -> None:
    for wrong in (
        ("resume", booking),
        ("suspend", booking, "--reason", "Too early for this."),
        ("accept", "bkg-0"),
        ("suspend", booking, "--reason", "short"),
    ):
        assert run("packs", *wrong, status=2).startswith("trustwright: ")
    assert states(run) == {booking: "ORDERED"}
