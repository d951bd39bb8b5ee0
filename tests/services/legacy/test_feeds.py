"""Feeds of the newer generation say what ``/v1`` says, in the shapes of embed.md 6.3."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.criteria import Criterion
from domain.errors import ProductNotFound, ShopNotFound
from domain.windows import day_of
from schemas.legacy.questions import LegacyKind
from schemas.questions import Question
from schemas.snapshots import Kind, Media
from services import refresh, reviews, snapshots
from services.installation import Installation
from services.legacy import answers
from services.settings import Settings
from tests.services import steps
from tests.services.legacy.feed_questions import channel_of, feed, question
from tests.services.steps import NOON, marks

PERIODS = ["7days", "30days", "90days", "365days", "overall"]
STARS = ("oneStar", "twoStars", "threeStars", "fourStars", "fiveStars")
HISTORIES = st.lists(
    st.tuples(st.integers(0, 800), st.integers(1, 5), st.booleans()), max_size=8
).map(lambda found: sorted(found, reverse=True))


def with_minimum(installation: Installation, least: int) -> Installation:
    """The same installation, which publishes no grade below ``least`` reviews."""
    values = installation.settings.model_dump() | {"grade_min_reviews": least}
    return replace(installation, settings=Settings.model_construct(**values))


def grades(installation: Installation, shop_key: str, *skus: str) -> Any:
    kind = LegacyKind.PRODUCT_GRADES if skus else LegacyKind.SHOP_GRADES
    return feed(installation, kind, channel_of(installation.database, shop_key), *skus)["grades"]


def day(moment: str) -> str:
    return moment.partition("T")[0]


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=HISTORIES, least=st.integers(1, 3))
def test_the_five_periods_have_the_numbers_of_the_grade_answer(
    installation: Installation, history: list[tuple[int, int, bool]], least: int
) -> None:
    database = installation.database
    shop_key = steps.open_shop(database, domain=f"{uuid4()}.example")
    for days_ago, stars, incentivised in history:
        at = NOON - timedelta(days=days_ago, minutes=stars)
        steps.review(database, shop_key, marks(service=stars), at=at, incentivised=incentivised)
    with database.write() as work:
        refresh.slide(work, now=NOON)
    strict = with_minimum(installation, least)
    own = orjson.loads(snapshots.answer(strict, Question(Kind.GRADE, shop_key, Media.JSON)).body)
    found = grades(strict, shop_key)
    assert list(found) == PERIODS
    for period in own["periods"]:
        shown = found[period["name"]]
        assert shown["rating"] == period.get("rating", 0)
        assert shown["count"] == (period["count"] if "rating" in period else 0)
        assert sum(shown["distribution"].values()) == shown["count"]
        if "distribution" in period:
            assert shown["distribution"] == period["distribution"]
        assert shown["period"].get("ratingTrend") == period.get("trend")
        assert (day(shown["period"]["start"]), day(shown["period"]["end"])) == (
            period["start"],
            period["end"],
        )
    assert found["overall"]["period"].get("ratingTrend") is None


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=HISTORIES)
def test_first_and_last_are_those_of_the_reviews_that_count(
    installation: Installation, history: list[tuple[int, int, bool]]
) -> None:
    database = installation.database
    shop_key = steps.open_shop(database, domain=f"{uuid4()}.example")
    counted = []
    for days_ago, minutes, incentivised in history:
        at = NOON - timedelta(days=days_ago, minutes=minutes)
        steps.review(database, shop_key, marks(service=3), at=at, incentivised=incentivised)
        if not incentivised:
            counted.append(at)
    with database.write() as work:
        refresh.slide(work, now=NOON)
    for shown in grades(installation, shop_key).values():
        period = shown["period"]
        inside = sorted(at for at in counted if str(day_of(at)) >= day(period["start"]))
        assert shown["count"] == len(inside)
        keys = ("firstConsideredReviewSubmission", "lastConsideredReviewSubmission")
        assert [datetime.fromisoformat(period[key]) for key in keys if key in period] == (
            [inside[0], inside[-1]] if inside else []
        )


def test_a_product_has_periods_of_its_own(installation: Installation) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    written = steps.review(database, shop_key, {Criterion.TOTAL: 4}, sku="LAMP")
    steps.review(database, shop_key, marks(service=1))
    found = grades(installation, shop_key, "LAMP")
    assert list(found) == PERIODS
    assert {(period["count"], period["rating"]) for period in found.values()} == {(1, 4)}
    assert grades(installation, shop_key, "unknown", "LAMP") == found
    with database.write() as work:
        reviews.withdraw(work, written.token, now=NOON)
    emptied = grades(installation, shop_key, "LAMP")["365days"]
    assert emptied == {
        "count": 0,
        "rating": 0,
        "period": {
            "start": "2025-11-20T00:00:00.000Z",
            "end": "2026-11-20T23:59:59.999Z",
            "calculatedAt": "2026-11-20T12:00:00.000Z",
        },
        "distribution": dict.fromkeys(STARS, 0),
    }


def test_a_products_data_name_channel_and_account(installation: Installation) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    steps.order(database, shop_key, skus=("LAMP",))
    channel = channel_of(database, shop_key)
    found = feed(installation, LegacyKind.PRODUCT, channel, "LAMP")
    assert found["channelId"] == channel
    assert found["accountId"].startswith("acc-")
    assert found["id"].startswith("prt-")
    assert (found["sku"], found["name"]) == ("LAMP", "Product LAMP")


def test_a_products_reviews_are_the_ones_that_count_newest_first(
    installation: Installation,
) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    channel = channel_of(database, shop_key)
    steps.order(database, shop_key, at=NOON - timedelta(days=600), skus=("LAMP",))
    assert feed(installation, LegacyKind.PRODUCT_REVIEW_LIST, channel, "LAMP") == []
    total = Criterion.TOTAL
    for days_ago in (500, 30):
        at = NOON - timedelta(days=days_ago)
        steps.review(database, shop_key, {total: 2}, sku="LAMP", at=at)
    steps.review(database, shop_key, {total: 1}, sku="LAMP", incentivised=True)
    newest = steps.review(database, shop_key, {total: 5}, sku="LAMP", comment="")
    found = feed(installation, LegacyKind.PRODUCT_REVIEW_LIST, channel, "LAMP")
    assert [review["rating"] for review in found] == [5, 2]
    assert found[0] == {
        "id": newest.review_id,
        "submittedAt": "2026-11-20T12:00:00.000Z",
        "rating": 5,
        "isVerified": True,
    }
    assert found[1]["comment"] == "Arrived quickly."
    assert datetime.fromisoformat(found[1]["submittedAt"]) == datetime(2026, 10, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "kind",
    [LegacyKind.PRODUCT, LegacyKind.PRODUCT_GRADES, LegacyKind.PRODUCT_REVIEW_LIST],
)
def test_unknown_products_and_channels_are_named_as_such(
    installation: Installation, kind: LegacyKind
) -> None:
    database = installation.database
    channel = channel_of(database, steps.open_shop(database))
    other = steps.open_shop(database, domain="other.example")
    steps.order(database, other, skus=("LAMP",))
    with pytest.raises(ProductNotFound):
        feed(installation, kind, channel, "LAMP")
    with pytest.raises(ShopNotFound):
        feed(installation, kind, channel.replace("chl", "prt"), "LAMP")


def test_a_feed_is_kept_under_the_generation_of_its_shop(installation: Installation) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    steps.review(database, shop_key, marks(service=5))
    asked = question(LegacyKind.SHOP_GRADES, channel_of(database, shop_key))
    snapshot = answers.answer(installation, asked)
    assert (snapshot.shop_key, snapshot.url) == (shop_key, asked.url)
    assert snapshot.generation == steps.generation(database, shop_key)
