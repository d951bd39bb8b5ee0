"""The servers that ours is compared with: the same bytes and headers, on the same uvicorn."""

import sys
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import orjson
import uvicorn
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.asgi import App, Receive, Scope, Send
from api.server import OPTIONS
from schemas.encoding import from_json
from schemas.reviews import ReviewPage

_ROUTE: Final = "/v1/shops/{shop_key}/"


@dataclass(frozen=True, slots=True)
class Answer:
    """What our server answers to a request, to be answered by others.

    ``file`` is the last part of the path; ``plain`` the body without content encoding.
    """

    shop_key: str
    file: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    plain: bytes

    def write(self, path: Path) -> None:
        """Store the answer for another process."""
        bodies = {"body": b64encode(self.body).decode(), "plain": b64encode(self.plain).decode()}
        path.write_bytes(orjson.dumps(asdict(self) | bodies))

    @classmethod
    def read(cls, path: Path) -> "Answer":
        """What ``write`` stored."""
        values = orjson.loads(path.read_bytes())
        headers = tuple((name, value) for name, value in values["headers"])
        bodies = b64decode(values["body"]), b64decode(values["plain"])
        return cls(values["shop_key"], values["file"], values["status"], headers, *bodies)


def bare(answer: Answer) -> App:
    """The least that an ASGI app can do: two messages that were built before."""
    headers = [(name.encode(), value.encode()) for name, value in answer.headers]
    start = {"type": "http.response.start", "status": answer.status, "headers": headers}
    body = {"type": "http.response.body", "body": answer.body}

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        await send(start)
        await send(body)

    return app


async def _live(receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})


def starlette(answer: Answer) -> App:
    """A route with one parameter and a Response from a dict of bytes."""
    headers, bodies = dict(answer.headers), {answer.shop_key: answer.body}

    async def get(request: Request) -> Response:
        body = bodies[request.path_params["shop_key"]]
        return Response(body, answer.status, headers)

    return Starlette(routes=[Route(_ROUTE + answer.file, get)])


def fastapi(answer: Answer) -> App:
    """A route that returns the same object, which FastAPI validates and writes as JSON."""
    page = from_json(ReviewPage, answer.plain)
    app = FastAPI()

    @app.get(_ROUTE + answer.file, response_model_exclude_none=True)
    async def get(shop_key: str) -> ReviewPage:
        del shop_key
        return page

    return app


CONTENDERS: Final[Mapping[str, Callable[[Answer], App]]] = {
    "bare": bare,
    "starlette": starlette,
    "fastapi": fastapi,
}


def main(name: str, port: str, path: str) -> None:
    """Serve one contender until SIGTERM, with our server's options but the plain protocol."""
    app = CONTENDERS[name](Answer.read(Path(path)))
    options = {**OPTIONS, "http": "httptools"}
    uvicorn.run(app, host="127.0.0.1", port=int(port), **options)


if __name__ == "__main__":
    main(*sys.argv[1:])
