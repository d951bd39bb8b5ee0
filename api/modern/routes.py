"""The newer API over HTTP: the bearer check, who asks how often, and answers in JSON.

A client reaches the shops of its own account and no others; the rest is as unknown to it as what
does not exist. Nothing of this is kept by anyone.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qsl

import orjson
from limits import RateLimitItemPerMinute
from limits.aio.storage import Storage
from limits.aio.strategies import FixedWindowRateLimiter
from redis.exceptions import RedisError
from starlette.concurrency import run_in_threadpool
from starlette.convertors import Convertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.routing import Route

from api import errors, tokens
from api.answers import header_of
from api.asgi import Message, Receive, Scope, Send
from api.bodies import MAX_BYTES, body_of
from api.caching import NO_STORE, Header
from api.modern.calls import CALLS, Answer, Call, Spec
from domain.errors import MediaTypeUnsupported, ParameterInvalid, TooMany
from schemas.modern.shapes import to_json
from services import access_tokens
from services.access_tokens import Reader
from services.installation import Installation

SEGMENTS: Final = frozenset(spec.path.split("/")[1] for spec in CALLS)
"""First parts of paths that no page of ours may have."""
_QUERY_BYTES: Final = 32_768
_FIELDS: Final = 100
_JSON: Final = b"application/json"
_OWN_ID: Final = b"channel-id"


class _ReviewId(Convertor[str]):
    """Ids of reviews only, so that other paths below ``/reviews/`` stay reachable."""

    regex = "rev-[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"

    def convert(self, value: str) -> str:
        return value.lower()

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("rev", _ReviewId())


def routes(installation: Installation, counters: Storage) -> Iterator[Route]:
    """One route for each path, whole words before ids."""
    by_path: defaultdict[str, dict[str, Spec]] = defaultdict(dict)
    for spec in CALLS:
        by_path[spec.path][spec.method] = spec
    reader = Reader(installation.database, installation.settings.base_url)
    limiter = FixedWindowRateLimiter(counters)
    for path, specs in by_path.items():
        yield Route(path, Endpoint(installation, reader, limiter, specs))


class Endpoint:
    """Answers the calls of one path; raises what ``tokens.bearer`` and the use cases raise."""

    def __init__(
        self,
        installation: Installation,
        reader: Reader,
        limiter: FixedWindowRateLimiter,
        specs: Mapping[str, Spec],
    ) -> None:
        self._installation = installation
        self._reader = reader
        self._limiter = limiter
        self._limit = RateLimitItemPerMinute(installation.settings.api_rate)
        self._specs = specs

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        spec = self._specs.get(scope["method"])
        if spec is None:
            raise HTTPException(405, headers={"Allow": ", ".join(sorted(self._specs))})
        now = datetime.now(UTC)
        client_id = await tokens.client_of(scope, self._reader, now=now)
        if not await self._may_ask(client_id):
            start, refusal = errors.render(TooMany(), scope)
            waits = (*start["headers"], (b"retry-after", b"60"))
            await send({**start, "headers": waits})
            await send(refusal)
            return
        query = _query(scope["query_string"])
        body = await _body(scope, receive) if spec.has_body else b""
        own_id = header_of(scope, _OWN_ID).decode("latin-1").strip()
        answer = await run_in_threadpool(
            self._answer, spec, client_id, scope["path_params"], query, own_id, body, now
        )
        for message in _messages(spec.status, answer):
            await send(message)

    def _answer(
        self,
        spec: Spec,
        client_id: str,
        path: Mapping[str, str],
        query: Mapping[str, str],
        own_id: str,
        body: bytes,
        now: datetime,
    ) -> bytes | None:
        """The body of the answer; the client is looked up again before anything is done."""
        database = self._installation.database
        with database.read() as session:
            caller = access_tokens.caller(session, client_id)
        caller.need(spec.scope)
        call = Call(self._installation, client_id, caller, path, query, own_id, body, now)
        if spec.read is not None:
            with database.read() as session:
                return _encoded(spec.read(call, session))
        if spec.write is not None:
            with database.write() as work:
                return _encoded(spec.write(call, work))
        return _encoded(spec.whole(call) if spec.whole else None)

    async def _may_ask(self, client_id: str) -> bool:
        """Whether the client has asked less than ``api.rate`` times within this minute."""
        try:
            return await self._limiter.hit(self._limit, "api-client", client_id)
        except (RedisError, OSError):
            return True


def _encoded(answer: Answer) -> bytes | None:
    if answer is None:
        return None
    if isinstance(answer, Mapping):
        return orjson.dumps(dict(answer))
    return to_json(answer)


def _query(raw: bytes) -> Mapping[str, str]:
    """Each parameter once; a repeated one is a comma list, as some clients write it."""
    values: defaultdict[str, list[str]] = defaultdict(list)
    try:
        if len(raw) > _QUERY_BYTES:
            raise ValueError
        pairs = parse_qsl(
            raw.decode(), keep_blank_values=True, max_num_fields=_FIELDS, errors="strict"
        )
    except ValueError:
        raise ParameterInvalid("The query cannot be read.") from None
    for name, value in pairs:
        values[name].append(value)
    return {name: ",".join(each) for name, each in values.items()}


async def _body(scope: Scope, receive: Receive) -> bytes:
    media_type = header_of(scope, b"content-type").partition(b";")[0].strip().lower()
    if not re.fullmatch(rb"application/(?:[a-z.-]+\+)?json", media_type):
        raise MediaTypeUnsupported("The body is application/json.")
    return await body_of(receive, most=MAX_BYTES)


def _messages(status: int, body: bytes | None) -> tuple[Message, Message]:
    headers: list[Header] = [
        (b"cache-control", NO_STORE),
        (b"x-content-type-options", b"nosniff"),
    ]
    if body is not None:
        headers += [(b"content-type", _JSON), (b"content-length", b"%d" % len(body))]
    start: dict[str, Any] = {"type": "http.response.start", "status": status, "headers": headers}
    return start, {"type": "http.response.body", "body": body or b""}
