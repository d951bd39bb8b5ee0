"""A change is seen by other processes within two seconds of its commit."""

import time

import pytest
from structlog.testing import capture_logs

from domain.actors import OPERATOR
from domain.shops import NewShop
from jobs import refreshes
from schemas.questions import Question
from schemas.snapshots import Kind, Media
from services import generations, groups, shops
from services.installation import Installation
from store import accounts
from store import shops as shop_rows
from store.snapshots import Reader
from tests.conditions import eventually
from tests.jobs import looks
from tests.jobs.conftest import Launch, Start
from tests.services import steps
from tests.services.steps import NOON


@pytest.mark.slow
def test_a_review_is_in_the_stored_payloads_within_two_seconds(
    installation: Installation, start: Start
) -> None:
    """One process commits, another renders, and this one reads."""
    key = steps.open_shop(installation.database)
    url = Question(Kind.BADGE, key, Media.JSON).url
    reader = Reader(installation.settings.database)
    start("work", executor="worker").said("working")
    eventually(lambda: looks.is_rendered(installation, key), within=60)
    before = reader.get(url)
    writer = start("review", key, executor="writer")
    writer.said("ready")
    seen = eventually(lambda: newer(reader, url, before.generation if before else 0), within=60)
    assert seen - float(writer.said("committed")) < 2
    reader.close()


def test_a_shops_review_has_the_profiles_of_its_group_made_again(
    installation: Installation, launch: Launch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generations, "_PAUSE_SECONDS", 1)
    database = installation.database
    first = steps.open_shop(database)
    with database.write() as work:
        shop = shop_rows.by_key(work.session, first)
        assert shop is not None
        account = accounts.of_shop(work.session, shop.account_id).public_id
        new = NewShop("Second", "https://second.example", "DE", "en", "EUR")
        second = shops.register(work, account, new, actor=OPERATOR, now=NOON)
        groups.connect(work, first, second, actor=OPERATOR, now=NOON)
    launch()
    before = steps.generation(database, second)
    steps.review(database, first, steps.marks(service=5))
    eventually(lambda: steps.generation(database, second) > before, within=60)
    eventually(lambda: looks.is_rendered(installation, second), within=60)
    # Of what the group has raised, nothing raises the group again.
    assert steps.generation(database, second) == before + 1


def test_a_long_run_tells_its_progress_in_about_ten_lines(installation: Installation) -> None:
    for number in range(23):
        steps.open_shop(installation.database, domain=f"shop{number}.example")
    with capture_logs() as log:
        refreshes.recount(installation, now=NOON.isoformat())
    told = [line["done"] for line in log if line["event"] == "job.progress"]
    assert len(told) == 10
    assert told[-1] == 23


def newer(reader: Reader, url: str, generation: int) -> float:
    """When the stored answer was seen to be of a later generation; 0 while it is not."""
    found = reader.get(url)
    return time.time() if found and found.generation > generation else 0
