"""``trustwright users``: invites, lists, grants, removes, resets, and refuses in one line."""

import json
import re

import pytest

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


def listed(run: Run) -> dict[str, dict[str, object]]:
    return {each["email"]: each for each in json.loads(run("users", "list", "--json"))}


def test_somebody_is_invited_to_a_shop_and_the_last_administrator_stays(run: Run, key: str) -> None:
    told = run("users", "add", ANNA, *names("Anna"), "--shop", key, "--right", "administrator")
    assert told.startswith("usr-")
    assert listed(run)[ANNA]["shops"] == 1
    run("users", "add", BEN, *names("Ben"), "--shop", key, "--right", "reviews")
    assert "administrator" in run("users", "remove", ANNA, "--shop", key, status=2)
    run("users", "grant", BEN, "--shop", key, "--right", "administrator", "--right", "reviews")
    run("users", "remove", ANNA, "--shop", key)
    assert listed(run).keys() == {BEN}
    assert BEN in run("users", "list")


def test_the_operators_people_have_roles(run: Run) -> None:
    run("users", "add", ANNA, *names("Anna"), "--role", "operator-administrator")
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
