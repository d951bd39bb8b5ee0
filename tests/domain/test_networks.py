"""Lists of networks: what they hold, and what is no list."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import networks
from domain.networks import Networks

LIST = Networks.read(
    ["# hosters", "198.51.100.0/24  # one", "", "198.51.0.0/16", "2001:db8::/32", "203.0.113.9"]
)


@pytest.mark.parametrize(
    ("address", "is_held"),
    [
        ("198.51.100.7", True),
        ("198.51.255.255", True),
        ("198.52.0.0", False),
        ("203.0.113.9", True),
        ("203.0.113.10", False),
        ("192.0.2.1", False),
        ("2001:db8:9::1", True),
        ("2001:db9::1", False),
        ("::1", False),
        ("::ffff:198.51.100.7", True),
        ("nonsense", False),
        ("", False),
    ],
)
def test_sig_11_an_address_lies_in_a_listed_network(address: str, is_held: bool) -> None:
    assert LIST.holds(address) is is_held


def test_an_empty_list_holds_nobody() -> None:
    assert not Networks().holds("198.51.100.7")
    assert Networks.read(["# nothing"]) == Networks()


def test_a_line_that_is_no_network_is_named() -> None:
    with pytest.raises(ValueError, match="line 2"):
        Networks.read(["198.51.100.0/24", "a data centre"])


def test_a_list_is_not_endless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(networks, "MOST", 1)
    with pytest.raises(ValueError, match="more than"):
        Networks.read(["198.51.100.0/24", "203.0.113.0/24"])


@given(
    st.lists(st.tuples(st.integers(0, 255), st.integers(24, 32)), max_size=8), st.integers(0, 255)
)
def test_it_holds_what_any_of_its_networks_holds(
    made: list[tuple[int, int]], last_part: int
) -> None:
    lines = [f"198.51.100.{part}/{bits}" for part, bits in made]
    address = f"198.51.100.{last_part}"
    held = [
        ipaddress.ip_address(address) in ipaddress.ip_network(each, strict=False) for each in lines
    ]
    assert Networks.read(lines).holds(address) is any(held)
