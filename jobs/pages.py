"""Fetches a page of somebody else's, and never one of the network that we stand in."""

import http.client
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin

from domain.pages import (
    PageAddressInvalid,
    PageEncodingUnknown,
    PageNotHtml,
    PageRedirectsTooOften,
    PageStatusNotOk,
    PageTooLarge,
    PageUnreachable,
)
from jobs import connections
from jobs.connections import Gate, Resolve, Target
from rich_snippets.linting.limits import LIMITS

SECONDS: Final = 10.0
REDIRECTS: Final = 5
_CHUNK: Final = 65_536
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_ASKED: Final = {
    "Accept": "text/html,application/xhtml+xml,application/ld+json;q=0.9,*/*;q=0.1",
    "Accept-Encoding": "gzip",
    "Connection": "close",
    "User-Agent": "TrustwrightLint/1 (structured data checker)",
}


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


def require_address(url: str) -> None:
    """Raises PageAddressInvalid for what can be no page's address; nobody is asked about it."""
    connections.target_of(url)


def fetch(
    url: str,
    *,
    may_visit: Gate = connections.is_public,
    resolve: Resolve = connections.resolve,
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
        target = connections.target_of(url)
        if ports is not None and target.port not in ports:
            raise PageAddressInvalid(f"Its port is none of {_listed(ports)}.")
        address = connections.address_of(target, may_visit, resolve, until)
        answered = _ask(url, target, address, until, wanted)
        if isinstance(answered, Fetched):
            return answered
        url = answered
    raise PageRedirectsTooOften(f"It redirects more than {REDIRECTS} times.")


def _listed(ports: frozenset[int]) -> str:
    return ", ".join(map(str, sorted(ports)))


def _ask(url: str, target: Target, address: str, until: float, wanted: Wanted) -> Fetched | str:
    """The page, or the address that it redirects to."""
    try:
        with connections.connected(target, address, until) as connection:
            connection.request("GET", target.path, headers=_ASKED)
            with connection.getresponse() as response:
                return _answer(url, response, until, wanted)
    except (OSError, ValueError, http.client.HTTPException):
        connections.left(until)
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
    connections.left(until)
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
