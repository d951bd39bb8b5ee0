"""The eligibility panel: numbers from the database, per country and feed (systems.md §23)."""

from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import pytest

from domain.errors import ShopNotFound, Unavailable
from services import eligibility, feed_runs, review_feeds
from services.installation import Installation
from services.review_feeds import FeedKind
from tests.services import fed
from tests.services.steps import NOON


def test_the_panel_counts_what_counts_and_names_what_is_missing(
    installation: Installation,
) -> None:
    database = installation.database
    shop = fed.open_shop(database)
    for stars in (5, 4, 3):
        fed.review_product(database, shop, "A", stars)
    fed.review_product(database, shop, "B", 1, url=None)
    fed.review_product(database, shop, "B", 5, url=None, incentivised=True)
    fed.review_shop(database, shop, 3)
    fed.open_feed(database, shop, FeedKind.PRODUCT_RATINGS)
    panel = eligibility.panel(installation, shop)
    assert panel["productRatings"] == {
        "reviews": 4,
        "needed": 50,
        "products": 2,
        "productsWithEnough": 1,
        "neededEach": 3,
        "isReached": False,
        "missing": {
            "REVIEWS": 46.0,
            "REVIEWS_OF_EACH_PRODUCT": 1.0,
            "PRODUCT_URLS": 1.0,
            "PRODUCT_KEYS": 1.0,
        },
        "text": "4 of 50 reviews of 2 products; missing: 46 more reviews, 3 reviews for 1 "
        "products, the address of 1 products, brand with GTIN or MPN of 1 products",
    }
    (country,) = panel["shopRatings"]
    assert country["text"] == (
        "1 of 100 reviews in DE, mean 3.00; missing: 99 more reviews, a mean of 3.5"
    )
    products, merchant, _ = panel["feeds"]
    assert (products["isOpen"], products["blocked"]) == (True, None)
    assert (merchant["isOpen"], merchant["blocked"]) == (False, "PUBLIC_URL_MISSING")
    assert "licensed" in panel["notice"]


def test_the_panel_shows_the_last_fetch_and_what_went_wrong(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = fed.open_shop(installation.database)
    address = fed.open_feed(installation.database, shop, FeedKind.PRODUCT_RATINGS)
    with installation.database.read() as session:
        found = review_feeds.find(session, address.path.split("/")[3])
    review_feeds.note_fetch(installation, found, now=NOON)
    told = eligibility.panel(installation, shop)["feeds"][0]
    assert (told["fetchedAt"], told["failure"]) == ("2026-11-20T12:00:00+00:00", None)
    with monkeypatch.context() as patched:
        patched.setattr("services.feed_files.replaced", _full)
        with pytest.raises(Unavailable):
            feed_runs.write(installation, shop, FeedKind.PRODUCT_RATINGS, now=NOON)
    told = eligibility.panel(installation, shop)["feeds"][0]
    assert (told["failedAt"], told["failure"]) == ("2026-11-20T12:00:00+00:00", "NO_ROOM")
    feed_runs.write(installation, shop, FeedKind.PRODUCT_RATINGS, now=NOON)
    told = eligibility.panel(installation, shop)["feeds"][0]
    assert (told["failedAt"], told["failure"]) == (None, None)


def _full(_path: Path) -> NoReturn:
    raise OSError("No space left on device")


def test_a_fetch_is_noted_once_a_minute(installation: Installation) -> None:
    database = installation.database
    shop = fed.open_shop(database)
    token = fed.open_feed(database, shop, FeedKind.PRODUCT_RATINGS).path.split("/")[3]
    for seconds, noted in ((0, 0), (59, 0), (60, 60)):
        with database.read() as session:
            found = review_feeds.find(session, token)
        review_feeds.note_fetch(installation, found, now=NOON + timedelta(seconds=seconds))
        fetched = fed.feed_of(database, FeedKind.PRODUCT_RATINGS).fetched_at
        assert fetched == NOON + timedelta(seconds=noted)


def test_a_shop_without_reviews_has_a_panel_too(installation: Installation) -> None:
    shop = fed.open_shop(installation.database, operator_is_shop=True, market="EUO")
    panel = eligibility.panel(installation, shop)
    assert panel["productRatings"]["text"].startswith("0 of 50 reviews of 0 products")
    assert panel["shopRatings"][0]["country"] is None
    assert panel["feeds"][1]["blocked"] == "SELF_COLLECTED"


def test_an_unknown_shop_has_no_panel(installation: Installation) -> None:
    with pytest.raises(ShopNotFound):
        eligibility.panel(installation, "X" + "0" * 32)
