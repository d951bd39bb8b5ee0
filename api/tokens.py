"""Access tokens over HTTP: where clients get one, the keys that sign them, and the bearer check.

``POST /oauth/token`` answers as RFC 6749 says; the older generation's path is an alias.
"""

import ipaddress
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qsl, unquote_plus

import orjson
from anyio import CapacityLimiter
from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from api.answers import header_of
from api.asgi import Receive, Scope, Send
from api.bodies import MAX_BYTES, body_of
from api.caching import ALLOW_ORIGIN, NO_STORE, Header
from api.clients import Clients
from api.documents import Document
from domain.access_tokens import TokenRefused
from domain.errors import TransportInsecure
from services import access_tokens
from services.access_tokens import Reader, Token
from services.installation import Installation

PATH: Final = "/oauth/token"
ALIAS: Final = "/auth/realms/business/protocol/openid-connect/token"
JWKS_PATH: Final = "/oauth/jwks.json"
_GRANT: Final = "client_credentials"
_NEEDED: Final = ("grant_type", "client_id", "client_secret")
_PER_MINUTE: Final = 60
_CHECKS: Final = 4
_FIELDS: Final = 20
_TOKEN_BYTES: Final = 4_000

Issue = Callable[[str, str], Token | None]


def routes(installation: Installation, clients: Clients) -> list[Route]:
    """The two addresses of tokens, and that of the keys."""

    def issue(client_id: str, secret: str) -> Token | None:
        return access_tokens.issue(installation, client_id, secret, now=datetime.now(UTC))

    def keys() -> Sequence[Mapping[str, Any]]:
        return access_tokens.published(installation.database)

    endpoint = _Tokens(issue, clients)
    return [
        Route(PATH, endpoint, methods=["POST"]),
        Route(ALIAS, endpoint, methods=["POST"]),
        Route(JWKS_PATH, _Keys(keys), methods=["GET"]),
    ]


def rate_class(scope: Scope) -> tuple[str, int] | None:
    """Secrets are slow to check: each address asks 60 times a minute, as ``rate_limits.Apart``."""
    return ("tokens", _PER_MINUTE) if scope["path"] in (PATH, ALIAS) else None


def bearer(scope: Scope, reader: Reader, *, now: datetime) -> str:
    """The id of the client whose token the request carries; raises TokenRefused.

    Whether the client still exists, and what it may do, ``services.access_tokens.caller`` says
    in the transaction of the call.
    """
    return reader.client_id(_token_of(scope), now=now)


async def client_of(scope: Scope, reader: Reader, *, now: datetime) -> str:
    """As ``bearer``, in a thread only where the token was not read before."""
    token = _token_of(scope)
    known = reader.known(token, now=now)
    if known is not None:
        return known
    return await run_in_threadpool(reader.client_id, token, now=now)


def _token_of(scope: Scope) -> str:
    kind, _, token = header_of(scope, b"authorization").partition(b" ")
    token = token.strip()
    if kind.lower() != b"bearer" or not 0 < len(token) <= _TOKEN_BYTES or not token.isascii():
        raise TokenRefused
    return token.decode()


class _Tokens:
    def __init__(self, issue: Issue, clients: Clients) -> None:
        self._issue = issue
        self._clients = clients
        self._checking = CapacityLimiter(_CHECKS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._clients.is_secure(scope) and not _is_local(scope):
            raise TransportInsecure
        form = _form(scope, await body_of(receive, most=MAX_BYTES))
        status, told = await self._answer(form)
        body = orjson.dumps(told)
        headers: list[Header] = [
            (b"content-type", b"application/json"),
            (b"content-length", b"%d" % len(body)),
            (b"cache-control", NO_STORE),
            (b"pragma", b"no-cache"),
            (b"x-content-type-options", b"nosniff"),
        ]
        if status == 401:
            headers.append((b"www-authenticate", b'Basic realm="trustwright"'))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, form: Mapping[str, str]) -> tuple[int, Mapping[str, Any]]:
        missing = next((name for name in _NEEDED if not form.get(name)), None)
        if missing is not None:
            return 400, _error("invalid_request", f"Missing form parameter: {missing}")
        if form["grant_type"] != _GRANT:
            return 400, _error("unsupported_grant_type", f"grant_type is {_GRANT}")
        async with self._checking:
            token = await run_in_threadpool(self._issue, form["client_id"], form["client_secret"])
        if token is None:
            return 401, _error("invalid_client", "Invalid client or invalid client credentials")
        return 200, {
            "access_token": token.token,
            "token_type": "Bearer",
            "expires_in": token.expires_in,
            "scope": " ".join(token.scopes),
        }


class _Keys:
    def __init__(self, read: Callable[[], Sequence[Mapping[str, Any]]]) -> None:
        self._read = read

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = orjson.dumps({"keys": list(await run_in_threadpool(self._read))})
        document = Document(body, "application/jwk-set+json", 0, ALLOW_ORIGIN)
        await document(scope, receive, send)


def _form(scope: Scope, body: bytes) -> Mapping[str, str]:
    """The fields of a form, each once, with the client that HTTP Basic names, if it does."""
    try:
        text = body.decode()
        fields = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_FIELDS))
    except ValueError:
        fields = {}
    kind, _, told = header_of(scope, b"authorization").partition(b" ")
    if kind.lower() == b"basic":
        try:
            name, _, secret = b64decode(told.strip(), validate=True).decode().partition(":")
        except ValueError:
            return fields
        named = {"client_id": unquote_plus(name), "client_secret": unquote_plus(secret)}
        return named | fields
    return fields


def _error(code: str, description: str) -> Mapping[str, str]:
    return {"error": code, "error_description": description}


def _is_local(scope: Scope) -> bool:
    """Whether the request never left this machine; a proxy here tells of one that did."""
    if any(name.startswith((b"x-forwarded", b"forwarded")) for name, _ in scope["headers"]):
        return False
    peer = (scope.get("client") or ("",))[0]
    try:
        return ipaddress.ip_address(str(peer)).is_loopback
    except ValueError:
        return False
