"""Protection: activations by one writer and by eight, and the use of a frame with a million."""

import multiprocessing
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from multiprocessing.synchronize import Barrier
from statistics import median
from typing import Any, Final

from sqlmodel import select

from api import orders
from api.gathering import Gathering
from bench import databases, installations
from bench.figures import Figure, of_rounds
from bench.plan import Plan
from bench.progress import said
from bench.synthetic import TODAY
from domain.actors import OPERATOR
from domain.certificates import CertificateState
from domain.frame_use import Span
from domain.guarantors import GuarantorData
from domain.hand_overs import PrintedOrder, Wish
from domain.protections import ProtectedOrder
from domain.windows import midnight
from jobs import queue
from services import activations, frame_use, frames, guarantors
from services.hand_overs import Page
from services.installation import Installation
from store import protections as rows
from store import shops
from store.certificates import Certificate
from store.columns import Table
from store.frame_use import COVER, MOVES
from store.guarantors import Guarantor
from store.inserting import add_many
from store.shops import Shop

_NOW: Final = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC)
_DAYS: Final = 30
_CENTS: Final = 42_50
_BATCH: Final = 50_000
_WRITERS: Final = 8
_SERVERS: Final = 2
_PRINTED: Final = PrintedOrder(
    "", "", "250,00", "EUR", "PayPal", country="DE", wants=frozenset({Wish.PROTECTION})
)
_GUARANTOR: Final = GuarantorData("Surety Example plc", "1 Quay", "Licence 1", "g@surety.example")


def run(plan: Plan) -> Sequence[Figure]:
    """Activations a second of one member's shop, and milliseconds of the member's use."""
    figures: list[Figure] = []
    with databases.empty_sqlite() as url:
        figures += _all("SQLite", "sqlite", url, plan)
    with _postgresql() as url:
        figures += _all("PostgreSQL", "postgresql", url, plan)
    return figures


@contextmanager
def _postgresql() -> Iterator[str]:
    with databases.postgresql() as server, server.empty() as url:
        yield url


def _all(database: str, key: str, url: str, plan: Plan) -> Iterator[Figure]:
    count, many = plan.pick(2_000, 50), plan.pick(1_000_000, 2_000)
    with installations.opened(url) as installation:
        queue.connect(installation)
        keys = _open(installation)
        shop_key = keys[0]
        said(f"{count:,} activations: {database}")
        moments = [_NOW + timedelta(milliseconds=number) for number in range(count)]
        spent = [_activate(installation, shop_key, f"{now:%S%f}", now) for now in moments]
        title = f"protections activated by one writer: {database}"
        yield Figure(f"protection.{key}.alone", title, count / sum(spent), "/s").noted(
            f"each with its mail, its log and the frame; median {median(spent):.2g} s"
        )
        yield _from_pages(url, database, key, keys, count)
        # On SQLite one process writes; others would only wait for it by turns of chance.
        if key == "postgresql":
            yield from _one_by_one(url, keys, count)
        said(f"{many:,} protections of one member: {database}")
        _fill(installation, shop_key, many)
        uses = [_use(installation, shop_key) * 1_000 for _ in range(plan.rounds * 5)]
        title = f"use of a frame with {many:,} protections: {database}"
        yield of_rounds(f"protection.{key}.use", title, uses, "ms")
        late = [_late(installation, shop_key, number) * 1_000 for number in range(plan.rounds * 5)]
        title = f"one more of them, told in the order of time or not: {database}"
        yield of_rounds(f"protection.{key}.late", title, late, "ms")


def _open(installation: Installation) -> Sequence[str]:
    """The keys of shops with a valid mark, each of a member of its own that has a frame."""
    with installation.database.write() as work:
        guarantor_id = guarantors.create(work, _GUARANTOR, actor=OPERATOR, now=_NOW)
        guarantors.activate(work, guarantor_id, seen=1, actor=OPERATOR, now=_NOW)
    return [_certified(installation, number) for number in range(_WRITERS)]


def _certified(installation: Installation, number: int) -> str:
    shop_key = installations.open_shop(installation.database, f"kettle{number}.example")
    with installation.database.write() as work:
        shop = _shop(work.session, shop_key)
        frames.grant(work, shop.account_id, now=_NOW)
        work.session.add(
            Certificate(
                public_id=f"cer-bench-{number}",
                shop_id=shop.id,
                number=f"BENCH-{number}",
                criteria_version="EUO-1",
                market=shop.market,
                language=shop.language,
                domain=shop.domain,
                legal_entity="Kettle & Cloth Ltd",
                address="1 Street",
                check_groups="[]",
                state=CertificateState.VALID,
                certified_at=_NOW - timedelta(days=1),
                valid_until=midnight(datetime.now(UTC).date() + timedelta(days=300)),
                changed_at=_NOW,
                reason="",
            )
        )
    return shop_key


def _shop(session: Any, shop_key: str) -> Shop:
    shop = shops.by_key(session, shop_key)
    if shop is None:
        raise LookupError(shop_key)
    return shop


def _activate(installation: Installation, shop_key: str, name: str, now: datetime) -> float:
    order = ProtectedOrder(
        f"P-{name}", now, 250_00, "EUR", "PayPal", f"buyer{name}@buyer.example", "de", "DE"
    )
    started = time.perf_counter()
    with installation.database.write() as work:
        activations.activate(work, _shop(work.session, shop_key), order, now=now)
    return time.perf_counter() - started


_gates: list[Barrier] = []


def _from_pages(url: str, database: str, key: str, keys: Sequence[str], count: int) -> Figure:
    """Activations a second for buyers at once, through the door of the shops' pages.

    On SQLite one process takes them in; on PostgreSQL two, each for a shop and a frame of its own.
    """
    servers = _SERVERS if key == "postgresql" else 1
    callers = _WRITERS // servers
    said(f"{count:,} activations for {_WRITERS} buyers at once: {database}")
    take = partial(_take_in, url, count // servers, callers)
    title = f"protections activated for {_WRITERS} buyers at once: {database}"
    rate = _rate(take, keys[:servers], count // servers)
    what = f"{servers} processes, a shop each" if servers > 1 else "one process"
    return Figure(f"protection.{key}.rate", title, rate, "/s").noted(
        f"{what}; orders that come together are stored together"
    )


def _one_by_one(url: str, keys: Sequence[str], count: int) -> Iterator[Figure]:
    """Activations a second by processes, each in a transaction of its own."""
    ways = (
        ("apart", keys, "processes, one by one, each for a shop and a frame of its own"),
        ("one_frame", [keys[0]] * len(keys), "processes, one by one, all for one frame"),
    )
    for name, chosen, note in ways:
        said(f"{count:,} activations by {_WRITERS} {note}")
        title = f"protections activated by {_WRITERS} writers: PostgreSQL"
        share = count // _WRITERS
        rate = _rate(partial(_write, url, share, time.perf_counter()), chosen, share)
        yield Figure(f"protection.postgresql.{name}", title, rate, "/s").noted(note)


def _rate(
    work: Callable[[str, str], tuple[float, float]], keys: Sequence[str], share: int
) -> float:
    """How many a second processes do together; each does ``share`` of a shop."""
    context = multiprocessing.get_context("spawn")
    gate = context.Barrier(len(keys))
    with ProcessPoolExecutor(len(keys), context, _take, (gate,)) as pool:
        names = [f"{secrets.token_hex(4)}-{number}" for number in range(len(keys))]
        spans = list(pool.map(work, keys, names))
    seconds = max(ended for _, ended in spans) - min(began for began, _ in spans)
    return share * len(keys) / seconds


def _take(gate: Barrier) -> None:
    _gates.append(gate)


def _take_in(url: str, share: int, callers: int, shop_key: str, name: str) -> tuple[float, float]:
    """When a server's process began and ended its share, by the clock that all of them read."""
    with installations.opened(url) as installation:
        queue.connect(installation)
        with installation.database.read() as session:
            origin = _shop(session, shop_key).url
        gathering = Gathering(partial(orders.store_pages, installation))

        def buy(number: int) -> None:
            email = f"buyer-{name}-{number}@buyer.example"
            printed = replace(_PRINTED, number=f"{name}-{number}", email=email)
            gathering.one(shop_key, Page(printed, origin))

        buy(share)
        _gates[0].wait()
        began = time.perf_counter()
        with ThreadPoolExecutor(callers) as pool:
            taken = pool.map(buy, range(share))
            assert sum(1 for _ in taken) == share
        return began, time.perf_counter()


def _write(url: str, share: int, start: float, shop_key: str, name: str) -> tuple[float, float]:
    """When one of the processes began and ended its share, one transaction for each.

    Each protection begins when it is asked for, so that some are told of a moment late.
    """
    with installations.opened(url) as installation:
        queue.connect(installation)
        _activate(installation, shop_key, name, _NOW + timedelta(minutes=1))
        _gates[0].wait()
        began = time.perf_counter()
        for number in range(share):
            passed = timedelta(minutes=2, seconds=time.perf_counter() - start)
            _activate(installation, shop_key, f"{name}-{number}", _NOW + passed)
        return began, time.perf_counter()


def _fill(installation: Installation, shop_key: str, many: int) -> None:
    """Protections that began in the latest 30 days, with what frames keep of them."""
    with installation.database.read() as session:
        shop = _shop(session, shop_key)
        guarantor_id = session.exec(select(Guarantor.id)).one()
    table, found = Table.metadata.tables[rows.Protection.__tablename__], range(many)
    for first in range(0, many, _BATCH):
        batch = [_row(shop.id, guarantor_id, number) for number in found[first : first + _BATCH]]
        with installation.database.write() as work:
            add_many(work.session, table, batch)
    cover: dict[date, int] = {}
    moves = []
    for number in found:
        span = _span(number)
        end = span.end.date()
        cover[end] = cover.get(end, 0) + _CENTS
        moves.append(
            {
                "account_id": shop.account_id,
                "shop_id": shop.id,
                "at": span.start,
                "change_eur_minor": _CENTS,
            }
        )
    with installation.database.write() as work:
        for each in (COVER.delete(), MOVES.delete()):
            work.session.execute(each)
        key = {"account_id": shop.account_id, "shop_id": shop.id}
        add_many(
            work.session,
            COVER,
            [{**key, "end_day": end, "cover_eur_minor": total} for end, total in cover.items()],
        )
        for first in range(0, many, _BATCH):
            add_many(work.session, MOVES, moves[first : first + _BATCH])


def _span(number: int) -> Span:
    """Thirty days of beginnings, spread over the hours before the moment of measurement."""
    start = _NOW - timedelta(days=number % _DAYS, seconds=1 + number // _DAYS % 36_000)
    return Span(start, midnight(start.date()) + timedelta(days=_DAYS), _CENTS)


def _row(shop_id: int, guarantor_id: int, number: int) -> dict[str, Any]:
    span = _span(number)
    return {
        "public_id": f"ptn-{number}",
        "shop_id": shop_id,
        "guarantor_id": guarantor_id,
        "order_reference": f"M-{number}",
        "ordered_at": span.start,
        "amount_minor": _CENTS,
        "currency": "EUR",
        "payment_type": "INVOICE",
        "payment_raw": "invoice",
        "buyer_hash": f"{number:064}",
        "language": "de",
        "residence": "DE",
        "tier": "BASIC",
        "cover_minor": _CENTS,
        "cover_eur_minor": _CENTS,
        "fx_rate": "1",
        "fx_date": span.start.date(),
        "starts_at": span.start,
        "ends_at": span.end,
        "state": "ACTIVE",
        "created_at": span.start,
    }


def _use(installation: Installation, shop_key: str) -> float:
    with installation.database.read() as session:
        account_id = _shop(session, shop_key).account_id
        started = time.perf_counter()
        frame_use.use_of(session, account_id, now=_NOW)
        return time.perf_counter() - started


def _late(installation: Installation, shop_key: str, number: int) -> float:
    """Another protection is noted; every second one is told a second late."""
    now = _NOW + timedelta(minutes=1, seconds=number)
    start = now - timedelta(seconds=2 * (number % 2), milliseconds=500)
    span = Span(start, midnight(start.date()) + timedelta(days=_DAYS), _CENTS)
    started = time.perf_counter()
    with installation.database.write() as work:
        frame_use.note(work, _shop(work.session, shop_key), None, span, now)
    return time.perf_counter() - started
