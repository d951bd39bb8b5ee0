"""Which hosts may frame a shop's reviews: names and nothing that could widen a policy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import embeds
from domain.errors import ShopInvalid


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("www.shop.example", "www.shop.example"),
        (" Shop.Example ", "shop.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("127.0.0.1:8081", "127.0.0.1:8081"),
    ],
)
def test_a_host_is_a_name_with_perhaps_a_port(given: str, kept: str) -> None:
    assert embeds.checked([given, given]) == (kept,)


@pytest.mark.parametrize(
    "host",
    [
        *("", "*", "*.example", "https://shop.example", "shop.example/", "a b", "'self'"),
        *("shop.example;", "shop.example:0", "shop.example:", "-shop.example", "ü" * 70, "http:"),
        "a." * 130 + "example",
    ],
)
def test_anything_else_is_refused(host: str) -> None:
    with pytest.raises(ShopInvalid) as refused:
        embeds.checked(["shop.example", host])
    assert refused.value.field == "hosts"


@given(st.lists(st.text(max_size=30)))
def test_what_is_kept_can_stand_in_a_policy(hosts: list[str]) -> None:
    try:
        kept = embeds.checked(hosts)
    except ShopInvalid:
        return
    assert set("".join(kept)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.:")


def test_a_shop_names_no_more_hosts_than_a_header_should_hold() -> None:
    many = [f"host{number}.example" for number in range(embeds.MOST + 1)]
    assert embeds.checked(many[1:]) == tuple(many[1:])
    with pytest.raises(ShopInvalid):
        embeds.checked(many)


def test_until_hosts_are_named_they_are_the_shops_own_and_those_of_page_tabs() -> None:
    assert embeds.default("shop.example") == (
        "shop.example",
        "www.shop.example",
        *embeds.PAGE_TAB_HOSTS,
    )
