"""Collection: orders over HTTP, what waiting invitations cost, and a batch that is due."""

import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Final

import orjson
from aiosmtpd.controller import Controller
from sqlmodel import col, select

from bench import databases, installations, processes
from bench.figures import Figure
from bench.plan import Plan
from bench.processes import Process
from domain.actors import OPERATOR
from domain.clients import ClientKind, NewClient, Scope
from domain.mails import MailState
from domain.orders import LegalBasis, LegalBasisKind, NewOrder
from jobs import queue
from services import clients, intake
from services.installation import Installation
from services.intake import Plan as InvitePlan
from store import shops
from store.accounts import Account
from store.mails import Mail

_CONNECTIONS: Final = 16
_BATCH: Final = 250
_SETTLE_SECONDS: Final = 5
_MAILS_A_MINUTE: Final = 3_000
_KILLS: Final = 2
_SENDER: Final = "mail@bench.example"


def run(plan: Plan) -> Sequence[Figure]:
    """Orders a second over HTTP, what it costs to wait, and mails without copies."""
    with databases.empty_sqlite() as url:
        found = _taken(plan, url, "SQLite", "sqlite")
    with databases.postgresql() as server, server.empty() as url:
        found += _taken(plan, url, "PostgreSQL", "postgresql")
    with databases.empty_sqlite() as url:
        found += _idle(plan, url)
    with databases.empty_sqlite() as url:
        found += _sent(plan, url)
    return found


def _taken(plan: Plan, url: str, name: str, key: str) -> list[Figure]:
    ones, lines = plan.pick(3_000, 60), plan.pick(10_000, 200)
    with installations.opened(url) as installation:
        queue.connect(installation)
        shop_key = installations.open_shop(installation.database)
        client_id, secret = _client(installation, shop_key)
    with installations.served(url) as server:
        server.wait_for("/health", {})
        token = _token(server, client_id, secret)
        base = f"/v1/shops/{shop_key}/orders"
        rate = _rate(server, token, base, ones)
        started = time.perf_counter()
        body = b"\n".join(orjson.dumps(_order(f"L-{number}")) for number in range(lines))
        results = _send(server, token, "POST", f"{base}/bulk", body, "application/x-ndjson")
        taken = results.count(b'"status":201')
        bulk = lines / (time.perf_counter() - started)
    if taken != lines:
        raise RuntimeError(f"{lines - taken} of {lines} lines were not taken.")
    return [
        Figure(f"collection.{key}.put", f"{name}: orders by PUT", rate, "/s").noted(
            f"{_CONNECTIONS} connections, each order with its invitation in one transaction"
        ),
        Figure(f"collection.{key}.bulk", f"{name}: orders in bulk", bulk, "/s").noted(
            f"{lines:,} lines in one call, {_BATCH} in a transaction"
        ),
    ]


def _client(installation: Installation, shop_key: str) -> tuple[str, str]:
    with installation.database.write() as work:
        shop = shops.by_key(work.session, shop_key)
        account = work.session.get_one(Account, shop.account_id if shop else 0)
        new = NewClient(ClientKind.OAUTH, "Bench", scopes=(Scope.ORDERS_WRITE,))
        now = datetime.now(UTC)
        added = clients.add(work, account.public_id, new, actor=OPERATOR, now=now)
    return added.client_id, added.secret


def _token(server: Process, client_id: str, secret: str) -> str:
    form = f"grant_type=client_credentials&client_id={client_id}&client_secret={secret}"
    media_type = "application/x-www-form-urlencoded"
    said = _send(server, "", "POST", "/oauth/token", form.encode(), media_type)
    token: str = orjson.loads(said)["access_token"]
    return token


def _order(reference: str) -> dict[str, Any]:
    now = datetime.now(UTC).isoformat()
    return {
        "reference": reference,
        "email": f"{reference.lower()}@buyer.example",
        "orderedAt": now,
        "amountMinor": 1990,
        "currency": "EUR",
        "language": "en",
        "products": [{"sku": "SKU-1", "name": "Product 1", "priceMinor": 1990}],
        "legalBasis": {"kind": "CONSENT", "version": "bench", "givenAt": now},
    }


def _rate(server: Process, token: str, base: str, count: int) -> float:
    """Orders a second, sent one by one over connections that stay open."""
    own, opened = threading.local(), ExitStack()

    def put(number: int) -> None:
        if not hasattr(own, "connection"):
            connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
            own.connection = opened.enter_context(closing(connection))
        order = _order(f"B-{number}")
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        path = f"{base}/B-{number}"
        own.connection.request("PUT", path, orjson.dumps(order), headers)
        answer = own.connection.getresponse()
        said = answer.read()
        if answer.status != 201:
            raise RuntimeError(f"{answer.status}: {said[:200]!r}")

    core = processes.pinned_to(processes.LOAD_CORE)
    with opened, core, ThreadPoolExecutor(_CONNECTIONS) as pool:
        list(pool.map(put, range(-_CONNECTIONS, 0)))
        started = time.perf_counter()
        list(pool.map(put, range(count)))
        return count / (time.perf_counter() - started)


def _send(
    server: Process, token: str, method: str, path: str, body: bytes, media_type: str
) -> bytes:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=120)
    headers = {"Content-Type": media_type, "Authorization": f"Bearer {token}"}
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    said = answer.read()
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{answer.status}: {said[:200]!r}")
    return said


def _idle(plan: Plan, url: str) -> list[Figure]:
    """The share of a core that a worker uses while invitations wait for their days."""
    count, seconds = plan.pick(100_000, 500), plan.pick(60, 2)
    with installations.opened(url) as installation:
        _schedule(installation, count, lambda number: timedelta(days=1 + number % 30))
    with _worker(url) as worker:
        time.sleep(plan.pick(_SETTLE_SECONDS * 6, _SETTLE_SECONDS))
        before = worker.cpu_seconds
        time.sleep(seconds)
        share = 100 * (worker.cpu_seconds - before) / seconds
    return [
        Figure("collection.idle", "A worker while invitations wait", share, "%").noted(
            f"of a core, {count:,} scheduled invitations, SQLite"
        )
    ]


def _schedule(installation: Installation, count: int, until: Callable[[int], timedelta]) -> None:
    """That many orders whose invitations leave so long from now."""
    queue.connect(installation)
    shop_key = installations.open_shop(installation.database)
    now = datetime.now(UTC)
    basis = LegalBasis(LegalBasisKind.CONSENT, "bench", now)
    for start in range(0, count, _BATCH):
        wanted = [
            (
                NewOrder(f"B-{number}", f"b{number}@buyer.example", now, legal_basis=basis),
                InvitePlan(source="api", send_at=now + until(number)),
            )
            for number in range(start, min(count, start + _BATCH))
        ]
        with installation.database.write() as work:
            intake.take_many(work, shop_key, wanted, now=now)


class _Taker:
    """A mail server that takes everything and counts it by Message-ID."""

    def __init__(self) -> None:
        self.ids: Counter[str] = Counter()

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:
        del server, session
        self.ids[str(message_from_bytes(envelope.content)["Message-ID"])] += 1
        return "250 Taken"


def _sent(plan: Plan, url: str) -> list[Figure]:
    """Whether a due batch keeps to its rate, and its copies after two workers were killed."""
    count, taker = plan.pick(10_000, 30), _Taker()
    port = processes.free_port()
    controller = Controller(taker, hostname="127.0.0.1", port=port)
    with installations.opened(url) as installation:
        _schedule(installation, count, lambda _: timedelta(0))
    controller.start()
    try:
        more = {
            "TRUSTWRIGHT_SMTP_URL": f"smtp://127.0.0.1:{port}",
            "TRUSTWRIGHT_MAIL_FROM": _SENDER,
            "TRUSTWRIGHT_MAIL_RATE": str(_MAILS_A_MINUTE),
        }
        for part in range(1, _KILLS + 1):
            with _worker(url, more) as dying:
                _reach(taker, count * part // (_KILLS + 1))
                dying.kill()
        with _worker(url, more):
            # The clock starts with the first mail that the last worker sends.
            _reach(taker, min(count - 1, len(taker.ids) + 1))
            started, first = time.perf_counter(), len(taker.ids)
            # Each of the dead had one mail on the line at most, which may be in doubt.
            _reach(taker, count - _KILLS)
            seconds, last = time.perf_counter() - started, len(taker.ids)
            time.sleep(_SETTLE_SECONDS)
        doubts = _in_doubt(url)
    finally:
        controller.stop()
    lost = count - len(taker.ids.keys() | doubts)
    if lost:
        raise RuntimeError(f"{lost} mails were neither taken nor are they in doubt.")
    copies = sum(taker.ids.values()) - len(taker.ids)
    kept = (last - first) / seconds * 60 / _MAILS_A_MINUTE
    return [
        Figure("collection.rate", "Mails of a due batch against the set rate", kept, "×").noted(
            f"{count:,} due at once, {_MAILS_A_MINUTE:,} a minute, one worker, SQLite"
        ),
        Figure("collection.copies", "Copies after two workers were killed", copies, "mails").noted(
            f"{len(doubts)} in doubt, of which the server had {len(doubts & taker.ids.keys())}"
        ),
    ]


def _in_doubt(url: str) -> set[str]:
    """The Message-IDs of mails of which nobody knows whether the server took them."""
    with installations.opened(url) as installation, installation.database.read() as session:
        query = select(Mail.public_id).where(col(Mail.state) == MailState.IN_DOUBT)
        found = session.exec(query).all()
    host = _SENDER.rpartition("@")[2]
    return {f"<{each}@{host}>" for each in found}


def _reach(taker: _Taker, count: int) -> None:
    _wait(lambda: len(taker.ids) >= count, 240 + count)


def _wait(is_so: Callable[[], bool], seconds: float) -> None:
    deadline = time.perf_counter() + seconds
    while not is_so():
        if time.perf_counter() > deadline:
            raise TimeoutError("The mails did not leave in time.")
        time.sleep(0.05)


@contextmanager
def _worker(url: str, more: dict[str, str] | None = None) -> Iterator[Process]:
    """A worker on this database, started as an operator starts it."""
    home = Path(databases.DATA) / "worker"
    home.mkdir(parents=True, exist_ok=True)
    own = {"TRUSTWRIGHT_ROLE": "worker", "TRUSTWRIGHT_HOME": str(home)}
    environment = installations.environment(url) | own | (more or {})
    command = [sys.executable, "-m", "api.cli", "worker"]
    with processes.serving(command, 0, environment) as process:
        yield process
