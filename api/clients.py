"""Clients as the rate limits know them: hashes of addresses, an IPv6 network as one client."""

import ipaddress
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Final

from api.answers import header_of
from api.asgi import Scope

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_IPV6_PREFIX: Final = 64
_HOPS: Final = 20


class Clients:
    """Names clients: the same name for a day, meaningless afterwards and outside.

    ``trusted_proxies`` lists networks whose X-Forwarded-For is believed, separated by commas;
    raises ValueError for anything else. Processes that count together share ``secret``.
    """

    def __init__(self, *, secret: bytes, trusted_proxies: str = "") -> None:
        self._key = blake2b(secret, digest_size=32).digest()
        self._proxies: tuple[Network, ...] = tuple(
            ipaddress.ip_network(part.strip(), strict=False)
            for part in trusted_proxies.split(",")
            if part.strip()
        )

    def name(self, scope: Scope, *, now: datetime) -> str:
        """The name of the client of this request on the UTC day of ``now``."""
        return self.hashed(f"{now.astimezone(UTC).date()} {self.network(scope)}")

    def hashed(self, text: str) -> str:
        """32 hexadecimal digits for a text, the same wherever the secret is."""
        return blake2b(text.encode(errors="replace"), key=self._key, digest_size=16).hexdigest()

    def network(self, scope: Scope) -> str:
        """The client's address, or its IPv6 network; only ever to be hashed, never kept."""
        return _network(self._address(scope))

    def told(self, scope: Scope) -> object:
        """Everything that ``network`` reads, unread: a cheap key for what was read before."""
        client = scope["client"]
        peer = client[0] if client else None
        return (peer, header_of(scope, b"x-forwarded-for")) if self._proxies else peer

    def is_secure(self, scope: Scope) -> bool:
        """Whether the client speaks https, by our own socket or by the word of our proxy."""
        return scope["scheme"] == "https" or self._told_scheme(scope) == b"https"

    def is_plain(self, scope: Scope) -> bool:
        """Whether our proxy says that the client speaks http; without its word nobody knows."""
        return self._told_scheme(scope) == b"http"

    def _told_scheme(self, scope: Scope) -> bytes:
        """What our proxy says the client speaks, in lower case; empty where none of ours asks."""
        peer = _parsed(str((scope.get("client") or ("",))[0]))
        if peer is None or not self._is_proxy(peer):
            return b""
        # What was there before our proxy's own word, the client may have written.
        said = header_of(scope, b"x-forwarded-proto").rpartition(b",")[2]
        return said.strip().lower()

    def _address(self, scope: Scope) -> Address | None:
        """The nearest hop that is no proxy of ours; None where the server knows no peer."""
        client = _parsed(str((scope.get("client") or ("",))[0]))
        if not self._proxies:
            return client
        forwarded = header_of(scope, b"x-forwarded-for").decode("latin-1")
        for hop in reversed(forwarded.split(",")[-_HOPS:]):
            before = _parsed(hop)
            if client is None or before is None or not self._is_proxy(client):
                break
            client = before
        return client

    def _is_proxy(self, address: Address) -> bool:
        return any(address in network for network in self._proxies)


def _parsed(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _network(address: Address | None) -> str:
    if isinstance(address, ipaddress.IPv6Address):
        # The scope of a link-local address is no part of its network.
        plain = ipaddress.IPv6Address(int(address))
        return str(ipaddress.ip_network((plain, _IPV6_PREFIX), strict=False))
    return str(address)
