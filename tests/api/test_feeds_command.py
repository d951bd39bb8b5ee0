"""``trustwright feeds``: addresses are given and listed, files are written, all as JSON too."""

import json
from pathlib import Path

import pytest

from tests.api.conftest import Run

UNKNOWN = "X" + "0" * 32


@pytest.fixture
def run(run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """As everywhere, on an installation that knows its address."""
    monkeypatch.setenv("TRUSTWRIGHT_PUBLIC_URL", "https://trust.example")
    return run


@pytest.fixture
def shop(run: Run) -> str:
    """The key of a registered shop."""
    added = run(
        *("shops", "add", "--name", "Anna's shop", "--url", "https://shop.example"),
        *("--market", "DE", "--language", "de", "--currency", "EUR"),
    )
    return added.strip()


def test_an_address_is_given_listed_and_written(run: Run, shop: str, tmp_path: Path) -> None:
    url = run("feeds", "token", shop).strip()
    assert url.startswith("https://trust.example/v1/exports/")
    assert url in run("feeds", "list")
    (row,) = json.loads(run("feeds", "write", "--json"))
    assert (row["shop"], row["feed"], row["sent"]) == (shop, "product-ratings", 0)
    assert (tmp_path / "feeds" / shop / "product-ratings.zip").is_file()
    (listed,) = json.loads(run("feeds", "list", "--json"))
    assert (listed["url"], listed["report"]["sent"]) == (url, 0)
    assert shop in run("feeds", "write")


def test_a_password_is_shown_once(run: Run, shop: str) -> None:
    given = json.loads(
        run("feeds", "token", shop, "--kind", "merchant-reviews", "--password", "--json")
    )
    assert (given["login"], len(given["password"])) == (shop, 32)
    assert given["password"] not in run("feeds", "list", "--json")
    assert "password: " in run("feeds", "token", shop, "--password")


def test_one_shops_feeds_are_written_alone(run: Run, shop: str) -> None:
    run("feeds", "token", shop)
    assert json.loads(run("feeds", "write", "--shop", UNKNOWN, "--json")) == []
    assert len(json.loads(run("feeds", "write", "--shop", shop, "--json"))) == 1


def test_an_unknown_shop_is_refused_in_one_line(run: Run) -> None:
    assert run("feeds", "token", UNKNOWN, status=2).startswith("trustwright: ")
