"""``trustwright users``: invites, lists, grants, removes, resets, and refuses in one line."""

import json
import re
from contextlib import closing
from datetime import UTC, datetime

import pytest

from services import offers, sessions
from services.installation import Installation
from services.settings import load
from services.users import email_hash
from store import users
from tests.api.conftest import Run

SHOP = (
    *("--name", "Anna's shop", "--url", "https://shop.example", "--market", "DE"),
    *("--language", "de", "--currency", "EUR"),
)
ANNA, BEN = "anna@shop.example", "ben@shop.example"


def names(person: str) -> tuple[str, ...]:
    return ("--first-name", person, "--last-name", "Example")


@pytest.fixture
def key(run: Run) -> str:
    return run("shops", "add", *SHOP).strip()


def accept(offer_id: str, email: str) -> None:
    """Accept an offer as its person does, who has signed in."""
    now = datetime.now(UTC)
    with closing(Installation.open(load())) as installation:
        with installation.database.write() as work:
            user = users.by_email_hash(work.session, email_hash(work.keys, email))
            assert user is not None
            token = sessions.open_(work, user, now=now)
        person = sessions.signed_in(installation, token, now=now)
        assert person is not None
        with installation.database.write() as work:
            offers.accept(work, person, offer_id.strip(), now=now)


def listed(run: Run) -> dict[str, dict[str, object]]:
    return {each["email"]: each for each in json.loads(run("users", "list", "--json"))}


def test_somebody_is_invited_to_a_shop_and_the_last_administrator_stays(run: Run, key: str) -> None:
    told = run("users", "add", ANNA, *names("Anna"), "--shop", key, "--right", "administrator")
    assert told.startswith("off-")
    assert listed(run)[ANNA]["shops"] == 0
    accept(told.strip(), ANNA)
    assert listed(run)[ANNA]["shops"] == 1
    accept(run("users", "add", BEN, *names("Ben"), "--shop", key, "--right", "reviews"), BEN)
    assert "administrator" in run("users", "remove", ANNA, "--shop", key, status=2)
    run("users", "grant", BEN, "--shop", key, "--right", "administrator", "--right", "reviews")
    run("users", "remove", ANNA, "--shop", key)
    assert listed(run).keys() == {BEN}
    assert BEN in run("users", "list")


def test_the_operators_people_have_roles(run: Run) -> None:
    told = run("users", "add", ANNA, *names("Anna"), "--role", "operator-administrator")
    assert listed(run)[ANNA]["roles"] == []
    accept(told, ANNA)
    run("users", "add", BEN, *names("Ben"), "--role", "moderator")
    run("users", "grant", BEN, "--role", "auditor", "--role", "moderator")
    assert listed(run)[BEN]["roles"] == ["auditor", "moderator"]
    run("users", "remove", BEN)
    assert listed(run).keys() == {ANNA}
    assert "administrator" in run("users", "remove", ANNA, status=2)


def test_a_reset_prints_a_link(run: Run) -> None:
    run("users", "add", ANNA, *names("Anna"), "--role", "moderator")
    link = run("users", "reset", ANNA)
    assert re.search(r"http://127\.0\.0\.1:\d+/password/[\w-]{43}\n", link)


@pytest.mark.parametrize(
    "arguments",
    [
        ("add", BEN, *names("Ben")),
        ("add", BEN, *names("Ben"), "--right", "reviews"),
        ("add", BEN, *names("Ben"), "--shop", "X" + "0" * 32, "--role", "moderator"),
        ("add", "ben", *names("Ben"), "--role", "moderator"),
        ("add", BEN, *names("Ben"), "--role", "king"),
        ("grant", "nobody@shop.example", "--role", "moderator"),
        ("reset", "nobody@shop.example"),
    ],
)
def test_what_is_incomplete_or_unknown_is_refused(run: Run, arguments: tuple[str, ...]) -> None:
    assert run("users", *arguments, status=2).startswith("trustwright: ")
    assert listed(run) == {}
