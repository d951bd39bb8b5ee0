"""Orders from a shop's server: one by ``PUT``, many as NDJSON by ``POST …/orders/bulk``."""

import re
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import unquote

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.routing import Route

from api import errors, tokens
from api.answers import header_of
from api.asgi import Message, Receive, Scope, Send
from api.bodies import MAX_BYTES, body_of
from api.caching import NO_STORE
from api.order_lines import Splitter
from domain import shop_keys
from domain.clients import Scope as ClientScope
from domain.errors import (
    Malformed,
    MediaTypeUnsupported,
    OrderInvalid,
    TooLarge,
    TrustwrightError,
    Unavailable,
)
from domain.invite_rules import INVITES
from domain.orders import NewOrder, OrderChange
from schemas import encoding, shop_orders
from schemas.questions import PREFIX
from schemas.shop_orders import (
    ShopOrder,
    ShopOrderInvitation,
    ShopOrderResult,
    ShopOrderTaken,
)
from services import access_tokens, intake
from services.access_tokens import Reader
from services.installation import Installation, Work
from services.intake import Plan, Taken

PATH: Final = f"{PREFIX}{{shop_key}}/orders/{{reference:path}}"
BULK: Final = f"{PREFIX}{{shop_key}}/orders/bulk"
_NDJSON: Final = b"application/x-ndjson"
_JSON: Final = b"application/json"
_BULK_PATH: Final = re.compile(re.escape(PREFIX) + r"[^/]+/orders/bulk\Z")
_ORDER_PATH: Final = re.compile(re.escape(PREFIX) + r"[^/]+/orders/.+\Z")

_TURNS: Final = 16

Answer = tuple[int, ShopOrderTaken]


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


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a bulk call: its number from 1, and what it says or why nobody can read it."""

    number: int
    told: ShopOrder | TrustwrightError


@dataclass(slots=True)
class _Call:
    """One order that waits to be stored, and what came of it."""

    reference: str
    told: ShopOrder
    result: Taken | BaseException | None = None


class Taker:
    """Takes orders in threads; the client behind a token is looked up in each transaction."""

    def __init__(self, installation: Installation) -> None:
        self._database = installation.database
        self._reader = Reader(installation.database, installation.settings.base_url)
        self._guard = threading.Lock()
        self._turns = [threading.Lock() for _ in range(_TURNS)]
        self._waiting: defaultdict[tuple[str, str], list[_Call]] = defaultdict(list)

    async def client_id(self, scope: Scope) -> str:
        """The client whose token this is; raises TokenRefused."""
        return await tokens.client_of(scope, self._reader, now=datetime.now(UTC))

    def check(self, client_id: str, shop_key: str) -> None:
        """Raise unless the client may write the shop's orders."""
        with self._database.read() as session:
            caller = access_tokens.caller(session, client_id)
            access_tokens.shop_of(session, caller, shop_key, ClientScope.ORDERS_WRITE)

    def one(self, client_id: str, shop_key: str, reference: str, told: ShopOrder) -> Answer:
        """Take an order, or what became of it, together with others that wait meanwhile.

        Whoever has the turn stores everything that has come in for the client and shop by
        then, in one transaction: so many calls at once cost little more than one.
        """
        call, key = _Call(reference, told), (client_id, shop_key)
        with self._guard:
            self._waiting[key].append(call)
        with self._turns[hash(key) % len(self._turns)]:
            if call.result is None:
                self._store_waiting(key)
        if isinstance(call.result, BaseException):
            raise call.result
        if call.result is None:
            raise RuntimeError("A call has got no result.")
        return (201 if call.result.is_new else 200), _told(call.result)

    def _store_waiting(self, key: tuple[str, str]) -> None:
        with self._guard:
            calls = self._waiting.pop(key, [])
        try:
            results = self._store(*key, [(call.reference, call.told) for call in calls])
        except BaseException as error:
            for call in calls:
                call.result = error
            return
        for call, result in zip(calls, results, strict=True):
            call.result = result

    def many(
        self, client_id: str, shop_key: str, lines: Sequence[_Line]
    ) -> Sequence[ShopOrderResult]:
        """Take the lines of a batch in one transaction: a result for each.

        Raises Unavailable when nothing of the batch could be stored.
        """
        results: dict[int, ShopOrderResult] = {}
        good: list[tuple[_Line, str, ShopOrder]] = []
        for line in lines:
            try:
                told, reference = _readable(line)
            except TrustwrightError as refusal:
                results[line.number] = _refused(line.number, refusal, _reference_of(line))
            else:
                good.append((line, reference, told))
        stored = self._store(client_id, shop_key, [(name, told) for _, name, told in good])
        for (line, reference, _), result in zip(good, stored, strict=True):
            results[line.number] = _result(line.number, reference, result)
        return [results[line.number] for line in lines]

    def _store(
        self, client_id: str, shop_key: str, told: Sequence[tuple[str, ShopOrder]]
    ) -> Sequence[Taken | TrustwrightError]:
        """Whole orders first, then what became of others: an answer or a refusal for each."""
        now = datetime.now(UTC)
        results: dict[int, Taken | TrustwrightError] = {}
        whole: list[tuple[int, NewOrder, Plan]] = []
        changes: list[tuple[int, str, OrderChange, Plan]] = []
        for index, (reference, each) in enumerate(told):
            try:
                order, plan = each.order(reference), _plan(client_id, each)
                if order is None:
                    changes.append((index, reference, each.change(), plan))
                else:
                    whole.append((index, order, plan))
            except TrustwrightError as refusal:
                results[index] = refusal
        with self._writing(client_id, shop_key) as work:
            wanted = [(order, plan) for _, order, plan in whole]
            found = intake.take_many(work, shop_key, wanted, now=now)
            for (index, _, _), taken in zip(whole, found, strict=True):
                results[index] = taken
            for index, reference, change, plan in changes:
                try:
                    results[index] = intake.update(work, shop_key, reference, change, plan, now=now)
                except Unavailable:
                    raise
                except TrustwrightError as refusal:
                    results[index] = refusal
        return [results[index] for index in range(len(told))]

    @contextmanager
    def _writing(self, client_id: str, shop_key: str) -> Iterator[Work]:
        """A transaction whose first act is to look at the client again."""
        with self._database.write() as work:
            caller = access_tokens.caller(work.session, client_id)
            access_tokens.shop_of(work.session, caller, shop_key, ClientScope.ORDERS_WRITE)
            yield work


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

    def __init__(self, take: Callable[[Sequence[_Line]], Sequence[ShopOrderResult]]) -> None:
        self.body = bytearray()
        self.is_full = False
        self._take = take
        self._batch: list[_Line] = []
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
            self._batch.append(_Line(self._number, TooLarge("At most 10,000 lines in one call.")))
            return
        told: ShopOrder | TrustwrightError
        try:
            told = shop_orders.read(line) if line is not None else TooLarge("The line is too long.")
        except TrustwrightError as refusal:
            told = refusal
        if isinstance(told, ShopOrder):
            self._products += len(told.products or ())
        self._batch.append(_Line(self._number, told))

    def flush(self) -> None:
        """Store the batch; where the database does not answer, each line of it says so."""
        batch, self._batch, self._products = self._batch, [], 0
        if not batch:
            return
        try:
            results = self._take(batch)
        except Unavailable as error:
            results = [_refused(line.number, error, _reference_of(line)) for line in batch]
        self.body += shop_orders.lines(results)


def _plan(client_id: str, told: ShopOrder) -> Plan:
    return Plan(source=shop_orders.SOURCE, language=told.language or "", asked_by=client_id)


def _readable(line: _Line) -> tuple[ShopOrder, str]:
    if isinstance(line.told, TrustwrightError):
        raise line.told
    if not line.told.reference:
        raise OrderInvalid("An order has a reference.", field="reference")
    return line.told, line.told.reference


def _reference_of(line: _Line) -> str | None:
    told = line.told
    return None if isinstance(told, TrustwrightError) else (told.reference or "")[:255] or None


def _result(number: int, reference: str, taken: Taken | TrustwrightError) -> ShopOrderResult:
    if isinstance(taken, TrustwrightError):
        return _refused(number, taken, reference)
    told = _told(taken)
    return ShopOrderResult(
        line=number,
        status=201 if taken.is_new else 200,
        reference=told.reference,
        id=told.id,
        invitations=told.invitations,
    )


def _refused(number: int, error: TrustwrightError, reference: str | None) -> ShopOrderResult:
    return ShopOrderResult(
        line=number,
        status=errors.status_of(error),
        reference=reference,
        code=error.code,
        field=shop_orders.key_of(error.field),
        detail=error.detail,
    )


def _told(taken: Taken) -> ShopOrderTaken:
    return ShopOrderTaken(
        id=taken.order_id,
        reference=taken.reference,
        invitations=tuple(
            ShopOrderInvitation(
                id=each.invitation_id,
                type=each.kind,
                state=each.state,
                send_at=each.send_at if not each.reason else None,
                reason=each.reason or None,
            )
            for each in taken.invitations
        ),
    )


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
