"""Calls of shop systems: ``POST /v1/shops/{shop_key}/hooks/{hook_id}`` (systems.md §20)."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.routing import Route

from api.asgi import Receive, Scope, Send
from api.bodies import body_of
from api.caching import NO_STORE
from domain import shopware_apps
from domain.order_hooks import POLICY
from schemas import encoding
from schemas.order_hooks import AppRegistered, OrderHookAnswer
from schemas.questions import PREFIX
from schemas.shapes import Shape
from services import order_hooks
from services.installation import Installation
from services.order_hooks import Answered

PATH: Final = f"{PREFIX}{{shop_key}}/hooks/{{hook_id}}"
_MATCH: Final = re.compile(re.escape(PREFIX) + r"([^/]{1,40})/hooks/([^/]{1,60})\Z")
_HEADERS: Final = 20
_FORM: Final = "application/x-www-form-urlencoded"
_PING: Final = re.compile(rb"webhook_id=\d{1,20}\Z")

Take = Callable[[str, str, Mapping[str, str], bytes], Answered]
Register = Callable[[str, str, Mapping[str, str], bytes], AppRegistered]


def route(installation: Installation) -> Route:
    """The route, which stands before the one of the shops' answers."""

    def take(shop_key: str, hook_id: str, headers: Mapping[str, str], body: bytes) -> Answered:
        now = datetime.now(UTC)
        return order_hooks.receive(installation, shop_key, hook_id, headers, body, now=now)

    def register(
        shop_key: str, hook_id: str, headers: Mapping[str, str], query: bytes
    ) -> AppRegistered:
        now = datetime.now(UTC)
        told = order_hooks.register(installation, shop_key, hook_id, headers, query, now=now)
        address = PATH.format(shop_key=shop_key, hook_id=hook_id)
        url = f"{installation.settings.base_url}{address}"
        return AppRegistered(proof=told.proof, secret=told.secret, confirmation_url=url)

    return Route(PATH, OrderHookCalls(take, register))


def most_bytes(path: str) -> int | None:
    """How large a call may be; None for another path."""
    return POLICY.bytes if _MATCH.match(path) else None


def rate_class(scope: Scope) -> tuple[str, int] | None:
    """Calls of one client are counted for each address apart, as ``rate_limits.Apart``."""
    found = _MATCH.match(scope["path"])
    if found is None or scope["method"] not in ("GET", "POST"):
        return None
    return f"hooks:{found[2]}", POLICY.per_minute


class OrderHookCalls:
    """Takes calls: ``take`` reads and stores one, ``register`` an app of Shopware, in a thread."""

    def __init__(self, take: Take, register: Register) -> None:
        self._take, self._register = take, register

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = _headers(scope)
        if scope["method"] == "GET" and shopware_apps.SIGNATURE in headers:
            path, query = scope["path_params"], scope["query_string"]
            keys = path["shop_key"], path["hook_id"]
            await _send(send, await run_in_threadpool(self._register, *keys, headers, query))
            return
        if scope["method"] != "POST":
            raise HTTPException(405, headers={"Allow": "POST"})
        body = await body_of(receive, most=POLICY.bytes)
        if _is_ping(headers, body):
            # WooCommerce tries a new address once, unsigned, and gives it up if that fails.
            answer = OrderHookAnswer(outcome="IGNORED", reference=None, detail="ping")
        else:
            answer = await self._answered(scope, headers, body)
        await _send(send, answer)

    async def _answered(
        self, scope: Scope, headers: Mapping[str, str], body: bytes
    ) -> OrderHookAnswer:
        path = scope["path_params"]
        taken = await run_in_threadpool(
            self._take, path["shop_key"], path["hook_id"], headers, body
        )
        return OrderHookAnswer(
            outcome=taken.outcome, reference=taken.reference or None, detail=taken.detail or None
        )


async def _send(send: Send, answer: Shape) -> None:
    told = encoding.to_json(answer)
    pairs = (
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(told)),
        (b"cache-control", NO_STORE),
        (b"x-content-type-options", b"nosniff"),
    )
    await send({"type": "http.response.start", "status": 200, "headers": pairs})
    await send({"type": "http.response.body", "body": told})


def _headers(scope: Scope) -> dict[str, str]:
    """The headers that say what a call is about and who signed it."""
    named = ("webhook-", "x-wc-webhook-", "x-shopify-", "shopware-", "content-type")
    found = [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, value in scope["headers"]
        if name.decode("latin-1").startswith(named)
    ]
    return dict(found[:_HEADERS])


def _is_ping(headers: Mapping[str, str], body: bytes) -> bool:
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == _FORM and _PING.match(body) is not None
