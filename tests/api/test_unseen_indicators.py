"""Zones are for the member and staff: no public answer changes with them (systems.md §32)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from api.main import create_app
from domain.claims import ClaimState
from domain.criteria import Criterion
from domain.frame_use import Span
from domain.frames import Zone
from domain.indicators import Indicator
from domain.windows import day_of, midnight
from jobs import indicators as nights
from schemas import openapi
from services import frame_use, indicators, refresh
from store.database import Database
from tests.api.conftest import Reviewed
from tests.api.exchanges import Running
from tests.services import measured, protected, steps

SKU: Final = "SKU-4711"
MOVING: Final = "/badge-token"
"""What says when it was signed, and is another one at each moment."""
PAGES: Final = (
    "/profile/{shop_key}",
    "/de/certificate/{shop_key}",
    "/en/certificate/{shop_key}",
    "/shops/{shop_key}/mobiles/v1/sdks/ios/trustmarks.json",
    "/rest/internal/v2/shops/{shop_key}/trustmarks.json",
    "/rest/public/v2/shops/{shop_key}/quality/reviews.json",
)


@pytest.fixture
def running(reviewed: Reviewed) -> Iterator[Running]:
    with Running(create_app(reviewed.settings)) as running:
        yield running


def public() -> list[str]:
    """Every address that anybody may read of a shop, without a token."""
    found = [
        path
        for path, calls in openapi.document()["paths"].items()
        if "{shop_key}" in path and "get" in calls and "security" not in calls["get"]
    ]
    return [*found, *PAGES]


def read(running: Running, shop_key: str) -> dict[str, tuple[int, bytes]]:
    found = {}
    for path in public():
        reply = running.ask(f"{path.format(shop_key=shop_key, sku=SKU)}?hex=41")
        if reply.status == 301:
            reply = running.ask(reply.headers["location"])
        found[path] = (reply.status, b"" if MOVING in path else reply.body)
    return found


def redden(database: Database, shop_key: str, now: datetime) -> None:
    """Give a shop's indicators every reason to be red but reviews, which are public."""
    ids = measured.protect(database, shop_key, 20, at=now)
    for each in ids[:2]:
        measured.claim(database, shop_key, each, at=now, state=ClaimState.PAID, paid_at=now)
    measured.claim(database, shop_key, ids[2], at=now, state=ClaimState.MEDIATION)
    measured.tested(database, shop_key, False, False, at=now)
    with database.write() as work:
        end = midnight(day_of(now)) + timedelta(days=30)
        shop = protected.shop_of(work, shop_key)
        frame_use.note(work, shop, None, Span(now, end, 5_000_01), now)


def test_no_public_answer_is_another_one_when_indicators_are_red(
    reviewed: Reviewed, running: Running
) -> None:
    database, key, now = reviewed.installation.database, reviewed.shop_key, datetime.now(UTC)
    steps.review(database, key, {Criterion.TOTAL: 4}, sku=SKU)
    protected.back(database, key, now=now)
    refresh.render(reviewed.installation, key)
    before = read(running, key)
    redden(database, key, now)
    nights.store(reviewed.installation, now=now.isoformat())
    refresh.render(reviewed.installation, key)
    with database.read() as session:
        sheet = indicators.sheet(session, key, days=30, now=now)
    assert {each.indicator for each in sheet.measures if each.zone is Zone.RED} == {
        Indicator.CASE_RATE,
        Indicator.PAYOUT_RATE,
        Indicator.UNANSWERED,
        Indicator.FRAME_USE,
        Indicator.TEST_ORDERS,
    }
    assert read(running, key) == before
    assert {path: status for path, (status, _) in before.items() if status != 200} == {}
    assert len(before) > len(PAGES) + 30
