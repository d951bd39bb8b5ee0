"""Health is answered without the router: liveness always, readiness when the database answers."""

import asyncio

import pytest

from api.asgi import Receive, Scope, Send
from api.health import Health
from api.stored import Stored
from schemas.encoding import from_json
from schemas.problems import Problem
from tests.api.exchanges import Reply, exchange, scope_of
from tests.api.readers import Clock, FakeReader


async def rest(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": b"rest"})


def ask(path: str, *, is_gone: bool = False, method: str = "GET") -> Reply:
    async def run() -> Reply:
        stored = Stored(FakeReader(is_gone=is_gone), clock=Clock())
        try:
            return await exchange(Health(stored, rest), scope_of(path, method=method))
        finally:
            await stored.close()

    return asyncio.run(run())


@pytest.mark.parametrize("path", ["/health", "/ready"])
@pytest.mark.parametrize(("method", "body"), [("GET", b'{"status":"ok"}'), ("HEAD", b"")])
def test_a_healthy_process_says_so(path: str, method: str, body: bytes) -> None:
    reply = ask(path, method=method)
    assert (reply.status, reply.body) == (200, body)
    assert reply.headers["cache-control"] == "no-store"


def test_a_process_without_database_lives_but_is_not_ready() -> None:
    assert ask("/health", is_gone=True).status == 200
    reply = ask("/ready", is_gone=True)
    problem = from_json(Problem, reply.body)
    assert (reply.status, problem.status, problem.code) == (503, 503, "DATABASE_UNAVAILABLE")
    assert reply.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("path", "method"), [("/health", "POST"), ("/healthy", "GET"), ("/", "GET")]
)
def test_all_else_goes_on(path: str, method: str) -> None:
    assert ask(path, method=method).body == b"rest"
