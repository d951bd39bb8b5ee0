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
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import quote, urljoin, urlsplit

from domain.pages import (
    PageAddressInvalid,
    PageEncodingUnknown,
    PageNotHtml,
    PagePrivate,
    PageRedirectsTooOften,
    PageStatusNotOk,
    PageTooLarge,
    PageTooSlow,
    PageUnreachable,
)
from rich_snippets.linting.limits import LIMITS

Address = IPv4Address | IPv6Address
Gate = Callable[[Address], bool]
Resolve = Callable[[str, int], list[str]]

SECONDS: Final = 10.0
REDIRECTS: Final = 5
_CHUNK: Final = 65_536
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_PORTS: Final = {"http": 80, "https": 443}
USUAL_PORTS: Final = frozenset(_PORTS.values())
_SAFE: Final = "!$&'()*+,;=:@/?%~[]"
_ASKED: Final = {
    "Accept": "text/html,application/xhtml+xml,application/ld+json;q=0.9,*/*;q=0.1",
    "Accept-Encoding": "gzip",
    "Connection": "close",
    "User-Agent": "TrustwrightLint/1 (structured data checker)",
}
# Addresses of IPv6 whose last four bytes are an address of IPv4 (NAT64, RFC 6052).
_TRANSLATED: Final = IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Bytes from which on a page is too large, and the media types that are of use, if not all.

    A page that names no type is read: browsers do so too.
    """

    most: int = LIMITS.document_bytes
    media_types: frozenset[str] | None = None

    def takes(self, media_type: str) -> bool:
        return self.media_types is None or media_type in self.media_types


MARKUP: Final = Wanted(
    media_types=frozenset(
        {"text/html", "application/xhtml+xml", "application/ld+json", "application/json"}
    )
)
ANYTHING: Final = Wanted()


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page's bytes, its address after all redirects, and what its headers say."""

    url: str
    body: bytes
    charset: str | None
    robots: str
    policies: tuple[str, ...] = ()


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


def fetch(
    url: str,
    *,
    may_visit: Gate = is_public,
    resolve: Resolve = resolve,
    seconds: float = SECONDS,
    wanted: Wanted = MARKUP,
    ports: frozenset[int] | None = None,
) -> Fetched:
    """Get a page within ``seconds`` in all; raises PageUnusable and nothing else.

    No more is read than what is ``wanted``, however much the server would send. Other ``ports``
    are not asked, where some are given: who fetches for strangers must not scan for them.
    """
    until = time.monotonic() + seconds
    for _ in range(REDIRECTS + 1):
        target = _target(url)
        if ports is not None and target.port not in ports:
            raise PageAddressInvalid(f"Its port is none of {_listed(ports)}.")
        address = _address(target, may_visit, resolve, until)
        answered = _ask(url, target, address, until, wanted)
        if isinstance(answered, Fetched):
            return answered
        url = answered
    raise PageRedirectsTooOften(f"It redirects more than {REDIRECTS} times.")


def _listed(ports: frozenset[int]) -> str:
    return ", ".join(map(str, sorted(ports)))


def require_address(url: str) -> None:
    """Raises PageAddressInvalid for what can be no page's address; nobody is asked about it."""
    _target(url)


def _target(url: str) -> _Target:
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
    return _Target(parts.scheme, host, _PORTS[parts.scheme] if port is None else port, path)


def _address(target: _Target, may_visit: Gate, resolve: Resolve, until: float) -> str:
    """One address of the host, after all of them were looked at."""
    pool = ThreadPoolExecutor(max_workers=1)
    try:
        found = pool.submit(resolve, target.host, target.port).result(_left(until))
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


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise PageTooSlow("It did not answer in time.")
    return left


def _ask(url: str, target: _Target, address: str, until: float, wanted: Wanted) -> Fetched | str:
    """The page, or the address that it redirects to."""
    try:
        with _connected(target, address, until) as connection:
            connection.request("GET", target.path, headers=_ASKED)
            with connection.getresponse() as response:
                return _answer(url, response, until, wanted)
    except (OSError, ValueError, http.client.HTTPException):
        _left(until)
        raise PageUnreachable("It cannot be reached, or breaks off.") from None


def _answer(
    url: str, response: http.client.HTTPResponse, until: float, wanted: Wanted
) -> Fetched | str:
    location = response.getheader("Location")
    if response.status in _MOVED and location:
        return urljoin(url, location)
    if response.status != http.client.OK:
        raise PageStatusNotOk(f"It answers with status {response.status}.")
    return _page(url, response, until, wanted)


@contextmanager
def _connected(target: _Target, address: str, until: float) -> Iterator[http.client.HTTPConnection]:
    """A connection to the address itself, cut when the time is over, drop by drop or not."""
    link = _secured(target, socket.create_connection((address, target.port), timeout=_left(until)))
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


def _page(url: str, response: http.client.HTTPResponse, until: float, wanted: Wanted) -> Fetched:
    if response.getheader("Content-Type") and not wanted.takes(response.headers.get_content_type()):
        raise PageNotHtml
    encoding = (response.getheader("Content-Encoding") or "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip"):
        raise PageEncodingUnknown("It is compressed in a way that was not asked for.")
    chunks = _chunks(response, until)
    try:
        body = _bounded(chunks if encoding == "identity" else _unpacked(chunks), wanted.most)
    except zlib.error:
        raise PageEncodingUnknown("It is not the gzip that it says.") from None
    return Fetched(
        url,
        body,
        response.headers.get_content_charset(),
        ", ".join(response.headers.get_all("X-Robots-Tag", [])),
        tuple(response.headers.get_all("Content-Security-Policy", [])),
    )


def _chunks(response: http.client.HTTPResponse, until: float) -> Iterator[bytes]:
    while chunk := response.read(_CHUNK):
        yield chunk
    # A connection that was cut looks like one that has ended.
    _left(until)
    if response.length:
        raise PageUnreachable("It breaks off before its end.")


def _unpacked(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Unpack gzip in small steps, however much it would become."""
    unpacking = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    for chunk in chunks:
        waiting = chunk
        while waiting:
            yield unpacking.decompress(waiting, _CHUNK)
            waiting = unpacking.unconsumed_tail
    yield unpacking.flush()


def _bounded(chunks: Iterator[bytes], most: int) -> bytes:
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) >= most:
            raise PageTooLarge(f"It has {most // 1_000_000} MB or more.")
    return bytes(body)
