"""``trustwright shops embeds``: who may frame a shop's reviews is told, changed and refused."""

import json

from domain import embeds
from tests.api.conftest import Run

SHOP = (
    *("--name", "Anna's shop", "--url", "https://shop.example", "--market", "DE"),
    *("--language", "de", "--currency", "EUR"),
)


def test_hosts_are_named_taken_away_and_returned_to_the_default(run: Run) -> None:
    key = run("shops", "add", *SHOP).strip()
    assert run("shops", "embeds", key, "One.example", "two.example").split() == [
        "one.example",
        "two.example",
    ]
    assert json.loads(run("shops", "embeds", key, "--nobody", "--json")) == {"hosts": []}
    assert run("shops", "embeds", key).split() == list(embeds.default("shop.example"))


def test_what_is_no_host_is_refused(run: Run) -> None:
    key = run("shops", "add", *SHOP).strip()
    assert "is not a host" in run("shops", "embeds", key, "https://x.example", status=2)
    assert "nobody" in run("shops", "embeds", key, "x.example", "--nobody", status=2)
    assert "TS_ID_NOT_FOUND" in run("shops", "embeds", "X" + "0" * 32, "--json", status=2)
