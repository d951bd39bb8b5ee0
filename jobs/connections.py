"""Connections to other people's hosts, and never to one of the network that we stand in.

A host is resolved once for each call, every address is looked at, and the connection goes to
an address that was looked at: a name that changes its mind in between changes nothing.
"""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import quote, urlsplit

from domain.errors import PageUnusable
from domain.pages import PageAddressInvalid, PagePrivate, PageTooSlow, PageUnreachable

Address = IPv4Address | IPv6Address
Gate = Callable[[Address], bool]
Resolve = Callable[[str, int], list[str]]

_PORTS: Final = {"http": 80, "https": 443}
USUAL_PORTS: Final = frozenset(_PORTS.values())
_SAFE: Final = "!$&'()*+,;=:@/?%~[]"
# Addresses of IPv6 whose last four bytes are an address of IPv4 (NAT64, RFC 6052).
_TRANSLATED: Final = IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Target:
    """The parts of an address, ready to be asked; ``path`` has the query."""

    scheme: str
    host: str
    port: int
    path: str


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public internet and to one machine."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address.teredo is not None:
            inner = address.teredo[1]
        elif address in _TRANSLATED:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        # Addresses of a site were given up, and are routed inside of some to this day.
        if address.is_site_local:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def anywhere(_: Address) -> bool:
    """The gate that stands open, for the operator's own command line."""
    return True


def resolve(host: str, port: int) -> list[str]:
    """All addresses of a host, from the system's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(each[4][0]) for each in found]


def target_of(url: str) -> Target:
    """The parts of an address; only http and https, without login."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        host.encode("idna")
    except (ValueError, UnicodeError):
        raise PageAddressInvalid("The address is malformed.") from None
    if parts.scheme not in _PORTS or not host:
        raise PageAddressInvalid("The address begins with neither http nor https.")
    if parts.username is not None or parts.password is not None:
        raise PageAddressInvalid("The address holds a login.")
    query = f"?{parts.query}" if parts.query else ""
    path = quote((parts.path or "/") + query, safe=_SAFE)
    return Target(parts.scheme, host, _PORTS[parts.scheme] if port is None else port, path)


def address_of(target: Target, may_visit: Gate, resolve: Resolve, until: float) -> str:
    """One address of the host, after all of them were looked at."""
    pool = ThreadPoolExecutor(max_workers=1)
    try:
        found = pool.submit(resolve, target.host, target.port).result(left(until))
        addresses = [(text, ip_address(text.partition("%")[0])) for text in found]
    except TimeoutError:
        raise PageTooSlow("Its name is not resolved in time.") from None
    except (OSError, ValueError):
        raise PageUnreachable("No address is known for its host.") from None
    finally:
        pool.shutdown(wait=False)
    if not addresses:
        raise PageUnreachable("No address is known for its host.")
    if not all(may_visit(address) for _, address in addresses):
        raise PagePrivate("Its host is in a private or local network.")
    return addresses[0][0]


def left(until: float) -> float:
    """The seconds that are left; raises PageTooSlow when none is."""
    left = until - time.monotonic()
    if left <= 0:
        raise PageTooSlow("It did not answer in time.")
    return left


@contextmanager
def connected(target: Target, address: str, until: float) -> Iterator[http.client.HTTPConnection]:
    """A connection to the address itself, cut when the time is over, drop by drop or not."""
    link = _secured(target, socket.create_connection((address, target.port), timeout=left(until)))
    watch = threading.Timer(until - time.monotonic(), _cut, (link,))
    watch.daemon = True
    watch.start()
    try:
        if isinstance(link, ssl.SSLSocket):
            link.do_handshake()
        connection = http.client.HTTPConnection(target.host, target.port)
        connection.default_port = _PORTS[target.scheme]
        connection.sock = link
        yield connection
    finally:
        watch.cancel()
        link.close()


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    may_visit: Gate = is_public,
    resolve: Resolve = resolve,
    seconds: float,
    most: int,
) -> tuple[int, str]:
    """POST within ``seconds``; the status and up to ``most`` bytes of the answer as text.

    Follows no redirect. Status 0 is no answer, and then the text says why there is none.
    """
    until = time.monotonic() + seconds
    try:
        target = target_of(url)
        address = address_of(target, may_visit, resolve, until)
        with connected(target, address, until) as connection:
            connection.request("POST", target.path, body=body, headers=dict(headers))
            with connection.getresponse() as response:
                return response.status, response.read(most).decode(errors="replace")
    except PageUnusable as error:
        return 0, error.detail
    except (OSError, ValueError, http.client.HTTPException) as error:
        late = time.monotonic() >= until
        return 0, "It did not answer in time." if late else type(error).__name__


def _secured(target: Target, plain: socket.socket) -> socket.socket:
    if target.scheme == "http":
        return plain
    return ssl.create_default_context().wrap_socket(
        plain, server_hostname=target.host, do_handshake_on_connect=False
    )


def _cut(link: socket.socket) -> None:
    """End the connection below TLS, so that whoever reads from it sees its end."""
    with suppress(OSError):
        socket.socket.shutdown(link, socket.SHUT_RDWR)
