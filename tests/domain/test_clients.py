"""API clients are named, and each kind has the login that its contract knows."""

from dataclasses import replace
from typing import Any

import pytest

from domain import clients
from domain.clients import ClientKind, NewClient
from domain.errors import ClientInvalid, Invalid

MACHINE = NewClient(ClientKind.OAUTH, "Stock system", scopes=("reviews:read", "orders:write"))
PASSWORD = NewClient(ClientKind.PASSWORD, "Old module", email="anna@example.org")


@pytest.mark.parametrize("client", [MACHINE, PASSWORD], ids=["oauth", "password"])
def test_a_valid_client_is_added_as_it_is(client: NewClient) -> None:
    assert clients.checked(client) == client


def test_a_client_at_every_limit_is_still_added() -> None:
    longest = replace(PASSWORD, name="n" * 120, email="a" * 249 + "@e.fr")
    assert clients.checked(longest) == longest
    scopes = tuple(f"scope:{n}{'x' * 71}" for n in range(6))  # 78 characters each
    full = replace(MACHINE, scopes=(*scopes, "s" * 26))
    assert len(" ".join(full.scopes)) == 500
    assert clients.checked(full) == full


def test_a_client_is_tidied() -> None:
    untidy = replace(PASSWORD, name=" Old\nmodule ", email=" ANNA@Example.org ")
    assert clients.checked(untidy) == PASSWORD
    twice = replace(MACHINE, scopes=("reviews:read", "orders:write", "reviews:read"))
    assert clients.checked(twice) == MACHINE


@pytest.mark.parametrize(
    ("client", "change", "field"),
    [
        (MACHINE, {"name": " \x00 "}, "name"),
        (MACHINE, {"name": "x" * 121}, "name"),
        (MACHINE, {"email": "anna@example.org"}, "email"),
        (PASSWORD, {"email": None}, "email"),
        (PASSWORD, {"email": "anna"}, "email"),
        (PASSWORD, {"email": "an\x00na@example.org"}, "email"),
        (PASSWORD, {"email": "a" * 250 + "@e.fr"}, "email"),
        (MACHINE, {"scopes": tuple(f"scope:{n}{'x' * 71}" for n in range(7))}, "scope"),
        (MACHINE, {"scopes": ("",)}, "scope"),
        (MACHINE, {"scopes": ("reviews read",)}, "scope"),
        (MACHINE, {"scopes": ("ré",)}, "scope"),
        (MACHINE, {"scopes": ('"',)}, "scope"),
        (MACHINE, {"scopes": tuple(f"scope:{n}" for n in range(100))}, "scope"),
    ],
)
def test_a_client_that_could_not_be_used_is_refused_with_the_field(
    client: NewClient, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        clients.checked(replace(client, **change))
    assert refusal.value.field == field
    assert isinstance(refusal.value, ClientInvalid) or change == {"name": "x" * 121}
