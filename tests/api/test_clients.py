"""Clients are told apart by address, believed through our proxies only, and never remembered."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.clients import Clients
from tests.api.exchanges import scope_of

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
PLAIN = Clients(secret=b"secret")
PROXIED = Clients(secret=b"secret", trusted_proxies="10.0.0.0/8, 2001:db8:ffff::/48")


def name(clients: Clients, peer: str | None, forwarded: str | None = None) -> str:
    headers = [] if forwarded is None else [("x-forwarded-for", forwarded)]
    return clients.name(scope_of("/", client=peer, headers=headers), now=NOON)


def test_the_same_client_has_the_same_name_until_midnight_in_utc() -> None:
    scope = scope_of("/", client="192.0.2.1")
    midnight = NOON.replace(hour=0) + timedelta(days=1)
    assert PLAIN.name(scope, now=NOON) == PLAIN.name(scope, now=midnight - timedelta(seconds=1))
    assert PLAIN.name(scope, now=NOON) != PLAIN.name(scope, now=midnight)


def test_the_name_says_nothing_without_the_secret() -> None:
    assert name(PLAIN, "192.0.2.1") != name(Clients(secret=b"other"), "192.0.2.1")
    assert "192" not in name(PLAIN, "192.0.2.1")


def test_processes_that_share_the_secret_agree() -> None:
    assert name(PLAIN, "192.0.2.1") == name(Clients(secret=b"secret"), "192.0.2.1")


@pytest.mark.parametrize(
    ("one", "other", "are_same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:1:2:3", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("fe80::1%eth0", "fe80::2", True),
    ],
)
def test_an_ipv6_network_is_one_client(one: str, other: str, are_same: bool) -> None:
    assert (name(PLAIN, one) == name(PLAIN, other)) is are_same


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        # Nobody forged it: the proxy wrote down whom it saw.
        ("10.0.0.1", "192.0.2.7", "192.0.2.7"),
        ("10.0.0.1", "192.0.2.7, 10.0.0.2", "192.0.2.7"),
        ("2001:db8:ffff::1", "192.0.2.7", "192.0.2.7"),
        # What the client itself wrote stands further left and counts for nothing.
        ("10.0.0.1", "198.51.100.9, 192.0.2.7", "192.0.2.7"),
        ("10.0.0.1", "10.0.0.9, 192.0.2.7", "192.0.2.7"),
        # A stranger is not believed.
        ("192.0.2.7", "198.51.100.9", "192.0.2.7"),
        # Without a readable address the nearest known hop is the client.
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "unknown", "10.0.0.1"),
        ("10.0.0.1", "192.0.2.7, garbage", "10.0.0.1"),
        ("10.0.0.1", "\x00,\xff,", "10.0.0.1"),
    ],
)
def test_forwarded_addresses_are_believed_from_our_proxies(
    peer: str, forwarded: str, client: str
) -> None:
    assert name(PROXIED, peer, forwarded) == name(PLAIN, client)


def test_without_proxies_of_ours_nobody_is_believed() -> None:
    assert name(PLAIN, "10.0.0.1", "192.0.2.7") == name(PLAIN, "10.0.0.1")


def test_a_server_that_knows_no_peer_counts_all_together() -> None:
    assert name(PLAIN, None) == name(PLAIN, "not an address")


@given(forwarded=st.text(max_size=200), peer=st.text(max_size=40))
def test_no_address_is_an_error(forwarded: str, peer: str) -> None:
    assert len(name(PROXIED, "10.0.0.1", forwarded)) == len(name(PROXIED, peer or "x")) == 32


@pytest.mark.parametrize("networks", ["10.0.0.0/33", "proxy.example", "10.0.0.1;10.0.0.2"])
def test_a_setting_that_is_no_network_is_refused(networks: str) -> None:
    with pytest.raises(ValueError, match="network"):
        Clients(secret=b"secret", trusted_proxies=networks)
