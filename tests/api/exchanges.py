"""One request to an ASGI app and what came back, as raw as a server would hand it over."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

import orjson

from api.asgi import App, Message, Scope
from schemas.snapshots import Kind, Media, Snapshot, seal

KEY = "X0123456789ABCDEF0123456789ABCDEF"
OTHER_KEY = "XFEDCBA9876543210FEDCBA9876543210"


@dataclass(frozen=True, slots=True)
class Reply:
    """Status, headers by lower-case name, and body; no header may come twice."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return orjson.loads(self.body)


def scope_of(
    target: str | bytes,
    *,
    method: str = "GET",
    headers: Iterable[tuple[str, str | bytes]] = (),
    client: str | None = "192.0.2.1",
) -> Scope:
    """The scope that uvicorn makes of a request line and headers."""
    raw = target if isinstance(target, bytes) else target.encode()
    path, _, query = raw.partition(b"?")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "root_path": "",
        "path": path.decode("latin-1"),
        "raw_path": path,
        "query_string": query,
        "headers": [
            (name.lower().encode(), value if isinstance(value, bytes) else value.encode())
            for name, value in headers
        ],
        "client": (client, 50000) if client else None,
        "server": ("127.0.0.1", 8080),
    }


async def exchange(app: App, scope: Scope, body: Iterable[bytes] = (b"",)) -> Reply:
    """Let ``app`` answer one request whose body arrives in these pieces."""
    pieces = list(body)
    sent: list[Message] = []

    async def receive() -> Message:
        piece = pieces.pop(0) if pieces else b""
        return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    start, *rest = sent
    names = [name for name, _ in start["headers"]]
    assert len(names) == len(set(names)), f"a header came twice: {names}"
    assert all(name == name.lower() for name in names)
    return Reply(
        start["status"],
        {name.decode(): value.decode("latin-1") for name, value in start["headers"]},
        b"".join(message["body"] for message in rest),
    )


def ask(app: App, target: str | bytes, *, method: str = "GET", **headers: str) -> Reply:
    """Ask for one URL; header names are written with underscores."""
    named = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return asyncio.run(exchange(app, scope_of(target, method=method, headers=named)))


class Running:
    """An app between its start and its end, on one event loop, as a server runs it."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._runner = asyncio.Runner()

    def __enter__(self) -> Self:
        self._runner.__enter__()
        self._runner.run(self._start())
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.run(self._stop())
        self._runner.close()

    def ask(self, target: str | bytes, *, method: str = "GET", **headers: str) -> Reply:
        """As the function of this name; background tasks run on meanwhile."""
        named = [(name.replace("_", "-"), value) for name, value in headers.items()]
        return self._runner.run(exchange(self._app, scope_of(target, method=method, headers=named)))

    def exchange(self, scope: Scope, body: Iterable[bytes]) -> Reply:
        """As the function of this name, for requests that have a body."""
        return self._runner.run(exchange(self._app, scope, body))

    def together(self, asked: Iterable[tuple[Scope, Iterable[bytes]]]) -> list[Reply]:
        """As ``exchange`` for many requests that come at the same moment."""

        async def all_of_them() -> list[Reply]:
            calls = [exchange(self._app, scope, body) for scope, body in asked]
            return list(await asyncio.gather(*calls))

        return self._runner.run(all_of_them())

    async def _start(self) -> None:
        self._received: asyncio.Queue[Message] = asyncio.Queue()
        self._sent: asyncio.Queue[Message] = asyncio.Queue()
        self._life = asyncio.create_task(self._live())
        await self._received.put({"type": "lifespan.startup"})
        assert await self._sent.get() == {"type": "lifespan.startup.complete"}

    async def _live(self) -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
        await self._app(scope, self._received.get, self._sent.put)

    async def _stop(self) -> None:
        await self._received.put({"type": "lifespan.shutdown"})
        assert await self._sent.get() == {"type": "lifespan.shutdown.complete"}
        await self._life


def snapshot(
    name: str = "badge.json",
    *,
    key: str = KEY,
    generation: int = 1,
    body: bytes = b'{"grade":4.87}',
    modified: int = 1_700_000_000,
) -> Snapshot:
    """A sealed answer under ``/v1/shops/{key}/``."""
    kind = Kind.PRODUCT_REVIEWS if name.startswith("products/") else Kind.BADGE
    return seal(
        body,
        url=f"/v1/shops/{key}/{name}",
        shop_key=key,
        kind=kind,
        media=Media(name.partition("?")[0].rpartition(".")[2]),
        generation=generation,
        modified=modified,
    )
