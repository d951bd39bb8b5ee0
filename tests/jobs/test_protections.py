"""The jobs of protections: the night, and rates from the operator's address."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from domain.errors import PageUnusable
from domain.exchange_rates import RateMissing
from domain.pages import PageUnreachable
from jobs import chores, protections
from jobs.chores import CHORES
from jobs.pages import Fetched
from services import exchange_rates
from services.installation import Installation
from tests.services import protected

START: Final = datetime(2026, 1, 1, 15, 20, tzinfo=UTC)
URL: Final = "https://bank.example/rates.csv"


def answering(body: bytes) -> protections.Fetch:
    def fetch(url: str) -> Fetched:
        assert url == URL
        return Fetched(url, body, None, "")

    return fetch


@pytest.fixture
def configured(embedded: Installation) -> Installation:
    settings = embedded.settings.model_copy(update={"rates_url": URL})
    return replace(embedded, settings=settings)


def test_both_chores_are_done_once_a_day() -> None:
    names = [chore.run_id(START) for chore in CHORES]
    assert f"{chores.PROTECTIONS}:2026-01-01" in names
    assert f"{chores.RATES}:2026-01-01" in names


def test_the_night_tells_and_ends_each_once(embedded: Installation) -> None:
    database = embedded.database
    shop_key = protected.open_shop(database, now=START)
    protected.protect(database, shop_key, at=START)
    week = datetime(2026, 1, 24, tzinfo=UTC).isoformat()
    assert protections.nightly(embedded, now=week) == {"ended": 0, "told": 1}
    assert protections.nightly(embedded, now=week) == {"ended": 0, "told": 0}
    end = datetime(2026, 1, 31, tzinfo=UTC).isoformat()
    assert protections.nightly(embedded, now=end) == {"ended": 1, "told": 0}
    assert protections.nightly(embedded, now=end) == {"ended": 0, "told": 0}


def test_rates_come_from_the_operators_address(configured: Installation) -> None:
    body = b"date,currency,rate\n2026-01-01,GBP,0.85\n"
    now = START.isoformat()
    assert protections.fetch_rates(configured, now=now, fetch=answering(body)) == 1
    with configured.database.read() as session:
        assert str(exchange_rates.on(session, "GBP", START.date()).units) == "0.85"


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff\xfe", b"date,currency,rate\nx,y,z"])
def test_what_is_no_file_of_rates_changes_nothing(configured: Installation, body: bytes) -> None:
    now = START.isoformat()
    assert protections.fetch_rates(configured, now=now, fetch=answering(body)) == 0
    with pytest.raises(RateMissing), configured.database.read() as session:
        exchange_rates.on(session, "GBP", START.date())


def test_an_address_that_does_not_answer_is_asked_again_the_next_day(
    configured: Installation,
) -> None:
    def fetch(url: str) -> Fetched:
        raise PageUnreachable(f"{url} cannot be reached.")

    tomorrow = (START + timedelta(days=1)).isoformat()
    assert protections.fetch_rates(configured, now=tomorrow, fetch=fetch) == 0


def test_without_an_address_nobody_is_asked(embedded: Installation) -> None:
    def fetch(url: str) -> Fetched:
        raise AssertionError(url)

    assert protections.fetch_rates(embedded, now=START.isoformat(), fetch=fetch) == 0


def test_no_host_of_the_own_network_is_asked() -> None:
    with pytest.raises(PageUnusable):
        protections.fetch("http://127.0.0.1/rates.csv")
