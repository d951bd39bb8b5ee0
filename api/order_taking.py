"""Taking the orders of shops' servers in: each as an answer or a refusal, many at once."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from api import errors, tokens
from api.asgi import Scope
from api.gathering import Gathering
from domain.clients import Scope as ClientScope
from domain.errors import OrderInvalid, TrustwrightError
from domain.orders import NewOrder
from schemas import shop_orders
from schemas.shop_orders import (
    ShopOrder,
    ShopOrderInvitation,
    ShopOrderResult,
    ShopOrderTaken,
)
from services import access_tokens, intake
from services.access_tokens import Reader
from services.installation import Installation, Work
from services.intake import Known, Plan, Taken

Answer = tuple[int, ShopOrderTaken]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a bulk call: its number from 1, and what it says or why nobody can read it."""

    number: int
    told: ShopOrder | TrustwrightError


class Taker:
    """Takes orders in threads; the client behind a token is looked up in each transaction."""

    def __init__(self, installation: Installation) -> None:
        self._database = installation.database
        self._reader = Reader(installation.database, installation.settings.base_url)
        self._gathering = Gathering(self._store)

    async def client_id(self, scope: Scope) -> str:
        """The client whose token this is; raises TokenRefused."""
        return await tokens.client_of(scope, self._reader, now=datetime.now(UTC))

    def check(self, client_id: str, shop_key: str) -> None:
        """Raise unless the client may write the shop's orders."""
        with self._database.read() as session:
            caller = access_tokens.caller(session, client_id)
            access_tokens.shop_of(session, caller, shop_key, ClientScope.ORDERS_WRITE)

    def one(self, client_id: str, shop_key: str, reference: str, told: ShopOrder) -> Answer:
        """Take an order, or what became of it, together with others that wait meanwhile."""
        taken = self._gathering.one((client_id, shop_key), (reference, told))
        return (201 if taken.is_new else 200), _told(taken)

    def many(
        self, client_id: str, shop_key: str, lines: Sequence[Line]
    ) -> Sequence[ShopOrderResult]:
        """Take the lines of a batch in one transaction: a result for each.

        Raises Unavailable when nothing of the batch could be stored.
        """
        results: dict[int, ShopOrderResult] = {}
        good: list[tuple[Line, str, ShopOrder]] = []
        for line in lines:
            try:
                told, reference = _readable(line)
            except TrustwrightError as refusal:
                results[line.number] = refused(line.number, refusal, reference_of(line))
            else:
                good.append((line, reference, told))
        stored = self._store((client_id, shop_key), [(name, told) for _, name, told in good])
        for (line, reference, _), result in zip(good, stored, strict=True):
            results[line.number] = _result(line.number, reference, result)
        return [results[line.number] for line in lines]

    def _store(
        self, key: tuple[str, str], told: Sequence[tuple[str, ShopOrder]]
    ) -> Sequence[Taken | TrustwrightError]:
        """Whole orders first, then what became of others: an answer or a refusal for each.

        ``key`` is the client's id and the shop's key.
        """
        client_id, shop_key = key
        now = datetime.now(UTC)
        results: dict[int, Taken | TrustwrightError] = {}
        whole: dict[int, tuple[NewOrder, Plan]] = {}
        changes: dict[int, Known] = {}
        for index, (reference, each) in enumerate(told):
            try:
                order, plan = each.order(reference), _plan(client_id, each)
                if order is None:
                    changes[index] = Known(reference, each.change(), plan)
                else:
                    whole[index] = order, plan
            except TrustwrightError as refusal:
                results[index] = refusal
        with self._writing(client_id, shop_key) as work:
            wanted, known = list(whole.values()), list(changes.values())
            found = intake.take_many(work, shop_key, wanted, now=now, changes=known)
        results.update(zip([*whole, *changes], found, strict=True))
        return [results[index] for index in range(len(told))]

    @contextmanager
    def _writing(self, client_id: str, shop_key: str) -> Iterator[Work]:
        """A transaction whose first act is to look at the client again."""
        with self._database.write() as work:
            caller = access_tokens.caller(work.session, client_id)
            access_tokens.shop_of(work.session, caller, shop_key, ClientScope.ORDERS_WRITE)
            yield work


def _plan(client_id: str, told: ShopOrder) -> Plan:
    return Plan(source=shop_orders.SOURCE, language=told.language or "", asked_by=client_id)


def _readable(line: Line) -> tuple[ShopOrder, str]:
    if isinstance(line.told, TrustwrightError):
        raise line.told
    if not line.told.reference:
        raise OrderInvalid("An order has a reference.", field="reference")
    return line.told, line.told.reference


def reference_of(line: Line) -> str | None:
    told = line.told
    return None if isinstance(told, TrustwrightError) else (told.reference or "")[:255] or None


def _result(number: int, reference: str, taken: Taken | TrustwrightError) -> ShopOrderResult:
    if isinstance(taken, TrustwrightError):
        return refused(number, taken, reference)
    told = _told(taken)
    return ShopOrderResult(
        line=number,
        status=201 if taken.is_new else 200,
        reference=told.reference,
        id=told.id,
        invitations=told.invitations,
    )


def refused(number: int, error: TrustwrightError, reference: str | None) -> ShopOrderResult:
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
