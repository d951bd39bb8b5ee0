"""Orders from a shop's server: one by ``PUT``, many as NDJSON by ``POST …/orders/bulk``."""

import re
from collections.abc import Callable, Sequence
from typing import Final
from urllib.parse import unquote

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.routing import Route

from api.answers import header_of
from api.asgi import Message, Receive, Scope, Send
from api.bodies import MAX_BYTES, body_of
from api.caching import NO_STORE
from api.order_lines import Splitter
from api.order_taking import Line, Taker, reference_of, refused
from domain import shop_keys
from domain.errors import (
    Malformed,
    MediaTypeUnsupported,
    OrderInvalid,
    TooLarge,
    TrustwrightError,
    Unavailable,
)
from domain.invite_rules import INVITES
from schemas import encoding, shop_orders
from schemas.questions import PREFIX
from schemas.shop_orders import (
    ShopOrder,
    ShopOrderResult,
)
from services.installation import Installation

PATH: Final = f"{PREFIX}{{shop_key}}/orders/{{reference:path}}"
BULK: Final = f"{PREFIX}{{shop_key}}/orders/bulk"
_NDJSON: Final = b"application/x-ndjson"
_JSON: Final = b"application/json"
_BULK_PATH: Final = re.compile(re.escape(PREFIX) + r"[^/]+/orders/bulk\Z")
_ORDER_PATH: Final = re.compile(re.escape(PREFIX) + r"[^/]+/orders/.+\Z")


def routes(installation: Installation) -> list[Route]:
    """The two addresses; they stand before the one of the shops' answers."""
    taker = Taker(installation)
    return [
        Route(BULK, BulkOrders(taker)),
        Route(PATH, OneOrder(taker)),
    ]


def most_bytes(path: str) -> int | None:
    """How large a body may be at this path; None where it is none of ours."""
    return INVITES.bulk_bytes if _BULK_PATH.match(path) else None


def rate_class(scope: Scope) -> tuple[str, int] | None:
    """Orders of shops' servers are counted apart, as ``rate_limits.Apart``."""
    path: str = scope["path"]
    if scope["method"] in ("PUT", "POST") and _ORDER_PATH.match(path):
        return "orders of servers", INVITES.orders_per_minute
    return None


class OneOrder:
    """``PUT``: a whole order, or what became of one that is known."""

    def __init__(self, taker: Taker) -> None:
        self._taker = taker

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "PUT":
            raise HTTPException(405, headers={"Allow": "PUT"})
        client_id = await self._taker.client_id(scope)
        shop_key = shop_keys.parse(scope["path_params"]["shop_key"])
        reference = _reference(scope)
        _check_media_type(scope, _JSON)
        body = await body_of(receive, most=MAX_BYTES)
        try:
            told = shop_orders.read(body)
            if told.reference not in (None, reference):
                raise OrderInvalid("The address names another order.", field="reference")
            status, taken = await run_in_threadpool(
                self._taker.one, client_id, shop_key, reference, told
            )
        except TrustwrightError as error:
            error.field = shop_orders.key_of(error.field)
            raise
        for message in _messages(status, encoding.to_json(taken), _JSON):
            await send(message)


class BulkOrders:
    """``POST``: up to 10,000 orders, one on each line, and a line of result for each.

    A line that is refused leaves nothing behind and stops no other. What was taken before the
    connection broke stays taken; sending it again changes nothing.
    """

    def __init__(self, taker: Taker) -> None:
        self._taker = taker

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "POST":
            raise HTTPException(405, headers={"Allow": "POST"})
        client_id = await self._taker.client_id(scope)
        shop_key = shop_keys.parse(scope["path_params"]["shop_key"])
        await run_in_threadpool(self._taker.check, client_id, shop_key)
        _check_media_type(scope, _NDJSON)
        answer = _BulkAnswer(lambda lines: self._taker.many(client_id, shop_key, lines))
        splitter, is_more = Splitter(), True
        while is_more and not answer.is_full:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Malformed("The request ends before its body does.")
            is_more = message.get("more_body", False)
            for piece in splitter.lines(message.get("body", b""), is_last=not is_more):
                answer.add(piece)
                if answer.is_due:
                    await run_in_threadpool(answer.flush)
        await run_in_threadpool(answer.flush)
        for sent in _messages(200, bytes(answer.body), _NDJSON):
            await send(sent)


class _BulkAnswer:
    """Collects lines into batches, and their results into the answer."""

    def __init__(self, take: Callable[[Sequence[Line]], Sequence[ShopOrderResult]]) -> None:
        self.body = bytearray()
        self.is_full = False
        self._take = take
        self._batch: list[Line] = []
        self._products = 0
        self._number = 0

    @property
    def is_due(self) -> bool:
        """Whether it is time to store what has been collected."""
        return len(self._batch) >= INVITES.bulk_batch or self._products >= INVITES.bulk_products

    def add(self, line: bytes | None) -> None:
        """Read a line; None for one that is too long."""
        if self.is_full:
            return
        self._number += 1
        if self._number > INVITES.bulk_lines:
            self.is_full = True
            self._batch.append(Line(self._number, TooLarge("At most 10,000 lines in one call.")))
            return
        told: ShopOrder | TrustwrightError
        try:
            told = shop_orders.read(line) if line is not None else TooLarge("The line is too long.")
        except TrustwrightError as refusal:
            told = refusal
        if isinstance(told, ShopOrder):
            self._products += len(told.products or ())
        self._batch.append(Line(self._number, told))

    def flush(self) -> None:
        """Store the batch; where the database does not answer, each line of it says so."""
        batch, self._batch, self._products = self._batch, [], 0
        if not batch:
            return
        try:
            results = self._take(batch)
        except Unavailable as error:
            results = [refused(line.number, error, reference_of(line)) for line in batch]
        self.body += shop_orders.lines(results)


def _reference(scope: Scope) -> str:
    """The last part of the path as it was written, so that a reference may hold a slash."""
    raw = scope["raw_path"].decode("latin-1").partition("/orders/")[2]
    try:
        return unquote(raw, errors="strict")
    except UnicodeDecodeError:
        raise Malformed("A reference is UTF-8.") from None


def _check_media_type(scope: Scope, wanted: bytes) -> None:
    media_type = header_of(scope, b"content-type").partition(b";")[0].strip().lower()
    if media_type != wanted:
        raise MediaTypeUnsupported(f"The body is {wanted.decode()}.")


def _messages(status: int, body: bytes, media_type: bytes) -> tuple[Message, Message]:
    headers = (
        (b"content-type", media_type),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", NO_STORE),
        (b"x-content-type-options", b"nosniff"),
    )
    return (
        {"type": "http.response.start", "status": status, "headers": headers},
        {"type": "http.response.body", "body": body},
    )
