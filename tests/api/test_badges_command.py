"""``trustwright widgets configure``, ``orders`` and ``secret``: told, kept and refused."""

import json

import pytest

from tests.api.conftest import Run

SHOP = (
    *("--name", "Anna's shop", "--url", "https://shop.example", "--market", "DE"),
    *("--language", "de", "--currency", "EUR"),
)


@pytest.fixture
def key(run: Run) -> str:
    return run("shops", "add", *SHOP).strip()


def test_looks_are_chosen_one_by_one_and_reset_together(run: Run, key: str) -> None:
    run("widgets", "configure", key, "--position", "left", "--colour", "accent=#123456")
    told = json.loads(run("widgets", "configure", key, "--offset", "84", "--json"))
    assert (told["position"], told["offset"]) == ("left", 84)
    assert told["colours"]["accent"] == "#123456"
    told = json.loads(run("widgets", "configure", key, "--reset", "--variant", "mark", "--json"))
    assert (told["position"], told["offset"], told["variant"]) == ("right", 0, "mark")
    assert told["colours"]["accent"] is None


def test_product_reviews_are_switched_off_and_a_reset_of_looks_keeps_that(
    run: Run, key: str
) -> None:
    assert json.loads(run("widgets", "configure", key, "--json"))["product_reviews"]
    run("widgets", "configure", key, "--no-product-reviews")
    told = json.loads(run("widgets", "configure", key, "--reset", "--json"))
    assert not told["product_reviews"]
    told = json.loads(run("widgets", "configure", key, "--product-reviews", "--json"))
    assert told["product_reviews"]


def test_orders_leave_by_themselves_only_with_a_basis_and_a_reset_of_looks_keeps_it(
    run: Run, key: str
) -> None:
    by_itself = ("widgets", "orders", key, "--transmit", "order_page")
    assert "LEGAL_BASIS_MISSING" in run(*by_itself, "--json", status=2)
    basis = ("--legal-basis", "EXISTING_CUSTOMER", "--legal-basis-version", "terms-3")
    told = json.loads(run(*by_itself, *basis, "--host", "pay.example", "--json"))
    assert told["legal_basis"]["version"] == "terms-3"
    kept = json.loads(run("widgets", "configure", key, "--reset", "--json"))
    assert (kept["transmit"], kept["hosts"]) == ("order_page", ["pay.example"])
    told = json.loads(run("widgets", "orders", key, "--transmit", "click", "--json"))
    assert (told["transmit"], told["legal_basis"]) == ("click", None)


def test_what_breaks_a_rule_is_refused(run: Run, key: str) -> None:
    assert "#rrggbb" in run("widgets", "configure", key, "--colour", "accent=red", status=2)
    assert "not a colour" in run("widgets", "configure", key, "--colour", "x=#123456", status=2)
    assert "px" in run("widgets", "configure", key, "--offset", "1000", status=2)
    assert "key" in run("widgets", "configure", "X" + "0" * 32, status=2)


def test_each_secret_is_another(run: Run, key: str) -> None:
    first, second = run("widgets", "secret", key).strip(), run("widgets", "secret", key).strip()
    assert len(first) == len(second) == 43
    assert first != second
