"""No body is larger than the limit, whether its length was declared or not."""

import asyncio

import pytest

from api.asgi import Receive, Scope, Send
from api.bodies import BodyLimit
from api.errors import Boundary
from tests.api.exchanges import Reply, exchange, scope_of

LIMIT = 10


async def echo(_scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the body, read to its end."""
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message["body"], message["more_body"]
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


def post(*pieces: bytes, **headers: str) -> Reply:
    named = [(name.replace("_", "-"), value) for name, value in headers.items()]
    scope = scope_of("/a", method="POST", headers=named)
    return asyncio.run(exchange(Boundary(BodyLimit(echo, most=LIMIT)), scope, pieces))


@pytest.mark.parametrize("pieces", [(b"",), (b"1234567890",), (b"12345", b"67890")])
def test_a_body_up_to_the_limit_passes(pieces: tuple[bytes, ...]) -> None:
    assert post(*pieces).body == b"".join(pieces)


def test_a_declared_length_over_the_limit_is_refused_before_the_body_is_read() -> None:
    reply = post(b"short", content_length="11")
    assert (reply.status, reply.json()["code"]) == (413, "BODY_TOO_LARGE")


def test_where_a_path_has_its_own_limit_the_app_hears_of_a_declared_length_when_it_asks() -> None:
    heard: list[str] = []

    async def asking(_scope: Scope, receive: Receive, send: Send) -> None:
        heard.append("who sends it")
        await echo(_scope, receive, send)

    limited = Boundary(BodyLimit(asking, most=LIMIT, others={"/a": LIMIT + 5}.get))
    for length, status in ((LIMIT + 6, 413), (LIMIT + 5, 200)):
        scope = scope_of("/a", method="POST", headers=[("content-length", str(length))])
        reply = asyncio.run(exchange(limited, scope, (b"x" * (length - 10), b"x" * 10)))
        assert reply.status == status
    assert heard == ["who sends it"] * 2


def test_an_undeclared_body_is_refused_as_soon_as_it_passes_the_limit() -> None:
    reply = post(b"12345", b"67890", b"1", b"never read" * 100)
    assert (reply.status, reply.json()["code"]) == (413, "BODY_TOO_LARGE")


@pytest.mark.parametrize("length", ["9" * 10_000, "99999999999999999999999"])
def test_an_absurd_length_is_too_large(length: str) -> None:
    assert post(content_length=length).status == 413


@pytest.mark.parametrize("length", ["", "-1", "ten", "1e3", "0x10", "10, 10", "²"])
def test_a_length_that_is_no_number_is_malformed(length: str) -> None:
    assert post(content_length=length).json()["code"] == "REQUEST_MALFORMED"
