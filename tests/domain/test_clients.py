"""API clients: what a new one needs, and what is refused."""

from dataclasses import replace

import pytest

from domain.clients import ClientKind, NewClient, checked
from domain.errors import ClientInvalid, TextInvalid

OAUTH = NewClient(ClientKind.OAUTH, "Warehouse")
PASSWORD = NewClient(ClientKind.PASSWORD, "Anna's laptop", email="anna@example.org")


def test_a_name_is_tidied_and_each_scope_is_kept_once_in_the_order_of_the_list() -> None:
    client = checked(
        replace(
            OAUTH, name="  Ware \n house ", scopes=("reviews:write", "shops:read", "reviews:write")
        )
    )
    assert (client.name, client.scopes, client.email) == (
        "Ware house",
        ("shops:read", "reviews:write"),
        None,
    )


def test_a_login_is_matched_without_regard_to_case() -> None:
    assert checked(replace(PASSWORD, email=" Anna@Example.ORG ")).email == "anna@example.org"


@pytest.mark.parametrize(
    ("client", "field"),
    [
        (replace(OAUTH, name=" \n "), "name"),
        (replace(OAUTH, email="anna@example.org"), "email"),
        (replace(OAUTH, scopes=("reviews read",)), "scope"),
        (replace(OAUTH, scopes=("",)), "scope"),
        (replace(OAUTH, scopes=('re"views',)), "scope"),
        (replace(OAUTH, scopes=("reviews:delete",)), "scope"),
        (replace(PASSWORD, email=None), "email"),
        (replace(PASSWORD, email="anna"), "email"),
        (replace(PASSWORD, email="anna@bert@example.org"), "email"),
        (replace(PASSWORD, email=f"{'a' * 250}@example.org"), "email"),
    ],
)
def test_incomplete_or_contradictory_data_are_refused(client: NewClient, field: str) -> None:
    with pytest.raises(ClientInvalid) as refusal:
        checked(client)
    assert refusal.value.field == field


def test_a_name_that_is_too_long_is_refused() -> None:
    with pytest.raises(TextInvalid) as refusal:
        checked(replace(OAUTH, name="x" * 121))
    assert refusal.value.field == "name"
