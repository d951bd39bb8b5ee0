"""Fetches a page of somebody else's, and never one of the network that we stand in.

The host is resolved once for each hop, every address is looked at, and the connection goes to
an address that was looked at: a name that changes its mind in between changes nothing.
"""

import http.client
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import quote, urljoin, urlsplit

from rich_snippets.linting.limits import LIMITS

Address = IPv4Address | IPv6Address
Gate = Callable[[Address], bool]
Resolve = Callable[[str, int], list[str]]

SECONDS: Final = 10.0
REDIRECTS: Final = 5
_CHUNK: Final = 65_536
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_PORTS: Final = {"http": 80, "https": 443}
_SAFE: Final = "!$&'()*+,;=:@/?%~[]"
_ASKED: Final = {
    "Accept": "text/html,application/xhtml+xml,application/ld+json;q=0.9,*/*;q=0.1",
    "Accept-Encoding": "gzip",
    "Connection": "close",
    "User-Agent": "TrustwrightLint/1 (structured data checker)",
}
# Addresses of IPv6 whose last four bytes are an address of IPv4 (NAT64, RFC 6052).
_TRANSLATED: Final = IPv6Network("64:ff9b::/96")


class Refusal(StrEnum):
    """Why there is no page."""

    ADDRESS = "ADDRESS_UNUSABLE"
    PRIVATE = "ADDRESS_PRIVATE"
    REDIRECTS = "TOO_MANY_REDIRECTS"
    UNREACHABLE = "UNREACHABLE"
    STATUS = "STATUS_NOT_OK"
    TOO_LARGE = "TOO_LARGE"
    TOO_SLOW = "TOO_SLOW"
    ENCODING = "ENCODING_UNUSABLE"


class PageUnusable(Exception):
    """The page cannot be had; ``refusal`` is the kind, the message is for people."""

    def __init__(self, refusal: Refusal, detail: str) -> None:
        self.refusal = refusal
        super().__init__(detail)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page's bytes, its address after all redirects, and what its headers say."""

    url: str
    body: bytes
    charset: str | None
    robots: str


@dataclass(frozen=True, slots=True)
class _Target:
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
    return address.is_global and not (address.is_multicast or address.is_reserved)


def anywhere(_: Address) -> bool:
    """The gate that stands open, for the operator's own command line."""
    return True


def resolve(host: str, port: int) -> list[str]:
    """All addresses of a host, from the system's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(each[4][0]) for each in found]


def fetch(
    url: str,
    *,
    may_visit: Gate = is_public,
    resolve: Resolve = resolve,
    seconds: float = SECONDS,
) -> Fetched:
    """Get a page within ``seconds`` in all; raises PageUnusable and nothing else."""
    until = time.monotonic() + seconds
    for _ in range(REDIRECTS + 1):
        target = _target(url)
        address = _address(target, may_visit, resolve, until)
        answered = _ask(url, target, address, until)
        if isinstance(answered, Fetched):
            return answered
        url = answered
    raise PageUnusable(Refusal.REDIRECTS, f"It redirects more than {REDIRECTS} times.")


def _target(url: str) -> _Target:
    """The parts of an address; only http and https, without login."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        host.encode("idna")
    except (ValueError, UnicodeError):
        raise PageUnusable(Refusal.ADDRESS, "The address is malformed.") from None
    if parts.scheme not in _PORTS or not host:
        raise PageUnusable(Refusal.ADDRESS, "The address begins with neither http nor https.")
    if parts.username is not None or parts.password is not None:
        raise PageUnusable(Refusal.ADDRESS, "The address holds a login.")
    query = f"?{parts.query}" if parts.query else ""
    path = quote((parts.path or "/") + query, safe=_SAFE)
    return _Target(parts.scheme, host, _PORTS[parts.scheme] if port is None else port, path)


def _address(target: _Target, may_visit: Gate, resolve: Resolve, until: float) -> str:
    """One address of the host, after all of them were looked at."""
    pool = ThreadPoolExecutor(max_workers=1)
    try:
        found = pool.submit(resolve, target.host, target.port).result(_left(until))
        addresses = [(text, ip_address(text.partition("%")[0])) for text in found]
    except TimeoutError:
        raise PageUnusable(Refusal.TOO_SLOW, "Its name is not resolved in time.") from None
    except (OSError, ValueError):
        raise PageUnusable(Refusal.UNREACHABLE, "No address is known for its host.") from None
    finally:
        pool.shutdown(wait=False)
    if not addresses:
        raise PageUnusable(Refusal.UNREACHABLE, "No address is known for its host.")
    if not all(may_visit(address) for _, address in addresses):
        raise PageUnusable(Refusal.PRIVATE, "Its host is in a private or local network.")
    return addresses[0][0]


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise PageUnusable(Refusal.TOO_SLOW, "It did not answer in time.")
    return left


def _ask(url: str, target: _Target, address: str, until: float) -> Fetched | str:
    """The page, or the address that it redirects to."""
    try:
        with _connected(target, address, until) as connection:
            connection.request("GET", target.path, headers=_ASKED)
            with connection.getresponse() as response:
                return _answer(url, response, until)
    except (OSError, ValueError, http.client.HTTPException):
        _left(until)
        raise PageUnusable(Refusal.UNREACHABLE, "It cannot be reached, or breaks off.") from None


def _answer(url: str, response: http.client.HTTPResponse, until: float) -> Fetched | str:
    location = response.getheader("Location")
    if response.status in _MOVED and location:
        return urljoin(url, location)
    if response.status != http.client.OK:
        raise PageUnusable(Refusal.STATUS, f"It answers with status {response.status}.")
    return _page(url, response, until)


@contextmanager
def _connected(target: _Target, address: str, until: float) -> Iterator[http.client.HTTPConnection]:
    """A connection to the address itself, cut when the time is over, drop by drop or not."""
    link = _secured(target, socket.create_connection((address, target.port), timeout=_left(until)))
    watch = threading.Timer(_left(until), _cut, (link,))
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


def _secured(target: _Target, plain: socket.socket) -> socket.socket:
    if target.scheme == "http":
        return plain
    return ssl.create_default_context().wrap_socket(
        plain, server_hostname=target.host, do_handshake_on_connect=False
    )


def _cut(link: socket.socket) -> None:
    """End the connection below TLS, so that whoever reads from it sees its end."""
    with suppress(OSError):
        socket.socket.shutdown(link, socket.SHUT_RDWR)


def _page(url: str, response: http.client.HTTPResponse, until: float) -> Fetched:
    encoding = (response.getheader("Content-Encoding") or "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip"):
        raise PageUnusable(Refusal.ENCODING, "It is compressed in a way that was not asked for.")
    chunks = _chunks(response, until)
    try:
        body = _bounded(chunks if encoding == "identity" else _unpacked(chunks))
    except zlib.error:
        raise PageUnusable(Refusal.ENCODING, "It is not the gzip that it says.") from None
    return Fetched(
        url,
        body,
        response.headers.get_content_charset(),
        ", ".join(response.headers.get_all("X-Robots-Tag", [])),
    )


def _chunks(response: http.client.HTTPResponse, until: float) -> Iterator[bytes]:
    while chunk := response.read(_CHUNK):
        yield chunk
    # A connection that was cut looks like one that has ended.
    _left(until)


def _unpacked(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Unpack gzip in small steps, however much it would become."""
    unpacking = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    for chunk in chunks:
        waiting = chunk
        while waiting:
            yield unpacking.decompress(waiting, _CHUNK)
            waiting = unpacking.unconsumed_tail
    yield unpacking.flush()


def _bounded(chunks: Iterator[bytes]) -> bytes:
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) >= LIMITS.document_bytes:
            raise PageUnusable(
                Refusal.TOO_LARGE, f"It has {LIMITS.document_bytes // 1_000_000} MB or more."
            )
    return bytes(body)
