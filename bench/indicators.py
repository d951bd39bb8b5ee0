"""Indicators: a night that measures all shops, with a year of protections and claims behind it."""

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import select

from bench import databases, installations
from bench.figures import Figure, of_rounds
from bench.plan import Plan
from bench.progress import said
from bench.synthetic import TODAY, Recipe
from domain.windows import midnight
from services import indicators
from services.installation import Installation
from store import claims, frames, guarantors, protections, test_orders
from store.columns import Table
from store.frame_use import COVER
from store.inserting import add_many

_SHOPS: Final = Table.metadata.tables["shops"]
_NOW: Final = datetime(TODAY.year, TODAY.month, TODAY.day, 1, tzinfo=UTC)
_PROTECTIONS: Final = 20
_BATCH: Final = 50_000


def run(plan: Plan) -> Sequence[Figure]:
    """Seconds of nights one after the other, and of one shop's page."""
    recipe = Recipe(plan.pick(10_000, 40), plan.pick(100_000, 500))
    figures: list[Figure] = []
    with databases.synthetic_sqlite(recipe) as url:
        figures += _all("SQLite", "sqlite", url, plan, recipe)
    with databases.postgresql() as server, server.synthetic(recipe) as url:
        figures += _all("PostgreSQL", "postgresql", url, plan, recipe)
    return figures


def _all(database: str, key: str, url: str, plan: Plan, recipe: Recipe) -> Iterator[Figure]:
    said(f"Indicators of {recipe.shops:,} shops: {database}")
    with installations.opened(url) as installation:
        shop_key = _fill(installation)
        nights = [_night(installation, number) for number in range(plan.rounds)]
        title = f"a night of {recipe.shops:,} shops, measured and stored: {database}"
        yield of_rounds(f"indicators.{key}.night", title, nights, "s")
        looks = [_look(installation, shop_key) for _ in range(plan.rounds)]
        title = f"one shop's indicators with 365 days: {database}"
        yield of_rounds(f"indicators.{key}.sheet", title, looks, "ms")


def _night(installation: Installation, number: int) -> float:
    started = time.perf_counter()
    indicators.store_all(installation, now=_NOW + timedelta(days=number))
    return time.perf_counter() - started


def _look(installation: Installation, shop_key: str) -> float:
    started = time.perf_counter()
    with installation.database.read() as session:
        indicators.sheet(session, shop_key, days=365, now=_NOW)
    return 1_000 * (time.perf_counter() - started)


def _fill(installation: Installation) -> str:
    """Protections over a year, claims of every tenth, frames, and test orders; a shop's key."""
    with installation.database.write() as work:
        connection = work.session.connection()
        shops = connection.execute(select(_SHOPS.c.id, _SHOPS.c.account_id, _SHOPS.c.shop_key))
        found = shops.all()
        guarantor = guarantors.Guarantor(
            public_id="gua-bench",
            name="Demo Guarantor",
            address="",
            licence_note="",
            contact="",
            created_at=_NOW,
            changed_at=_NOW,
        )
        work.session.add(guarantor)
        work.session.flush()
        rows = [
            _protection(shop.id, guarantor.id, number)
            for shop in found
            for number in range(_PROTECTIONS)
        ]
        _add(work.session, protections.Protection, rows)
        _add(work.session, claims.Claim, [_claim(row) for row in rows[:: _PROTECTIONS // 2]])
        accounts = sorted({shop.account_id for shop in found})
        _add(work.session, frames.Frame, [_frame(account) for account in accounts])
        cover = [_cover(shop.account_id, shop.id) for shop in found]
        add_many(work.session, COVER, cover)
        _add(work.session, test_orders.TestOrder, [_test_order(shop.id) for shop in found])
        return str(found[0].shop_key)


def _add(session: Any, table: Any, rows: list[dict[str, Any]]) -> None:
    for first in range(0, len(rows), _BATCH):
        add_many(session, table.__table__, rows[first : first + _BATCH])


def _protection(shop_id: int, guarantor_id: int, number: int) -> dict[str, Any]:
    at = _NOW - timedelta(days=18 * number)
    name = f"{shop_id}-{number}"
    return {
        "id": shop_id * _PROTECTIONS + number,
        "public_id": f"ptn-{name}",
        "shop_id": shop_id,
        "guarantor_id": guarantor_id,
        "order_reference": name,
        "ordered_at": at,
        "amount_minor": 100,
        "currency": "EUR",
        "payment_type": "OTHER",
        "payment_raw": "",
        "buyer_hash": name,
        "language": "en",
        "residence": "FR",
        "tier": "GUARANTEE",
        "cover_minor": 100,
        "cover_eur_minor": 100,
        "fx_rate": "1",
        "fx_date": at.date(),
        "starts_at": at,
        "ends_at": midnight(at.date()) + timedelta(days=30),
        "state": "ACTIVE",
        "created_at": at,
    }


def _claim(protection: dict[str, Any]) -> dict[str, Any]:
    at = protection["starts_at"]
    return {
        "public_id": f"clm-{protection['order_reference']}",
        "protection_id": protection["id"],
        "shop_id": protection["shop_id"],
        "buyer_hash": protection["buyer_hash"],
        "problem": "NOT_DELIVERED",
        "reason": "NOT_DELIVERED",
        "state": "BUYER_CHECK",
        "version": 1,
        "rules": "1",
        "opened_at": at,
        "answered_at": at + timedelta(days=3),
        "answer": "DELIVERS",
        "covered_until": at + timedelta(days=60),
        "currency": "EUR",
        "cover_minor": 100,
        "is_extended": False,
        "handler": "",
        "handlers": "",
        "assessed_by": "",
        "decider": "",
    }


def _frame(account_id: int) -> dict[str, Any]:
    return {
        "account_id": account_id,
        "state": "ACTIVE",
        "base_eur_minor": 5_000_00,
        "factor_percent": 100,
        "valid_from": TODAY,
        "reason": "The first one.",
        "actor": "bench",
        "insurer_ref": "",
        "changed_at": _NOW,
        "version": 1,
    }


def _cover(account_id: int, shop_id: int) -> dict[str, Any]:
    end = TODAY + timedelta(days=20)
    key = {"account_id": account_id, "shop_id": shop_id, "end_day": end}
    return {**key, "cover_eur_minor": 2_000_00}


def _test_order(shop_id: int) -> dict[str, Any]:
    at = {"ordered_at": _NOW, "noted_at": _NOW}
    return {"shop_id": shop_id, **at, "has_passed": True, "note": "Fine.", "auditor": "bench"}
