"""Feeds are written once a day by whoever works on jobs, in time to be fetched (FM1, FP2)."""

import pytest

from jobs import chores, feeds
from jobs.chores import CHORES
from services.installation import Installation
from services.review_feeds import FeedKind
from tests.jobs import looks
from tests.jobs.conftest import Launch
from tests.services import fed
from tests.services.steps import NOON


def test_the_feeds_have_a_run_each_day_which_is_due_at_midnight() -> None:
    (chore,) = (each for each in CHORES if each.name == chores.FEEDS)
    midnight = NOON.replace(hour=0)
    assert chore.run_id(midnight) == "feeds.write:2026-11-20"
    assert chore.run_id(midnight.replace(hour=10)) == chore.run_id(midnight)


def test_the_job_tells_how_many_feeds_it_wrote(embedded: Installation) -> None:
    shop = fed.open_shop(embedded.database)
    for kind in FeedKind:
        fed.open_feed(embedded.database, shop, kind)
    told = feeds.write(embedded, now=NOON.isoformat())
    assert told == {"product-ratings": 1, "review-enrichment": 1, "blocked": 1}


@pytest.mark.slow
def test_a_worker_writes_the_feeds_when_it_starts(
    installation: Installation, launch: Launch
) -> None:
    shop = fed.open_shop(installation.database)
    review_id = fed.review_product(installation.database, shop, "A", 1)
    fed.open_feed(installation.database, shop, FeedKind.PRODUCT_RATINGS)
    launch()
    looks.finish(installation, "feeds.write:2026-11-20")
    (review,) = fed.ratings(installation, shop)
    assert review.findtext("review_id") == review_id
