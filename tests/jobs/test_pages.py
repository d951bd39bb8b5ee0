"""Fetching pages: from a real server, within bounds, and never from a network of our own."""

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from itertools import count

import pytest

from domain.errors import PageUnusable
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
from jobs import connections, pages
from jobs.connections import Address
from jobs.pages import Wanted
from rich_snippets.linting.limits import LIMITS

Answer = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """A web server of this machine; ``seen`` are the Host and path of every request."""

    def __init__(self, answer: Answer) -> None:
        seen: list[tuple[str | None, str]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                seen.append((self.headers["Host"], self.path))
                answer(self)

            def log_message(self, format: str, *arguments: object) -> None:
                """Say nothing; the tests read answers."""

        self.seen = seen
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.http.server_port
        self.url = f"http://127.0.0.1:{self.port}"


@contextmanager
def serving(answer: Answer) -> Iterator[Server]:
    server = Server(answer)
    thread = threading.Thread(target=server.http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.http.shutdown()
        thread.join()
        server.http.server_close()


def send(
    request: BaseHTTPRequestHandler, body: bytes = b"", status: int = 200, **headers: str
) -> None:
    request.send_response(status)
    for name, value in headers.items():
        request.send_header(name.replace("_", "-"), value)
    request.end_headers()
    try:
        request.wfile.write(body)
    except OSError:
        request.close_connection = True


def refusal(url: str, **options: object) -> type[PageUnusable]:
    with pytest.raises(PageUnusable) as caught:
        pages.fetch(url, **options)  # type: ignore[arg-type]
    assert str(caught.value).endswith(".")
    return type(caught.value)


def only_here(address: Address) -> bool:
    """A gate that lets through the one address that the tests' servers listen on."""
    return address == ip_address("127.0.0.1")


def test_a_page_comes_with_what_its_headers_say() -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        kind = "text/html; charset=latin1"
        send(request, b"<p>", Content_Type=kind, X_Robots_Tag="noindex")

    with serving(answer) as server:
        fetched = pages.fetch(f"{server.url}/ä b?x=1#y", may_visit=only_here)
        assert server.seen == [(f"127.0.0.1:{server.port}", "/%C3%A4%20b?x=1")]
    assert (fetched.body, fetched.charset, fetched.robots) == (b"<p>", "latin1", "noindex")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://0.0.0.0/",
        "http://2130706433/",
        "http://10.1.2.3/",
        "http://172.16.0.1/",
        "http://192.168.1.1/",
        "http://100.64.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://224.0.0.1/",
        "http://255.255.255.255/",
        "http://[::1]/",
        "http://[::]/",
        "http://[fe80::1]/",
        "http://[fec0::1]/",
        "http://[fc00::1]/",
        "http://[ff02::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
    ],
)
def test_addresses_of_networks_of_our_own_are_refused(url: str) -> None:
    assert refusal(url) is PagePrivate


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"])
def test_public_addresses_are_not(address: str) -> None:
    assert connections.is_public(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        *("ftp://shop.example/", "file:///etc/passwd", "//shop.example/", "shop.example", ""),
        *("http:///", "http://user:secret@shop.example/", "http://shop.example:99999/"),
        *("http://[::1/", "http://a..b/", "http://" + "a" * 64 + ".example/", "javascript:1"),
    ],
)
def test_what_is_no_address_of_a_page_is_refused(url: str) -> None:
    assert refusal(url) is PageAddressInvalid


def test_one_private_address_among_many_is_enough() -> None:
    found = ["93.184.216.34", "192.168.1.1"]
    assert refusal("http://shop.example/", resolve=lambda *_: found) is PagePrivate


def test_a_redirect_to_a_private_address_is_refused() -> None:
    with serving(lambda request: send(request, status=302, Location="http://127.0.0.2/")) as server:
        assert refusal(server.url, may_visit=only_here) is PagePrivate


def test_a_redirect_to_another_scheme_is_refused() -> None:
    with serving(
        lambda request: send(request, status=301, Location="file:///etc/passwd")
    ) as server:
        assert refusal(server.url, may_visit=only_here) is PageAddressInvalid


def test_five_redirects_are_followed_and_a_sixth_is_not() -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        left = int(request.path.strip("/"))
        send(request, b"here", 302 if left else 200, Location=f"{left - 1}")

    with serving(answer) as server:
        fetched = pages.fetch(f"{server.url}/5", may_visit=only_here)
        assert (fetched.url, fetched.body) == (f"{server.url}/0", b"here")
        assert refusal(f"{server.url}/6", may_visit=only_here) is PageRedirectsTooOften


def test_the_connection_goes_to_the_address_that_was_looked_at() -> None:
    """A name that resolves to something else the second time is not asked a second time."""
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    with serving(lambda request: send(request, b"here")) as server:
        fetched = pages.fetch(
            f"http://shop.example:{server.port}/",
            may_visit=only_here,
            resolve=lambda *_: next(answers),
        )
        assert server.seen == [(f"shop.example:{server.port}", "/")]
    assert fetched.body == b"here"
    assert list(answers) == [["10.0.0.1"]]


def test_a_page_that_is_not_there_is_told_by_its_status() -> None:
    with serving(lambda request: send(request, status=404)) as server:
        assert refusal(server.url, may_visit=only_here) is PageStatusNotOk


def test_a_server_that_is_not_there_or_has_no_name_is_unreachable() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{bound.getsockname()[1]}/"
        assert refusal(url, may_visit=only_here) is PageUnreachable
    assert refusal("http://shop.example/", resolve=lambda *_: []) is PageUnreachable


def test_a_server_that_does_not_speak_http_is_unreachable() -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"220 mail.example ESMTP\r\n")
        request.close_connection = True

    with serving(answer) as server:
        assert refusal(server.url, may_visit=only_here) is PageUnreachable
        assert refusal(server.url.replace("http", "https"), may_visit=only_here) in {
            PageUnreachable
        }


def dripping(part: bytes) -> Answer:
    """A server that never ends: a byte now and then, until nobody listens."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        try:
            request.wfile.write(b"HTTP/1.1 200 OK\r\n")
            for _ in count():
                request.wfile.write(part)
                request.wfile.flush()
                time.sleep(0.02)
        except OSError:
            request.close_connection = True

    return answer


@pytest.mark.parametrize("part", [b"X-A: b\r\n"[:1], b"\r\n\r\n"], ids=["header", "body"])
def test_a_server_that_drips_is_left_when_the_time_is_over(part: bytes) -> None:
    with serving(dripping(part)) as server:
        started = time.monotonic()
        assert refusal(server.url, may_visit=only_here, seconds=0.5) is PageTooSlow
        assert time.monotonic() - started < 5


def test_a_name_that_is_not_resolved_in_time_is_given_up() -> None:
    released = threading.Event()

    def waiting(*_: object) -> list[str]:
        released.wait(30)
        return []

    assert refusal("http://shop.example/", resolve=waiting, seconds=0.2) is PageTooSlow
    released.set()


def test_gzip_is_unpacked() -> None:
    body = gzip.compress(b"<p>" * 100_000)
    with serving(lambda request: send(request, body, Content_Encoding="gzip")) as server:
        assert pages.fetch(server.url, may_visit=only_here).body == b"<p>" * 100_000


def test_a_bomb_of_gzip_and_a_page_without_end_are_refused() -> None:
    bomb = gzip.compress(bytes(2 * LIMITS.document_bytes), 9)
    assert len(bomb) < 200_000
    with serving(lambda request: send(request, bomb, Content_Encoding="gzip")) as server:
        assert refusal(server.url, may_visit=only_here) is PageTooLarge
    with serving(lambda request: send(request, bytes(LIMITS.document_bytes))) as server:
        assert refusal(server.url, may_visit=only_here) is PageTooLarge


@pytest.mark.parametrize(("encoding", "body"), [("br", b"x"), ("gzip", b"no gzip")])
def test_an_encoding_that_cannot_be_read_is_refused(encoding: str, body: bytes) -> None:
    with serving(lambda request: send(request, body, Content_Encoding=encoding)) as server:
        assert refusal(server.url, may_visit=only_here) is PageEncodingUnknown


@pytest.mark.parametrize("kind", ["image/png", "application/pdf", "text/plain", "video/mp4"])
def test_what_is_no_page_is_refused_before_it_is_read(kind: str) -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        send(request, b"x", Content_Type=kind, Content_Length="1")

    with serving(answer) as server:
        assert refusal(server.url, may_visit=only_here) is PageNotHtml
        anything = pages.fetch(server.url, may_visit=only_here, wanted=pages.ANYTHING)
    assert anything.body == b"x"


@pytest.mark.parametrize("kind", sorted(pages.MARKUP.media_types or ()))
def test_html_and_json_ld_are_pages(kind: str) -> None:
    with serving(lambda request: send(request, b"<p>", Content_Type=f"{kind};charset=x")) as server:
        assert pages.fetch(server.url, may_visit=only_here).body == b"<p>"


def test_of_a_page_without_end_no_more_is_read_than_is_wanted() -> None:
    """What the server gets rid of is what was read, and what lies in the buffers between."""
    piece, most = bytes(65_536), 1_000_000
    written: list[int] = []
    over = threading.Event()

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, len(piece))
        request.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        try:
            for _ in range(1_000):
                request.wfile.write(piece)
                written.append(len(piece))
        except OSError:
            request.close_connection = True
        over.set()

    with serving(answer) as server:
        wanted = Wanted(most)
        assert refusal(server.url, may_visit=only_here, wanted=wanted) is PageTooLarge
        assert over.wait(20)
    assert most <= sum(written) < 20 * most


def test_the_body_of_a_redirect_is_not_read() -> None:
    with serving(
        lambda request: send(
            request, b"x", 302 if request.path == "/" else 200, Location="/b", Content_Length="9999"
        )
    ) as server:
        # The second answer promises more than it has, which only its own reader notices.
        assert refusal(server.url, may_visit=only_here) is PageUnreachable
        assert [path for _, path in server.seen] == ["/", "/b"]


def test_a_name_that_answers_privately_after_a_redirect_is_refused() -> None:
    """DNS of the attacker's own: a public name at first, the same name private afterwards."""
    answers = iter([["127.0.0.1"], ["10.0.0.7"]])
    with serving(lambda request: send(request, status=302, Location="/again")) as server:
        url = f"http://shop.example:{server.port}/"
        found = refusal(url, may_visit=only_here, resolve=lambda *_: next(answers))
        assert (found, len(server.seen)) == (PagePrivate, 1)


@pytest.mark.parametrize("url", ["ftp://shop.example/", "http://a:b@shop.example/", "shop.example"])
def test_an_address_that_is_none_is_known_without_asking_anybody(url: str) -> None:
    with pytest.raises(PageAddressInvalid):
        pages.require_address(url)
    pages.require_address("https://shop.example/mug?x=1")


def test_who_fetches_for_strangers_asks_the_usual_ports_only() -> None:
    ports = connections.USUAL_PORTS
    assert refusal("http://shop.example:25/", ports=ports) is PageAddressInvalid
    assert refusal("https://127.0.0.1:443/", ports=ports) is PagePrivate
    with serving(
        lambda request: send(request, status=302, Location="http://a.example:1/")
    ) as server:
        found = refusal(server.url, may_visit=only_here, ports=ports | {server.port})
        assert (found, len(server.seen)) == (PageAddressInvalid, 1)
